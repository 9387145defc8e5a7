-- scored: one row a candidate pair whose evidence does not lie hopelessly against it
-- record_l, record_r bigint (l < r) · match_weight double: bits for one person against strangers or one household
-- match_probability double · stranger_weight, household_weight double: against either alone
-- gamma_<comparison> tinyint: the level each comparison found, by Splink's numbers
-- {against_household}: bits for one person against two of a household, over the gammas
create table scored as
with weighed as (

    select
        *,
        {against_household} as household_weight
    from predicted

)

select
    record_l,
    record_r,
    round(-log2(power(2, -stranger_weight) + power(2, -household_weight)), 6) as match_weight,
    1 / (1 + power(2, -match_weight)) as match_probability,
    round(stranger_weight, 6) as stranger_weight,
    round(household_weight, 6) as household_weight,
    {gammas}
from weighed
order by record_l, record_r
