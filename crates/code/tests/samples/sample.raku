use v6.d;
use JSON::Fast;

#| Deals cards for a game of whist.
unit module Whist::Deal;

enum Suit <Hearts Spades>;
subset Rank of Int where 2..14;
constant $hand-size = 13;
our $deals = 0;

class Card is export {
    has Suit $.suit;
    has Rank $.rank is required;

    # Whether this card beats another one.
    method beats(Card $other --> Bool) {
        my $same = $!suit == $other.suit;
        $same && $!rank > $other.rank
    }

    submethod TWEAK { }
}

role Dealer {
    method !shuffle-deck(@deck) { @deck.pick(*) }
}

grammar Call {
    token TOP { <bid> | 'pass' }
    rule bid { \d+ <suit> }
    regex suit { hearts | spades }
}

=begin pod
sub never { }
=end pod

# Deals all cards to four players.
sub deal-hands(@cards, Int $players = 4) is export {
    @cards.rotor($hand-size)
}

multi sub score(0) { 0 }
multi score(Int $tricks) { $tricks - 6 }

proto trump(|) {*}
