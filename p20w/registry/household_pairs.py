"""What two nodes of one place agree in, and whether that is enough to ask further.

Here: the SQL that lays such pairs side by side, counts what agrees and leaves out what something speaks against. Not
here: which nodes meet (`household`), which pairs are joined (`leftovers`).

Against it speak another sex, suffix or middle name, and a generation between the birth dates of somebody young enough
to live with a parent of that name.
"""

from p20w.registry.agreement import level_of, pair_columns
from splink_models.comparisons import ADDRESS, BIRTH, FIRST, LAST, MIDDLE, SEX, SUFFIX

GENERATION = 14
"""Years between two birth dates from which on they may be a parent's and a child's."""

GROWN = 25
"""Age from which on a person is taken to have an address, and files, apart from a parent of the same name."""

PLACE_COLUMNS = ("places", "place_parts", "postal_codes", "cities")


def pairs_sql(is_unrelated: bool) -> str:
    """SQL that makes table `meeting` from `housed_key`, `housed`, `features` and `node_place`.

    Args:
        is_unrelated: the files hold people of no common household, so that less agreement is enough.
    """
    enough, nearly = (_ENOUGH_UNRELATED, "birth_points > 0") if is_unrelated else (_ENOUGH, "false")
    compared = {
        "first": FIRST, "middle": MIDDLE, "last": LAST, "birth": BIRTH, "sex": SEX, "suffix": SUFFIX,
        "address": ADDRESS,
    }  # fmt: skip
    levels = ",\n".join(f"{level_of(item)} as {name}_level" for name, item in compared.items())
    places = pair_columns("left_place", "right_place", PLACE_COLUMNS)
    columns = f"{pair_columns('left_side', 'right_side')},\n{places}"
    return _PAIRS.format(columns=columns, levels=levels, enough=enough, nearly=nearly)


_PAIRS = f"""
create table meeting as
with met as (

    select distinct
        one.record as left_record,
        other.record as right_record,
        one.node as left_node,
        other.node as right_node
    from housed_key as one
    inner join housed_key as other on one.key = other.key and one.node < other.node

),

pair as (

    select
        met.*,
        case
            when left_side.birth_year > right_side.birth_year then left_housed.first_year - left_side.birth_year
            else right_housed.first_year - right_side.birth_year
        end as younger_age,
        {{columns}}
    from met
    inner join features as left_side on met.left_record = left_side.record
    inner join features as right_side on met.right_record = right_side.record
    inner join housed as left_housed on met.left_record = left_housed.record
    inner join housed as right_housed on met.right_record = right_housed.record
    inner join node_place as left_place on met.left_node = left_place.node
    inner join node_place as right_place on met.right_node = right_place.node

),

levelled as (

    select *, {{levels}} from pair

),

counted as (

    select
        *,
        case
            when first_level in ('exact', 'swapped', 'form', 'similar', 'middle') then 2
            when first_level in ('rough', 'half', 'initial') then 1
            else 0
        end as first_points,
        case
            when last_level in ('exact', 'swapped', 'part', 'begins', 'similar') then 2
            when last_level = 'rough' then 1
            else 0
        end as last_points,
        case
            when birth_level in ('exact', 'swapped', 'digit') then 2
            when birth_level in ('year', 'two_parts') then 1
            else 0
        end as birth_points,
        case
            when address_level = 'exact' then 3
            when address_level = 'near' then 2
            when address_level = 'postal' or list_has_any(cities_l, cities_r) then 1
            else 0
        end as place_points,
        first_points + last_points + birth_points as own_points
    from levelled
    where sex_level <> 'other' and suffix_level <> 'other'

)

select
    left_node,
    right_node,
    left_record,
    right_record,
    first_level,
    last_level,
    birth_level,
    own_points + place_points as points,
    {{enough}} as is_enough
from counted
where (is_enough or {{nearly}})
    and (middle_level <> 'other' or (birth_points = 2 and first_points = 2))
    and (
        birth_points > 0
        or birth_level = 'missing'
        or abs(birth_year_l - birth_year_r) < {GENERATION}
        or younger_age >= {GROWN}
    );
"""

_ENOUGH = "place_points >= 2 and own_points >= 3 and first_level <> 'other'"
"""Another first name is a twin's, a brother's, a mother's."""


_ENOUGH_UNRELATED = """
    (place_points >= 2 and own_points >= 1)
    or (place_points = 1 and own_points >= 4 and birth_points > 0)
    or (place_points = 1 and first_level = 'exact' and last_level = 'exact' and birth_level = 'missing')
"""
