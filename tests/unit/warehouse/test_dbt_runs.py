"""A process that runs dbt often stays as fast as it began."""

from pathlib import Path

from dbt.adapters.base.impl import DEFAULT_BASE_BEHAVIOR_FLAGS as SETTINGS

from p20w.settings import Settings
from p20w.warehouse import dbt_runs


def test_a_process_that_runs_dbt_again_has_each_setting_of_its_adapters_as_often_as_after_the_first_run(
    tmp_path: Path,
) -> None:
    settings = Settings(home=tmp_path / "home")
    settings.private_folder()
    dbt_runs.parse(settings)
    names = [setting["name"] for setting in SETTINGS]
    dbt_runs.parse(settings)
    dbt_runs.parse(settings)
    assert [setting["name"] for setting in SETTINGS] == names
