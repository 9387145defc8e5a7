"""How a name or a number goes wrong: one function a way, on one value.

Here: pure functions from a value and a draw in [0, 1) to the wrong value. Not here: how often (`records`).
"""

from p20w.simulator.name_lists import NICKNAMES

_NEIGHBORS = {
    "a": "sqz", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo", "j": "hk",
    "k": "jl", "l": "k", "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "wa", "r": "et", "s": "ad", "t": "ry",
    "u": "yi", "v": "cb", "w": "qe", "x": "zc", "y": "tu", "z": "xs",
}  # fmt: skip
# sounds that are written one way or another (Christen & Pudjijono 2009, phonetic variations)
_SOUNDS = (
    ("ph", "f"), ("f", "ph"), ("ck", "k"), ("c", "k"), ("k", "c"), ("ie", "y"), ("y", "ie"), ("ei", "ie"), ("ee", "ea"),
    ("ll", "l"), ("nn", "n"), ("tt", "t"), ("ss", "s"), ("z", "s"), ("s", "z"), ("mb", "m"), ("gh", "g"), ("th", "t"),
    ("sh", "ch"), ("er", "ar"), ("or", "er"), ("en", "an"), ("on", "en"), ("sen", "son"), ("i", "y"), ("v", "b"),
)  # fmt: skip
# shapes a scanner confuses
_SHAPES = (("m", "rn"), ("rn", "m"), ("l", "i"), ("i", "l"), ("cl", "d"), ("d", "cl"), ("o", "c"), ("e", "c"),
           ("h", "b"), ("u", "v"), ("n", "ri"), ("S", "5"), ("B", "8"), ("O", "0"), ("w", "vv"))  # fmt: skip


def typing_error(text: str, draw: float) -> str:
    """One slip of the fingers: letters swapped, dropped, doubled, or a neighboring key."""
    if len(text) < 3:
        return text
    kind, rest = divmod(draw * 4, 1)
    spot = 1 + int(rest * (len(text) - 1))
    if kind == 0 and spot < len(text) - 1:
        return text[:spot] + text[spot + 1] + text[spot] + text[spot + 2 :]
    if kind == 1:
        return text[:spot] + text[spot + 1 :]
    if kind == 2:
        return text[:spot] + text[spot] + text[spot:]
    keys = _NEIGHBORS.get(text[spot].lower(), "e")
    return text[:spot] + keys[int(draw * 1000) % len(keys)] + text[spot + 1 :]


def _one_of(text: str, pairs: tuple[tuple[str, str], ...], draw: float) -> str:
    fitting = [(old, new) for old, new in pairs if old in text[1:]]
    if not fitting:
        return typing_error(text, draw)
    old, new = fitting[int(draw * len(fitting))]
    return text[0] + text[1:].replace(old, new, 1)


def phonetic_error(text: str, draw: float) -> str:
    """Written as heard: Stefen for Stephen."""
    return _one_of(text, _SOUNDS, draw)


def scan_error(text: str, draw: float) -> str:
    """Read by a machine: Bums for Burns."""
    return _one_of(text, _SHAPES, draw)


def nickname(text: str, draw: float) -> str:
    """The short form, where the name has one."""
    known = NICKNAMES.get(text)
    return known[int(draw * len(known))] if known else text


def one_surname(text: str, draw: float) -> str:
    """One of two surnames: mostly the first, sometimes the last. Particles stay with their name."""
    if "-" in text:
        parts = text.split("-")
    else:
        words = text.split(" ")
        start = 1
        while start < len(words) and words[start - 1].lower() in {
            "de",
            "la",
            "del",
            "los",
            "van",
            "von",
            "st.",
            "du",
            "le",
        }:
            start += 1
        parts = [" ".join(words[:start]), " ".join(words[start:])]
    parts = [part for part in parts if part]
    return parts[0] if draw < 0.8 else parts[-1]


def other_joint(text: str, draw: float) -> str:
    """A hyphen for the blank and the other way about, or none at all."""
    if "-" in text:
        return text.replace("-", " " if draw < 0.8 else "")
    return text.replace(" ", "-" if draw < 0.8 else "")


def without_particle(text: str, draw: float) -> str:
    """De La Cruz as Cruz, Dela Cruz or Delacruz; O'Neil as Oneil; St. John as St John or Saint John."""
    if "'" in text:
        return text.replace("'", "" if draw < 0.7 else " ")
    if text.startswith("St. "):
        return text.replace("St. ", "St " if draw < 0.6 else "Saint ")
    words = text.split(" ")
    if draw < 0.35 or len(words) < 2:
        return words[-1]
    if draw < 0.7:
        return "".join(words[:-1]).capitalize() + " " + words[-1]
    return "".join(words).capitalize()


def wrong_digit(number: int, draw: float) -> int:
    """One digit of nine wrong, or two neighbors swapped; the area stays valid by form."""
    digits = f"{number:09d}"
    spot = 3 + int(draw * 6)
    if int(draw * 10_000) % 10 < 4 and spot < 8 and digits[spot] != digits[spot + 1]:
        changed = digits[:spot] + digits[spot + 1] + digits[spot] + digits[spot + 2 :]
    else:
        other = (int(digits[spot]) + 1 + int(draw * 100_000) % 9) % 10
        changed = digits[:spot] + str(other) + digits[spot + 1 :]
    valid = changed[3:5] != "00" and changed[5:] != "0000"
    return int(changed) if valid else number + 1 if number % 10_000 < 9_999 else number - 1
