"""A feed's contract in the terms of this system.

Here: plain values, no reading and no judging. Not here: the Open Data Contract form they come from (`load`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Literal

from p20w.contracts import contradictions
from p20w.contracts.codes import DatedCode, in_force
from p20w.contracts.groups import Groups
from p20w.contracts.layouts import Layout
from p20w.contracts.periods import Period, PeriodCalendar
from p20w.contracts.record_types import Places

LogicalType = Literal["string", "integer", "number", "boolean", "date"]
Severity = Literal["critical", "warning", "info"]
SetsAside = Literal["line", "field"]
SECTORS = {
    "early_learning": "Early learning",
    "k12": "K-12",
    "adult_education": "Adult education",
    "postsecondary": "Higher education",
    "workforce_program": "Workforce programs",
    "workforce": "Workforce",
    "credential": "Credentials",
    "bridge": "Bridges between agencies",
    "context": "Context",
    "labor_market": "Labor market",
    "program": "Programs",
    "reference": "Reference",
}
"""What a contract may give as its `domain`, and what pages call it."""
ORDERS = 100
"""A feed's `intakeOrder` is less; drop ids have two digits for it."""
USUAL_WARNS = 2.0
"""How many times more or less than usual a figure of a drop may be before a warning."""

Identifies = Literal[
    "source_id",
    "ssn",
    "is_ssn_verified",
    "first_name",
    "middle_name",
    "last_or_surname",
    "previous_last_name",
    "generation_code_or_suffix",
    "birthdate",
    "sex",
    "address_street",
    "address_city",
    "address_state",
    "address_postal_code",
]


@dataclass(frozen=True)
class QualityRule:
    """One quality rule of the contract; becomes one expectation of the intake gate.

    `metric` is nullValues, invalidValues or rowCount; `query` is a select of one number over `{slice}`.
    The observed figure must lie between `minimum` and `maximum`; a strict bound excludes its own value.
    """

    name: str
    severity: Severity
    description: str
    matters: str
    metric: str | None = None
    query: str | None = None
    column: str | None = None
    percent: bool = False
    minimum: float | None = None
    maximum: float | None = None
    strict_minimum: bool = False
    strict_maximum: bool = False


@dataclass(frozen=True)
class Column:
    """One column: how the file writes it, what it may hold, whom it may reach."""

    name: str
    header: str
    logical_type: LogicalType
    description: str
    classification: Literal["public", "confidential", "restricted"]
    required: bool = False
    aliases: tuple[str, ...] = ()
    position: tuple[int, int] | None = None  # first byte from 1, and length
    places: Places = field(default_factory=dict[str, tuple[tuple[int, int], ...]])  # the same, by type of record
    physical_format: str | None = None  # yyyy-mm-dd, 0/1, decimal(9,2)
    minimum: float | str | None = None
    maximum: float | str | None = None
    max_length: int | None = None
    pattern: str | None = None
    size: str | None = None  # i64 for integers beyond 32 bits
    enum: Mapping[str, str] | None = None  # value in the file → value stored
    labels: Mapping[str, str] = field(default_factory=dict[str, str])  # value stored → words
    codes: tuple[DatedCode, ...] = ()  # where codes of `enum` mean something else on other days: every meaning
    ceds: str | None = None
    pirl: str | None = None  # element number of the Participant Individual Record Layout (ETA-9170, ETA-9172)
    identifies: Identifies | None = None
    key_position: int | None = None
    unreadable: SetsAside = "line"  # what a value sets aside that cannot be read, or that contradicts its line
    contradicts: str | None = None  # SQL over the line, true where the value cannot be (`contradictions`)
    reads_lost_zero: bool = False  # of SSNs: seven or eight digits lost their first zeros, and are read with them
    is_proven: bool = False  # of birth dates: the agency has seen a document
    may_be_absent: bool = False  # files of some variants do not have the column; it is blank then
    is_kept: bool = True  # not kept: read, checked and left out; for text the warehouse has no use for
    latest: date | None = None  # for one drop (`FeedContract.until`): no value is of a later day

    @property
    def in_intake(self) -> bool:
        """Whether the column is an attribute: restricted values live in the vault only."""
        return self.is_kept and self.classification != "restricted"

    @property
    def stored_values(self) -> tuple[str, ...]:
        """What a column of codes may hold, whatever the day."""
        values = [*(self.enum or {}).values(), *(code.stored for code in self.codes)]
        return tuple(dict.fromkeys(values))

    @property
    def truths(self) -> tuple[str, str]:
        """How the file writes false and true; where the column holds no truths, the words."""
        if self.logical_type != "boolean":
            return "false", "true"
        no, _, yes = (self.physical_format or "0/1").partition("/")
        return no, yes

    @property
    def sql_type(self) -> str:
        """Postgres type of the column in `intake.<feed>`."""
        if self.logical_type == "number":
            return (self.physical_format or "decimal(18,4)").replace("decimal", "numeric")
        if self.logical_type == "integer":
            return "bigint" if self.size == "i64" else "integer"
        return {"string": "text", "boolean": "boolean", "date": "date"}[self.logical_type]


