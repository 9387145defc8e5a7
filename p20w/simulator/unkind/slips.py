"""How a name or a number goes badly wrong: one function a way, on one value.

Here: pure functions from a value and a draw in [0, 1) to the wrong value. Not here: how often (`names`, `numbers`), and
the milder slips (`p20w.simulator.mistakes`).
"""

from p20w.simulator.mistakes import scan_error, typing_error, wrong_digit
from p20w.simulator.words import PARTICLES

FIRST_FILLERS = {
    "k12": ("UNKNOWN", "CHILD", "BABY BOY", "BABY GIRL", "STUDENT", "INFANT", "FNU"),
    "college": ("UNKNOWN", "FNU", "STUDENT", "NFN"),
    "license": ("FNU", "FNU", "NFN", "NO FIRST NAME"),
    "wages": ("UNKNOWN", "EMPLOYEE", "TENANT", "FNU", "NFN", "WORKER", "TEMP"),
}
LAST_FILLERS = ("UNKNOWN", "LNU", "TENANT", "RESIDENT", "NLN", "FAMILY")
MIDDLE_FILLERS = ("NMN", "NMN", "NMI", "NONE", "UNKNOWN")
_VOWELS = "aeiouy"
_OTHER_SOUND = {"a": "i", "e": "i", "i": "e", "o": "u", "u": "o", "y": "i"}


def pet_name(text: str, draw: float) -> str:
    """A short form by rule, as no list holds them: the first syllable with -ie or -y, sometimes with another vowel.

    >>> pet_name("Margaret", 0.1), pet_name("Margaret", 0.9)
    ('Margie', 'Mirgy')
    """
    low = text.lower()
    start = next((at for at, letter in enumerate(low) if at and letter in _VOWELS), 0)
    end = start
    while end < len(low) and low[end] in _VOWELS:
        end += 1
    while end < len(low) and low[end] not in _VOWELS:
        end += 1
    closed = end - start >= 2
    if len(text) < 4 or not start or not closed or " " in text:
        return text
    stem = low[:end]
    if low[end:] and len(stem) > 3 and stem[-1] not in _VOWELS and stem[-2] not in _VOWELS and stem[-2] not in "rlnmc":
        stem = stem[:-1]
    if draw >= 0.7:
        stem = stem[:start] + _OTHER_SOUND[stem[start]] + stem[start + 1 :]
    if stem[-1] == "c":
        stem = stem[:-1] + "ck"
    return (stem + ("ie" if draw % 0.5 < 0.25 else "y")).capitalize()


def botched(text: str, draw: float) -> str:
    """Two or three slips of typing and scanning in one name."""
    draws = [(draw * factor) % 1 for factor in (1.0, 7.0, 49.0)]
    wrong = scan_error(typing_error(text, draws[0]), draws[1]) if text else text
    return typing_error(wrong, draws[2]) if draw < 0.4 else wrong


def surnames(text: str) -> tuple[str, str]:
    """A compound surname's two parts, particles with their name; the second is empty when there is but one.

    >>> surnames("De La Cruz Lopez")
    ('De La Cruz', 'Lopez')
    """
    if "-" in text:
        first, _, second = text.partition("-")
        return first, second
    words = text.split(" ")
    start = 1
    while start < len(words) and words[start - 1].lower() in PARTICLES:
        start += 1
    return " ".join(words[:start]), " ".join(words[start:])


def other_order(text: str) -> str:
    """A compound surname with its parts exchanged; another surname as it is."""
    first, second = surnames(text)
    return f"{second} {first}" if second else text


def two_wrong_digits(number: int, draw: float) -> int:
    """Two digits of nine wrong, of valid form; placeholders and missing numbers stay as they are."""
    if not 1_000_000 < number < 900_000_000:
        return number
    text = f"{number:09d}"
    first = 3 + int(draw * 6)
    second = 3 + (first - 3 + 1 + int(draw * 600) % 5) % 6
    digits = list(text)
    for spot, turn in ((first, int(draw * 6_000) % 9 + 1), (second, int(draw * 60_000) % 9 + 1)):
        digits[spot] = str((int(digits[spot]) + turn) % 10)
    changed = "".join(digits)
    valid = changed[3:5] != "00" and changed[5:] != "0000"
    return int(changed) if valid else wrong_digit(number, draw)


def unreadable_date(year: int, month: int, draw: float) -> tuple[int, int, int]:
    """Year, month and day of a date that no calendar has: 30 February, 31 November, month 13, all zeros."""
    short = (2, 2, 4, 6, 9, 11)
    kind = int(draw * 10)
    if kind < 6:
        return year, short[kind], 30 if kind == 0 else 31
    return [(year, 13, min(month, 9)), (year, month, 0), (year, 0, 1), (year, month, 32)][kind - 6]
