"""Credentials that can be earned in the state: licenses of boards, certifications, and degrees of its colleges.

Here: definitions, from when until when. Not here: who holds one (`occupations`, `terms`), the graph of the registry
(`feeds.credential_definition`).

Near 1.9 million credentials are offered in the United States (Counting U.S. Postsecondary and Secondary Credentials,
Credential Engine, 2025; rounded from general knowledge of the report). The registry of this state has a few of each
kind; which and how many is an assumption.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

from p20w.simulator.geography import Places
from p20w.simulator.occupations import OCCUPATIONS
from p20w.simulator.randomness import keyed_uniform
from p20w.simulator.training import COURSES

FIRST_YEAR = 2008  # before it nothing was published
_PROGRAMS = 6  # of a college
_ENDS = 0.03  # of credentials a year are awarded no more
_SOC_OF_LICENSE = {
    "REGISTERED NURSE": "29-1141", "LICENSED PRACTICAL NURSE": "29-2061", "CERTIFIED NURSING ASSISTANT": "31-1131",
    "JOURNEYMAN ELECTRICIAN": "47-2111", "INSURANCE PRODUCER": "41-3021", "REAL ESTATE SALESPERSON": "41-9022",
    "COSMETOLOGIST": "39-5012",
}  # fmt: skip


@dataclass(frozen=True)
class Definition:
    """A credential: a number, its class of CTDL, title and owner, codes where it has any.

    `license_type` is the boards' own code of a license; `ends` the year since which it is awarded no more, or 0.
    """

    number: int
    kind: str
    title: str
    owner: str
    license_type: str = ""
    cip: str = ""
    soc: str = ""
    since: int = FIRST_YEAR
    ends: int = 0

    @property
    def ctid(self) -> str:
        """The registry's number of it."""
        return ctid_of(f"{self.owner}/{self.kind}/{self.title}")


def ctid_of(what: str) -> str:
    """A number of the registry's form, the same for the same thing."""
    return f"ce-{uuid5(NAMESPACE_URL, f'urn:meridian:{what}')}"


def definitions(seed: int, places: Places, year: int) -> Iterator[Definition]:
    """All that was ever published until June 30 of a year."""
    for number, item in enumerate(_all(places)):
        since = FIRST_YEAR + int(float(keyed_uniform(seed, "credential since", number)) ** 2 * 16)
        if since > year:
            continue
        gone = (of for of in range(since + 1, year + 1) if keyed_uniform(seed, "credential ends", number, of) < _ENDS)
        ends = 0 if item["license_type"] else next(gone, 0)
        yield Definition(number, since=since, ends=ends, **item)


def _all(places: Places) -> Iterator[dict[str, str]]:
    """Kind, title, owner and codes of each credential."""
    for license_ in OCCUPATIONS:
        yield {"kind": "License", "title": license_.name.title(), "owner": license_.board, "cip": "",
               "license_type": license_.name, "soc": _SOC_OF_LICENSE[license_.name]}  # fmt: skip
    for course in COURSES:
        if course.outcome != 3:  # a board's license is above
            kind = "Certification" if course.outcome == 1 else "CertificateOfCompletion"
            yield {"kind": kind, "title": course.words, "owner": "Council of Training Providers", "cip": course.cip,
                   "license_type": "", "soc": course.soc}  # fmt: skip
    for college, unit in enumerate(places.colleges):
        kind = "AssociateDegree" if places.college_two_year[college] else "BachelorDegree"
        for number in range(_PROGRAMS):
            cip = places.cips[(college * 17 + number * 29) % len(places.cips)]
            yield {"kind": kind, "title": f"Program {cip}", "owner": f"Institution {unit}", "cip": cip,
                   "license_type": "", "soc": ""}  # fmt: skip
