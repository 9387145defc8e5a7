"""Slips in a name: of the keyboard, of the ear, of the scanner.

Here: one slip, with a rule for each. Not here: slips in dates and numbers (`digit_slips`), how often (`rates`).

The kinds are those of the literature on data entry: substitution by a neighboring key, omission, insertion and exchange
of neighbors (Damerau 1964 found four of five errors to be one of these), spelling by sound, confusion of shapes in
optical recognition. Shares between the kinds are assumed.
"""

from __future__ import annotations

from random import Random

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_HEARD = (
    ("ph", "f"), ("f", "ph"), ("ck", "k"), ("k", "ck"), ("c", "k"), ("k", "c"), ("s", "z"), ("z", "s"), ("ey", "y"),
    ("y", "ie"), ("ie", "y"), ("ie", "ei"), ("ei", "ie"), ("ea", "ee"), ("ee", "ea"), ("ai", "ay"), ("ay", "ai"),
    ("ou", "ow"), ("ow", "ou"), ("oo", "u"), ("au", "aw"), ("y", "i"), ("i", "y"), ("ough", "off"), ("gh", ""),
    ("wh", "w"), ("wr", "r"), ("kn", "n"), ("th", "t"), ("x", "cks"), ("qu", "kw"), ("tch", "ch"), ("ge", "j"),
    ("mac", "mc"), ("mc", "mac"), ("burgh", "berg"), ("son", "sen"), ("man", "mann"), ("er", "ar"), ("an", "en"),
    ("ll", "l"), ("tt", "t"), ("nn", "n"), ("rr", "r"), ("ss", "s"), ("pp", "p"),
)  # fmt: skip
_SEEN = (
    ("rn", "m"), ("m", "rn"), ("cl", "d"), ("d", "cl"), ("li", "h"), ("h", "li"), ("vv", "w"), ("w", "vv"), ("u", "v"),
    ("v", "u"), ("c", "e"), ("e", "c"), ("i", "l"), ("l", "i"), ("n", "u"), ("h", "b"), ("o", "0"), ("l", "1"),
    ("s", "5"), ("b", "8"), ("g", "9"),
)  # fmt: skip


def typed(text: str, rng: Random) -> str:
    """A slip of the keyboard: a neighboring key, an exchange, a letter doubled, dropped or struck besides."""
    places = [at for at, letter in enumerate(text) if letter.isalpha()]
    if len(places) < 2:
        return text
    at = rng.choice(places[1:] if rng.random() < 0.85 else places)  # first letters are seldom wrong
    kind = rng.choices(("neighbor", "exchange", "double", "drop", "besides"), (35, 20, 15, 20, 10))[0]
    if kind == "exchange" and at + 1 < len(text) and text[at].lower() != text[at + 1].lower():
        return _cased(text, text[:at] + text[at + 1] + text[at] + text[at + 2 :])
    if kind == "double":
        return text[: at + 1] + text[at].lower() + text[at + 1 :]
    if kind == "drop" and len(text) > 3:
        return _cased(text, text[:at] + text[at + 1 :])
    key = beside(text[at], rng)
    return _cased(text, text[:at] + key + text[at + (kind != "besides") :])


def beside(letter: str, rng: Random) -> str:
    """A key beside this letter's, in its row or the next; letters of no key are left."""
    plain = letter.lower()
    for row, keys in enumerate(_ROWS):
        if (at := keys.find(plain)) >= 0:
            near = [keys[to] for to in (at - 1, at + 1) if 0 <= to < len(keys)]
            near += [_ROWS[to][at] for to in (row - 1, row + 1) if 0 <= to < 3 and at < len(_ROWS[to])]
            return rng.choice(near)
    return letter


def heard(text: str, rng: Random) -> str:
    """The name as another would spell it by its sound."""
    return _replaced(text, _HEARD, rng)


def scanned(text: str, rng: Random) -> str:
    """The name as a scanner reads its shapes; a digit may stand for a letter."""
    return _replaced(text, _SEEN, rng)


def without_part(surname: str, rng: Random) -> str:
    """A surname of several parts by one of them, or without its particle; others stay."""
    parts = surname.replace("-", " ").split()
    if len(parts) < 2:
        return surname
    if parts[0].islower():
        return parts[-1]
    return parts[0] if rng.random() < 0.35 else parts[-1]


def _replaced(text: str, rules: tuple[tuple[str, str], ...], rng: Random) -> str:
    plain = text.lower()
    usable = [(before, after) for before, after in rules if before in plain]
    if not usable:
        return text
    before, after = rng.choice(usable)
    places = [at for at in range(len(plain)) if plain.startswith(before, at)]
    at = rng.choice(places)
    made = text[:at] + after + text[at + len(before) :]
    return _cased(text, made) if len(made) > 1 else text


def _cased(text: str, made: str) -> str:
    return made[:1].upper() + made[1:2].lower() + made[2:] if text[:1].isupper() else made
