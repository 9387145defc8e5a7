"""A small delivery on a large registry: against bare Splink, against linking everything, and the memory it takes.

Ours is `absorb` without its gate after a delivery of a twentieth of all identities: reading the vault, features, tiers,
pairs of new and changed records, rules, ids carried forward, events, review queue, profiles and facts, all written
aside. Everything is the same without what earlier refreshes left: weights, what they read, cleaned and settled. Bare
is what a Splink user would write with a frozen model: the same tables read one after another, the same features,
`predict_within` the new and `predict_between` new and old, edges copied into a table without keys.

P20W_BENCH_IDENTITIES (1,000,000) and P20W_BENCH_ROUNDS (3) make it smaller. Identities are made up here, because the
simulator and intake would take most of the time; errors are few and plain.
"""

import logging
import multiprocessing
import os
import resource
import shutil
import statistics
import time
from collections.abc import Callable

import duckdb
from splink import DuckDBAPI, Linker

import splink_models
from p20w import registry
from p20w.database import Warehouse
from p20w.database.bulk import copy_arrow, read_arrow
from p20w.keys import KeyRing
from p20w.registry.frozen import TERMS
from p20w.registry.links import ACCEPT
from p20w.registry.workshop import workshop
from p20w.settings import Settings
from splink_models.features import make_features
from tests.benchmarks import Figure
from tests.benchmarks._registry import read_one_by_one, without_judgment
from tests.own_state import installation

IDENTITIES = int(os.environ.get("P20W_BENCH_IDENTITIES", "1000000"))
ROUNDS = int(os.environ.get("P20W_BENCH_ROUNDS", "3"))
NEW = 20
"""One identity in so many is of the delivery."""


def run() -> list[Figure]:
    """Measure; the order of the sides alternates, and medians of ratios count."""
    with installation("bench_delta") as settings:
        warehouse = Warehouse.open(settings)
        warehouse.migrate()
        KeyRing.open(settings, warehouse)
        make_up(warehouse, IDENTITIES)
        seconds, peak, delivered = measure(warehouse)

    def ratio(other: str) -> float:
        return statistics.median(ours / theirs for ours, theirs in zip(seconds["delta"], seconds[other], strict=True))

    return [
        Figure("identities in the registry", IDENTITIES - delivered, ""),
        Figure("identities delivered", delivered, ""),
        Figure("a delivery, bare Splink, Postgres to Postgres, median", statistics.median(seconds["bare"]), "s"),
        Figure("a delivery, Postgres to Postgres, median", statistics.median(seconds["delta"]), "s"),
        Figure("everything, Postgres to Postgres, median", statistics.median(seconds["everything"]), "s"),
        Figure("making a delivery current", seconds["promotion"][0], "s"),
        Figure("a delivery against bare Splink", ratio("bare"), "x", bar=1.5),
        Figure("a delivery against everything", ratio("everything"), "x", bar=0.35),
        Figure("peak memory of linking everything", peak, "GiB", bar=4.0 if IDENTITIES >= 1_000_000 else None),
    ]


def measure(warehouse: Warehouse) -> tuple[dict[str, list[float]], float, int]:
    """Seconds of each side and round, peak memory in GiB, identities delivered."""
    without_judgment()
    with warehouse.connect("owner") as connection:
        connection.execute("create table public.bare_edge (record_l bigint, record_r bigint, weight float8)")
        connection.execute("grant usage on schema public to p20w_linkage")
        connection.execute("grant all on public.bare_edge to p20w_linkage")
        connection.execute("update governance.drop set status = 'accepted' where submission = 1")
    _in_a_process_of_its_own(warehouse, 1)
    registry.promote(warehouse, 1)
    with warehouse.connect("owner") as connection:
        connection.execute("update governance.drop set status = 'accepted'")
        row = connection.execute(
            "select count(*) from vault.identity_presence inner join governance.drop using (drop_id) "
            "where submission = 2"
        ).fetchone()
    delivered = int(row[0]) if row else 0
    memory = warehouse.settings.home / "weights"
    shutil.copytree(memory, memory.with_name("before"))
    with warehouse.connect("owner") as connection:
        connection.execute(
            "create table public.prepared_before as select part, made_by, drops, content from vault.prepared"
        )
        connection.execute("create table public.settled_before as select * from registry.settled")
    found: dict[str, list[float]] = {"delta": [], "everything": [], "bare": [], "promotion": []}
    for number in range(ROUNDS):
        sides: list[tuple[str, Callable[[], object]]] = [
            ("delta", lambda: registry.absorb(warehouse, warehouse.settings, 2)),
            ("everything", lambda: registry.absorb(warehouse, warehouse.settings, 2)),
            ("bare", lambda: bare(warehouse)),
        ]
        for name, work in sides[:: 1 if number % 2 else -1]:
            _remember(warehouse, is_known=name == "delta")
            found[name].append(_seconds(work))
    found["promotion"].append(_seconds(lambda: registry.promote(warehouse, 2)))
    peak = _in_a_process_of_its_own(warehouse, 3)
    return found, peak, delivered


