* Estimates how much honey a meadow gives.
version 16
global meadow "north"
scalar hives = 12

include "bees.do"

capture program drop honey_yield
* Prints the yield of one summer.
program define honey_yield, rclass
    syntax varlist, [Sunny(real 1)]
    quietly summarize `varlist'
    return scalar total = r(sum) * `sunny'
end

/*
program never
end
*/

program list_meadows
    display "north south"
end

mata:
// Weighs combs by their wax.
real scalar comb_weight(real matrix combs, real scalar wax)
{
    return(sum(combs) * wax)
}

struct hive {
    real scalar frames
}

void function print_hive(
    struct hive scalar h)
{
    printf("%g", h.frames)
}
end

honey_yield flowers, sunny(1.5)
