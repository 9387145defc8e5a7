-- The review desk: what a steward may see of a pair that is up for review, and how a verdict is given.
-- The steward's login still reads no table of the vault. Three functions are its only way, each for one pair
-- that is in the queue or was decided before, and no reading leaves no trace.

-- ------------------------------------------------------------------- verdicts

alter table registry.decision drop constraint decision_verdict_check;
alter table registry.decision
add constraint decision_verdict_check check (verdict in ('must_link', 'cannot_link', 'undecided')),
add constraint decision_in_order check (identity_left < identity_right),
add column reviewer text not null default session_user check (length(reviewer) between 1 and 60),
add column is_blind boolean not null default false,
add column reason text,
add column match_weight double precision,
add column revoked_by text;
create unique index decision_one_a_reviewer on registry.decision (identity_left, identity_right, reviewer)
where revoked_at is null;
comment on table registry.decision is 'What reviewers said about pairs. Rows are never deleted; a revoked one has no effect.';
comment on column registry.decision.is_blind is 'Whether the reviewer judged without seeing the weights.';
comment on column registry.decision.reason is 'Why the pair was in the queue when it was judged.';

create view registry.standing_decision as
select
    identity_left,
    identity_right,
    min(verdict) filter (where verdict <> 'undecided') as verdict,
    count(*) filter (where verdict <> 'undecided') as reviewers
from registry.decision
where revoked_at is null
group by identity_left, identity_right
having count(distinct verdict) filter (where verdict <> 'undecided') = 1;
comment on view registry.standing_decision is
'Verdicts that hold: at least one reviewer said so and none says otherwise. Linkage follows them.';

-- ---------------------------------------------------------------------- queue

alter table registry.candidate_review add column evidence jsonb;
alter table registry.review_queue add column evidence jsonb;
comment on column registry.review_queue.evidence is
'The weights of the pair, comparison by comparison, as the model gave them. Levels and numbers, no values.';

create view registry.review_pair as
with judged as (

    select
        identity_left,
        identity_right,
        coalesce(array_agg(reviewer order by decision_id) filter (where revoked_at is null), '{}') as reviewers,
        count(distinct verdict) filter (where verdict <> 'undecided' and revoked_at is null) > 1 as is_disputed
    from registry.decision
    group by identity_left, identity_right

)

select
    coalesce(queued.identity_left, judged.identity_left) as identity_left,
    coalesce(queued.identity_right, judged.identity_right) as identity_right,
    queued.identity_left is not null as is_queued,
    coalesce(judged.reviewers, '{}') as reviewers,
    coalesce(judged.is_disputed, false) as is_disputed,
    queued.reason,
    queued.match_weight,
    queued.evidence,
    queued.worth,
    -- a weight short of acceptance says itself how unsure it is (Gini: 4p(1-p)); where a rule or a rival stands
    -- against the weight, nothing does
    coalesce(queued.worth, 0) * case
        when queued.reason = 'nearly enough evidence'
            then 4 * power(2, queued.match_weight) / power(1 + power(2, queued.match_weight), 2)
        else 1
    end as value
from registry.review_queue as queued
full join judged
    on queued.identity_left = judged.identity_left
    and queued.identity_right = judged.identity_right;
comment on view registry.review_pair is
'Pairs in the queue or judged, and what a decision is worth: files that would change person, times uncertainty.';

-- ---------------------------------------------------------------- small words

create function registry.one_apart(one text, other text) returns boolean
language sql immutable strict parallel safe set search_path = pg_catalog, pg_temp
as $$
    with differing as (
        select position
        from generate_series(1, length(one)) as position
        where substr(one, position, 1) <> substr(other, position, 1)
    )

    select
        length(one) = length(other)
        and coalesce(
            count(*) = 1
            or count(*) = 2
            and max(position) = min(position) + 1
            and substr(one, min(position), 1) = substr(other, max(position), 1)
            and substr(one, max(position), 1) = substr(other, min(position), 1),
            false
        )
    from differing
$$;
comment on function registry.one_apart is 'Whether two numbers differ in one character, or by two swapped neighbors.';

create function registry.age_band(birth_year integer, in_year integer) returns text
language sql immutable parallel safe set search_path = pg_catalog, pg_temp
as $$
    select case
        when birth_year is null then 'age unknown'
        when in_year - birth_year < 18 then 'under 18'
        when in_year - birth_year < 25 then '18 to 24'
        when in_year - birth_year < 45 then '25 to 44'
        when in_year - birth_year < 65 then '45 to 64'
        else '65 and over'
    end
