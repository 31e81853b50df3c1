/* Ranks the pumpkins of a county fair. */
%include "fair_setup.sas";
%let county = Kent;
libname fair "/data/fair";

* Weighs each pumpkin twice;
%macro weigh_pumpkins(year, scale=kg);
    %let limit = 500;
    data work.weighed;
        set fair.pumpkins;
        where year = &year;
        mean_weight = (first + second) / 2;
    run;
%mend weigh_pumpkins;

data fair.winners (keep=grower weight);
    set work.weighed;
    if weight > 300 then output;
run;

proc sql;
    create table fair.growers as
    select grower, count(*) as pumpkins
    from work.weighed
    group by grower;
quit;

proc format;
    value $size
        'S' = 'small'
        'L' = 'large';
run;

proc fcmp outlib=fair.funcs.size;
    function girth(radius);
        return (2 * 3.14159 * radius);
    endsub;
run;

%weigh_pumpkins(2024)
