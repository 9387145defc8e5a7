"""The form of a sample of XML: which element is a record, and the paths below it.

Here: one pass of a parser that keeps names of elements and no text. Not here: values (`p20w.intake.readers.xml`).
"""

from collections import Counter
from pathlib import Path
from xml.parsers import expat

from p20w.intake.readers.xml import MOST_NESTED
from p20w.intake.sources import Limits, SourceError, open_source

_CHUNK = 1 << 18
_MOST_PATHS = 400
_MOST_NUMBERED = 5
"""Elements of one name in a record that get a column each."""


def xml_form(file: Path, record: str | None, limits: Limits) -> tuple[str, tuple[str, ...], list[str]]:
    """The name of the record, namespaces and paths of a file.

    Args:
        file: XML in UTF-8.
        record: name of the element that is a record; without, the one most often below the root.
        limits: how much the file may ask of the machine.

    Raises:
        SourceError: it is no XML, has a DOCTYPE, no such record, or goes beyond the limits.
    """
    if record is None:
        tops = _Names(1)
        _parse(file, tops, limits)
        if not tops.counts:
            raise SourceError("it has no element below its root, so nothing is a record")
        record = tops.counts.most_common(1)[0][0]
    paths = _Paths(record)
    _parse(file, paths, limits)
    if not paths.found:
        raise SourceError(f"it has no element {record} with values in it")
    return record, tuple(sorted(paths.spaces)), paths.ordered()


class _Names:
    """Counts elements at a depth."""

    def __init__(self, depth: int) -> None:
        self.counts, self._wanted, self._depth = Counter[str](), depth, 0

    def start(self, name: str, _: dict[str, str]) -> None:
        if self._depth == self._wanted:
            self.counts[name.rpartition(" ")[2]] += 1
        self._depth += 1

    def end(self, _: str) -> None:
        self._depth -= 1


class _Paths:
    """Paths below a record to elements that hold no others, and to attributes."""

    def __init__(self, record: str) -> None:
        self.found, self.spaces = dict[str, None](), set[str]()
        self._record = record
        self._open: list[tuple[str, Counter[str]]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        if not self._open and local != self._record:
            return
        if not self._open:
            self.spaces |= {space} - {""}
            path = ""
        else:
            above, children = self._open[-1]
            children[local] += 1
            path = f"{above}{local}" if children[local] == 1 else f"{above}{local}[{children[local]}]"
        for attribute in attributes:
            if " " not in attribute:
                self._add(f"{path}/@{attribute}".lstrip("/"), path)
        self._open.append((f"{path}/" if path else "", Counter()))

    def end(self, _: str) -> None:
        if self._open:
            path, children = self._open.pop()
            if path and not children:
                self._add(path.rstrip("/"), path)

    def _add(self, path: str, place: str) -> None:
        numbers = [int(part.partition("]")[0]) for part in place.split("[")[1:]]
        if all(number <= _MOST_NUMBERED for number in numbers) and len(self.found) < _MOST_PATHS:
            self.found[path] = None

    def ordered(self) -> list[str]:
        """As they came; where an element comes more than once, its first one is numbered, too."""
        repeated = {path.rpartition("[2]")[0] for path in self.found if "[2]" in path}
        return [_numbered(path, repeated) for path in self.found]


def _numbered(path: str, repeated: set[str]) -> str:
    for name in sorted(repeated, key=len):
        if path == name or path.startswith(f"{name}/"):
            path = f"{name}[1]{path[len(name) :]}"
    return path


def _parse(file: Path, handler: _Names | _Paths, limits: Limits) -> None:
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MOST_NESTED:
            raise SourceError(f"it has more than {MOST_NESTED} elements within each other")
        handler.start(name, attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        handler.end(name)

    def doctype(*_: object) -> None:
        raise SourceError("it has a document type (DOCTYPE); send it without")

    parser = expat.ParserCreate("utf-8", " ")
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = doctype
    with open_source(file, limits) as stream:
        try:
            while data := stream.read(_CHUNK):
                parser.Parse(data, False)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise SourceError(f"it is no XML, line {error.lineno}") from None
