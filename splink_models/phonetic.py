"""A phonetic key for names, as one SQL expression that runs where the names are.

A small relative of Metaphone (Philips 1990): spelling variants of one English or Spanish sound are written
alike, vowels after the first letter are dropped, repeats are collapsed. Plain replacements only, so that
every engine computes the same key; no back-references, which RE2 lacks.
"""

_RESPELL = (
    ("^(KN|GN|PN)", "N"),
    ("^WR", "R"),
    ("^X", "S"),
    ("PH", "F"),
    ("GHT", "T"),
    ("GH", "G"),
    ("SCH", "SK"),
    ("CHR", "KR"),
    ("(TCH|CH|SH|TIA|TIO)", "X"),
    ("CK", "K"),
    ("C([EIY])", "S\\1"),
    ("[CQ]", "K"),
    ("Z", "S"),
    ("G([EIY])", "J\\1"),
    ("Y", "I"),
    ("DT$", "T"),
    ("V", "F"),
    ("W", "U"),
)


def phonetic_key(name: str) -> str:
    """SQL for the phonetic key of `name`, an expression of upper-case letters without spaces.

    `CATHERINE` and `KATHRYN` share a key, as do `PHILLIPS` and `FILIPS`.
    """
    key = name
    for pattern, sound in _RESPELL:
        key = f"regexp_replace({key}, '{pattern}', '{sound}', 'g')"
    # the first letter stays, a vowel there is only known to be one
    key = f"regexp_replace({key}, '^[AEIOU]', '0')"
    key = f"regexp_replace({key}, '[AEIOUH]', '', 'g')"
    for letter in "BDFGJKLMNPRSTX":
        key = f"regexp_replace({key}, '{letter}+', '{letter}', 'g')"
    return f"nullif({key}, '')"