def _remember(warehouse: Warehouse, is_known: bool) -> None:
    """Have the registry know what it knew before the delivery, or nothing."""
    memory = warehouse.settings.home / "weights"
    shutil.rmtree(memory, ignore_errors=True)
    if is_known:
        shutil.copytree(memory.with_name("before"), memory)
    with warehouse.connect("owner") as connection:
        connection.execute("delete from vault.prepared")
        connection.execute("delete from registry.settled")
        if is_known:
            connection.execute(
                "insert into vault.prepared (part, made_by, drops, content) select * from public.prepared_before"
            )
            connection.execute(
                "insert into registry.settled overriding system value select * from public.settled_before"
            )
    with warehouse.connect("owner", autocommit=True) as connection:
        connection.execute("vacuum vault.prepared")
        connection.execute("vacuum registry.settled")


def bare(warehouse: Warehouse) -> None:
    """What a delivery costs without anything that makes it a registry; frequencies are read from where ours are."""
    model = splink_models.load()
    uri = warehouse.libpq("linkage")
    with workshop(warehouse.settings) as con:
        count = read_one_by_one(con, warehouse)
        make_features(con)
        con.execute("create table is_old as select distinct record from presence where drop_id < 2000")
        con.execute("create table old as select * from features where record in (select record from is_old)")
        con.execute("create table new as select * from features where record not in (select record from is_old)")
        con.register("term", read_arrow(uri, "select term, value, frequency from vault.term_frequency"))
        api = DuckDBAPI(con)
        new = api.register("new")
        linker = Linker(new, model.settings(count), log_level=logging.ERROR, validate_settings=False)
        for term in TERMS:
            con.execute(
                f"create table tf_{term} as select value as {term}, frequency as tf_{term} from term "
                f"where term = '{term}'"
            )
            linker.table_management.register_term_frequency_lookup(api.register(f"tf_{term}"), term)
        within = linker.inference.predict_within(new, threshold_match_weight=ACCEPT)
        between = linker.inference.predict_between(api.register("old"), new, threshold_match_weight=ACCEPT)
        edges = con.sql(
            f"select record_l, record_r, match_weight as weight from {within.physical_name} union all "
            f"select record_l, record_r, match_weight from {between.physical_name}"
        ).to_arrow_table()
    with warehouse.connect("linkage") as connection:
        connection.execute("truncate public.bare_edge")
        copy_arrow(connection, "public.bare_edge", edges)
        connection.commit()


def make_up(warehouse: Warehouse, identities: int) -> None:
    """A vault of so many identities, each feed in two files: what the registry knows, and the delivery."""
    with duckdb.connect() as con:
        con.execute(_STATE.format(persons=int(identities / 3.1), identities=identities, new=NEW))
        tables = {
            "governance.drop": "select * from delivery order by drop_id",
            "vault.ssn": "select distinct ssn_token, unhex(concat("
            + ", ".join(f"md5('{digit}' || ssn)" for digit in range(9))
            + ")) as near_tokens from identity where ssn is not null",
            "vault.identity": "select * exclude (person, ssn, drop_id, street, postal_code) from identity",
            "vault.identity_presence": "select identity_id, drop_id from identity",
            "vault.address": "select identity_id, drop_id, street, postal_code, date '2020-01-01' as valid_on "
            "from identity where feed = 'k12_enrollment'",
        }
        with warehouse.connect("owner") as connection:
            for number in (1, 2, 3):
                connection.execute(
                    "insert into governance.refresh (refresh_id, label, cutoff, status) "
                    "values (%s, '2020Q1', '2020-03-31', 'running')",
                    (number,),
                )
            for table, query in tables.items():
                copy_arrow(connection, table, con.sql(query).to_arrow_table())
            connection.commit()
    with warehouse.connect("owner", autocommit=True) as connection:
        connection.execute("analyze")


