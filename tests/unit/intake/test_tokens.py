"""Tokens: HMAC-SHA256, and near tokens that survive one wrong digit."""

import hmac
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p20w.intake.near_worker import FEW, NearTokens
from p20w.intake.tokens import DIGITS, LINES, NEAR_TOKENS, TOKEN_BYTES, deletions, keyed, near_tokens

KEY, OTHER = b"k" * 32, b"o" * 32
ssns = st.from_regex(r"[0-9]{9}", fullmatch=True)


@given(st.lists(st.binary(max_size=200), max_size=5), st.binary(min_size=1, max_size=64))
def test_a_token_is_the_first_half_of_an_hmac(messages: list[bytes], key: bytes) -> None:
    assert keyed(key)(messages) == [hmac.digest(key, message, "sha256")[:TOKEN_BYTES] for message in messages]


def shared(left: str, right: str) -> set[bytes]:
    """Near tokens that two SSNs have in common."""
    pair = near_tokens([left.encode(), right.encode()], KEY)
    parts = [{tokens[at : at + TOKEN_BYTES] for at in range(0, len(tokens), TOKEN_BYTES)} for tokens in pair]
    return parts[0] & parts[1]


@given(ssns, st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_leaves_a_near_token_in_common(ssn: str, place: int, by: int) -> None:
    wrong = ssn[:place] + str((int(ssn[place]) + by) % 10) + ssn[place + 1 :]
    assert shared(ssn, wrong)


@given(ssns, st.integers(0, 7))
def test_two_swapped_neighbors_leave_a_near_token_in_common(ssn: str, place: int) -> None:
    swapped = ssn[:place] + ssn[place + 1] + ssn[place] + ssn[place + 2 :]
    assert shared(ssn, swapped)


def test_any_two_places_lie_on_one_line() -> None:
    pairs = [pair for line in LINES for pair in combinations(line, 2)]
    assert sorted(pairs) == sorted(combinations("012345678", 2))


@given(ssns, st.lists(st.integers(0, 8), min_size=2, max_size=2, unique=True), st.integers(1, 9), st.integers(1, 9))
def test_any_two_wrong_digits_leave_one_remainder_in_common(ssn: str, places: list[int], one: int, other: int) -> None:
    digits = list(ssn)
    for place, by in zip(places, (one, other), strict=True):
        digits[place] = str((int(digits[place]) + by) % 10)
    pair = near_tokens([ssn.encode(), "".join(digits).encode()], KEY)
    remainders = [
        {tokens[at : at + TOKEN_BYTES] for at in range(DIGITS * TOKEN_BYTES, len(tokens), TOKEN_BYTES)}
        for tokens in pair
    ]
    assert len(remainders[0] & remainders[1]) == 1


@given(ssns)
def test_deletions_come_first_and_all_depend_on_the_key(ssn: str) -> None:
    (tokens,) = near_tokens([ssn.encode()], KEY)
    parts = [tokens[at : at + TOKEN_BYTES] for at in range(0, len(tokens), TOKEN_BYTES)]
    assert len(parts) == NEAR_TOKENS
    assert parts[:DIGITS] == sorted(keyed(KEY)(deletions(ssn.encode())))
    assert parts[DIGITS:] == sorted(parts[DIGITS:])
    assert near_tokens([ssn.encode()], OTHER) != [tokens]


def test_what_is_no_ssn_is_not_repeated_in_the_error() -> None:
    with pytest.raises(ValueError, match="nine digits") as caught:
        deletions(b"12345678X")
    assert "12345678" not in str(caught.value)


def test_workers_give_the_tokens_this_process_would_give_in_the_same_order() -> None:
    many = [b"%09d" % (number * 7919) for number in range(FEW + 1)]
    near = NearTokens(KEY, workers=2)
    near.start(many[:10])
    near.start(many)
    assert near.collect() == near_tokens([*many[:10], *many], KEY)
    assert near.collect() == []
