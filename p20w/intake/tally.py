"""Count the lines of a drop while they are read: the facts of the intake gate that need no database.

Here: what intake and the check of an agency both count, so that both come to the same verdict. Not here: reading
(`lines`, `split`), rules in SQL (`load`), what is usual for a feed (`usual`), the verdict (`gate`).
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from p20w.contracts import Column, FeedContract, QualityRule
from p20w.intake.lines import Lines
from p20w.intake.normalize import NameCount, SsnCount
from p20w.intake.split import Halves

_NO_COLUMN = "-"
ENOUGH_SSNS = 20  # of fewer, a share says nothing
ENOUGH_BIRTHDATES = 1_000  # of fewer, some share a day by chance
SLIPS = 2  # so many lines set aside, or unreadable values of a column, are no broken export


@dataclass
class Tally:
    """What was read of one drop."""

    accepted: int = 0
    blanks: dict[str, int] = field(default_factory=dict[str, int])
    quarantined: dict[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])
    unreadable: dict[str, int] = field(default_factory=dict[str, int])
    unknown_codes: Counter[str] = field(default_factory=Counter[str])
    """By column, values that are none of its codes."""
    sums: dict[str, tuple[float, int]] = field(default_factory=dict[str, tuple[float, int]])
    """Of columns of numbers: sum, and how many values it is of."""
    ssns: SsnCount = field(default_factory=SsnCount)
    names: NameCount = field(default_factory=NameCount)
    like_ssns: int = 0
    """Accepted lines with a value like an SSN in a column that holds none."""
    birthdates: Counter[date] = field(default_factory=Counter[date])
    held: list[pl.DataFrame] = field(default_factory=list[pl.DataFrame])
    """Of people with id, first name and birth date: hashes of the first two, and the date. In a feed without names the
    birth date stands for the name, too."""

    @property
    def set_aside(self) -> int:
        """Lines quarantined."""
        return sum(self.quarantined.values())

    def read(self, lines: Lines) -> None:
        """Count what was blank in a block that was read."""
        self.names += NameCount(marked=lines.marked)
        self.like_ssns += lines.like_ssns
        for name, count in lines.blanks.items():
            self.blanks[name] = self.blanks.get(name, 0) + count

    def add(self, halves: Halves, quarantine: pl.DataFrame, contract: FeedContract) -> None:
        """Count a block's lines, split in halves, and what of it was set aside."""
        self.accepted += halves.attributes.height
        self._count(quarantine)
        self._measure(halves, contract)

    def _count(self, quarantine: pl.DataFrame) -> None:
        """Count what was set aside: lines by reason and column, fields of accepted lines by column."""
        groups = quarantine.group_by("sets_aside", "reason_code", "column_name").len()
        for sets_aside, reason, column, count in groups.iter_rows():
            if reason == "bad_code":
                self.unknown_codes[column] += count
            if sets_aside == "field":
                self.unreadable[column] = self.unreadable.get(column, 0) + count
            else:
                key = (reason, column or _NO_COLUMN)
                self.quarantined[key] = self.quarantined.get(key, 0) + count

    def _measure(self, halves: Halves, contract: FeedContract) -> None:
        """Add up what is compared with earlier drops, and look at SSNs and birth dates of new identities."""
        for name in contract.usual.keys() - {"lines"}:
            values = halves.attributes[name].drop_nulls()
            total, count = self.sums.get(name, (0.0, 0))
            self.sums[name] = (total + float(values.sum() or 0), count + len(values))
        self.ssns += halves.ssn_count
        self.names += halves.name_count
        if contract.has_identities and "birthdate" in halves.identities.columns:
            days = halves.identities["birthdate"].drop_nulls().value_counts()
            self.birthdates.update(dict(days.iter_rows()))
            who = "first_name" if contract.identifying("first_name") else "birthdate"
            known = halves.identities.drop_nulls(["source_id", who, "birthdate"])
            one = pl.concat_str("id_space", "source_id", separator=" ").hash().alias("id")
            self.held.append(known.select(one, pl.col(who).hash().alias("who"), "birthdate"))

    def facts(self, contract: FeedContract, lines: int) -> dict[str, float]:
        """Facts of the intake gate by name, but those of rules in SQL.

        Args:
            contract: of the feed.
            lines: of the file.
        """
        nobody = sum(count for (reason, _), count in self.quarantined.items() if reason == "names_nobody")
        facts = {
            "lines_without_identity_percent": percent(nobody, lines),
            "fields_unreadable_worst_percent": worst_percent(self.unreadable, self.accepted),
            **{unknown_codes(column): self.unknown_codes[column.name] for column in contract.columns if column.codes},
            **self._figures(),
        }
        return facts | {rule.name: self._rule(rule, lines) for rule in contract.rules if not rule.query}

    def _figures(self) -> dict[str, float]:
        """What is usual for a feed or not: facts of this drop."""
        means = {f"{name}_observed": round(total / count, 4) for name, (total, count) in self.sums.items() if count}
        given = self.ssns.given if self.ssns.given >= ENOUGH_SSNS else 0
        born = self.birthdates.total()
        heap = percent(max(self.birthdates.values()), born) if born >= ENOUGH_BIRTHDATES else 0.0
        return {
            "lines_observed": self.accepted,
            **means,
            "values_like_ssns": self.like_ssns,
            "values_like_ssns_percent": percent(self.like_ssns, self.accepted),
            "ssns_refilled": self.ssns.refilled,
            "ssns_damaged_percent": percent(self.ssns.damaged, given),
            "ssns_nobodys_percent": percent(self.ssns.nobodys, given),
            "names_filled_percent": percent(self.names.filled, self.names.named),
            "values_marked_missing": self.names.marked,
            "birthdates_on_one_day_percent": heap,
            "ids_of_two_people_percent": self._shared_ids(),
        }

    def _shared_ids(self) -> float:
        """Percent of ids under which lines differ in first name and in birth date: one of the two can be an error."""
        if not self.held:
            return 0.0
        people = pl.concat(self.held).group_by("id").agg(pl.col("who", "birthdate").n_unique())
        shared = people.filter((pl.col("who") > 1) & (pl.col("birthdate") > 1)).height
        return percent(shared, people.height)

    def _rule(self, rule: QualityRule, lines: int) -> float:
        if rule.metric == "rowCount":
            return self.accepted
        if rule.metric == "nullValues":
            count, of = self.blanks.get(rule.column or "", 0), self.accepted
        else:
            # of a table: lines set aside; of a column: also the values set aside in lines that stay
            count = sum(n for (_, column), n in self.quarantined.items() if rule.column in (None, column))
            count += self.unreadable.get(rule.column or "", 0)
            if rule.percent and count <= SLIPS:
                return 0.0
            of = lines
        return percent(count, of) if rule.percent else count


def unknown_codes(column: Column) -> str:
    """The fact that counts values of a column of dated codes that are none of them on the drop's days."""
    return f"{column.name}_codes_unknown"


def worst_percent(unreadable: Mapping[str, int], accepted: int) -> float:
    """Of the column that is unreadable most often, the share of accepted lines; 0 where that is a slip or two."""
    worst = max(unreadable.values(), default=0)
    return percent(worst, accepted) if worst > SLIPS else 0.0


def percent(count: int, of: int) -> float:
    """Of `of`, `count` in percent, to four digits; 0 of nothing."""
    return round(100.0 * count / of, 4) if of else 0.0
