@0xb3f2c1d09e8a7f61;
# What a beekeeper writes down.

using Time = import "time.capnp";

const maxFrames :UInt8 = 12;

struct Hive @0xaabbccddeeff0011 {
  id @0 :UInt32;
  frames @1 :List(Frame);

  # A frame, full or empty.
  struct Frame {
    honey @0 :Float32;
  }
}

enum Temper {
  gentle @0;
  angry @1;
}

interface Apiary {
  # Looks into a hive, and says how full it is.
  inspectHive @0 (id :UInt32) -> (hive :Hive);
  smoke @1 (puffs :UInt8);
}

annotation queenYear(struct) :UInt16;
