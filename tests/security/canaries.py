"""People who cannot be mistaken for anyone, put into drops in every way a line can end.

Here: who they are, the drops that carry them, and the marks by which they would be recognized anywhere.
Not here: running the pipeline and searching (test_canaries).
"""

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from faker.providers.person.en_US import Provider

from p20w.simulator.name_lists import name_list


@dataclass(frozen=True)
class Canary:
    """One person: everything about them is found nowhere else."""

    first_name: str
    last_or_surname: str
    ssn: str
    born: str
    """yyyy-mm-dd."""
    number: str
    """Ten digits: student or license number."""
    street: str

    def date(self, form: str) -> str:
        year, month, day = self.born.split("-")
        return form.replace("yyyy", year).replace("mm", month).replace("dd", day)

    def marks(self) -> list[str]:
        """What may be seen nowhere: names, numbers and dates in every form a system might write them in."""
        dates = [self.date(form) for form in ("yyyy-mm-dd", "mm/dd/yyyy", "yyyymmdd", "mmddyyyy")]
        ssn = [self.ssn, f"{self.ssn[:3]}-{self.ssn[3:5]}-{self.ssn[5:]}"]
        words = [self.first_name, self.last_or_surname, self.street.split()[1]]
        return [*words, *ssn, *dates, self.number]


ACCEPTED = Canary("Zephyrquill", "Quetzalbrand", "731846209", "2004-02-23", "8312409657", "7 Wyvernmoor Way")
QUARANTINED = Canary("Obsidianna", "Brontozephyr", "528391746", "2005-08-27", "8312409658", "8 Basiliskton Way")
REFUSED = Canary("Umbrafelde", "Gryphonwick", "364917285", "2003-11-17", "8312409659", "9 Krakenholt Way")
CAST = {"accepted": ACCEPTED, "quarantined": QUARANTINED, "refused": REFUSED}
IMPOSSIBLE_DATES = ("2005-08-37", "08/37/2005", "20050837")
UNREADABLE = {
    "k12_enrollment": {8: "Obsidianna", 10: "Brontozephyr", 7: "2005-08-37"},
    "ps_enrollment": {8: "Obsidianna", 16: "Brontozephyr", 17: "528391746", 7: "08/37/2005"},
    "dmv_license": {7: "Obsidianna", 14: "Brontozephyr", 16: "Brontozephyr", 17: "Obsidianna", 6: "20050837"},
}
"""By feed and place, what cannot be read and sets aside its field alone: written into lines of ordinary people."""
FILLERS = 120
"""Ordinary lines beside those that are set aside, so that a drop is not refused for having too many of these."""

FIRSTS, LASTS, STREETS = list(Provider.first_names), list(Provider.last_names), name_list("street_names")

Lines = list[list[str]]


def filler(n: int) -> Canary:
    """An ordinary person with names of their own: where all are called alike, no link by names can be trusted."""
    day = f"{1960 + n % 40}-{1 + n % 12:02}-{1 + n % 28:02}"
    street = f"{n} {STREETS[n % len(STREETS)]} Street"
    return Canary(FIRSTS[n], LASTS[n], f"45612{1000 + n}", day, f"70000{n:05}", street)


def k12(person: Canary, like: list[str]) -> list[str]:
    line = [*like]
    line[0] = person.number
    line[3:5] = [person.first_name, ""]
    line[5:8] = [person.last_or_surname, "", person.born]
    line[24] = person.street
    return line


def ps(person: Canary, like: list[str]) -> list[str]:
    line = [*like]
    line[1:8] = [
        person.number,
        person.ssn,
        person.first_name,
        "",
        person.last_or_surname,
        "",
        person.date("mm/dd/yyyy"),
    ]
    line[22] = person.street
    return line


def dmv(person: Canary, like: list[str]) -> list[str]:
    line = [*like]
    line[:7] = [person.number, person.last_or_surname, person.first_name, "", "", "", person.date("yyyymmdd")]
    line[8:11] = [person.ssn, "1", person.street]
    return line


def wage(person: Canary, like: list[str]) -> list[str]:
    (record,) = like
    return [f"{person.ssn}{person.first_name:<15}X{person.last_or_surname:<20}{record[45:]}"]


@dataclass
class Drop:
    """One drop that can be read, changed and delivered again."""

    folder: Path

    @property
    def manifest(self) -> dict[str, object]:
        return json.loads((self.folder / "manifest.json").read_text())

    @property
    def file(self) -> Path:
        return self.folder / str(self.manifest["file"])

    @property
    def delimiter(self) -> str | None:
        return {"ui_wage": None, "dmv_license": "|"}.get(str(self.manifest["feed"]), ",")

    def read(self) -> Lines:
        text = self.file.read_text("cp1252" if self.folder.match("ps_enrollment/*/*") else "utf-8").splitlines()
        return [line.split(self.delimiter) if self.delimiter else [line] for line in text]

    def write(self, lines: Lines, raw: bytes = b"", **changes: object) -> None:
        """Write the file with `raw` behind it and a manifest that fits, but for `changes`."""
        text = "".join(f"{(self.delimiter or '').join(line)}\n" for line in lines)
        content = text.encode("cp1252" if self.folder.match("ps_enrollment/*/*") else "utf-8") + raw
        self.file.write_bytes(content)
        manifest = self.manifest | {"sha256": hashlib.sha256(content).hexdigest()}
        manifest["record_count"] = content.count(b"\n") - (self.delimiter is not None)
        if manifest["feed"] == "ui_wage":
            wages = [line[0][76:86] for line in lines if len(line[0]) == 92]
            manifest["control_totals"] = {"wages_usd": sum(int(text) for text in wages if text.isdigit())}
        (self.folder / "manifest.json").write_text(json.dumps(manifest | changes))

    def again(self, submission: int) -> "Drop":
        """A copy as a later submission."""
        folder = self.folder.with_name(str(submission))
        shutil.copytree(self.folder, folder)
        manifest = self.manifest | {"submission": submission}
        (folder / "manifest.json").write_text(json.dumps(manifest))
        return Drop(folder)