$$;

create function registry.place_key(street text, postal_code text) returns text
language sql immutable strict parallel safe set search_path = pg_catalog, pg_temp
as $$
    select nullif(trim(regexp_replace(upper(street), '[^A-Z0-9]+', ' ', 'g')), '') || '|' || left(postal_code, 5)
$$;
comment on function registry.place_key is 'One text for an address, so that two ways to write it are one place.';

-- ------------------------------------------------------------ reading one pair

create function registry.review_open(left_id uuid, right_id uuid, reviewer text) returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
    receipt bigint;
begin
    if not exists (
        select 1 from registry.review_pair as pair
        where pair.identity_left = left_id and pair.identity_right = right_id
    ) then
        raise exception 'the pair is neither in the review queue nor decided' using errcode = '42501';
    end if;
    insert into governance.audit (action, subject)
    values (
        'review pair read',
        jsonb_build_object(
            'identity_left', left_id, 'identity_right', right_id, 'reviewer', left(reviewer, 60),
            'transaction', pg_current_xact_id()::text
        )
    )
    returning audit_id into receipt;
    return receipt;
end
$$;
comment on function registry.review_open is
'Put on record that a reviewer is about to read a pair. Commit, then call review_read with what this returns.';

create function registry.review_side(wanted uuid) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp
as $$
    with seen as (

        select count(*) as files, min(delivered_on) as first_on, max(delivered_on) as last_on
        from vault.identity_presence
        inner join governance.drop using (drop_id)
        where identity_id = wanted and status = 'accepted'

    ),

    place as (

        select
            min(street) as street,
            min(city) as city,
            min(state) as state,
            min(postal_code) as postal_code,
            min(valid_on) as first_on,
            max(valid_on) as last_on
        from vault.address
        inner join governance.drop using (drop_id)
        where identity_id = wanted and status = 'accepted'
        group by coalesce(registry.place_key(street, postal_code), concat_ws('|', street, city, state, postal_code))
        order by max(valid_on) desc nulls last
        limit 6

    ),

    person as (

        select other_identity.feed, count(*) as identities
        from registry.assignment as own
        inner join registry.assignment as other
            on own.person_id = other.person_id and other.valid_to_refresh is null
        inner join vault.identity as other_identity on other.identity_id = other_identity.identity_id
        where own.identity_id = wanted and own.valid_to_refresh is null
        group by other_identity.feed

    )

    select jsonb_build_object(
        'feed', identity.feed,
        'first_name', identity.first_name,
        'middle_name', identity.middle_name,
        'last_or_surname', identity.last_or_surname,
        'previous_last_name', identity.previous_last_name,
        'generation_code_or_suffix', identity.generation_code_or_suffix,
        'birthdate', identity.birthdate,
        'sex', identity.sex,
        'has_ssn', identity.ssn_token is not null,
        'is_ssn_verified', coalesce(identity.is_ssn_verified, false),
        'files', seen.files,
        'first_on', seen.first_on,
        'last_on', seen.last_on,
        'places', coalesce((select jsonb_agg(to_jsonb(place) order by last_on desc nulls last) from place), '[]'),
        'person', coalesce((select jsonb_object_agg(feed, identities) from person), '{}')
    )
    from vault.identity
    cross join seen
    where identity.identity_id = wanted
$$;
comment on function registry.review_side is 'One record of a pair. For review_read only.';

