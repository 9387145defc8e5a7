"""How many people are in the groups of a pool, rounded together.

Here: groups that two tables divide the same people into, so that the sum of one is the sum of the other, on one page or
on two. Not here: rounding itself (`p20w.reports.masking`), what is shown of a group (outcomes).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from p20w.reports.masking import Mask

if TYPE_CHECKING:
    from p20w.reports.sections.outcomes import ClusterOutcome, LeaverOutcome

SHARED = "people in two fields"


def of_groups(
    mask: Mask, pool: str, leavers: Sequence[LeaverOutcome], clusters: Sequence[ClusterOutcome]
) -> dict[str, str]:
    """Words for the number of people by `leaver_type` and by `cte_group` of a pool.

    Everybody who is counted has one of either. The same pool gives the same words whatever page it is on: its people
    are the same in every year since leaving.
    """
    types = {row.leaver_type: row.persons for row in leavers if row.leaver_cohort == pool}
    groups = {row.cte_group: row.persons for row in clusters
              if row.leaver_cohort == pool and row.career_cluster == "all"}  # fmt: skip
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
