"""The project that the benchmarks measure is what they say it is."""

from __future__ import annotations

import ast
from collections.abc import Mapping

import pytest

from benchmarks.shop import project
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
