-- one row: how many employers with enough names to be judged write initials, cut names or turn them, and their lines
with spoken as (

    select
        word,
        count(*) filter (where is_first) as firsts,
        count(*) filter (where not is_first) as lasts
    from (
        select
            unnest([first, last]) as word,
            unnest([true, false]) as is_first
        from features
    ) as words
    group by word

),

-- a name is in the other order when in this state its first word is more often a surname, and its last a first name
written as (

    select
        employed.ui_account_number,
        employed.lines,
        length(features.first) as first_letters,
        length(features.last_whole) as last_letters,
        as_first.lasts > as_first.firsts and as_last.firsts > as_last.lasts as is_turned
    from employed
    inner join features on employed.record = features.record
    left join spoken as as_first on features.first = as_first.word
    left join spoken as as_last on features.last = as_last.word

),

-- nearly all names end within the field; the rest is double names and slips
field as (

    select
        ui_account_number,
        sum(lines) as lines,
        quantile_disc(first_letters, 0.97) as first_field,
        quantile_disc(last_letters, 0.97) as last_field
    from written
    group by ui_account_number
    having count(first_letters) >= {fewest} and count(last_letters) >= {fewest}

),

-- three names of four are initials, end where the field ends, or are in the other order: nine first names of ten have
-- four letters or more, so that nearly all reach the limit of a program that cuts them to four. Half of all surnames
-- have six letters or more, so that two of five do. A longer field than six and nine letters holds nearly every name.
employer as (

    select
        field.lines,
        avg((written.first_letters = 1)::integer) >= 0.75 as is_initials,
        field.first_field between 2 and 6
        and avg((written.first_letters = field.first_field)::integer) >= 0.75
        or field.last_field <= 9
        and avg((written.last_letters = field.last_field)::integer) >= 0.4 as is_cut,
        avg(written.is_turned::integer) >= 0.75 as is_turned
    from written
    inner join field on written.ui_account_number = field.ui_account_number
    group by field.ui_account_number, field.lines, field.first_field, field.last_field

)

select
    count(*) as employers_named,
    count(*) filter (where is_initials) as employers_of_initials,
    coalesce(sum(lines) filter (where is_initials), 0) as lines_of_initials,
    count(*) filter (where is_cut) as employers_cutting,
    coalesce(sum(lines) filter (where is_cut), 0) as lines_cut,
    count(*) filter (where is_turned) as employers_turning,
    coalesce(sum(lines) filter (where is_turned), 0) as lines_turned
from employer
