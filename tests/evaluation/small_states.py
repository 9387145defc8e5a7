"""Links of small states of all profiles by what they hang on: estimated precision beside the true one.

Here: states, taken in and decided once, as a first refresh would. Not here: what share of intervals has to hold
(`test_calibration`).
"""

from p20w.pipeline import refreshes
from p20w.registry.evaluation import evaluate
from p20w.registry.evaluation.calibration import Class
from p20w.settings import Settings
from tests.evaluation.states import Made, taken_in
from tests.few_feeds import FEW_FEEDS

PROFILES = {"default": 3, "dense": 3, "harsh": 3, "unkind": 4, "adversarial": 4, "foreign_habits": 3}
STATES = [
    Made(4_000, "2023Q1", "2024Q4", 50 + number, profile, FEW_FEEDS)
    for number, profile in enumerate(profile for profile, states in PROFILES.items() for _ in range(states))
]


def classes_of(base: Settings, number: int) -> list[tuple[str, Class]]:
    """Classes of one state of which there are links enough to estimate.

    Everybody is a person of their own in the registry: estimates are of links, which evaluation decides anew, and an
    assignment with all its gates would take most of the time.
    """
    with taken_in(STATES[number], base, number) as warehouse:
        refresh = refreshes.open_refresh(warehouse)
        assert refresh is not None
        with warehouse.connect("owner") as connection:
            connection.execute(
                "insert into registry.assignment (identity_id, person_id, valid_from_refresh, method) "
                "select identity_id, identity_id, %s, 'alone' from vault.identity",
                (refresh.refresh_id,),
            )
            connection.commit()
        found = evaluate(warehouse, warehouse.settings, warehouse.settings.truth).calibration
    return [(STATES[number].name, item) for item in found.classes if item.value is not None]
