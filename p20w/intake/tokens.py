"""Keyed tokens: what is stored in place of an SSN, and the ids of identities.

Here: HMAC-SHA256, cut to 16 bytes (RFC 2104 section 5 allows half of a hash), over many messages at once. Nothing but
the standard library is imported, so that worker processes start at once. Not here: which SSNs are valid
(`normalize`), where keys come from (`p20w.keys`).
"""

import hashlib
import sys
from collections.abc import Callable, Iterable

TOKEN_BYTES = 16
DIGITS = 9
LINES = ("012", "345", "678", "036", "147", "258", "048", "156", "237", "057", "138", "246")
"""Places of three digits, so that any two places lie on one of them: the lines of the affine plane of order three."""

NEAR_TOKENS = DIGITS + len(LINES)
_BLOCK_BYTES = 64
Tokenizer = Callable[[Iterable[bytes]], list[bytes]]


def keyed(secret: bytes) -> Tokenizer:
    """A function that tokenizes many messages under one key.

    Inner and outer hash are prepared once and copied for each message: half the cost of a call of `hmac`.

    Args:
        secret: at most 64 bytes.

    Raises:
        ValueError: the secret is longer.
    """
    if len(secret) > _BLOCK_BYTES:
        raise ValueError("a token key has at most 64 bytes")
    padded = secret.ljust(_BLOCK_BYTES, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded))
    outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in padded))

    def tokens(messages: Iterable[bytes]) -> list[bytes]:
        made: list[bytes] = []
        for message in messages:
            first, second = inner.copy(), outer.copy()
            first.update(message)
            second.update(first.digest())
            made.append(second.digest()[:TOKEN_BYTES])
        return made

    return tokens


def deletions(ssn: bytes) -> list[bytes]:
    """The nine strings left when one digit of `ssn` is deleted, each marked with nothing but itself.

    Two SSNs that differ in one digit, or by swapping two neighbors, share at least one of them
    (deletion neighborhood, Mor and Fraenkel 1982).

    Raises:
        ValueError: not nine digits. The message does not repeat it.
    """
    if len(ssn) != DIGITS or not ssn.isdigit():
        raise ValueError("an SSN has nine digits")
    return [ssn[:place] + ssn[place + 1 :] for place in range(DIGITS)]


def remainders(ssn: bytes) -> list[bytes]:
    """The six digits left without each of `LINES`, each after a letter that names the line.

    Two SSNs that differ in any two digits share exactly one of them, with twelve of them where all deletions of two
    digits would be thirty-six.
    """
    digits = [ssn[place : place + 1] for place in range(DIGITS)]
    return [_LETTERS[number] + b"".join(digits[place] for place in kept) for number, kept in enumerate(_KEPT)]


_LETTERS = [bytes([ord("a") + number]) for number in range(len(LINES))]
_KEPT = [[place for place in range(DIGITS) if str(place) not in line] for line in LINES]


def near_tokens(ssns: Iterable[bytes], secret: bytes) -> list[bytes]:
    """For each SSN the keyed tokens of its nine deletions, sorted, then those of its twelve remainders: 336 bytes.

    Args:
        ssns: nine digits each, no separators.
        secret: the near-token key; never the key of the exact token.

    Raises:
        ValueError: one is not nine digits. The message does not repeat it.
    """
    tokenize = keyed(secret)
    return [b"".join(sorted(tokenize(deletions(ssn))) + sorted(tokenize(remainders(ssn)))) for ssn in ssns]


def main() -> None:
    """As a worker: read one byte of key length, the key and nine digits an SSN; write 336 bytes an SSN."""
    data = sys.stdin.buffer.read()
    length = data[0]
    secret, digits = data[1 : 1 + length], data[1 + length :]
    ssns = (digits[place : place + DIGITS] for place in range(0, len(digits), DIGITS))
    sys.stdout.buffer.write(b"".join(near_tokens(ssns, secret)))


if __name__ == "__main__":
    main()
