"""Take in what agencies deliver.

Here: find drops, check them, read them in chunks, replace SSNs by tokens, split identifying values from attributes,
load both halves together, and put them before the drop and intake gates. Not here: what a feed promises
(`p20w.contracts`), what a gate expects (`expectations/`), who is who (`p20w.registry`).
"""

from p20w.intake.cases import DropOutcome
from p20w.intake.check import check_file
from p20w.intake.drops import DropPath, arrivals, pending, still_coming
from p20w.intake.gate import accepted_passes
from p20w.intake.receipt import Fault, Receipt
from p20w.intake.receive import figures, receive
from p20w.intake.strays import strays
from p20w.intake.withdraw import withdraw

__all__ = [
    "DropOutcome",
    "DropPath",
    "Fault",
    "Receipt",
    "accepted_passes",
    "arrivals",
    "check_file",
    "figures",
    "pending",
    "receive",
    "still_coming",
    "strays",
    "withdraw",
]
