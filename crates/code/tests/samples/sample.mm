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

NS_ASSUME_NONNULL_BEGIN

@class Shelf;

typedef NS_ENUM(NSInteger, Groove) {
  GrooveWide,
  GrooveNarrow = 4,
};

typedef void (^PlayedBlock)(NSString *_Nullable title, NSError *error);

extern NSString *const RecordDidEndNotification;
static const CGFloat kWidth = 12.5;

/// What a player tells.
@protocol PlayerDelegate <NSObject>
@required
- (BOOL)player:(Gramophone *)player shouldPlay:(NSString *)title;
@optional
@property (nonatomic, readonly) NSInteger count;
- (void)playerDidEnd:(Gramophone *)player;
@end

@interface Record<__covariant Title> : NSObject {
 @private
  NSString *_label;
}

@property (class, readonly) Record *first;
@property (nonatomic, weak, nullable) id<PlayerDelegate> delegate;
@property (nonatomic, assign, getter=isScratched) BOOL scratched;

- (instancetype)init NS_UNAVAILABLE;
- (void)playFrom:(NSInteger)start to:(NSInteger)end completion:(PlayedBlock)completion;

@end

@interface Record ()
@property (nonatomic) dispatch_queue_t queue;
@end

@implementation Record

@synthesize scratched = _scratched;
@dynamic first;

static NSInteger played = 0;

+ (instancetype)recordWithTitle:(NSString *)title {
  static Record *shared;
  static dispatch_once_t once;
  dispatch_once(&once, ^{
    shared = [[self alloc] init];
  });
  return shared;
}

#pragma mark - Playing

- (void)playFrom:(NSInteger)start to:(NSInteger)end completion:(PlayedBlock)completion {
  @autoreleasepool {
    for (NSString *title in @[ @"a", @"b" ]) {
      completion(title, nil);
    }
  }
  if (@available(macOS 12, *)) {
    @throw [NSException exceptionWithName:@"late" reason:nil userInfo:@{@"at": @(end)}];
  }
}

- (void)dealloc {
}

@end

NS_ASSUME_NONNULL_END
