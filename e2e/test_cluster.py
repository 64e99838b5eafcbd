"""What `make cluster` is, without a cluster: its page, its values, its report."""

from pathlib import Path

import pytest
import yaml
from rich.console import Console

from charts import render
from e2e.cluster import report
from e2e.cluster.commands import Failed
from e2e.cluster.folder import REPOSITORY
from e2e.cluster.release import SETTINGS, TRIALS, Version
from e2e.cluster.scenarios import SCENARIOS
from e2e.cluster.watched import Watched

PAGE = (REPOSITORY / "docs" / "cluster.md").read_text("utf-8")


def test_its_page_has_every_scenario_and_no_other() -> None:
    played = PAGE.split("## What is played")[1].split("\n## ")[0]
    listed = [line.split("|")[1].strip() for line in played.splitlines() if line[:2] == "| "]
    assert listed[1:] == list(SCENARIOS)


def test_the_chart_takes_the_settings_of_trials_and_of_the_load(tmp_path: Path) -> None:
    values = tmp_path / "values.yaml"
    values.write_text(yaml.safe_dump(Version(REPOSITORY / "charts" / "yima", "now").settings()), "utf-8")
    rendered = render.render("--values", str(values))
    trials = [service["settings"] for service in yaml.safe_load(TRIALS.read_text("utf-8")).values()]
    for said in (*SETTINGS.values(), *trials):
        for name, value in said.items():
            assert f'{{name: {name}, value: "{value}"}}' in rendered


def test_a_step_that_does_not_hold_is_said_and_ends_its_scenario(tmp_path: Path) -> None:
    watched = Watched(Console(quiet=True))
    watched.scenario = "install: it"
    with watched.step("it is done", "it holds") as step:
        step.saw("this holds")
        step.saw("and this not", holds=False)
        step.saw("whatever comes then")
    with pytest.raises(Failed), watched.step("another", "it comes"):
        raise Failed(f"it | did <not>\ncome in {REPOSITORY}/here")
    with watched.step("a third", "nothing is said of it"):
        pass
    report.write(watched, tmp_path, "--only install", 2)
    assert [step.holds for step in watched.steps] == [False, False, True]
    page = (tmp_path / "cluster-last.md").read_text("utf-8")
    assert "3 steps" in page and "2 did not hold" in page
    assert "Failed: it \\| did &lt;not> come in here" in page
