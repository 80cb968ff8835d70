"""The project that the benchmarks measure is what they say it is."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path

import pytest

from benchmarks import growing
from benchmarks.shop import project
from celerylint.finding import Safety
from tests.judged import found, judged

FILES = 200


@pytest.fixture(scope="module")
def modules() -> Mapping[str, str]:
    """Return the Python files of a project."""
    return {path: text for path, text in project(FILES) if path.endswith(".py")}


def test_project_is_the_same_each_time() -> None:
    assert list(project(FILES)) == list(project(FILES))


def test_project_has_as_many_files_as_asked_for_and_all_are_python(
    modules: Mapping[str, str],
) -> None:
    assert len(modules) == FILES
    for path, text in modules.items():
        ast.parse(text, path)


def test_project_has_one_app_and_one_old_name(modules: Mapping[str, str]) -> None:
    report = judged(modules)

    assert found(report) == ["11 CEL115 CELERYD_PREFETCH_MULTIPLIER"]
    assert report.summary.apps == 1


@pytest.mark.parametrize(
    ("what", "apps"),
    [
        ("unsafe fixes of old names", 1),
        ("apps in one file", 4),
        ("names in one module", 1),
        ("files of a site that all name Celery", 1),
    ],
)
def test_growing_project_is_what_it_says(what: str, apps: int, tmp_path: Path) -> None:
    files, _ = growing.GROWING[what]

    growing.write(tmp_path, what, 4)

    texts = dict(files(4))
    assert {path: tmp_path.joinpath(path).read_text("utf-8") for path in texts} == texts
    assert judged(texts).summary.apps == apps


def test_old_names_of_the_growing_project_have_unsafe_fixes() -> None:
    fixes = [f.fix for f in judged(dict(growing.names(10))).findings]

    assert sum(fix is not None and fix.safety is Safety.UNSAFE for fix in fixes) >= 10