create function registry.review_household(left_id uuid, right_id uuid) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp
as $$
    with pair as (

        select
            identity.identity_id,
            assignment.person_id,
            identity.first_name,
            identity.last_or_surname,
            identity.birthdate,
            identity.identity_id = left_id as is_left
        from vault.identity
        left join registry.assignment
            on identity.identity_id = assignment.identity_id and assignment.valid_to_refresh is null
        where identity.identity_id in (left_id, right_id)

    ),

    place as (

        select distinct
            address.postal_code,
            registry.place_key(address.street, address.postal_code) as key,
            address.identity_id = left_id as is_left
        from vault.address
        inner join governance.drop on address.drop_id = governance.drop.drop_id and status = 'accepted'
        where address.identity_id in (left_id, right_id)

    ),

    -- the postal code first: writing an address in one form takes longer than reading it
    nearby as materialized (

        select identity_id, drop_id, street, postal_code
        from vault.address
        where postal_code = any(array(select postal_code from place))
            and identity_id not in (left_id, right_id)

    ),

    there as materialized (

        select distinct nearby.identity_id, place.is_left
        from nearby
        inner join governance.drop on nearby.drop_id = governance.drop.drop_id and status = 'accepted'
        inner join place on registry.place_key(nearby.street, nearby.postal_code) = place.key

    ),

    neighbor as (

        select there.identity_id, there.is_left, assignment.person_id
        from there
        inner join registry.assignment
            on there.identity_id = assignment.identity_id and assignment.valid_to_refresh is null
        where not exists (select 1 from pair where pair.person_id = assignment.person_id)

    ),

    other as (

        select
            neighbor.person_id,
            bool_or(neighbor.is_left) as is_left_place,
            bool_or(not neighbor.is_left) as is_right_place,
            coalesce(bool_or(pair.last_or_surname = identity.last_or_surname), false) as has_surname,
            coalesce(bool_or(pair.first_name = identity.first_name), false) as has_first_name,
            coalesce(bool_or(pair.birthdate = identity.birthdate), false) as has_birthdate,
            min(extract(year from identity.birthdate))::integer as birth_year
        from neighbor
        inner join vault.identity on neighbor.identity_id = identity.identity_id
        cross join pair
        group by neighbor.person_id

    ),

    told as (

        select
            registry.age_band(birth_year, coalesce(
                (select extract(year from cutoff)::integer from governance.current_refresh),
                extract(year from current_date)::integer
            )) as age_band,
            is_left_place,
            is_right_place,
            has_surname,
            has_first_name,
            has_birthdate,
            -- a birth year is told of likely relatives only
            case when has_surname or has_birthdate then birth_year end as birth_year
        from other

    ),

    listed as (

        select *
        from told
        order by has_birthdate desc, has_surname desc, has_first_name desc, birth_year, age_band
        limit 8

    )

    select jsonb_build_object(
        'people', (select count(*) from told),
        'bands', coalesce((
            select jsonb_object_agg(age_band, people)
            from (select age_band, count(*) as people from told group by age_band) as band
        ), '{}'),
        'others', coalesce((select jsonb_agg(to_jsonb(listed)) from listed), '[]')
    )
$$;
comment on function registry.review_household is
'Who else was ever at the addresses of a pair: how many, how old, what they share with it; no names. For review_read only.';

create function registry.review_read(receipt bigint) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
    left_id uuid;
    right_id uuid;
begin
    -- A reading that is rolled back would take its trace along, so the trace has to be there before.
    select (subject ->> 'identity_left')::uuid, (subject ->> 'identity_right')::uuid
    into left_id, right_id
    from governance.audit
    where audit_id = receipt
        and action = 'review pair read'
        and actor = session_user
        and happened_at > clock_timestamp() - interval '1 minute'
        and subject ->> 'transaction' is distinct from pg_current_xact_id_if_assigned()::text;
    if not found or not exists (
        select 1 from registry.review_pair as pair
        where pair.identity_left = left_id and pair.identity_right = right_id
    ) then
        raise exception 'no committed record of this reading' using errcode = '42501';
    end if;
    return (
        select jsonb_build_object(
            'left', registry.review_side(left_id),
            'right', registry.review_side(right_id),
            'ssn', case
                when one.ssn_token is null or other.ssn_token is null then 'missing'
                when one.ssn_token = other.ssn_token then 'same'
                when exists (
                    select 1
                    from vault.ssn as near_one, vault.ssn as near_other,
                        generate_series(0, 8) as i, generate_series(0, 8) as j
                    where near_one.ssn_token = one.ssn_token and near_other.ssn_token = other.ssn_token
                        and substr(near_one.near_tokens, i * 16 + 1, 16)
                        = substr(near_other.near_tokens, j * 16 + 1, 16)
                ) then 'one digit apart'
                else 'different'
            end,
            'source_id', case
                when one.source_id is null or other.source_id is null then 'missing'
                when one.id_space is distinct from other.id_space then 'not comparable'
                when one.source_id = other.source_id then 'same'
                when registry.one_apart(one.source_id, other.source_id) then 'one digit apart'
                else 'different'
            end,
            'is_one_person', coalesce((
                select count(*) = 2 and count(distinct person_id) = 1
                from registry.assignment
                where identity_id in (left_id, right_id) and valid_to_refresh is null
            ), false),
            'household', registry.review_household(left_id, right_id)
        )
        from vault.identity as one
        cross join vault.identity as other
        where one.identity_id = left_id and other.identity_id = right_id
    );
