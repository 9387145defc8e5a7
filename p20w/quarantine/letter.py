"""What an agency is told of its quarantined lines: a table and a page of plain words beside the lines.

Here: names of the three files, the table's columns, the words. Not here: the lines (`export`), reading what comes back
(`returned`).
"""

import csv
import io
from pathlib import PurePath

from p20w.contracts import FeedContract, form
from p20w.intake.messages import record_form
from p20w.intake.receipt import LINE_FAULTS, SHOWS_FORM
from p20w.quarantine.record import Fault, QuarantinedDrop

README = "READ ME FIRST.txt"
TABLE = "what to correct.csv"
LINES = "lines"
"""Name of the file of lines before its suffix, which is that of the drop's file."""

DROP, LINE, LEAVE_OUT = "drop", "line_number", "leave_out"
COLUMNS = (DROP, LINE, "column", "what_is_wrong", "what_is_wanted", LEAVE_OUT)
_PACKED = (".gz", ".zip")


def suffix(file_name: str) -> str:
    """How the name of a drop's file ends once it is unpacked."""
    path = PurePath(file_name)
    return (PurePath(path.stem) if path.suffix.lower() in _PACKED else path).suffix or ".txt"


def table(drop: QuarantinedDrop, contract: FeedContract) -> bytes:
    """One row a fault, in the order of the lines; nothing of what a line says."""
    out = io.StringIO(newline="")
    write = csv.writer(out)
    write.writerow(COLUMNS)
    for fault in drop.faults:
        column, wrong, wanted = _told(fault, contract)
        write.writerow((drop.scope, fault.line, column, wrong, wanted, ""))
    return out.getvalue().encode("utf-8-sig")  # so that spreadsheets read it as UTF-8


def _told(fault: Fault, contract: FeedContract) -> tuple[str, str, str]:
    wrong = LINE_FAULTS.get(fault.reason, fault.reason.replace("_", " "))
    column = next((item for item in contract.columns if item.name == fault.column), None)
    if column is None:
        return "the whole line", wrong, record_form(contract)
    wanted = f"{form(column)}. {column.description}" if fault.reason in SHOWS_FORM else column.description
    return column.header, wrong, wanted


def readme(drop: QuarantinedDrop, contract: FeedContract) -> bytes:
    """How to correct the lines and send them back."""
    lines = LINES + suffix(drop.file.name)
    header = "\n      The first line is the header; leave it as it is." if contract.layout.header else ""
    encoding = contract.layout.encoding.upper()
    count = len(drop.places)
    words = f"""\
Lines of {drop.scope} to be corrected
{contract.title}

The warehouse took your file in, and could not use {count:,} of its lines, or a value in them.
They hold personal data: keep this archive encrypted, work where only those may look who may see the data, and delete
what you unpacked when you are done.

What is in here
  {lines}
      The lines as you wrote them, in the order of your file.{header}
  {TABLE}
      For each line its number in your file (data lines counted from 1), the column, what is wrong with it and what is
      wanted. A line with several faults has several rows.

What to do
  1. Correct the lines in {lines} with a text editor, not with a spreadsheet: that changes dates and drops zeros. Keep
     their order and their form, and save them in the encoding {encoding}. If your own system can be corrected, correct
     it there too, or the next file has the same faults.
  2. A line that should never have been sent: delete it from {lines}, and write "yes" under {LEAVE_OUT} in its row of
     {TABLE}.
  3. A line that you cannot correct yet: leave it as it is, or delete it from {lines} together with its rows in
     {TABLE}. It stays quarantined.
  4. Change nothing else in {TABLE}, and keep both names. {lines} has one line for each line
     number that is left in the table without a "yes", in the same order.
  5. Pack both files into a zip archive with the encryption AES-256 and the same password (7-Zip: Add to archive, format
     zip, encryption method AES-256), and send it back the way this one came. The password never goes the same way.

The warehouse makes the next submission of {drop.period} of your file and these lines, and takes it in like every other.
You can send the whole file again as the next submission instead; then these lines are not needed.
"""
    return words.replace("\n", "\r\n").encode()
