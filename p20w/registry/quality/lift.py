"""What the license file bridges: school records in wage records, with it and without.

Here: people of K-12 found in wages as things are, and as they would be had no license file come, for the whole and by
group. Not here: linking anew (`sample`), match rates of other pairs (`rates`).

Where the two differ more for one group than for another, the bridge tilts every figure about leavers' wages.
"""

import duckdb
import numpy as np
import pyarrow as pa

from p20w.registry.quality.figure import Figure, of_share
from p20w.registry.quality.gaps import Floats, compare
from p20w.registry.quality.groups import Integers, members_of
from p20w.registry.quality.intervals import clustered
from p20w.registry.quality.sample import Sample, relink
from p20w.settings import Settings
from splink_models import Model

LICENSE, SCHOOL, WAGES = "dmv_license", "k12_enrollment", "ui_wage"
LEAST_AGE = 18
"""People of school age who can be expected in wages; younger ones would only thin the shares."""


def link_without_license(settings: Settings, model: Model, sample: Sample) -> pa.Table:
    """Who is with whom without any license record."""
    return relink(settings, model, sample, f"record.feed <> '{LICENSE}'", {})


def lift(con: duckdb.DuckDBPyConnection, linked: pa.Table, year: int) -> list[Figure]:
    """Shares of grown K-12 people found in wages, with and without licenses; empty without both feeds.

    Args:
        con: with tables `identity` and `member` (subject: person).
        linked: of `link_without_license`; only its people are counted.
        year: of the refresh, for ages.
    """
    con.register("read_bare", linked)
    con.execute(_LIFT.format(grown=year - LEAST_AGE))
    con.unregister("read_bare")
    rows = con.execute("select person, is_with, is_without from lifted order by person").fetchnumpy()
    person = np.asarray(rows["person"], np.int64)
    counts = {
        "school_in_wages": np.asarray(rows["is_with"], np.float64),
        "school_in_wages_without_license": np.asarray(rows["is_without"], np.float64),
    }
    if not len(person):
        return []
    ones = np.ones(len(person))
    figures: list[Figure] = []
    for figure, part in counts.items():
        figures.append(of_share(figure, clustered(part, ones)))
        for group, at in members_of(con, person).items():
            figures.append(of_share(figure, clustered(part[at], ones[at]), group=group))
    return figures + _tilt(con, person, counts["school_in_wages"] - counts["school_in_wages_without_license"])


def _tilt(con: duckdb.DuckDBPyConnection, person: Integers, gained: Floats) -> list[Figure]:
    """The widest difference between two groups in what licenses add: the tilt they give to figures about work."""
    members = members_of(con, person)
    gap = compare(list(members), list(members.values()), gained, np.ones(len(person))).within
    if gap is None:
        return []
    told = f"{gap.better[1]} over {gap.worse[1]}"
    return [Figure("license_tilt", gap.difference, "", gap.better[0], told, gap.low, gap.high)]


_LIFT = f"""
create table lifted as
with bare as (

    select identity.identity, identity.feed, read_bare.cluster
    from read_bare
    inner join identity on read_bare.identity_id = identity.identity_id

),

pupil as (

    select distinct identity.person, identity.identity
    from identity
    inner join bare on identity.identity = bare.identity
    where identity.feed = '{SCHOOL}' and year(identity.birthdate) <= {{grown}}

),

works as (

    select distinct person from identity where feed = '{WAGES}'

),

works_bare as (

    select distinct cluster from bare where feed = '{WAGES}'

)

select
    pupil.person,
    bool_or(works.person is not null) as is_with,
    bool_or(works_bare.cluster is not null) as is_without
from pupil
inner join bare on pupil.identity = bare.identity
left join works on pupil.person = works.person
left join works_bare on bare.cluster = works_bare.cluster
group by pupil.person
order by pupil.person;
"""
