"""What a refusal says: which drop, what was found, what stays active, what to do next.

Here: the words for each fact of the drop gate. Not here: measuring (`inspection`) and judging (`gate`). No message
holds a value of a line.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from p20w.contracts import FeedContract
from p20w.intake.drops import DropPath
from p20w.intake.inspection import Inspection

UNFORESEEN = "unforeseen"
"""Reason code of a drop that an error nobody foresaw kept out; those are for the maintainers, not for the agency."""

# fact → (reason code, words in the first line, what to ask for)
REASONS: Mapping[str, tuple[str, str, str]] = {
    "unforeseen_errors": (UNFORESEEN, "unforeseen error", "nothing"),
    "manifest_faults": ("manifest", "manifest", "a complete manifest"),
    "file_purged": ("purged", "file was purged", "nothing"),
    "contract_version_unknown": ("contract_version", "contract version", "a manifest that names the active contract"),
    "period_unknown": ("period", "period", "the drop under a period of this feed"),
    "period_not_over": ("period_not_over", "period not over", "the whole period once it has ended"),
    "agreement_not_in_force": ("agreement_expired", "agreement not in force", "a renewed agreement before any data"),
    "agreement_differs": ("agreement", "agreement", "a manifest that names the agreement in force"),
    "submission_changed": ("submission_changed", "submission already used", "the new file as a new submission"),
    "checksum_differs": ("checksum", "checksum", "the file and its manifest again, from one export"),
    "file_unreadable": ("unreadable", "unreadable file", "the file again"),
    "file_empty": ("empty", "empty file", "the whole file"),
    "lines_undecodable": ("undecodable", "undecodable bytes", "a file in the agreed encoding"),
    "layout_differs": ("layout", "wrong layout", "a file in the agreed layout"),
    "columns_missing": ("missing_column", "missing column", "a file with all columns of the contract"),
    "columns_unknown": ("unknown_column", "unknown column", "a file with the columns of the contract and no others"),
    "headers_repeated": ("repeated_header", "repeated header", "a file with one header, on its first line"),
    "last_line_cut": ("truncated", "truncated last line", "the whole file"),
    "lines_differ": ("record_count", "record count", "a corrected file or manifest"),
    "control_totals_unknown": ("control_total", "control total", "a manifest with totals of columns that hold numbers"),
    "control_totals_differ": ("control_total", "control total", "a corrected file or manifest"),
    "lines_of_another_period": ("another_period", "another period's data", "a file of this period alone"),
    "file_repeats_itself": ("repeated_lines", "repeated lines", "the file with each line once"),
    "file_seen_before": ("seen_before", "file already taken in", "the file that was meant, if there is a newer one"),
}
UNEXPLAINED = ("gate", "drop gate", "a corrected file")


def reason_code(fact: str | None) -> str:
    """The short reason kept in `governance.drop.reason_code`."""
    return REASONS.get(fact or "", UNEXPLAINED)[0]


def refusal(drop: DropPath, found: Inspection, contract: FeedContract, in_force: int | None, root: str) -> str:
    """The whole message for a drop that the drop gate refused.

    Args:
        drop: the drop.
        found: what was measured.
        contract: of its feed.
        in_force: the submission of the same feed and period that is active, if any.
        root: how the reader's command line names the folder of drops.
    """
    fact = found.first_fault
    _, words, ask = REASONS.get(fact or "", UNEXPLAINED)
    next_submission = max(drop.submission, in_force or 0) + 1
    stays = f"submission {in_force} stays active" if in_force else "no submission of this period is active"
    told = (
        f"{drop.feed} {drop.period} submission {drop.submission}: refused ({words}).\n"
        f"{finding(fact, drop, found, contract)}\n"
    )
    if fact == "unforeseen_errors":
        return (
            f"{told}Nothing was loaded; {stays}. Send these lines to the maintainers of the warehouse. Once that is "
            f"mended, the file can come again as submission {next_submission}.\n{found.figures['unforeseen']}"
        )
    if fact == "file_purged":
        return (
            f"{told}Nothing was loaded; {stays}. Ask why it came again, and delete it here, on record:\n"
            f'p20w retention purge {drop.scope} --early --reason "a purged file that came again"'
        )
    return (
        f"{told}Nothing was loaded; {stays}. Ask the agency for {ask},\n"
        f"then: p20w drops check {root}/{drop.feed}/{drop.period}/{next_submission}"
    )


def finding(fact: str | None, drop: DropPath, found: Inspection, contract: FeedContract) -> str:
    """What was found, in a sentence or two, and what the file looks like where that explains it."""
    told = _about_the_delivery(fact, drop, found, contract)
    if fact == "layout_differs" and found.figures.get("looks"):
        return f"{told} {found.figures['looks']}"
    if fact in ("lines_differ", "last_line_cut", "control_totals_differ") and found.facts.get("totals_rows"):
        return f"{told} The last line looks like a row of totals; send the file without it."
    return told


def _about_the_delivery(fact: str | None, drop: DropPath, found: Inspection, contract: FeedContract) -> str:
    f: Mapping[str, Any] = found.figures
    match fact:
        case "manifest_faults":
            faults = "; ".join(f.get("manifest_faults") or ("it cannot be used",))
            return f"About manifest.json: {faults}. Its form is in docs/agencies/delivery.md."
        case "unforeseen_errors":
            return (
                "Reading it ended in an error that nobody foresaw, so it cannot be said what is wrong with it, "
                "if anything is."
            )
        case "file_purged":
            return (
                f"The same file was held as {f['purged_scope']} and was purged on {f['purged_on']} (certificate "
                f"{f['certificate']}): it may not be held again."
            )
        case "contract_version_unknown":
            return f"The manifest names another version of the contract than {contract.version}, the active one."
        case "period_unknown":
            return f"Its {f['period_fault']}."
        case "period_not_over":
            return f"It was delivered on {f['delivered_on']}, before its period ended on {f['period_ends']}."
        case "agreement_not_in_force":
            terms = contract.agreement
            return (
                f"It was delivered on {f['delivered_on']}; agreement {terms.id} is in force "
                f"from {terms.in_force_from} to {terms.in_force_to}."
            )
        case "agreement_differs":
            return f"The manifest names another agreement; the contract's is {contract.agreement.id}."
        case "submission_changed":
            return (
                f"Submission {drop.submission} was decided on before with another file "
                f"(SHA-256 {f['earlier_sha256']}…, now {(drop.sha256 or '')[:12]}…). A submission never changes."
            )
        case "checksum_differs":
            promised = drop.manifest.sha256[:12] if drop.manifest else ""
            return f"The manifest says SHA-256 {promised}…; the file has {(drop.sha256 or '')[:12]}…."
        case _:
            return _about_the_file(fact, drop, found, contract)


def _about_the_file(fact: str | None, drop: DropPath, found: Inspection, contract: FeedContract) -> str:
    f: Mapping[str, Any] = found.figures
    match fact:
        case "file_unreadable":
            return f"The file cannot be read: {f['source_fault']}."
        case "file_empty":
            return "The file has no data line."
        case "lines_undecodable":
            count = int(found.facts["lines_undecodable"])
            return (
                f"Of {f['beyond_ascii']:,} lines with letters beyond a-z, {count:,} are not written in "
                f"{contract.layout.encoding}, the first of them line {f['misencoded_line']:,}; "
                f"it looks like {f['looks_like']}."
            )
        case "layout_differs":
            return _layout_finding(f, found, contract)
        case "columns_missing":
            return f"The header lacks {', '.join(f['missing_columns'])}."
        case "columns_unknown":
            places = ", ".join(str(place) for place in f["unknown_positions"][:5])
            return f"The header's columns at position {places} are not in the contract, or appear twice."
        case "headers_repeated":
            count = int(found.facts["headers_repeated"])
            return f"The header line appears {count + 1:,} times; several exports may have been joined."
        case "last_line_cut":
            return f"Line {found.lines:,}, the last, ends in the middle; the transfer may have been cut short."
        case "lines_differ":
            return f"The manifest says {f['promised']:,} lines; the file has {found.counted:,}."
        case "control_totals_unknown":
            return f"The manifest has a control total of a column that holds no numbers in contract {contract.version}."
        case "control_totals_differ":
            return _total_finding(f, found)
        case "lines_of_another_period":
            count = int(found.facts["lines_of_another_period"])
            return f"{count:,} of {found.lines:,} lines belong to another period than {drop.period}."
        case "file_repeats_itself":
            return f"{f['repeated']:,} of {found.lines:,} lines repeat an earlier one; was the file joined to itself?"
        case "file_seen_before":
            return f"The same file was already delivered as {f['earlier_scope']}."
        case _:
            return "The drop gate found a fault; governance.gate_result describes it."


def _layout_finding(f: Mapping[str, Any], found: Inspection, contract: FeedContract) -> str:
    wanted = record_form(contract)
    if "header_matched" in f:
        return f"The contract has {wanted}; the header matches {f['header_matched']} of its columns."
    return f"The contract has {wanted}; {f['off_layout']:,} of {found.lines:,} lines do not."


def record_form(contract: FeedContract) -> str:
    """What the contract wants of each record as a whole."""
    layout, fields = contract.layout, len(contract.columns)
    kinds = ", ".join(layout.types.records) if layout.types else ""
    other = f", or files that begin with {contract.groups.opens}" if contract.groups else ""
    return {
        "fixed": f"records of {layout.record_length} bytes",
        "record_types": f"records of the types {kinds}, each of its length",
        "delimited": f"{fields} fields separated by {layout.delimiter!r}",
        "json_lines": f"one JSON object a line, of {fields} members with one value each",
        "json_ld": f"nodes of the types {', '.join(layout.nodes)} with {fields} values",
        "xml": f"elements {layout.record} with {fields} values",
        "parquet": f"{fields} columns",
    }[layout.kind] + other


def _total_finding(f: Mapping[str, Any], found: Inspection) -> str:
    promised, total = Decimal(str(f["promised_total"])), Decimal(str(f["total"]))
    return f"The manifest says {f['control_column']} of {promised:,}; the {found.lines:,} lines add up to {total:,}."
