"""Forms in which one file can come: those that are read as the plain one, and those that are not.

Here: bytes of a sound file, LF line ends, in another form. Not here: delivering and judging it (`test_forms`).
"""

import bz2
import csv
import gzip
import io
import zipfile
from collections.abc import Callable, Collection
from dataclasses import dataclass
from itertools import cycle

from p20w.contracts import FeedContract

Table = list[list[str]]
_ENDS = b"\r\n\x1a"


@dataclass(frozen=True)
class Form:
    """How a file is changed; `kind` is the layout that can have the form, None for any."""

    change: Callable[[bytes, FeedContract], bytes]
    kind: str | None = None
    """Of layout: delimited, headed (delimited with a header), fixed; None for all."""

    def of(self, data: bytes, contract: FeedContract) -> bytes | None:
        """The file in this form; None where the layout has no such form or nothing would change."""
        layout = contract.layout
        if self.kind not in (None, layout.kind, "headed" if layout.kind == "delimited" and layout.header else None):
            return None
        changed = self.change(data, contract)
        return None if changed == data else changed


def _bytes(change: Callable[[bytes], bytes]) -> Form:
    return Form(lambda data, _: change(data))


def _fixed(change: Callable[[bytes], bytes]) -> Form:
    return Form(lambda data, _: change(data), "fixed")


def _delimited(change: Callable[[bytes], bytes]) -> Form:
    return Form(lambda data, _: change(data), "delimited")


def _cells(
    change: Callable[[Table, FeedContract], Table], quoting: int = csv.QUOTE_MINIMAL, kind: str = "delimited"
) -> Form:
    def rewrite(data: bytes, contract: FeedContract) -> bytes:
        layout = contract.layout
        text = io.StringIO(data.decode(layout.encoding), newline="")
        table = change(list(csv.reader(text, delimiter=layout.delimiter)), contract)
        out = io.StringIO()
        csv.writer(out, delimiter=layout.delimiter, lineterminator="\n", quoting=quoting).writerows(table)  # pyright: ignore[reportArgumentType]
        return out.getvalue().encode(layout.encoding)

    return Form(rewrite, kind)


def _header(change: Callable[[str], str]) -> Form:
    return _cells(lambda table, _: [[change(name) for name in table[0]], *table[1:]], kind="headed")


def _aliases(table: Table, contract: FeedContract) -> Table:
    other = {column.header: column.aliases[-1] for column in contract.columns if column.aliases}
    return [[other.get(name, name) for name in table[0]], *table[1:]]


def _marked(table: Table, contract: FeedContract) -> Table:
    return [table[0], *([field or contract.missing[0] for field in row] for row in table[1:])]


def _padded(row: list[str]) -> list[str]:
    return [f" {field}  " for field in row]


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


def _ended(ending: bytes) -> Form:
    """XML ends with its last element: the mark of DOS is no character of it."""

    def ended(data: bytes, contract: FeedContract) -> bytes:
        return data.rstrip(_ENDS) + (ending.replace(b"\x1a", b"") if contract.layout.kind == "xml" else ending)

    return Form(ended)


def _zipped(
    *others: str, name: str = "file.txt", method: int = zipfile.ZIP_DEFLATED, zip64: bool = False
) -> Callable[[bytes], bytes]:
    def zipped(data: bytes) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", method) as archive:
            for other in others:
                archive.writestr(other, b"" if other.endswith("/") else b"anything")
            with archive.open(name, "w", force_zip64=zip64) as member:
                member.write(data)
        return out.getvalue()

    return zipped