end
$$;
comment on function registry.review_read is
'The two records of a pair, once review_open has put the reading on record. An SSN is a word about both, never a number.';

-- ------------------------------------------------------------ giving a verdict

create function registry.must_linked_with(start uuid, but_left uuid, but_right uuid) returns setof uuid
language sql stable set search_path = pg_catalog, pg_temp
as $$
    with recursive link as (

        select identity_left as one, identity_right as other from registry.standing_decision
        where verdict = 'must_link' and (identity_left, identity_right) <> (but_left, but_right)
        union all
        select identity_right, identity_left from registry.standing_decision
        where verdict = 'must_link' and (identity_left, identity_right) <> (but_left, but_right)

    ),

    reached as (

        select start as identity_id
        union
        select link.other from reached inner join link on reached.identity_id = link.one

    )

    select identity_id from reached
$$;
comment on function registry.must_linked_with is
'Identities that standing verdicts other than the one on this pair make one person with `start`.';

create function registry.review_decide(
    left_id uuid, right_id uuid, said text, by_reviewer text, blind boolean default false
) returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
    standing bigint;
    given bigint;
begin
    lock table registry.decision in share row exclusive mode;  -- two verdicts at once could contradict each other
    if not exists (
        select 1 from registry.review_pair as pair
        where pair.identity_left = left_id and pair.identity_right = right_id
    ) then
        raise exception 'the pair is neither in the review queue nor decided' using errcode = '42501';
    end if;
    select decision_id into standing
    from registry.decision
    where identity_left = left_id and identity_right = right_id and reviewer = by_reviewer
        and verdict = said and revoked_at is null;
    if found then
        return standing;
    end if;
    if said = 'cannot_link' and right_id in (select registry.must_linked_with(left_id, left_id, right_id))
        or said = 'must_link' and exists (
            select 1
            from registry.standing_decision as apart
            cross join (select registry.must_linked_with(left_id, left_id, right_id) as identity_id) as one
            cross join (select registry.must_linked_with(right_id, left_id, right_id) as identity_id) as other
            where apart.verdict = 'cannot_link'
                and (apart.identity_left, apart.identity_right) <> (left_id, right_id)
                and apart.identity_left = least(one.identity_id, other.identity_id)
                and apart.identity_right = greatest(one.identity_id, other.identity_id)
        )
    then
        raise exception 'the verdict contradicts others that stand' using errcode = 'PW001';
    end if;
    update registry.decision
    set revoked_at = clock_timestamp(), revoked_by = by_reviewer
    where identity_left = left_id and identity_right = right_id and reviewer = by_reviewer and revoked_at is null;
    insert into registry.decision (identity_left, identity_right, verdict, reviewer, is_blind, reason, match_weight)
    select left_id, right_id, said, by_reviewer, blind, pair.reason, pair.match_weight
    from registry.review_pair as pair
    where pair.identity_left = left_id and pair.identity_right = right_id
    returning decision_id into given;
    return given;
end
$$;
comment on function registry.review_decide is
'Give a verdict in a reviewer''s name, in place of an earlier one of theirs. PW001: it contradicts standing verdicts.';

create function registry.review_revoke(wanted bigint, by_reviewer text) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
    update registry.decision
    set revoked_at = clock_timestamp(), revoked_by = by_reviewer
    where decision_id = wanted and revoked_at is null;
    return found;
end
$$;

-- ----------------------------------------------------------------- privileges

revoke all on function
registry.one_apart(text, text), registry.age_band(integer, integer), registry.place_key(text, text),
registry.review_open(uuid, uuid, text), registry.review_side(uuid), registry.review_household(uuid, uuid),
registry.review_read(bigint), registry.must_linked_with(uuid, uuid, uuid),
registry.review_decide(uuid, uuid, text, text, boolean), registry.review_revoke(bigint, text)
from public;
grant execute on function
registry.review_open(uuid, uuid, text), registry.review_read(bigint),
registry.review_decide(uuid, uuid, text, text, boolean), registry.review_revoke(bigint, text)
to p20w_steward;

-- verdicts are given and revoked by the functions alone, so that none can be changed or put in without a name
revoke insert, update on registry.decision from p20w_steward;
grant select on registry.review_pair, registry.standing_decision to p20w_steward;
grant select on registry.standing_decision to p20w_linkage;
