"""Records that are not written in the encoding of their contract.

Here: which ones, and what they look like. A single-byte encoding reads any bytes, so a record whose letters beyond a-z
make sense as UTF-8 counts as UTF-8 there: by chance that happens to almost no name. Not here: what follows (`lines`
sets records aside, `inspection` refuses a file of which most are).
"""

from p20w.intake.readers.block import Block, Positions

ASCII = ("ascii", "us-ascii")
UTF8 = ("utf-8", "utf8")


def misencoded(block: Block, encoding: str) -> Positions:
    """Indexes of the records that are not written in the contract's encoding."""
    beyond = block.beyond_ascii
    if not len(beyond) or encoding in ASCII:
        return beyond
    if encoding in UTF8:
        if _is(block.data, "utf-8"):
            return beyond[:0]
        return beyond[[not _is(block.record(int(index)), "utf-8") for index in beyond]]
    records = [block.record(int(index)) for index in beyond]
    return beyond[[_is(record, "utf-8") or not _is(record, encoding) for record in records]]


def looks_like(record: bytes) -> str:
    """The encoding a record beyond ASCII is most likely written in."""
    return "utf-8" if _is(record, "utf-8") else "windows-1252" if _is(record, "windows-1252") else "no text at all"


def _is(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
