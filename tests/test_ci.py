"""The action, and the jobs that the documentation shows, are what GitHub and GitLab take."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT.joinpath("docs/ci.md").read_text("utf-8")


def yaml_blocks() -> list[str]:
    """Return the YAML that the documentation shows."""
    return re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)


def complaints(schema: str, path: Path) -> str:
    """Return what the schema of a service, as its users share it, has against a file."""
    command = (sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}")
    done = subprocess.run((*command, str(path)), capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def action() -> Any:  # noqa: ANN401 - YAML
    """Return the action as data."""
    return YAML(typ="safe").load(ROOT / "action.yml")


def test_action_is_valid() -> None:
    assert complaints("github-actions", ROOT / "action.yml") == ""


@pytest.mark.parametrize(
    ("schema", "mark"), [("github-workflows", "runs-on:"), ("gitlab-ci", "codequality:")]
)
def test_jobs_of_the_readme_are_valid(schema: str, mark: str, tmp_path: Path) -> None:
    (text,) = [block for block in yaml_blocks() if mark in block]
    path = tmp_path / "job.yml"
    path.write_text(text, "utf-8")

    assert complaints(schema, path) == ""


def test_job_of_the_readme_hands_over_inputs_of_the_action() -> None:
    (text,) = [block for block in yaml_blocks() if "runs-on:" in block]
    steps = YAML(typ="safe").load(text)["jobs"]["celerylint"]["steps"]

    assert set(steps[-1]["with"]) <= set(action()["inputs"])


def test_scripts_of_the_action_run_no_input() -> None:
    scripts = [step["run"] for step in action()["runs"]["steps"]]

    assert [script for script in scripts if "${{" in script] == []


def run_action(folder: Path, args: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Return how the last step of the action ended, with these arguments."""
    script = ("bash", "-e", "-o", "pipefail", "-c", action()["runs"]["steps"][-1]["run"])
    given = {"PYTHONPATH": str(ROOT), "PYTHON": sys.executable, "SARIF": "", "ARGS": args}
    return subprocess.run(
        script,
        cwd=folder,
        env={**os.environ, "GITHUB_STEP_SUMMARY": "", **given, **environ},
        capture_output=True,
        text=True,
        check=False,
    )


def test_action_splits_its_arguments_and_runs_none(tmp_path: Path) -> None:
    folder = tmp_path / "my shop"
    folder.mkdir()
    folder.joinpath("celeryconfig.py").write_text("CELERY_ACKS_LATE = True\n", "utf-8")

    done = run_action(tmp_path, "--target-version 5.6\n--known-settings $(touch,gone) 'my shop'")

    assert done.returncode == 1
    place = "file=my shop/celeryconfig.py,"
    assert done.stdout.startswith(f"::warning title=CEL101 old-setting-name,{place}")
    assert not list(tmp_path.glob("*gone*"))


def test_action_writes_sarif_and_adds_to_the_summary(tmp_path: Path) -> None:
    tmp_path.joinpath("celeryconfig.py").write_text("CELERY_ACKS_LATE = True\n", "utf-8")
    summary = tmp_path / "summary.md"
    summary.write_text("# Other steps\n", "utf-8")
    files = {"SARIF": "report.sarif", "GITHUB_STEP_SUMMARY": str(summary)}

    done = run_action(tmp_path, "--target-version 5.6", **files)

    assert done.returncode == 1
    assert '"informationUri"' in tmp_path.joinpath("report.sarif").read_text("utf-8")
    assert summary.read_text("utf-8").startswith("# Other steps\n**celerylint**: Found 1 problem")
