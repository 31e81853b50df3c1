//! A store of greetings.
const std = @import("std");
const disk = @import("disk.zig");

/// How many greetings fit.
pub const capacity: usize = 16;
var count: usize = 0;

pub const Error = error{ Full, Missing };

/// Keeps greetings.
pub const Store = struct {
    limit: usize,
    const Self = @This();

    /// Makes one.
    pub fn init(limit: usize) Self {
        const local = limit;
        return .{ .limit = local };
    }

    pub const Tone = enum { soft, loud };
};

fn List(comptime T: type) type {
    return struct {
        items: []T,

        pub fn len(self: @This()) usize {
            return self.items.len;
        }
    };
}

pub fn main() !void {
    std.debug.print("hello", .{});
}

test "store greets" {
    try std.testing.expect(true);
}