def _halves(data: bytes) -> bytes:
    return gzip.compress(data[: len(data) // 2], mtime=0) + gzip.compress(data[len(data) // 2 :], mtime=0)


FIELDS = {
    "a header in capitals": _header(str.upper),
    "a header with underscores": _header(_snake),
    "a header with blanks around": _header(lambda name: f" {name} "),
    "a header of other names": _cells(_aliases, kind="headed"),
    "columns in another order": _cells(lambda table, _: [row[::-1] for row in table], kind="headed"),
    "blanks around values": _cells(
        lambda table, _: [table[0], *([f" {field}  " for field in row] for row in table[1:])]
    ),
    "marks of programs for blanks": _cells(_marked),
    "quotes around everything": _cells(lambda table, _: table, csv.QUOTE_ALL),
}
LINES = {
    "carriage returns": _bytes(lambda data: data.replace(b"\n", b"\r\n")),
    "carriage returns in the first lines": _bytes(lambda data: data.replace(b"\n", b"\r\n", 3)),
}
ENDS = {
    "no last line break": _ended(b""),
    "half a last line break": _ended(b"\r"),
    "a mark of DOS": _ended(b"\r\n\x1a"),
    "a mark of DOS and no line break": _ended(b"\x1a"),
    "blank lines at the end": _ended(b"\n\n\r\n"),
}
BEGINNINGS = {"a mark of UTF-8": _bytes(lambda data: b"\xef\xbb\xbf" + data)}
PACKINGS = {
    "gzip": _bytes(lambda data: gzip.compress(data, mtime=0)),
    "gzip in two parts": _bytes(_halves),
    "gzip of a tape": _bytes(lambda data: gzip.compress(data, mtime=0) + bytes(512)),
    "zip": _bytes(_zipped()),
    "zip, stored": _bytes(_zipped(method=zipfile.ZIP_STORED)),
    "zip of large files": _bytes(_zipped(zip64=True)),
    "zip of a Mac": _bytes(_zipped("__MACOSX/._file.txt", ".DS_Store", "sub/._file.txt")),
    "zip with a folder": _bytes(_zipped("folder/", "folder/.hidden", name="folder/file.txt")),
}
READ = FIELDS | LINES | ENDS | BEGINNINGS | PACKINGS
"""Forms that say the same as the plain file, in the order in which they can be put on top of each other."""


def together(data: bytes, contract: FeedContract, names: Collection[str]) -> bytes:
    """The file in several of the forms that are read."""
    for name, form in READ.items():
        if name in names:
            data = form.of(data, contract) or data
    return data


def mixtures() -> list[set[str]]:
    """Mixtures of forms in which each form occurs at least once, and each packing in one of its own."""
    rounds = [cycle(kind) for kind in (FIELDS, LINES, ENDS, BEGINNINGS)]
    return [{packing, *(next(kind) for kind in rounds)} for packing in PACKINGS]


def _middle(change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """Change one line in the middle of a file."""

    def changed(data: bytes) -> bytes:
        lines = data.splitlines(keepends=True)
        place = len(lines) // 2
        return b"".join([*lines[:place], change(lines[place]), *lines[place + 1 :]])

    return changed


def _semicolons(data: bytes, contract: FeedContract) -> bytes:
    return data.replace(contract.layout.delimiter.encode(), b";")


def _in_utf8(data: bytes, contract: FeedContract) -> bytes:
    return data.decode(contract.layout.encoding).encode()


def _in_windows_1252(data: bytes, contract: FeedContract) -> bytes:
    return data.decode(contract.layout.encoding).encode("windows-1252", "replace")


def _header_again(data: bytes) -> bytes:
    return _middle(lambda line: line + data.partition(b"\n")[0] + b"\n")(data)


OTHER = {
    "written in UTF-8": Form(_in_utf8),
    "written in Windows-1252": Form(_in_windows_1252),
    "written in UTF-16": Form(lambda data, contract: data.decode(contract.layout.encoding).encode("utf-16")),
    "line ends of old Macs": _bytes(lambda data: data.replace(b"\n", b"\r")),
    "a blank line": _bytes(_middle(lambda line: line + b"\n")),
    "a blank line of DOS": _bytes(_middle(lambda line: line + b"\r\n")),
    "a stray byte": _bytes(_middle(lambda line: line[:3] + b"\xff" + line[4:])),
    "a NUL byte": _bytes(_middle(lambda line: line[:3] + b"\0" + line[4:])),
    "a mark of DOS in the middle": _bytes(_middle(lambda line: line[:3] + b"\x1a" + line[4:])),
    "a carriage return in a line": _bytes(_middle(lambda line: line[:3] + b"\r" + line[4:])),
    "a line break in a line": _bytes(_middle(lambda line: line[:3] + b"\n" + line[3:])),
    "a line too long": _bytes(_middle(lambda line: line.rstrip(b"\n") + b" ,|x\n")),
    "a stray quote": _bytes(_middle(lambda line: line[:3] + b'"' + line[4:])),
    "lines cut by an editor": _bytes(lambda data: b"".join(line.rstrip() + b"\n" for line in data.splitlines())),
    "lines cut by a transfer": _bytes(lambda data: data[: len(data) * 2 // 3]),
    "a last line cut short": _bytes(lambda data: data[:-20]),
    "a title": _bytes(lambda data: b"A title\n" + data),
    "a blank line first": _bytes(lambda data: b"\n" + data),
    "a row of totals": _bytes(lambda data: data + b"TOTAL 17\n"),
    "a count": _bytes(lambda data: data + b"%d\n" % (data.count(b"\n") - 1)),
    "the file twice": _bytes(lambda data: data + data),
    "no header": _delimited(lambda data: data.partition(b"\n")[2]),
    "nothing but a header": _delimited(lambda data: data.partition(b"\n")[0] + b"\n"),
    "a header in the middle": _delimited(_header_again),
    "a header in a fixed layout": _fixed(lambda data: b"SSN FIRST LAST\n" + data),
    "another delimiter": Form(
        lambda data, contract: data.replace(contract.layout.delimiter.encode(), b";"), "delimited"
    ),
    "a column more": _delimited(lambda data: data.replace(b"\n", b",x\n")),
    "a delimiter at the end of lines": Form(
        lambda data, contract: data.replace(b"\n", contract.layout.delimiter.encode() + b"\n"), "delimited"
    ),
    "nothing": _bytes(lambda _: b""),
    "nothing but line ends": _bytes(lambda _: b"\r\n\r\n"),
    "nothing, packed": _bytes(lambda _: gzip.compress(b"", mtime=0)),
    "an archive cut short": _bytes(lambda data: gzip.compress(data, mtime=0)[:-9]),
    "an archive in an archive": _bytes(lambda data: gzip.compress(gzip.compress(data, mtime=0), mtime=0)),
    "an archive of two files": _bytes(_zipped("other.txt")),
    "another kind of archive": _bytes(bz2.compress),
}
"""Forms that are refused, or of which lines are set aside, or that are read and told."""
