"""What the license file bridges: school records in wage records, with it and without.

Here: people of K-12 found in wages as things are, and as they would be had no license file come, for the whole and by
group. Not here: clustering without licenses (`without`), match rates of other pairs (`rates`).

Where the two differ more for one group than for another, the bridge tilts every figure about leavers' wages.
"""

import duckdb
import numpy as np

from p20w.registry.quality.figure import Figure, of_gap, of_share
from p20w.registry.quality.groups import members_of
from p20w.registry.quality.intervals import clustered, compare
from p20w.registry.quality.without import decide_without
from p20w.registry.statements import arrays, execute

LEAST_AGE = 18
"""People of school age who can be expected in wages; younger ones would only thin the shares."""


def lift(con: duckdb.DuckDBPyConnection, year: int) -> list[Figure]:
    """Shares of grown K-12 people found in wages, with and without licenses; empty without grown pupils.

    Args:
        con: with `identity`, `member` (subject: person) and the tables of the refresh.
        year: of the refresh, for ages.
    """
    decide_without(con, "license", kept="feed <> 'dmv_license'")
    person, now, bare = arrays(execute(con, _LIFTED, grown=year - LEAST_AGE), float)
    if not len(person):
        return []
    everyone, members = np.ones(len(person)), members_of(con, person.astype(np.int64))
    figures = of_gap("license_tilt", compare(members, now - bare, everyone).within)
    for name, part in (("school_in_wages", now), ("school_in_wages_without_license", bare)):
        figures.append(of_share(name, clustered(part, everyone)))
        figures += [of_share(name, clustered(part[at], everyone[at]), group=group) for group, at in members.items()]
    return figures


_LIFTED = """
with bare as (

    select identity.*, without_license.cluster
    from identity
    inner join without_license on identity.identity = without_license.record

)

select
    person,
    bool_or(person in (select person from identity where feed = 'ui_wage')) as is_with,
    bool_or(cluster in (select cluster from bare where feed = 'ui_wage')) as is_without
from bare
where feed = 'k12_enrollment' and year(birthdate) <= {grown}
group by person
order by person
"""
