"""What each agency promises, as the rest of the system reads it.

Here: `load_contracts` gives one `FeedContract` a feed, checked against the Open Data Contract Standard; a new
feed needs a contract and nothing else. `form` says how a column is to be written, `fillers` gives the words that
stand in name fields and are nobody's name. Not here: reading an agency's files (`p20w.intake`) or judging them
(`p20w.pipeline`).
"""

from p20w.contracts.filler_words import fillers
from p20w.contracts.forms import DATE_FORMATS, form
from p20w.contracts.layouts import Layout
from p20w.contracts.load import ContractError, load_contract, load_contracts, read_contracts
from p20w.contracts.model import SECTORS, USUAL_WARNS, Agreement, Column, FeedContract, QualityRule, SetsAside
from p20w.contracts.periods import Period, PeriodCalendar, PeriodError

__all__ = [
    "DATE_FORMATS",
    "SECTORS",
    "USUAL_WARNS",
    "Agreement",
    "Column",
    "ContractError",
    "FeedContract",
    "Layout",
    "Period",
    "PeriodCalendar",
    "PeriodError",
    "QualityRule",
    "SetsAside",
    "fillers",
    "form",
    "load_contract",
    "load_contracts",
    "read_contracts",
]
