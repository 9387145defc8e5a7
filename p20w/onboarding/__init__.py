"""What a person needs who brings in a feed.

Here: a contract drafted from a sample file. Not here: contracts themselves (`p20w.contracts`), what an agency delivers
(`p20w.intake`).
"""

from p20w.onboarding.draft import Draft, draft
from p20w.onboarding.forms import SampleError, Told
from p20w.onboarding.sample import read_sample
from p20w.onboarding.write import as_yaml

__all__ = ["Draft", "SampleError", "Told", "as_yaml", "draft", "read_sample"]
