"""Read files of any agreed format as records with values of text: one module a format, chosen by the contract.

Here: `reader_of`, `kind_of`, and what every reader promises (`Reader`). Not here: opening and unpacking files
(`p20w.intake.sources`), what the text means (`p20w.intake.conform`), what becomes of a file (`p20w.intake.inspection`).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from p20w.contracts import FeedContract
from p20w.intake.readers.block import BLOCK_BYTES, Reader
from p20w.intake.readers.delimited import DelimitedReader
from p20w.intake.readers.fixed import FixedReader
from p20w.intake.readers.groups import GroupsReader, has_groups
from p20w.intake.readers.json_ld import JsonLdReader
from p20w.intake.readers.json_lines import JsonLinesReader
from p20w.intake.readers.parquet import ParquetReader
from p20w.intake.readers.record_types import RecordTypesReader
from p20w.intake.readers.xml import XmlReader
from p20w.intake.sources import USUAL_LIMITS, Limits


class _Makes(Protocol):
    def __call__(self, file: Path, contract: FeedContract, limits: Limits, size: int) -> Reader: ...


READERS: Mapping[str, _Makes] = {
    "delimited": DelimitedReader,
    "fixed": FixedReader,
    "record_types": RecordTypesReader,
    "groups": GroupsReader,
    "json_lines": JsonLinesReader,
    "json_ld": JsonLdReader,
    "parquet": ParquetReader,
    "xml": XmlReader,
}
"""By the kind of layout that a contract names."""


def kind_of(file: Path, contract: FeedContract, limits: Limits = USUAL_LIMITS) -> str:
    """The kind of layout that a file has: the contract's, or its other one where the file begins so."""
    return "groups" if has_groups(file, contract, limits) else contract.layout.kind


def reader_of(file: Path, contract: FeedContract, limits: Limits = USUAL_LIMITS, *, size: int = BLOCK_BYTES) -> Reader:
    """The reader of a file by its contract, and by its first letter where the contract has two layouts.

    Args:
        file: the data file.
        contract: of the feed.
        limits: how much the file may ask of the machine.
        size: bytes to read at a time, about.
    """
    return READERS[kind_of(file, contract, limits)](file, contract, limits, size)


__all__ = ["READERS", "Reader", "kind_of", "reader_of"]
