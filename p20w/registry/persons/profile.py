"""The little that marts may know about a person: birth year, sex, race and ethnicity.

Here: choosing one value where records disagree. Not here: names, dates or anything else that identifies.
"""

from collections.abc import Mapping

import duckdb

from p20w.contracts import FeedContract
from p20w.database.bulk import Read
from p20w.registry.statements import run

_NOBODY = "select null::bigint as drop_id, null::uuid as identity_id, null::text as race_ethnicity"

_RACE = """
select uuid_send(line.identity_id) as identity_id, line.race_ethnicity, count(*) as lines
from ({lines}) as line
inner join governance.drop on line.drop_id = governance.drop.drop_id
where governance.drop.status = 'accepted' and line.race_ethnicity is not null and line.identity_id is not null
group by line.identity_id, line.race_ethnicity
"""


def make_profiles(con: duckdb.DuckDBPyConnection, read: Read, contracts: Mapping[str, FeedContract]) -> None:
    """Make table `profile` from `member`, `person`, `record`, `features` and the feeds that tell race and ethnicity."""
    lines = [
        f"select drop_id, identity_id, race_ethnicity from intake.{feed}"
        for feed, contract in contracts.items()
        if any(item.name == "race_ethnicity" for item in contract.attributes)
    ]
    race = read(_RACE.format(lines=" union all ".join(lines or [_NOBODY])))
    run(con, "persons/profile", read_race=race)
