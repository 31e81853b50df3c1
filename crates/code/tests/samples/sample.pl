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

use constant {
    LANES  => 8,
    FRAMES => 10,
};
our ($lanes, @players);
my %scores = (ada => 120, lovis => 98);

sub new {
    my ($class, %args) = @_;
    my $self = bless { throws => [], %args }, $class;
    return $self;
}

sub best_of($first, @rest) {
    my $compare = sub { $_[0] <=> $_[1] };
    for my $score (sort { $b <=> $a } $first, @rest) {
        return $score if $score =~ /^\d{1,3}$/;
    }
    return;
}

=head2 report

Prints a report.

sub not_a_sub { }

=cut

sub report : method {
    my $self = shift;
    print <<"END";
sub in_a_heredoc {
END
    if (@{ $self->{throws} } > FRAMES) {
        warn "too many\n";
    }
    else {
        say sprintf '%s: %d', $_, $scores{$_} for keys %scores;
    }
}

sub _private;
sub one_line { return 1 }

BEGIN {
    *alias = \&report;
}

package Bowling::Score::Lane {
    use parent -norequire, 'Bowling::Score';

    sub number { $_[0]{number} }
}

package main;

sub main { Bowling::Score->new(lane => 3)->report }

main() unless caller;

1;
