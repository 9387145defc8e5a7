"""The rates of a profile's section `unkind`.

Here: their names and units. Not here: figures and sources (`profiles/unkind.yaml`), or what they do.
"""

from p20w.simulator.sections import ByAgency, Rate, Section


class UnkindNames(Section):
    """Errors in names, a registration."""

    filler_first: ByAgency
    filler_last: ByAgency
    filler_middle: ByAgency
    first_blank: ByAgency
    first_initial: ByAgency
    middle_other: ByAgency
    pet_name: ByAgency
    botched: ByAgency
    guardian: ByAgency
    surname_split: ByAgency
    surname_order: ByAgency
    spouse_surname: ByAgency


class UnkindNumbers(Section):
    """Numbers of others, and numbers two digits off."""

    relative_always: Rate
    relative_one_job: Rate
    relative_at_college: Rate
    two_digits_job: Rate
    two_digits_line: Rate
    two_digits_college: Rate
    quarters_elsewhere: Rate
    in_no_other_feed: Rate


class UnkindPlaces(Section):
    """Addresses that say little."""

    shared_by_many: Rate
    moves_again: Rate


class Unkind(Section):
    """All of it."""

    names: UnkindNames
    numbers: UnkindNumbers
    places: UnkindPlaces
    unreadable_date: ByAgency
