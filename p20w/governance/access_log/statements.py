"""What of a statement may be kept: its command, the tables it names, and its words without any value.

Here: the rule that a word is kept only if it is a word of SQL or a name of the database's catalog. Everything else
becomes `?` (a value) or `_` (a name nobody knows). The rule holds for any text, whether or not it is SQL, because
nothing is kept for what it looks like. Not here: where statements come from (`server_log`), where they go
(`collecting`).
"""

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from sqlglot.dialects.postgres import Postgres
from sqlglot.tokenizer_core import Token, TokenType

LONGEST = 2_000
"""Characters of a statement's words that are kept."""
DEEPEST = 4
"""Statements within statements, such as `explain analyze declare … for select`, that are cut into words."""
LONGEST_CUT = 20_000
"""Characters of a statement that are cut into words; names with their schema are looked for in all of it."""

_COMMANDS = """
ABORT ALTER ANALYZE BEGIN CALL CHECKPOINT CLOSE CLUSTER COMMENT COMMIT COPY CREATE DEALLOCATE DECLARE
DELETE DISCARD DO DROP END EXECUTE EXPLAIN FETCH GRANT IMPORT INSERT LISTEN LOAD LOCK MERGE MOVE NOTIFY
PREPARE REASSIGN REFRESH REINDEX RELEASE RESET REVOKE ROLLBACK SAVEPOINT SECURITY SELECT SET SHOW START
TABLE TRUNCATE UNLISTEN UPDATE VACUUM VALUES WITH
"""
COMMANDS = frozenset(_COMMANDS.split())
OTHER = "OTHER"

_NAME = r'"?([A-Za-z_][\w$]*)"?'
_QUALIFIED = re.compile(rf"(?=(?<![\w$]){_NAME}\s*\.\s*{_NAME}(?![\w$]))")
_FIRST_WORD = re.compile(r"[\s;(]*([A-Za-z]+)(?![\w$])")
_VALUES = re.compile(r"\?(?:, \?)+")
_TOKENIZER = Postgres.Tokenizer
_OF_SQL = frozenset({*_TOKENIZER.KEYWORDS, *_TOKENIZER.SINGLE_TOKENS})
_NAMES = frozenset({TokenType.VAR, TokenType.IDENTIFIER})
_LITERALS = frozenset(
    {
        TokenType.STRING,
        TokenType.NUMBER,
        TokenType.BIT_STRING,
        TokenType.BYTE_STRING,
        TokenType.HEX_STRING,
        TokenType.HEREDOC_STRING,
        TokenType.NATIONAL_STRING,
        TokenType.RAW_STRING,
        TokenType.UNICODE_STRING,
    }
)


@dataclass(frozen=True)
class Names:
    """Names in the catalog of a database: those of any thing, and `schema.thing` of tables, views and functions."""

    words: frozenset[str]
    things: frozenset[str]

    @cached_property
    def bare(self) -> frozenset[str]:
        """Names of things without their schema."""
        return frozenset(thing.partition(".")[2] for thing in self.things)


@dataclass(frozen=True)
class Kept:
    """What is kept of a statement."""

    command: str
    relations: tuple[str, ...]
    """Tables, views and functions that it names; `*.name` where it leaves the schema to its session."""
    words: str | None
    """None where the text cannot be cut into words."""


def kept(text: str, names: Names, object_name: str | None = None) -> Kept:
    """What may be kept of a statement; no value is in it.

    Args:
        text: the statement as the server saw it.
        names: of the catalog.
        object_name: a table that the server says it uses (pgaudit).
    """
    pairs = {".".join(pair) for pair in _QUALIFIED.findall(text)} | {object_name or ""}
    relations = {pair.lower() for pair in pairs} & names.things
    try:
        tokens = list(_tokens(text[:LONGEST_CUT]))
    except Exception:  # whatever somebody writes must not keep what others did off the record
        first = _FIRST_WORD.match(text)
        return Kept(_command(first[1] if first else ""), tuple(sorted(relations)), None)
    named = {thing.partition(".")[2] for thing in relations}
    bare = {token.text.lower() for token in tokens if token.token_type in _NAMES} & names.bare - named
    words = _VALUES.sub("?", " ".join(_word(token, names) for token in tokens).replace(" , ", ", "))
    first = next((token.text for token in tokens if token.text != "("), "")
    return Kept(_command(first), tuple(sorted(relations | {f"*.{name}" for name in bare})), words[:LONGEST])


def mark(text: str, key: bytes) -> str:
    """A keyed digest of a statement, so that who suspects one can look for it and nobody else can guess it."""
    return hmac.new(key, text.encode(errors="replace"), hashlib.sha256).hexdigest()[:32]


def _tokens(text: str, depth: int = 0) -> Iterable[Token]:
    """Words of a statement; of commands that carry another statement (explain, declare), that one's too."""
    found = _TOKENIZER().tokenize(text)
    for before, token in zip([None, *found], found, strict=False):
        if before and before.token_type in (TokenType.COMMAND, TokenType.SHOW) and token.token_type == TokenType.STRING:
            if depth < DEEPEST:
                yield from _tokens(token.text, depth + 1)
        else:
            yield token


def _word(token: Token, names: Names) -> str:
    if token.token_type in _LITERALS:
        return "?"
    if token.token_type == TokenType.IDENTIFIER:
        return token.text if token.text in names.words else "_"
    if token.text.lower() in names.words:
        return token.text.lower()
    word = " ".join(token.text.split())
    return word.lower() if word.upper() in _OF_SQL else "_"


def _command(word: str) -> str:
    return word.upper() if word.upper() in COMMANDS else OTHER
