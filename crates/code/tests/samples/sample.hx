package aquarium;

import haxe.ds.StringMap;
using StringTools;

/** What lives in a tank. **/
enum Creature {
    Snail;
    Fish(name:String);
}

typedef Tank = {
    var litres:Int;
    var creatures:Array<Creature>;
}

interface Feeder {
    function feed(tank:Tank):Void;
}

enum abstract Food(String) to String {
    var Flakes = "flakes";
    var Worms = "worms";
}

/**
 * Feeds the tanks by a clock.
 */
@:keep
class ClockFeeder implements Feeder {
    public static inline final MEALS_A_DAY = 3;

    var tanks:StringMap<Tank>;
    public var paused(default, null):Bool = false;

    public function new() {
        tanks = new StringMap();
    }

    public function feed(tank:Tank):Void {
        var portion = tank.litres / MEALS_A_DAY;
        trace('drops $portion');
    }

    // Cleans the glass from inside.
    static public inline function scrubGlass(
        tank:Tank,
        ?times:Int
    ):Bool {
        return times != null;
    }

    macro static function count() {
        return macro 1;
    }
}

abstract Depth(Float) from Float {
    public inline function toFeet():Float
        return this * 3.28;
}
