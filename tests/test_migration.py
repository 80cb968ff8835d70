"""The real Celery sees the same settings in every fixture before and after its fix."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from celerylint.cli import main
from tests.fixture import Fixture, read_fixtures
from tests.oracle import CELERY_VERSIONS, Answer, Job, ask, python_of
from tests.oracle.migration import answers_for, complaints, unmet

LOADED = tuple(variant for fixture in read_fixtures() for variant in fixture.variants())


@dataclass(frozen=True, slots=True)
class Judge:
    """One Celery, with what it makes of all fixtures before and after their fixes."""

    celery: str
    before: Mapping[str, Answer]
    after: Mapping[str, Answer]


@pytest.fixture(scope="session", params=CELERY_VERSIONS)
def judge(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Judge:
    """Return a Celery that has seen all fixtures."""
    celery: str = request.param
    scratch = tmp_path_factory.mktemp("oracle")
    python = python_of(celery)
    before = answers_for(LOADED, scratch, python, fixed=False)
    after = answers_for(LOADED, scratch, python, fixed=True)
    return Judge(celery, before, after)


def by_name(fixtures: list[Fixture]) -> pytest.MarkDecorator:
    """Return a mark that runs a test once for each fixture."""
    return pytest.mark.parametrize("fixture", fixtures, ids=lambda fixture: fixture.name)


@by_name([fixture for fixture in LOADED if fixture.loads])
def test_fix_keeps_the_effective_settings(fixture: Fixture, judge: Judge) -> None:
    before = judge.before[fixture.name]
    after = judge.after[fixture.name]

    assert before.error is None
    assert list(complaints(before, after, fixture.alters.get(judge.celery, ()))) == []


@by_name([fixture for fixture in LOADED if fixture.effective])
def test_fix_arrives_at_the_stated_settings(fixture: Fixture, judge: Judge) -> None:
    after = judge.after[fixture.name]

    assert after.error is None
    assert list(unmet(fixture.effective, after)) == []


@by_name([fixture for fixture in LOADED if not fixture.loads])
def test_original_that_is_said_not_to_load_is_refused(fixture: Fixture, judge: Judge) -> None:
    error = judge.before[fixture.name].error

    assert error is not None
    assert error.startswith("ImproperlyConfigured: ")


@pytest.mark.parametrize("celery", CELERY_VERSIONS)
def test_each_project_of_a_monorepo_is_fixed_for_its_own_celery(
    celery: str, tmp_path: Path
) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    for name, version in (("web", celery), ("reports", "3.1.25")):
        folder = before / name
        folder.mkdir(parents=True)
        (folder / "celerylint.toml").write_text('extend-select = ["CEL101"]\n', "utf-8")
        (folder / "requirements.txt").write_text(f"celery=={version}\n", "utf-8")
        (folder / "celeryconfig.py").write_text(f"CELERY_DEFAULT_QUEUE = {name!r}\n", "utf-8")
    shutil.copytree(before, after)

    code = main(["check", "--fix", str(after)])

    jobs = [
        Job(top / name, "default-loader") for name in ("web", "reports") for top in (before, after)
    ]
    old_web, new_web, old_reports, new_reports = ask(python_of(celery), jobs).answers
    assert code == 0
    assert (after / "web" / "celeryconfig.py").read_text("utf-8") == "task_default_queue = 'web'\n"
    assert (old_web, old_reports) == (new_web, new_reports)
    assert new_web.settings["task_default_queue"] == ["str", "'web'"]
    assert new_reports.settings["task_default_queue"] == ["str", "'reports'"]