@dataclass(frozen=True)
class Agreement:
    """The data-sharing agreement under which the feed comes."""

    id: str
    legal_authority: str
    purposes: tuple[str, ...]
    permitted_linkages: tuple[str, ...]
    minimum_cell_size: int
    retention_years: int
    in_force_from: date
    in_force_to: date

    def in_force(self, day: date) -> bool:
        """Whether the agreement covers a delivery on `day`."""
        return self.in_force_from <= day <= self.in_force_to


@dataclass(frozen=True)
class FeedContract:
    """Everything that intake, gates and tables need to know about a feed."""

    feed: str
    version: str
    title: str
    short_name: str  # two or three words, as a table of a page has room for
    sector: str  # one of SECTORS
    intake_order: int  # among the drops of one day; part of drop ids, so never changed and never given again
    purpose: str
    limitations: str
    granularity: str
    authoritative_source: str
    layout: Layout
    content: Literal["period", "snapshot", "restated"]
    calendar: PeriodCalendar
    period_columns: Mapping[str, str]  # column → the fact of the period it must repeat
    latest_column: str | None  # a date column that no line may have after the period's end
    columns: tuple[Column, ...]
    rules: tuple[QualityRule, ...]
    id_space: str | None  # template over columns, e.g. ps_id:{institution_ipeds_unit_id}
    parent: str | None  # the feed that the ids of `id_space` come from; records attach to its records
    has_identities: bool
    agreement: Agreement
    steward: str
    groups: Groups | None = None  # the other layout of its files, of those that begin so
    refresh_waits: bool = False  # for a file that is due, unless it was waived
    missing: tuple[str, ...] = ()
    """What programs write where there is no value, exactly so; read as blank in every column."""
    usual: Mapping[str, float] = field(default_factory=dict[str, float])
    """`lines`, or a column of numbers (its mean) → how many times more or less than usual is refused."""

    def covers(self, version: str) -> bool:
        """Whether a file written by `version` of this contract fits it: the same first number, and none to come."""
        said, ours = ([int(part) for part in text.split(".")] for text in (version, self.version))
        return said[0] == ours[0] and said <= ours

    def until(self, ends: date, starts: date | None = None) -> "FeedContract":
        """The contract as it binds a drop of a period.

        Nobody is born after its end, nor is `latest_column` later; codes mean what they do on its first day.

        Args:
            ends: last day of the period.
            starts: first day; without it codes keep their first meaning.
        """
        columns = [
            replace(
                c,
                enum=in_force(c.codes, starts) if c.codes and starts else c.enum,
                latest=ends if c.identifies == "birthdate" or c.name == self.latest_column else None,
                contradicts=c.contradicts and contradictions.on(c.contradicts, ends),
            )
            for c in self.columns
        ]
        return replace(self, columns=tuple(columns))

    def period(self, label: str) -> Period:
        """Read a period's label; raises PeriodError."""
        return self.calendar.parse(label)

    def delivery_due(self, period: str) -> date:
        """The day by which the drop of `period` should have arrived."""
        return self.calendar.parse(period).due

    def expected_periods(self, first: date, cutoff: date) -> tuple[str, ...]:
        """Periods that end on or after `first` and whose drop is due by `cutoff`, in order of their end."""
        ended = self.calendar.between(first, cutoff)
        return tuple(period.label for period in ended if period.due <= cutoff)

    def column(self, name: str) -> Column:
        """The column called `name`; raises KeyError."""
        return self._by_name[name]

    def identifying(self, what: Identifies) -> Column | None:
        """The column that holds an identifying value, if the feed has one."""
        return next((column for column in self.columns if column.identifies == what), None)

    @property
    def has_proven_birthdate(self) -> bool:
        """Whether the agency has seen a document, so that its birth dates outweigh those of others."""
        return any(column.is_proven for column in self.columns)

    @property
    def has_address(self) -> bool:
        """Whether county and locale can be derived from a postal code."""
        return self.identifying("address_postal_code") is not None

    @property
    def attributes(self) -> tuple[Column, ...]:
        """The columns of `intake.<feed>` that come from the file."""
        return tuple(column for column in self.columns if column.in_intake)

    @cached_property
    def _by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}
