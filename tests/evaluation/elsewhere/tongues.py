"""Names of other cultures, made of syllables.

Here: a few invented tongues, each with syllables that follow one another by a chain, word endings, how concentrated its
names are, and its customs. Not here: who bears which name (`people`). No name list was used; a name
that exists is chance.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from tests.evaluation.elsewhere.draws import draws

Custom = Literal["none", "patronymic", "two surnames", "particle", "two given"]


@dataclass(frozen=True)
class Tongue:
    """Syllables as blank-separated words; `surnames` is how many there are, `spread` their Zipf exponent (not 1)."""

    name: str
    share: float
    starts: str
    middles: str
    men: str
    women: str
    houses: str
    surnames: int
    spread: float
    custom: Custom = "none"
    particles: tuple[str, ...] = ()
    length: tuple[int, ...] = (0, 1)


TONGUES = (
    Tongue(
        "northern", 0.26, "Hal Sig Tor Ing Ast Rag Bjør Frey Gun Lin Mar Ol Ing Vil El Sven Ket Har And Jør",
        "va ri de la mu ste no ga ni re", "rd ld f n r k son d", "a dis run e veig ne ia hild",
        "sen berg ström gård lund vik dahl strand heim by", 2600, 0.75,
    ),
    Tongue(
        "eastern", 0.14, "Vla Mi Dra Bo Ste Ra Lju Ko Ni Se Tat Ya Za Ole Iv Pet Mir Du Sta Vo",
        "di ro sla go lo mi ri ne vo ta", "mir slav n j k g rad", "na ka ja sha la ina", "ov in sky enko ich ev ak uk",
        1800, 0.8, "patronymic",
    ),
    Tongue(
        "levantine", 0.12, "Ha Ka Ma Ra Sa Ya Na Fa Ja Mu Ab Ta Za Kha Is Um Las",
        "ri li mi ssa di ba ha na shi ya", "m d n f r l q b", "a ah iya een ra wa", "i wi ri ni ani dad our awi ssan",
        1200, 0.85, "particle", ("al-", "El ", "Abu ", "Bin "),
    ),
    Tongue(
        "delta", 0.07, "Minh Thanh Xuan Bao Duc Khanh Lan Phuong Quoc Tuan Huong Anh Long Mai Thi Son",
        "", " ", " ", "Tran Pham Vuong Dinh Ngo Trinh Lam Doan Luong Bui", 60, 1.05, "two given", (), (0,),
    ),
    Tongue(
        "highland", 0.20, "Ca Ro Ma Lu Al Fer Es Xi Gui Ne Jo Te An Be Ju Ra Vi",
        "ri ma ber nan pe lde to me ra li", "do n o s rto nio l", "a ia da na ela",
        "ez res rez ino ero oso ales ado ña",
        1500, 0.85, "two surnames", ("de la ", "del ", "de "),
    ),
    Tongue(
        "lowland", 0.11, "Wil Jo Pie Hen Cor Ma Ger Bre Dir Ni Aal Lie Wou Ruu",
        "le han ni te ri de ke ma", "m rd s k t jn", "ke je a ine tje", "sen mans hof veld kamp stra ink boer ma huis",
        1400, 0.8, "particle", ("van der ", "van ", "ter ", "de "),
    ),
    Tongue(
        "island", 0.10, "Ka La Ma Ke No Ha Pu Wai Lei A'a Ka'i Kalo Mele Manu Sione",
        "ni lo ka ma hi mo lei nu kai ulu", "ni kai oa ula eki ano", "lani na kalei ea hina",
        "kane heleni mahoe lani'i ku'ulei tafa maka", 900, 0.8, "two given", (), (0, 1, 2),
    ),
)  # fmt: skip


@cache
def _followers(tongue: str, syllable: str, middles: str) -> tuple[str, ...]:
    """What may follow a syllable: four of the middles, the first twice as likely as the second, and so on."""
    every = middles.split()
    return tuple(draws("chain", tongue, syllable).sample(every, min(4, len(every)))) if every else ()


@cache
def word(tongue: Tongue, kind: Literal["man", "woman", "house"], rank: int) -> str:
    """The name at a rank; the same name may come at two ranks, as it does in life."""
    rng = draws("word", tongue.name, kind, rank)
    ends = {"man": tongue.men, "woman": tongue.women, "house": tongue.houses}[kind].split()
    syllable = rng.choice(tongue.starts.split())
    if not tongue.middles:  # whole words
        given = syllable if rng.random() < 0.6 else f"{syllable} {rng.choice(tongue.starts.split())}"
        return rng.choice(ends) + rng.choice(("", "", "h", "g")) if kind == "house" else given
    text = syllable
    for _ in range(rng.choice(tongue.length) + (kind == "house")):
        following = _followers(tongue.name, syllable, tongue.middles)
        syllable = following[min(int(rng.expovariate(0.9)), len(following) - 1)]
        text += syllable
    text += rng.choice(ends)
    if kind == "house" and tongue.particles and rng.random() < 0.35:
        return rng.choice(tongue.particles) + text
    return text
