"""What a record is compared by: cleaned names, their parts and sounds, dates, tokens and addresses.

Here: one SQL step from identities as a vault holds them to the table the comparisons read, and the
dictionary of short forms of first names. Not here: what agrees and how much that weighs (`comparisons`).

The table `identity` must have these columns (DuckDB types):
    record bigint (unique), feed, first_name, middle_name, last_or_surname, previous_last_name,
    generation_code_or_suffix text, birthdate date, sex text ('Male', 'Female'), ssn bigint (a number standing
    for the token), near ubigint[] (keyed tokens of its one-digit deletions), places text[] (`place_key`),
    place_parts text[] (`place_parts`), postal_codes text[], cities text[] (`letters_of`). Any value may be null.
"""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa

from splink_models.phonetic import phonetic_key

PARTICLES = (
    *("A", "AL", "BIN", "D", "DA", "DAS", "DE", "DEL", "DEN", "DER", "DI", "DO", "DOS", "DU", "E", "EL"),
    *("LA", "LAS", "LE", "LOS", "ST", "TEN", "TER", "VAN", "VON", "Y", "ZU"),
)
SUFFIXES = {"JR": "JR", "SR": "SR", "II": "JR", "III": "III", "IV": "IV", "V": "V"}
"""Generation suffixes; `II` counts as `JR` because agencies use one for the other."""

NAMES = {
    "first_name": "first_name",
    "middle_name": "middle_name",
    "last_or_surname": "last_or_surname",
    "previous_last_name": "last_or_surname",
}
"""Name fields, and the list of words that goes for each."""

STREET_WORDS = {
    **{"STREET": "ST", "AVENUE": "AVE", "ROAD": "RD", "DRIVE": "DR", "LANE": "LN", "COURT": "CT", "PLACE": "PL"},
    **{"BOULEVARD": "BLVD", "CIRCLE": "CIR", "HIGHWAY": "HWY", "PARKWAY": "PKWY", "TERRACE": "TER"},
    **{"NORTH": "N", "SOUTH": "S", "EAST": "E", "WEST": "W"},
    **{"APARTMENT": "APT", "UNIT": "APT", "SUITE": "STE", "LOT": "APT"},
}

_KINDS = "STREET|ST|AVENUE|AVE|ROAD|RD|DRIVE|DR|LANE|LN|COURT|CT|PLACE|PL|CIRCLE|CIR|CRESCENT|CIRCUIT|CLOSE|BLVD|TER"
"""Kinds of streets, which are left out, added and cut more than names of streets."""


@cache
def short_forms() -> pa.Table:
    """Short forms of first names and the formal names each may stand for (short, formal)."""
    with (Path(__file__).parent / "nicknames.csv").open(encoding="utf-8", newline="") as file:
        pairs = {(short, row["formal"]) for row in csv.DictReader(file) for short in row["short_forms"].split()}
    ordered = sorted(pairs)
    return pa.table({"short": [pair[0] for pair in ordered], "formal": [pair[1] for pair in ordered]})


def make_features(
    con: duckdb.DuckDBPyConnection,
    source: str = "identity",
    target: str = "features",
    fillers: Mapping[str, frozenset[str]] | None = None,
) -> None:
    """Create table `target`, one row a row of `source`, with the columns that the comparisons read.

    Columns: record, feed, writing (equal for records that say the same), first, first_forms, first_sound, middle,
    last, last_whole, last_parts, last_sound, suffix, birthdate, birth_text, birth_year, sex, ssn, near, places,
    place_parts, postal_codes, cities.

    Args:
        con: where `source` is.
        source: identities, as said above.
        target: the table to make.
        fillers: words that are nobody's name, by first_name, middle_name, last_or_surname (upper case, letters and
            single spaces): a value that is one of them as a whole is missing, and so is one letter typed three times.
    """
    con.register("short_forms_read", short_forms())
    con.execute(
        "create or replace temp table short_forms as "
        "select short, list(formal order by formal) as formals from short_forms_read group by short"
    )
    con.unregister("short_forms_read")
    con.execute(f"create or replace table {target} as {_features_sql(source, fillers or {})}")