def plant(drops: Path) -> None:
    """Put the cast into simulated drops: accepted and quarantined lines, refused files."""
    makers = {"k12_enrollment": k12, "ps_enrollment": ps, "dmv_license": dmv, "ui_wage": wage}
    for feed, spoil in REFUSALS:
        first = sorted((drops / feed).glob("*/1"))[-1]
        spoil(Drop(first).again(1 + len(list(first.parent.iterdir()))), makers[feed])
    for feed, make in makers.items():
        for folder in sorted((drops / feed).glob("*/1")):
            _plant_lines(Drop(folder), make)


def _plant_lines(drop: Drop, make: Callable[[Canary, list[str]], list[str]]) -> None:
    """One accepted line, one set aside for each way a line can be wrong, and lines that stay without one field."""
    lines = drop.read()
    like = lines[-1]
    lines += [make(filler(n), like) for n in range(FILLERS)]
    lines.append(make(ACCEPTED, like))
    lines += spoiled(make(QUARANTINED, like), drop)
    for n, (place, value) in enumerate(UNREADABLE.get(str(drop.manifest["feed"]), {}).items(), start=FILLERS):
        line = make(filler(n), like)
        lines.append([*line[:place], value, *line[place + 1 :]])
    drop.write(lines)


def spoiled(line: list[str], drop: Drop) -> Lines:
    """Lines that must be set aside, each with the person in a place where the person should not be."""
    feed = str(drop.manifest["feed"])
    if feed == "ui_wage":
        (record,) = line
        name = QUARANTINED.last_or_surname[:10]
        wrong = (
            record[:76] + f"{name:<10}" + record[86:],
            " " + record[:-1],
            record[:40],
            record[:27] + "\0" + record[28:],
        )
        return [[text] for text in wrong]
    places = {
        "k12_enrollment": {12: "528391746", 13: "Brontozephyr", 2: "Obsidianna", 14: "2005-08-37"},
        "ps_enrollment": {11: "528391746", 12: "Brontozephyr", 10: "Brontozephyr", 13: "08/37/2005"},
        "dmv_license": {0: "Obsidianna" * 3, 1: "Brontozephyr" * 7, 2: "Obsidianna" * 8},
    }[feed]
    wrong = [[*line[:place], value, *line[place + 1 :]] for place, value in places.items()]
    shifted = [["", *line[:-1]], [*line[1:], ""], [*line, "Brontozephyr"], line[:6]]
    with_nul = [[*line[:5], f"{line[5]}\0", *line[6:]]]
    return wrong + shifted + with_nul


def checksum(drop: Drop, make: Callable[[Canary, list[str]], list[str]]) -> None:
    lines = drop.read()
    drop.write([*lines, make(REFUSED, lines[-1])], sha256="0" * 64)


def control_total(drop: Drop, make: Callable[[Canary, list[str]], list[str]]) -> None:
    lines = drop.read()
    drop.write([*lines, make(REFUSED, lines[-1])], control_totals={"wages_usd": 7})


def no_header(drop: Drop, make: Callable[[Canary, list[str]], list[str]]) -> None:
    lines = drop.read()
    drop.write([make(REFUSED, lines[-1]), *lines[1:]])


def a_name_for_a_header(drop: Drop, make: Callable[[Canary, list[str]], list[str]]) -> None:
    lines = drop.read()
    drop.write([[*lines[0][:-1], REFUSED.last_or_surname], *lines[1:]])


def undecodable(drop: Drop, make: Callable[[Canary, list[str]], list[str]]) -> None:
    lines = drop.read()
    line = (drop.delimiter or "").join(make(REFUSED, lines[-1])).encode()
    raw = line.replace(REFUSED.first_name.encode(), REFUSED.first_name.encode() + b"\xff\xfe") + b"\n"
    drop.write(lines, raw=raw * 5)


def truncated(drop: Drop, make: Callable[[Canary, list[str]], list[str]]) -> None:
    lines = drop.read()
    drop.write(lines, raw=(drop.delimiter or "").join(make(REFUSED, lines[-1])).encode()[:60])


def another_layout(drop: Drop, make: Callable[[Canary, list[str]], list[str]]) -> None:
    lines = drop.read()
    drop.write([[" ".join(make(REFUSED, line))] for line in lines])


def too_many_bad_lines(drop: Drop, make: Callable[[Canary, list[str]], list[str]]) -> None:
    """Passes the drop gate, is loaded, and is taken out again by the intake gate."""
    lines = drop.read()
    bad = [[*line[:8], REFUSED.first_name, *line[9:]] for line in lines[2:] * 5]
    drop.write([*lines[:2], make(REFUSED, lines[-1]), *bad])


def a_file_that_is_no_text(drop: Drop, make: Callable[[Canary, list[str]], list[str]]) -> None:
    drop.write([], raw=bytes(range(256)) + REFUSED.last_or_surname.encode() + b"\n")


REFUSALS: list[tuple[str, Callable[[Drop, Callable[[Canary, list[str]], list[str]]], None]]] = [
    ("k12_enrollment", checksum),
    ("k12_enrollment", no_header),
    ("k12_enrollment", another_layout),
    ("ps_enrollment", a_name_for_a_header),
    ("ps_enrollment", too_many_bad_lines),
    ("dmv_license", undecodable),
    ("dmv_license", a_file_that_is_no_text),
    ("ui_wage", control_total),
    ("ui_wage", truncated),
]
