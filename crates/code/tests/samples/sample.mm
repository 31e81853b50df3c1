#import <Foundation/Foundation.h>
#import "Record.h"

#define MAX_RECORDS 40

/// Something that can be played.
@protocol Playable <NSObject>
- (void)playAt:(NSInteger)speed;
@end

/// A record player.
@interface Gramophone : NSObject <Playable>
@property (nonatomic, copy) NSString *needle;
- (instancetype)initWithNeedle:(NSString *)needle;
+ (Gramophone *)shared;
@end

@implementation Gramophone

- (instancetype)initWithNeedle:(NSString *)needle {
  self = [super init];
  if (self) {
    _needle = [needle copy];
  }
  return self;
}

/// Turns the record.
- (void)playAt:(NSInteger)speed {
  NSLog(@"playing at %ld", (long)speed);
}

+ (Gramophone *)shared {
  return [[Gramophone alloc] initWithNeedle:@"steel"];
}

@end

@interface Gramophone (Cleaning)
- (void)dust;
@end

static int countRecords(NSArray *records) {
  return (int)records.count;
}
