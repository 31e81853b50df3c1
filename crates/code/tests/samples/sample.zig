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

/// A door with its locks.
pub fn Door(comptime Key: type, comptime options: struct { locks: u8 = 1 }) type {
    return struct {
        const Self = @This();
        pub const Error = error{Locked} || std.mem.Allocator.Error;
        var opened: usize = 0;

        locks: [options.locks]Key = undefined,
        state: union(enum) { open, ajar: u8 },

        pub fn open(self: *Self, key: Key) Error!void {
            for (self.locks, 0..) |lock, index| {
                if (lock != key) return error.Locked;
                _ = index;
            }
            errdefer self.shut();
            opened += 1;
        }

        inline fn shut(self: *Self) void {
            self.state = .open;
        }

        test open {
            var door: Self = .{ .state = .open };
            try door.open(1);
        }
    };
}

pub const Wood = enum(u8) {
    oak = 5,
    pine,

    pub fn isHard(wood: Wood) bool {
        return switch (wood) {
            .oak => true,
            else => false,
        };
    }
};

const Value = extern union {
    whole: u64,
    part: f64,
};

pub const Flags = packed struct(u32) { open: bool, _padding: u31 = 0 };
pub const Opaque = opaque {
    pub extern fn knock(times: c_int) callconv(.C) void;
};

const FrontDoor = Door(u32, .{ .locks = 2 });
const separator = if (builtin.os.tag == .windows) '\\' else '/';

threadlocal var current: ?*FrontDoor = null;
pub extern "c" fn getenv(name: [*:0]const u8) ?[*:0]u8;
export fn door_open(door: *FrontDoor) c_int {
    door.open(1) catch |err| switch (err) {
        error.Locked => return 1,
        else => unreachable,
    };
    return 0;
}

comptime {
    const size = @sizeOf(Flags);
    if (size != 4) @compileError("flags are four bytes");
}

test {
    std.testing.refAllDecls(@This());
}

test "a door opens with its key" {
    const allocator = std.testing.allocator;
    var list = std.ArrayList(u8).init(allocator);
    defer list.deinit();
}
