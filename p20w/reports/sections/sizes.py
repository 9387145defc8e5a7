"""How many people are in the groups of a pool, rounded together.

Here: groups that two tables divide the same people into, so that the sum of one is the sum of the other, on one page or
on two. Not here: rounding itself (`p20w.reports.masking`), what is shown of a group (outcomes).
"""

from collections.abc import Mapping, Sequence

from p20w.reports.headlines import ClusterOutcome, LeaverOutcome
from p20w.reports.masking import Mask

SHARED = "people in two fields"


def of_groups(
    mask: Mask, cohorts: Sequence[str], leavers: Sequence[LeaverOutcome], clusters: Sequence[ClusterOutcome]
) -> dict[str, str]:
    """Words for the number of people by `leaver_type` and by `cte_group` of these cohorts.

    Everybody who is counted has one of either. The same cohorts give the same words whatever page they are on.
    """
    types = _first([(row.leaver_type, row.leaver_cohort, row.years_since_leaving, row.persons) for row in leavers
                    if row.leaver_cohort in cohorts])  # fmt: skip
    groups = _first([(row.cte_group, row.leaver_cohort, row.years_since_leaving, row.persons) for row in clusters
                     if row.leaver_cohort in cohorts and row.career_cluster == "all"])  # fmt: skip
    if sum(types.values()) != sum(groups.values()):  # without CTE files of some years, nothing adds up
        return {name: mask.people(count) for name, count in {**types, **groups}.items()}
    return mask.balance({**types, **groups}, {**dict.fromkeys(types, 1), **dict.fromkeys(groups, -1)})


def of_fields(mask: Mask, concentrators: int, fields: Mapping[str, int]) -> dict[str, str]:
    """Words for the number of concentrators by field. Few are in two fields, so the fields nearly add up to all."""
    shared = sum(fields.values()) - concentrators
    signs = {**dict.fromkeys(fields, 1), "": -1, SHARED: -1}
    found = mask.balance(
        {**fields, "": concentrators, SHARED: shared}, signs, unshown={SHARED: (0, sum(fields.values()))}
    )
    return {name: found[name] for name in fields}


def _first(rows: Sequence[tuple[str, str, int, int]]) -> dict[str, int]:
    """People by group over the cohorts, each cohort's at its first year: they are the same in every year."""
    persons: dict[tuple[str, str], tuple[int, int]] = {}
    for group, cohort, years, count in rows:
        persons[group, cohort] = min(persons.get((group, cohort), (years, count)), (years, count))
    found: dict[str, int] = {}
    for (group, _), (_, count) in sorted(persons.items()):
        found[group] = found.get(group, 0) + count
    return found
