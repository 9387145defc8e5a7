"""Training that workers can be sent to: providers on the eligible list and their programs.

Here: who offers what, from when until when, at which length and price. Not here: the file of an agency
(`feeds.training_provider`), who takes part (`workforce_programs`).

Lengths and prices are of the size that states' lists show (nursing assistant some 120 hours and 1,200 dollars, truck
driver 160 hours and 5,500, practical nurse a year and 14,000); all are our own figures.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from p20w.simulator.geography import read_seed
from p20w.simulator.randomness import keyed_uniform

FIRST_YEAR = 2008  # before it nobody was listed
_LEAVES = 0.05  # of programs a year are not renewed
_SMALL = 24  # providers beside the colleges


@dataclass(frozen=True)
class Course:
    """A kind of training: program and occupation codes, length, and dollars for tuition and books.

    `outcome` is 1 for a certificate, 3 for a license and 6 for a college's certificate.
    """

    cip: str
    soc: str
    words: str
    outcome: int
    hours: int
    weeks: int
    tuition: int
    books: int


COURSES = (
    Course("51.3902", "31-1131", "Nursing assistant", 3, 120, 6, 1_200, 150),
    Course("51.3901", "29-2061", "Practical nurse", 3, 1_400, 48, 14_000, 1_300),
    Course("51.0801", "31-9092", "Medical assistant", 1, 720, 30, 6_500, 700),
    Course("46.0302", "47-2111", "Electrical work", 1, 480, 14, 4_500, 500),
    Course("46.0503", "47-2152", "Plumbing", 1, 480, 14, 4_600, 500),
    Course("48.0508", "51-4121", "Welding", 1, 580, 14, 7_800, 600),
    Course("48.0501", "51-4041", "Machining", 1, 560, 14, 7_000, 500),
    Course("49.0205", "53-3032", "Truck driving", 3, 160, 4, 5_500, 100),
    Course("47.0201", "49-9021", "Heating and cooling", 1, 540, 14, 8_200, 600),
    Course("47.0604", "49-3023", "Automobile repair", 1, 900, 32, 11_000, 900),
    Course("12.0401", "39-5012", "Cosmetology", 3, 1_500, 44, 15_500, 1_500),
    Course("11.0901", "15-1232", "Computer support", 1, 300, 12, 4_900, 400),
    Course("22.0302", "23-2011", "Legal assistant", 6, 450, 20, 5_200, 600),
    Course("13.1501", "25-9045", "Classroom assistant", 6, 240, 12, 2_400, 200),
)


@dataclass(frozen=True)
class Provider:
    """A provider, by its number on the state's list; a few are one person's business.

    `entities` are its kinds: 1 and 3 for a college, 5 nonprofit, 6 for profit, 7 public.
    """

    number: int
    entities: str
    postal_code: str
    is_one_person: bool


@dataclass(frozen=True)
class Listing:
    """A program on the list: its provider and kind, the year it was listed in, its share of the usual price."""

    provider: Provider
    course: Course
    since: int
    share: float

    @property
    def program(self) -> int:
        """Number of the program on the state's list."""
        return self.provider.number * 100 + COURSES.index(self.course)

    @property
    def tuition(self) -> int:
        """Dollars for the whole program."""
        return round(self.course.tuition * self.share)


def providers(seed: int) -> list[Provider]:
    """Two-year colleges and other providers, the same every year."""
    colleges = [row for row in read_seed("ref_institution") if row["institution_level"] == "2-year"]
    zips = [row["postal_code"] for row in read_seed("ref_postal_code")]
    found = [
        Provider(100 + number, "137", row["postal_code"], is_one_person=False) for number, row in enumerate(colleges)
    ]
    for number in range(200, 200 + _SMALL):
        draw = float(keyed_uniform(seed, "kind of provider", number))
        place = int(float(keyed_uniform(seed, "place of provider", number)) * len(zips))
        found.append(Provider(number, "6" if draw < 0.7 else "5", zips[place], is_one_person=draw < 0.2))
    return found


def listings(seed: int, year: int) -> Iterator[Listing]:
    """The programs on the list of June 30 of a year."""
    for provider in providers(seed):
        for number, course in enumerate(COURSES):
            key = provider.number * 100 + number
            if float(keyed_uniform(seed, "offers training", key)) >= (0.5 if provider.number < 200 else 0.14):
                continue
            since = FIRST_YEAR + int(float(keyed_uniform(seed, "listed since", key)) ** 2 * 16)
            renewed = (float(keyed_uniform(seed, "renewed", key, of)) >= _LEAVES for of in range(since + 1, year + 1))
            if since <= year and all(renewed):
                share = 0.8 + 0.5 * float(keyed_uniform(seed, "price of training", key))
                yield Listing(provider, course, since, share)
