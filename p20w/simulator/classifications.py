"""Classifications of programs, occupations and industries in the simulated state, and the editions of each.

Here: the newer edition is the starter list of the warehouse (`dbt/seeds`), the older one is that list with what changed
between the two. Not here: files (`feeds.cip_list`, `feeds.soc_list`, `feeds.naics_list`).

What changed is taken from the agencies' own accounts of their revisions: CIP 2020 brought cloud computing (11.0902) and
data science (30.7001); SOC 2018 renumbered software developers, computer support, nursing assistants and stock clerks;
NAICS 2022 renumbered warehouse clubs, pharmacies, filling stations, radio and wired telecommunications.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from p20w.simulator.geography import read_seed


@dataclass(frozen=True)
class Classification:
    """A classification: its seed, and how its older edition differs from its newer one.

    `renumbered` is newer code → older code, `came` are codes of the newer edition alone and `listed_too` those of both
    that the starter list lacks, each with its title. The newer edition is in force from `newer_from`.
    """

    seed: str
    code: str
    title: str
    older: int
    newer: int
    newer_from: date
    renumbered: Mapping[str, str] = field(default_factory=dict[str, str])
    came: Mapping[str, str] = field(default_factory=dict[str, str])
    listed_too: Mapping[str, str] = field(default_factory=dict[str, str])

    def edition(self, day: date) -> int:
        """Year by which the edition in force on a day is called."""
        return self.newer if day >= self.newer_from else self.older

    def lines(self, day: date) -> list[tuple[str, str]]:
        """Codes with their titles as the list in force on a day has them, in order."""
        known = {**self.listed_too, **{row[self.code]: row[self.title] for row in read_seed(self.seed)}}
        if self.edition(day) == self.newer:
            return sorted({**known, **self.came}.items())
        return sorted((self.renumbered.get(code, code), title) for code, title in known.items())


def _groups() -> dict[str, str]:
    """Groups of four digits of the industries in the starter list, which other states' wages name."""
    rows = [row for row in read_seed("ref_naics") if len(row["naics_code"]) > len("4411")]
    return {row["naics_code"][:4]: f"{row['naics_title']} and the like" for row in reversed(rows)}


CIP = Classification(
    "ref_cip", "cip_code", "cip_title", 2010, 2020, date(2020, 7, 1),
    came={"11.0902": "Cloud computing", "30.7001": "Data science"},
)  # fmt: skip
SOC = Classification(
    "ref_soc", "soc_code", "soc_title", 2010, 2018, date(2019, 1, 1),
    renumbered={"15-1232": "15-1151", "15-1252": "15-1132", "31-1131": "31-1014", "53-7065": "43-5081"},
    listed_too={"47-2061": "Construction laborer"},
)  # fmt: skip
NAICS = Classification(
    "ref_naics", "naics_code", "naics_title", 2017, 2022, date(2022, 1, 1),
    renumbered={"455211": "452311", "456110": "446110", "457110": "447110", "516110": "515112", "517111": "517311"},
    listed_too=_groups(),
)  # fmt: skip
