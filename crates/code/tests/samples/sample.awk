#!/usr/bin/gawk -f
# Adds up the eggs that hens have laid.
@include "calendar.awk"

BEGIN {
    FS = ","
    hens = 0
}

# Gives the eggs of a week.
function eggs_of_week(week, hen,    sum, day) {
    for (day = 1; day <= 7; day++)
        sum += laid[hen, week, day]
    return sum
}

func best_hen(week)
{
    best = ""
    return best
}

$3 ~ /broken/ { broken++ }

{
    laid[$1, $2] += $3
}

END {
    print "eggs:", eggs_of_week(1, "Berta")
}
