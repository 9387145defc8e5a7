-- tested: one row a candidate pair and comparison that tests its score, and one row a link (test 'link')
-- tier text: what the pair hangs on · test, files text: the two feeds · person bigint: cluster of the first record
-- contradicts boolean: what the comparison says, null for a link
-- bits double: the score without that comparison, of a link with all, in quarters of a bit
-- A pair of one file that differs in nothing but the comparison is two records because of it, which tests nothing.
-- First names that agree by way of middle names leave those nothing to say; birth dates test only links by a number.
create temp table tested as
with pair as (

    select
        {tier} as tier,
        least(one.feed, other.feed) || ' and ' || greatest(one.feed, other.feed) as files,
        left_cluster.cluster as person,
        left_cluster.cluster = right_cluster.cluster as is_link,
        scored.match_weight,
        scored.gamma_middle_name = 0 as is_middle_other,
        scored.gamma_middle_name >= 0
        and scored.gamma_first_name not in ({by_middle})
        and (one.feed <> other.feed or {differs_beside_middle}) as is_middle_telling,
        {bits_without_middle} as bits_without_middle,
        scored.gamma_birthdate = 0 as is_birth_other,
        scored.gamma_birthdate >= 0
        and tier in ('ssn', 'near_ssn', 'id')
        and (one.feed <> other.feed or {differs_beside_birth}) as is_birth_telling,
        {bits_without_birth} as bits_without_birth
    from scored
    inner join compared as one on scored.record_l = one.record
    inner join compared as other on scored.record_r = other.record
    inner join cluster as left_cluster on scored.record_l = left_cluster.record
    inner join cluster as right_cluster on scored.record_r = right_cluster.record

),

each_test as (

    select
        tier,
        files,
        person,
        unnest(['link', 'middle', 'birth']) as test,
        unnest([is_link, is_middle_telling, is_birth_telling]) as is_telling,
        unnest([null, is_middle_other, is_birth_other]) as contradicts,
        unnest([match_weight, bits_without_middle, bits_without_birth]) as bits
    from pair

)

select
    tier,
    test,
    files,
    person,
    contradicts,
    round(bits * 4) / 4 as bits
from each_test
where is_telling and bits >= {accept}