_STATE = """
create table person as
with drawn as (

    select
        number as person,
        hash(number, 'first') % 1000003 / 1000003.0 as first_share,
        hash(number, 'last') % 1000003 / 1000003.0 as last_share
    from range({persons}) as numbers (number)

)

select
    person,
    -- a few names are common, most are rare
    chr(65 + cast(first_share * 26 as integer) % 26)
    || ['A', 'E', 'I', 'O', 'U'][1 + cast(first_share * 7919 as bigint) % 5]
    || ['NNA', 'RTHA', 'MES', 'LIA', 'BERT', 'SAN', 'VID', 'REN'][1 + cast(power(first_share, 3) * 640 as bigint) % 8]
    || ['', 'H', 'E', 'IE'][1 + cast(power(first_share, 2) * 40 as bigint) % 4] as first_name,
    translate(substr(md5(cast(cast(power(last_share, 3) * 40000 as bigint) as varchar)), 1, 2),
    '0123456789abcdef', 'GHIJKLMNOPABCDEF')
    || ['SON', 'MAN', 'EZ', 'BERG', 'FORD', 'LEY', 'INSKI', 'TON'][1 + cast(power(last_share, 3) * 40000 as bigint) % 8]
    || chr(65 + cast(cast(power(last_share, 3) * 40000 as bigint) % 26 as integer)) as last_name,
    date '1965-01-01' + cast(hash(person, 'born') % 18000 as integer) as birthdate,
    if(hash(person, 'sex') % 2 = 0, 'Male', 'Female') as sex,
    chr(65 + cast(hash(person, 'middle') % 26 as integer)) as middle_name,
    cast(person + 100000000 as varchar) as ssn
from drawn;

create table identity as
with feeds (feed, share, has_ssn, has_birth) as (

    values ('k12_enrollment', 70, false, true), ('dmv_license', 70, true, true), ('ps_enrollment', 50, true, true),
        ('ui_wage', 80, true, false), ('ui_wage initials', 60, true, false)

),

said as (

    select person.*, feeds.*, hash(person.person, feed, 'error') % 100 as error
    from person
    cross join feeds
    where hash(person.person, feed) % 100 < share

),

numbered as (

    select *, row_number() over (order by hash(person, feed, 'order')) as place from said

)

select
    unhex(md5(concat('identity', person, feed))) as identity_id,
    split_part(feed, ' ', 1) as feed,
    case feed when 'k12_enrollment' then 'k12_state_id' when 'dmv_license' then 'license_no'
        when 'ps_enrollment' then 'ps_id:990001' end as id_space,
    if(has_birth, cast(person as varchar), null) as source_id,
    case
        when feed = 'ui_wage initials' then substr(first_name, 1, 1)
        when error < 3 then first_name || 'X'
        else first_name
    end as first_name,
    if(feed = 'k12_enrollment', middle_name, null) as middle_name,
    if(error between 3 and 5, last_name || 'S', last_name) as last_or_surname,
    cast(null as varchar) as previous_last_name,
    cast(null as varchar) as generation_code_or_suffix,
    if(has_birth, if(error = 6, birthdate + 1, birthdate), null) as birthdate,
    if(has_birth, sex, null) as sex,
    if(has_ssn, unhex(md5('token' || ssn)), null) as ssn_token,
    feed = 'dmv_license' as is_ssn_verified,
    person,
    if(has_ssn, ssn, null) as ssn,
    cast(if(place % {new} = 0, 2000, 1000) as bigint)
    + case split_part(feed, ' ', 1) when 'dmv_license' then 1 when 'k12_enrollment' then 2 when 'ps_enrollment' then 3
        else 4 end as drop_id,
    concat(cast(hash(person, 'home') % 300000 as varchar), ' Elm St') as street,
    cast(10000 + hash(person, 'home') % 400 as varchar) as postal_code
from numbered
where place <= {identities};

create table delivery as
select distinct
    cast(drop_id as bigint) as drop_id,
    feed,
    concat('period ', drop_id // 1000) as period,
    cast(drop_id // 1000 as integer) as submission,
    'loaded' as status
from identity;
"""


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _in_a_process_of_its_own(warehouse: Warehouse, refresh_id: int) -> float:
    """Link everything in a new process; its peak memory in GiB."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_link_everything, (warehouse.settings.model_dump_json(), refresh_id))


def _link_everything(settings: str, refresh_id: int) -> float:
    without_judgment()
    warehouse = Warehouse.open(Settings.model_validate_json(settings))
    _remember(warehouse, is_known=False)
    registry.absorb(warehouse, warehouse.settings, refresh_id)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
