"""What a person needs who brings in a feed, or a new version of its contract.

Here: a contract drafted from a sample file, and what a new version breaks, for whom. Not here: contracts themselves
(`p20w.contracts`), what an agency delivers (`p20w.intake`).
"""

from p20w.onboarding.change import Change
from p20w.onboarding.changed_terms import changes, version_fault
from p20w.onboarding.draft import Draft, draft
from p20w.onboarding.forms import SampleError, Told
from p20w.onboarding.reach import Standing, standing_on
from p20w.onboarding.sample import read_sample
from p20w.onboarding.write import as_yaml

__all__ = [
    "Change",
    "Draft",
    "SampleError",
    "Standing",
    "Told",
    "as_yaml",
    "changes",
    "draft",
    "read_sample",
    "standing_on",
    "version_fault",
]
