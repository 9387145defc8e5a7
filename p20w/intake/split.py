"""Split conformed lines into identifying values and attributes.

Here: which columns go to the vault, how an identity is keyed, where SSNs become tokens. Not here: reading files
(`readers`, `conform`), writing tables (`load`), deciding who is who (`p20w.registry`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from p20w.contracts import FeedContract
from p20w.intake.normalize import (
    NameCount,
    SsnCount,
    count_names,
    count_ssns,
    over_distinct,
    plain_name,
    plain_suffix,
    surname_and_suffix,
    valid_ssn,
)
from p20w.intake.places import located
from p20w.intake.readers.fixed import packed_columns, unpacked
from p20w.intake.readers.text import without_marks
from p20w.intake.tokens import Tokenizer, keyed
from p20w.keys import KeyRing

# The identity key, in this order: a change makes other ids of the same drops.
KEY = (
    "feed",
    "id_space",
    "source_id",
    "ssn_token",
    "first_name",
    "middle_name",
    "last_or_surname",
    "previous_last_name",
    "generation_code_or_suffix",
    "birthdate",
    "sex",
)
_SEPARATOR = "\x1f"
REMEMBERED = 2_000_000  # identities kept in memory within a drop, about 100 bytes each
_ADDRESS = ("address_street", "address_city", "address_state", "address_postal_code")


@dataclass(frozen=True)
class Halves:
    """What one chunk of lines becomes.

    `attributes` has one row a line, as `intake.<feed>` takes it. `nobody` are the numbers of lines that should say
    whose they are and do not: they have neither id nor usable SSN nor name, and nothing else here holds them.
    `identities` are those that no earlier chunk named in the same words, as `vault.identity` takes them; `addresses`
    are those of the lines. One identity can come more than once in both; the first counts. `ssns` are the valid SSNs
    of new identities by token: they never leave memory.
    """

    attributes: pl.DataFrame
    identities: pl.DataFrame
    addresses: pl.DataFrame
    ssns: dict[bytes, bytes]
    ssn_count: SsnCount = field(default_factory=SsnCount)
    name_count: NameCount = field(default_factory=NameCount)
    nobody: pl.Series = field(default_factory=lambda: pl.Series("line_number", dtype=pl.Int64))


class Splitter:
    """Splits the chunks of one drop under one set of keys; whoever came in an earlier chunk is not worked out again."""

    def __init__(
        self, contract: FeedContract, keys: KeyRing, reference: Path, fillers: Mapping[str, frozenset[str]]
    ) -> None:
        self._contract = contract
        self._fillers = fillers
        self._named = NameCount()
        self._reference = reference
        self._tokenize = keyed(keys.ssn.secret)
        self._identify = keyed(keys.id.secret)
        self._identifying = {c.identifies: c.name for c in contract.columns if c.identifies}
        self._space = _space_columns(contract)
        ssn = contract.identifying("ssn")
        self._refill = ssn is not None and ssn.reads_lost_zero
        self._packed = packed_columns(contract)
        self._ssn_count = SsnCount()
        self._by = "_hash"
        self._known = pl.DataFrame(
            schema={"_key": pl.String, "_hash": pl.UInt64, "_check": pl.UInt64, "identity_id": pl.Binary}
        )

    def split(self, lines: pl.DataFrame, drop_id: int, valid_on: date) -> Halves:
        """Split one chunk.

        Args:
            lines: conformed columns of the contract, and `line_number`.
            drop_id: of the drop they came in.
            valid_on: the day the addresses are evidence for.
        """
        ssns: dict[bytes, bytes] = {}
        self._ssn_count, self._named = SsnCount(), NameCount()
        people, nobody = pl.DataFrame(schema={"identity_id": pl.Binary}), lines["line_number"].clear()
        if self._contract.has_identities:
            people, lines = self._identified(self._keyed(lines), ssns)
            # of several types of records some are about nobody: families, totals
            if lines["identity_id"].null_count() and self._contract.layout.types is None:
                nobody = lines.filter(pl.col("identity_id").is_null())["line_number"]
                lines = lines.filter(pl.col("identity_id").is_not_null())
        else:
            lines = lines.with_columns(pl.lit(None, pl.Binary).alias("identity_id"))
        if self._contract.has_address:
            lines = located(lines, self._reference, self._identifying["address_postal_code"])
        lines = lines.with_columns(pl.lit(drop_id, pl.Int64).alias("drop_id"))
        addresses = self._addresses(lines, valid_on)
        known = self._identities(people)
        return Halves(self._attributes(lines), known, addresses, ssns, self._ssn_count, self._named, nobody)

    # ------------------------------------------------------------ identities

    def _keyed(self, lines: pl.DataFrame) -> pl.DataFrame:
        """Lines with their identifying values as written, joined (`_key`), and two hashes of that."""
        if "_key" not in lines.columns:
            written = [pl.col(name).cast(pl.String).fill_null("") for name in [*self._person_columns, *self._space]]
            lines = lines.with_columns(pl.concat_str(written, separator=_SEPARATOR).alias("_key"))
        return lines.with_columns(
            pl.col("_key").hash(seed=1).alias("_hash"), pl.col("_key").hash(seed=2).alias("_check")
        )

    def _identified(self, lines: pl.DataFrame, ssns: dict[bytes, bytes]) -> tuple[pl.DataFrame, pl.DataFrame]:
        """New identities, and the lines with their `identity_id`.

        Keys are compared by a hash, several times as fast as by themselves. Should two keys share one, the other hash
        shows it, and keys are compared from there on.
        """
        people = self._new_people(lines, ssns)
        known = self._known.select(self._by, pl.col("_check").alias("_checked"), "identity_id")
        found = lines.join(known, on=self._by, how="left", maintain_order="left")
        if (found["_check"] != found["_checked"]).any():
            self._by, self._known = "_key", self._known.clear()
            return self._identified(lines, ssns)
        return people, found

    def _new_people(self, lines: pl.DataFrame, ssns: dict[bytes, bytes]) -> pl.DataFrame:
        """Identities that no earlier chunk had, one row each as written; they are remembered by their key."""
        if self._known.height > REMEMBERED:
            self._known = self._known.clear()
        if self._known.height:
            lines = lines.join(self._known.select(self._by), on=self._by, how="anti", maintain_order="left")
        people = lines.unique(self._by, keep="first", maintain_order=True)
        keys = people.select("_key", "_hash", "_check")
        if not set(self._person_columns) <= set(people.columns):
            people, marked = without_marks(unpacked(people["_key"], self._packed), self._contract.missing)
            self._named += NameCount(marked=marked)
        people = pl.concat([self._with_ids(people, ssns), keys], how="horizontal")
        self._known = pl.concat([self._known, people.select(self._known.columns)])
        return people

    @property
    def _person_columns(self) -> list[str]:
        return [name for what, name in self._identifying.items() if what not in (*_ADDRESS, "is_ssn_verified")]

    def _with_ids(self, people: pl.DataFrame, ssns: dict[bytes, bytes]) -> pl.DataFrame:
        """Normalized identifying columns under the vault's names, and `identity_id`; null when nothing identifies."""
        people = people.select(
            pl.lit(self._contract.feed).alias("feed"),
            self._id_space(),
            *(self._raw(what) for what in KEY[2:] if what != "ssn_token"),
            self._raw("is_ssn_verified", pl.Boolean),
            self._raw("ssn"),
        )
        written, people = people, _normalized(people)
        self._named += count_names(written, people, self._fillers)
        usable = valid_ssn(people["ssn"], refill=self._refill)
        self._ssn_count += count_ssns(people["ssn"], usable)
        token = _tokens(usable, self._tokenize, ssns)
        people = people.with_columns(token.alias("ssn_token")).drop("ssn")
        parts = [pl.col(name).fill_null("") for name in KEY if name not in ("ssn_token", "birthdate")]
        parts.insert(KEY.index("ssn_token"), pl.col("ssn_token").bin.encode("hex").fill_null(""))
        parts.insert(KEY.index("birthdate"), pl.col("birthdate").cast(pl.String).fill_null(""))
        keys = people.select(pl.concat_str(parts, separator=_SEPARATOR)).to_series()
        ids = pl.Series("identity_id", self._identify(keys.cast(pl.Binary).to_list()), dtype=pl.Binary)
        known = pl.any_horizontal(pl.col(name).is_not_null() for name in KEY[2:9])
        return people.with_columns(ids).with_columns(pl.when(known).then(pl.col("identity_id")))

    def _raw(self, what: str, kind: type[pl.DataType] = pl.String) -> pl.Expr:
        name = self._identifying.get(what)  # type: ignore[arg-type]
        if name is None:
            kind = pl.Date if what == "birthdate" else kind
            return pl.lit(None, kind).alias(what)
        return pl.col(name).alias(what)

    def _id_space(self) -> pl.Expr:
        template = self._contract.id_space
        if template is None:
            return pl.lit(None, pl.String).alias("id_space")
        for name in self._space:
            template = template.replace("{" + name + "}", "{}")
        return (
            pl.format(template, *self._space).alias("id_space") if self._space else pl.lit(template).alias("id_space")
        )

    # --------------------------------------------------------------- results

    def _attributes(self, lines: pl.DataFrame) -> pl.DataFrame:
        derived = ["county_fips", "locale_code"] if self._contract.has_address else []
        names = [column.name for column in self._contract.attributes]
        return lines.select("drop_id", "line_number", "identity_id", *names, *derived)

    def _identities(self, people: pl.DataFrame) -> pl.DataFrame:
        if not self._contract.has_identities:
            return people
        columns = ("identity_id", *KEY, "is_ssn_verified")
        return people.select(columns).filter(pl.col("identity_id").is_not_null())

    def _addresses(self, lines: pl.DataFrame, valid_on: date) -> pl.DataFrame:
        """The addresses of lines that name somebody, in the order of the lines."""
        names = [self._identifying.get(what) for what in _ADDRESS]  # type: ignore[call-overload]
        columns = [
            (pl.col(name) if name else pl.lit(None, pl.String)).alias(what.removeprefix("address_"))
            for what, name in zip(_ADDRESS, names, strict=True)
        ]
        if not self._contract.has_address:
            lines = lines.clear()
        found = lines.select("identity_id", "drop_id", *columns, pl.lit(valid_on).alias("valid_on")).filter(
            pl.col("identity_id").is_not_null() & (pl.col("street").is_not_null() | pl.col("postal_code").is_not_null())
        )
        return found


