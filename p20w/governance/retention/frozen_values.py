"""Forget how common a name or a birth date was, once nobody in the vault has it.

Here: the values that weights were frozen at (`p20w.registry.linking.weighing`), after people were purged. What stays
weighs as it did before; a value that is gone weighs as one that was there once, should it ever come again. Not here:
purging (`purging`).
"""

from p20w.contracts import fillers
from p20w.database import Warehouse
from p20w.database.bulk import reader
from p20w.registry.inputs.records import QUERIES, read_records
from p20w.registry.scratch import scratch_database
from p20w.settings import Settings
from splink_models.comparisons import TERMS
from splink_models.features import make_features

_OF_EVERYBODY = {
    **QUERIES,
    "presence": "select uuid_send(identity_id) as identity_id, drop_id from vault.identity_presence",
    "address": f"{QUERIES['address']} and false",
    "ssn": f"{QUERIES['ssn']} where false",
}


def forget_values(warehouse: Warehouse, settings: Settings) -> int:
    """Remove frozen values that no record in the vault has, whatever its drop's status; how many went.

    Safe to repeat. Works as role `linkage`, the one reader of the vault.
    """
    with scratch_database(settings) as con, reader(warehouse.libpq("linkage")) as read:
        frozen = read("select distinct term, value from vault.term_frequency")
        if not frozen.num_rows:
            return 0
        con.register("frozen", frozen)
        read_records(con, read, _OF_EVERYBODY)
        make_features(con, fillers=fillers(settings.contracts))
        held = " union ".join(f"select '{term}' as term, {term} as value from features" for term in TERMS)
        lost = con.sql(f"select term, value from frozen anti join ({held}) as held using (term, value)").fetchall()
        con.unregister("frozen")
    with warehouse.connect("linkage") as connection:
        said = ([term for term, _ in lost], [value for _, value in lost])
        words = "delete from vault.term_frequency where (term, value) in (select * from unnest(%s::text[], %s::text[]))"
        removed = connection.execute(words, said).rowcount
        connection.commit()
    return removed
