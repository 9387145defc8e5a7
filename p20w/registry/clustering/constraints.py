"""What two records may never be one person for, however alike they look.

Here: strong facts about records of one component, and the pairs they keep apart. Not here: scores
(`p20w.registry.linking`), which links are followed (`resolution`).

Each keeps apart what scores alone might join: relatives at one address, namesakes.
- two SSNs, each verified by the licensing agency, and not a digit apart;
- two birth dates, each held by the licensing agency or in several files, that no common error explains;
- two generation suffixes (Jr, Sr, III);
- a reviewer's verdict that stands;
- two ids of one agency in one file, unless name and birth date are the same: an agency that holds two records at once
  means two people (twins, siblings), or one registered twice;
- enrollments at distant schools at one time (`p20w.registry.inputs.enrollments`).
"""

import duckdb

from p20w.registry.inputs.enrollments import Enrollments, find_two_schools
from p20w.registry.statements import run
from splink_models.comparisons import BIRTH
from splink_models.levels import gamma_of


def find_constraints(con: duckdb.DuckDBPyConnection, enrollments: Enrollments | None) -> None:
    """Make table `component_pair` (see `component_pair.sql`) from `component`, `compared`, `record` and `decided`."""
    find_two_schools(con, enrollments)
    run(con, "clustering/component_pair", birth_level=gamma_of(BIRTH))
