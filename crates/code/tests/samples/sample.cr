require "json"
require "./kiln/*"

# Fires pots in a kiln.
module Pottery
  MAX_HEAT = 1_280

  enum Glaze
    Celadon
    Tenmoku = 4
  end

  record Shard, pot : String, weight : Int32

  alias Degrees = Int32 | Float64

  abstract class Vessel
    property name : String
    getter? cracked = false

    def initialize(@name)
    end

    abstract def volume : Float64
  end

  struct Cone
    def melted?(heat)
      heat > MAX_HEAT
    end
  end

  class Kiln(T) < Vessel
    @pots = [] of T

    # Heats up until the cones bend.
    def fire_pots(hours : Int32, &block)
      hours.times do |hour|
        yield hour
      end
    end

    def self.open
      new("old")
    end

    def ==(other)
      name == other.name
    end

    private macro stoke(wood)
      puts {{wood}}
    end
  end

  lib LibSmoke
    fun smoke_density(chimney : Void*) : Int32
  end
end