def _space_columns(contract: FeedContract) -> list[str]:
    template = contract.id_space or ""
    return [column.name for column in contract.columns if "{" + column.name + "}" in template]


def _normalized(people: pl.DataFrame) -> pl.DataFrame:
    """Names and suffix in plain form; a suffix written behind the surname counts when there is no other."""
    surnames = over_distinct(people["last_or_surname"], lambda value: surname_and_suffix(value)[0])
    behind = over_distinct(people["last_or_surname"], lambda value: surname_and_suffix(value)[1])
    suffix = over_distinct(people["generation_code_or_suffix"], plain_suffix)
    return people.with_columns(
        over_distinct(people["first_name"], plain_name).alias("first_name"),
        over_distinct(people["middle_name"], plain_name).alias("middle_name"),
        surnames.alias("last_or_surname"),
        over_distinct(people["previous_last_name"], lambda value: surname_and_suffix(value)[0]).alias(
            "previous_last_name"
        ),
        suffix.zip_with(suffix.is_not_null(), behind).alias("generation_code_or_suffix"),
    )


def _tokens(ssns: pl.Series, tokenize: Tokenizer, seen: dict[bytes, bytes]) -> pl.Series:
    """The token of each valid SSN; `seen` learns which token stands for which."""
    held = ssns.is_not_null()
    plain: Sequence[bytes] = ssns.drop_nulls().cast(pl.Binary).to_list()
    tokens = tokenize(plain)
    seen.update(zip(tokens, plain, strict=True))
    made = pl.Series(tokens, dtype=pl.Binary)
    if len(made) == len(ssns):
        return made
    places = (held.cum_sum().cast(pl.Int64) - 1).set(~held, None)
    return made.gather(places)