def _features_sql(source: str, fillers: Mapping[str, frozenset[str]]) -> str:
    particles = _list(PARTICLES)
    suffixes = _list(SUFFIXES)
    normal_suffix = " ".join(f"when '{seen}' then '{meant}'" for seen, meant in SUFFIXES.items())
    return f"""
    with said_names as (

        select * replace ({_names_said(fillers)}) from {source}

    ),

    cleaned as (

        select
            *,
            {_tokens("first_name")} as first_tokens,
            {_tokens("middle_name")} as middle_tokens,
            {_tokens("last_or_surname")} as last_tokens_read,
            {_tokens("previous_last_name")} as previous_tokens,
            list_extract({_tokens("generation_code_or_suffix")}, 1) as suffix_read
        from said_names

    ),

    -- a suffix written into the surname is a suffix
    suffixed as (

        select
            *,
            case
                when len(last_tokens_read) > 1
                    then list_filter(last_tokens_read, lambda word: not list_contains({suffixes}, word))
                else last_tokens_read
            end as last_tokens,
            coalesce(
                suffix_read,
                case
                    when len(last_tokens_read) > 1
                        then list_extract(
                            list_filter(last_tokens_read, lambda word: list_contains({suffixes}, word)), 1
                        )
                end
            ) as suffix_word
        from cleaned

    ),

    cored as (

        select
            *,
            {_without_particles("last_tokens", particles)} as last_core,
            {_without_particles("previous_tokens", particles)} as previous_core
        from suffixed

    ),

    joined as (

        select
            *,
            nullif(array_to_string(first_tokens, ''), '') as first,
            nullif(array_to_string(middle_tokens, ''), '') as middle,
            nullif(array_to_string(last_core, ''), '') as last
        from cored

    ),

    formal as (

        select
            word,
            list_concat([word], coalesce(any_value(short_forms.formals), [])) as forms
        from (select distinct unnest(first_tokens) as word from joined) as words
        left join short_forms on words.word = short_forms.short
        group by word

    ),

    -- every form a given name may stand for
    formed as (

        select
            joined.record,
            list_sort(list_distinct(flatten(list(formal.forms order by formal.word)))) as forms
        from (select record, unnest(first_tokens) as word from joined) as joined
        inner join formal on joined.word = formal.word
        where length(joined.word) > 1
        group by joined.record

    ),

    said as (

    select
        joined.record,
        joined.feed,

        joined.first,
        coalesce(formed.forms, []) as first_forms,
        {phonetic_key("joined.first")} as first_sound,
        joined.middle,
        joined.last,
        nullif(array_to_string(joined.last_tokens, ''), '') as last_whole,
        list_sort(list_distinct(list_filter(
            list_concat(
                list_concat(joined.last_core, [array_to_string(joined.last_tokens, ''), joined.last]),
                list_concat(joined.previous_core, [array_to_string(joined.previous_core, '')])
            ),
            lambda word: length(word) > 1
        ))) as last_parts,
        {phonetic_key("joined.last")} as last_sound,
        case joined.suffix_word {normal_suffix} end as suffix,

        joined.birthdate,
        strftime(joined.birthdate, '%Y%m%d') as birth_text,
        year(joined.birthdate) as birth_year,
        case joined.sex when 'Male' then 'M' when 'Female' then 'F' end as sex,

        joined.ssn,
        coalesce(joined.near, []) as near,
        coalesce(joined.places, []) as places,
        coalesce(joined.place_parts, []) as place_parts,
        coalesce(joined.postal_codes, []) as postal_codes,
        coalesce(joined.cities, []) as cities
    from joined
    left join formed on joined.record = formed.record

    )

    select
        record,
        feed,
        -- 64 bits are enough: writings are told apart only within one number or node
        hash(first, middle, last_whole, last_parts, birth_text, sex, suffix) as writing,
        * exclude (record, feed)
    from said
    """


def _tokens(column: str) -> str:
    """Words of a name: no accents, upper case, letters only; apostrophes and full stops join what they part."""
    letters = f"regexp_replace(upper(strip_accents({column})), '[''’`.]', '', 'g')"
    words = f"string_split(trim(regexp_replace({letters}, '[^A-Z]+', ' ', 'g')), ' ')"
    return f"list_filter(coalesce({words}, []), lambda word: word <> '')"


def _names_said(fillers: Mapping[str, frozenset[str]]) -> str:
    """Names with what is nobody's taken for missing, as a list for `replace`."""
    columns: list[str] = []
    for column, listed in NAMES.items():
        word = f"trim(regexp_replace(upper(strip_accents({column})), '[^A-Z]+', ' ', 'g'))"
        words = _list(tuple(sorted(fillers.get(listed, frozenset()))))
        repeated = f"(length({word}) >= 3 and replace({word}, left({word}, 1), '') = '')"
        columns.append(f"if({repeated} or list_contains({words}::varchar[], {word}), null, {column}) as {column}")
    return ", ".join(columns)


def _without_particles(tokens: str, particles: str) -> str:
    """Words of a surname without `de la`, `van der` and their like, unless nothing else is left."""
    core = f"list_filter({tokens}, lambda word: not list_contains({particles}, word))"
    return f"case when len({core}) > 0 then {core} else {tokens} end"


def _list(words: tuple[str, ...] | dict[str, str]) -> str:
    return "[" + ", ".join(f"'{word}'" for word in words) + "]"


def place_key(street: str, postal_code: str) -> str:
    """SQL for one text that says where an address is: the street without punctuation, and the postal code.

    Null when either is missing: a postal code alone is no address.
    """
    words = f"regexp_replace(upper(strip_accents({street})), '[^A-Z0-9]+', ' ', 'g')"
    for long, short in STREET_WORDS.items():
        words = f"regexp_replace({words}, '\\b{long}\\b', '{short}', 'g')"
    return f"nullif(trim({words}), '') || '|' || substr({postal_code}, 1, 5)"


def place_parts(street: str, city: str, postal_code: str) -> str:
    """SQL for the list of what two writings of one address still share when a part of it is wrong.

    House number with street, and either of them with postal code or city; streets and cities by their sound:
    `12|LM`, `12|00101`, `LM|00101`, `12|@SPRNKFLT`, `LM|@SPRNKFLT`. Null where there is nothing.
    """
    words = f"regexp_replace(upper(strip_accents({street})), '[^A-Z0-9]+', ' ', 'g')"
    number = f"nullif(regexp_extract({words}, '^ ?(?:P ?O BOX )?([0-9]+)', 1), '')"
    named = f"regexp_replace(regexp_replace({words}, ' (APT|APARTMENT|UNIT|STE|SUITE|LOT) .*$', ''), '[^A-Z]', '', 'g')"
    sound = phonetic_key(f"nullif(regexp_replace({named}, '(^POBOX.*|{_KINDS})$', ''), '')")
    town = f"'@' || {phonetic_key(letters_of(city))}"
    code = f"substr({postal_code}, 1, 5)"
    pairs = [(number, sound), (number, code), (sound, code), (number, town), (sound, town)]
    return "[" + ", ".join(f"{one} || '|' || {other}" for one, other in pairs) + "]"


def letters_of(text: str) -> str:
    """SQL for the letters of a text, upper case and without accents; null if it has none."""
    return f"nullif(regexp_replace(upper(strip_accents({text})), '[^A-Z]', '', 'g'), '')"
