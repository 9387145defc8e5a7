"""A certificate of destruction as a page for people, and both its files.

Here: the words and the order of the page, and writing `reports/certificates/`. Not here: what is certified, and the
proof (`p20w.governance.retention.certificates`).
"""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from p20w.database import Warehouse
from p20w.governance.retention import Certificate, issued
from p20w.reports import words
from p20w.reports.blocks import Cell, Prose, Section, Table, columns, row
from p20w.reports.page import print_template
from p20w.reports.writing import keep
from p20w.settings import Settings

FOLDER = "certificates"

STATUSES = {
    "accepted": "in use",
    "superseded": "replaced by a later file",
    "withdrawn": "withdrawn",
    "rejected": "refused",
}

REMOVED = {
    "intake.quarantine": "Notes about lines that could not be used",
    "vault.identity": "Records of names, birth dates and numbers",
    "vault.ssn": "Stand-ins for social security numbers",
    "vault.address": "Addresses",
    "vault.identity_presence": "Notes of which record was in which file",
    "registry.assignment": "Assignments of records to persons, earlier ones included",
    "registry.other_map": "Assignments of records to persons on more or less evidence",
    "registry.decision": "Reviewers' verdicts about pairs of these records",
    "registry.edge": "Links between records",
    "registry.former_edge": "Links between records, of earlier times",
    "registry.review_queue": "Pairs of records that waited for a review",
    "registry.former_review": "Pairs of records that waited for a review, of earlier times",
    "registry.person_profile": "Profiles of persons (birth year, sex, race); those who stay are described anew",
    "registry.former_profile": "Profiles of persons, of earlier times",
    "registry.event": "Events that no longer say by which record they happened",
    "registry.undone_event": "Events taken back that no longer say by which record they happened",
}
"""What a row of a table was, in words; a table of lines has the feed's name."""


def write_certificates(warehouse: Warehouse, settings: Settings) -> list[Path]:
    """Write every certificate on record as a file and a page, where they are not there; the pages, in order.

    Args:
        warehouse: read as the role `report`.
        settings: where reports go.
    """
    with warehouse.connect("report") as connection:
        found = issued(connection)
    pages: list[Path] = []
    for certificate in found:
        name = f"{certificate.number:04d}-{certificate.said['feed']}"
        keep(settings.reports / FOLDER / f"{name}.json", certificate.content)
        pages.append(keep(settings.reports / FOLDER / f"{name}.html", render(certificate)))
    return pages


def render(certificate: Certificate) -> str:
    """The page as one HTML document."""
    said = certificate.said
    return print_template(
        "certificate.html.j2",
        title=f"Certificate of destruction {certificate.number}",
        kicker="P-20W data system · retention",
        subtitle=f"{said['title']}, {said['agency']} · {_day(said['purged_at'])}",
        sections=[_what(said), _files(said), _rows(said), _stays(said), _proof(certificate)],
    )


def _what(said: Mapping[str, Any]) -> Section:
    terms = said["agreement"]
    rows = [
        row("Feed", f"{said['title']} ({said['feed']})"),
        row("Agency", said["agency"]),
        row("Agreement", terms["id"]),
        row("Legal authority", terms["legal_authority"]),
        row("May be kept", f"{words.counted(terms['retention_years'], 'year')} after the end of a period"),
        row("Reason", said["reason"]),
        row("Destroyed by", f"{said['purged_by']}, {_moment(said['purged_at'])}"),
        row("Certified", _moment(said["certified_at"])),
    ]
    lines = sum(drop["lines"] for drop in said["drops"])
    lead = (
        f"The data of {words.counted(len(said['drops']), 'delivered file')} with {words.counted(lines, 'line')} was "
        "destroyed in this data system: in its database, and the delivered files themselves."
    )
    return Section("what", "What was destroyed, and why", lead, [Table("This purge", columns("", "Said"), rows)])


def _files(said: Mapping[str, Any]) -> Section:
    rows = [
        row(
            words.period_name(drop["period"]),
            drop["submission"],
            STATUSES[drop["status_before"]],
            drop["lines"],
            words.day(date.fromisoformat(drop["kept_until"])),
            _deleted(drop["files_deleted"]),
        )
        for drop in said["drops"]
    ]
    headings = columns("Period", "Submission #", "Was", "Lines #", "Could be kept until", "Deleted")
    prints = [
        row(f"{words.period_name(drop['period'])}, submission {drop['submission']}", drop["file_sha256"] or "unknown")
        for drop in said["drops"]
    ]
    blocks = [
        Table(
            "Files destroyed", headings, rows, "Deleted are the data file, its manifest, and what else lay with them."
        ),
        Table("Fingerprints of the files", columns("File", "SHA-256 as it was delivered"), prints),
    ]
    return Section("files", "The files", "Each row is one delivered file.", blocks)


def _deleted(files: Sequence[Mapping[str, Any]]) -> str:
    """The data file and its manifest, as a rule; none where somebody had moved the files away before."""
    size = sum(file["bytes"] for file in files)
    return f"{words.counted(len(files), 'file')}, {size:,} bytes" if files else "no file was there any more"


def _rows(said: Mapping[str, Any]) -> Section:
    removed: Mapping[str, int] = said["rows_removed"]
    rows = [
        row(REMOVED.get(table, f"Lines of {said['title']}"), number, Cell(table)) for table, number in removed.items()
    ]
    headings = columns("What", "Rows #", "Table")
    lead = (
        "A person who is also in other files stays known by those, under the same number. Tables of facts, and figures "
        "made of them, follow with the next refresh."
    )
    table = Table("Rows removed", headings, rows, empty="The database held no rows of these files any more.")
    return Section("rows", "What the database held of them", lead, [table])


def _stays(said: Mapping[str, Any]) -> Section:
    return Section("stays", "What stays", said["not_covered"], [Prose(text) for text in said["stays"]])


def _proof(certificate: Certificate) -> Section:
    rows = [
        row("SHA-256 of the file beside this page (.json)", certificate.hash),
        row("SHA-256 of the certificate before it", certificate.said["previous"] or "this is the first one"),
    ]
    lead = (
        "Whoever has the file can work out its SHA-256. It is on record in the data system, where a change "
        "would show, and the next certificate repeats it. The operations team proves both: p20w retention verify FILE"
    )
    return Section(
        "proof", "How to check this certificate", lead, [Table("Fingerprints", columns("", "SHA-256"), rows)]
    )


def _day(moment: str) -> str:
    return words.day(date.fromisoformat(moment[:10]))


def _moment(moment: str) -> str:
    return f"{_day(moment)}, {moment[11:16]} UTC"
