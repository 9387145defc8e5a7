"""Feeds of the small states that tests refresh as a whole: one of each layout and period, and all that marts read.

What a feed itself says is tested on the state of all feeds (`tests/integration/warehouse`).
"""

from p20w.simulator.feeds import FEEDS

_NAMES = (
    "dmv_license",
    "early_childhood",
    "employer",
    "k12_cte",
    "k12_enrollment",
    "k12_program",
    "nsc_studenttracker",
    "ps_award",
    "ps_enrollment",
    "ui_wage",
    "wioa_participant",
)
FEW_FEEDS = tuple(feed for feed in FEEDS if feed.feed in _NAMES)
