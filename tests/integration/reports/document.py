"""A page taken apart: its tables, headings and text."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

VOID = {"meta", "link", "br", "hr", "img", "input"}


@dataclass
class Table:
    """A table as rows of texts; the first row is its headings."""

    caption: str = ""
    rows: list[list[str]] = field(default_factory=list)
    cells_without_scope: int = 0

    def column(self, name: str) -> list[str]:
        """The texts of a column."""
        place = self.rows[0].index(name)
        return [row[place] for row in self.rows[1:]]

    def row(self, name: str) -> dict[str, str]:
        """The row that begins with `name`, by heading."""
        found = next(row for row in self.rows[1:] if row[0] == name)
        return dict(zip(self.rows[0], found, strict=True))


class Document(HTMLParser):
    """The page as a test wants it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.source = path.read_text(encoding="utf-8")
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.tables: list[Table] = []
        self.headings: list[tuple[int, str]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(self.source)

    def table(self, caption: str) -> Table:
        """The table whose caption begins so."""
        return next(table for table in self.tables if table.caption.startswith(caption))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        if tag not in VOID:
            self._open.append(tag)
        if tag == "table":
            self.tables.append(Table())
        elif tag == "tr":
            self.tables[-1].rows.append([])
        elif tag in ("td", "th"):
            self.tables[-1].rows[-1].append("")
            self.tables[-1].cells_without_scope += tag == "th" and attributes.get("scope") not in ("col", "row")
        elif tag in ("h1", "h2", "h3", "h4"):
            self.headings.append((int(tag[1]), ""))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] in ("style", "script"):
            return
        data = data.replace("\xa0", " ")
        self.text += data
        if "caption" in self._open:
            self.tables[-1].caption += data.strip()
        elif {"td", "th"} & set(self._open):
            cell = self.tables[-1].rows[-1]
            cell[-1] = (cell[-1] + data).strip()
        elif self._open and self._open[-1] in ("h1", "h2", "h3", "h4"):
            level, text = self.headings[-1]
            self.headings[-1] = (level, text + data)
