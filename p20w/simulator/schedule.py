"""When which agency delivers what.

Here: the drops that become due for periods ending in a quarter, with their day of delivery. Not here: writing them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from p20w.simulator.calendar import as_date, day, label_of, last_day, school_year_label, term_days
from p20w.simulator.deliver import Content, Delivery
from p20w.simulator.feeds import k12, licenses, postsecondary, workforce
from p20w.simulator.pay import Payroll, payroll
from p20w.simulator.world import World


@dataclass(frozen=True)
class Due:
    """A drop and how to make it; nothing is made until `content` is called."""

    delivery: Delivery
    content: Callable[[], Content]


def due_after(world: World, quarter: int) -> Iterator[Due]:
    """The drops for periods that end in this quarter, to be made before the next quarter is lived."""
    year, position = quarter // 4, quarter % 4
    end = last_day(quarter)

    def drop(
        feed: str,
        period: str,
        usual: int,
        content: Callable[[], Content],
        *,
        submission: int = 1,
        extension: str = "csv",
    ) -> Due:
        rates = world.profile.deliveries
        rng = world.rng(f"delivery of {feed} {submission}", quarter)
        late = rng.random() < rates.late
        wait = int(rng.integers(0, rates.jitter_days + 1)) + late * int(rng.integers(1, rates.late_days + 2))
        return Due(Delivery(feed, period, usual + wait, submission, extension), content)

    pay: list[Payroll] = []

    def paid() -> Payroll:
        if not pay:
            pay.append(payroll(world, quarter))
        return pay[0]

    label = label_of(quarter)
    yield drop("ui_wage", label, end + 55, lambda: workforce.wages(world, paid(), 1), extension="txt")
    yield drop("employer", label, end + 70, lambda: workforce.employers(world, paid()))
    if workforce.is_amended(world, quarter):
        yield drop(
            "ui_wage", label, end + 100, lambda: workforce.wages(world, paid(), 2), submission=2, extension="txt"
        )
    if position in (1, 3):
        on = as_date(end).isoformat()
        yield drop("dmv_license", on, end + 10, lambda: licenses.snapshot(world, end, quarter), extension="txt")
    if position == 2:
        period = f"{school_year_label(year + 1)}-fall"
        yield drop(
            "k12_enrollment", period, day(year, 10, 25), lambda: k12.enrollment(world, year + 1, "fall", quarter)
        )
    if position == 1:
        period = school_year_label(year)
        yield drop(
            "k12_enrollment", f"{period}-eoy", day(year, 7, 20), lambda: k12.enrollment(world, year, "eoy", quarter)
        )
        yield drop("k12_cte", period, day(year, 8, 10), lambda: k12.participation(world, year, quarter))
    term = world.term
    if term is not None:
        ends = term_days(term.academic_year, term.name)[1]
        period = f"{as_date(ends).year}-{term.name.lower()}"
        yield drop("ps_enrollment", period, ends + 30, lambda: postsecondary.enrollment(world, term, quarter))
        if term.name == "Summer":
            awards = school_year_label(year)
            yield drop("ps_award", awards, day(year, 9, 15), lambda: postsecondary.awards(world, year, quarter))
