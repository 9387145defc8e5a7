"""What sections of a profile are made of: rates, and rates by who writes.

Here: types that check themselves. Not here: the sections (`profile`, `unkind.rates`).
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Rate = Annotated[float, Field(ge=0, le=1)]
RateRange = tuple[Rate, Rate]


class Section(BaseModel):
    """Named rates; a misspelled one is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ByAgency(Section):
    """A rate for each kind of writer; wage files carry no birthdates."""

    k12: Rate
    college: Rate
    license: Rate
    wages: Rate = 0.0


class ByAge(Section):
    """A rate for each age of the household's eldest: up to 34, up to 59, older."""

    young: Rate
    middle: Rate
    old: Rate
