#!/usr/bin/env perl
# Keeps the score of a bowling club.
package Bowling::Score;

use strict;
use List::Util qw(sum);
use constant PINS => 10;

our $VERSION = '1.2';

# Sums up a player's throws.
sub total_of {
    my ($player) = @_;
    my $bonus = 0;
    return sum(@{ $player->{throws} }) + $bonus;
}

sub is_strike {
    my ($throw) = @_;
    return $throw == PINS;
}

1;
