#!/usr/bin/env tclsh
# Steers a model of a canal lock.

package require Tcl 8.6
source [file join lib sluices.tcl]

set sluiceCount 2

namespace eval ::lock {
    variable level 0
    namespace export fill
}

# Lets water in until both sides are level.
proc ::lock::fill {target {speed 1}} {
    variable level
    while {$level < $target} {
        incr level $speed
    }
    return $level
}

proc liftSluice sluice {
    puts "opens \{ $sluice"
}

oo::class create Barge {
    variable cargo

    constructor {name} {
        set cargo [list]
    }

    # Ties the barge to the quay.
    method moor {quay} {
        puts "moored at $quay"
    }

    destructor {
        unset cargo
    }
}

snit::type Winch {
    option -rope 12

    method haul {metres} {
        return [expr {$metres * 2}]
    }

    typemethod count {} {
        return 1
    }
}

test lock-1.1 {fills to the top} {
    ::lock::fill 3
} 3
