/// Runs a cable railway up a hill.
module funicular.cabin;

import std.algorithm : map, sum;
static import std.stdio;

enum maxPassengers = 40;
enum string hillName = "Sunny Side";

alias Weight = double;

/// What a cabin is doing.
enum State : ubyte
{
    waiting,
    climbing = 2,
    descending
}

/+ A struct Old { } was here. +/
struct Passenger
{
    string name;
    Weight weight = 70.0;
}

interface Brakes
{
    void pull(int force);
}

final class Cabin : Brakes
{
    private Passenger[] passengers;
    State state;

    this(State state)
    {
        this.state = state;
    }

    /// Lets somebody in, unless the cabin is full.
    bool board(Passenger passenger)
    {
        auto room = passengers.length < maxPassengers;
        if (room)
            passengers ~= passenger;
        return room;
    }

    @property Weight load() const pure
    {
        return passengers.map!(p => p.weight).sum;
    }

    override void pull(
        int force
    )
    {
        state = State.waiting;
    }
}

mixin template Counted()
{
    int count;
}

T heavier(T)(T one, T other) if (is(T : Weight))
{
    return one > other ? one : other;
}

unittest
{
    auto cabin = new Cabin(State.waiting);
    assert(cabin.load == 0);
}
