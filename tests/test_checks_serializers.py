"""A serializer that is not accepted is found where both sides are certain."""

from __future__ import annotations

import pytest

from celerylint.options.table import Options
from tests.judged import TARGET, found, judged

OPTIONS = Options(select=("CEL501", "CEL502"), target_version="5.6")
BACKEND = "result_backend = 'redis://h'\n"
TASKS = ["2 CEL501 task_serializer"]
RESULTS = ["2 CEL502 result_serializer"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("task_serializer = 'pickle'", TASKS),
        ("task_serializer = 'yaml'\naccept_content = ['json', 'application/x-yaml']", []),
        ("task_serializer = 'yaml'\naccept_content = ['json', f()]", []),
        ("task_serializer = 'yaml'\naccept_content = ['json', 'custom']", []),
        ("task_serializer = 'yaml'\naccept_content = 'json'", []),
        ("task_serializer = 'yaml'\naccept_content = f()", []),
        ("task_serializer = 'yaml'\nfrom gone import *", []),
        ("task_serializer = 'custom'", []),
        ("task_serializer = f()", []),
        ("accept_content = ['pickle']", ["2 CEL501 accept_content", "2 CEL502 accept_content"]),
        (
            "accept_content = ['pickle']\nresult_accept_content = ['json']",
            ["2 CEL501 accept_content"],
        ),
        ("task_acks_late = True", []),
        ("result_serializer = 'pickle'", RESULTS),
        ("result_serializer = 'pickle'\nresult_accept_content = ['pickle']", []),
        ("result_serializer = 'pickle'\nif f(): result_accept_content = ['pickle']", []),
        ("result_serializer = 'pickle'\nresult_backend = 'db+sqlite://'", []),
        ("result_serializer = 'pickle'\nresult_backend = f()", []),
    ],
)
def test_serializer_is_compared_with_what_is_accepted(text: str, expected: list[str]) -> None:
    assert found(judged({"celeryconfig.py": BACKEND + text}, OPTIONS)) == expected


def test_label_points_at_the_other_side() -> None:
    text = "task_serializer = 'pickle'\naccept_content = ['json']\n"

    (finding,) = judged({"celeryconfig.py": text}, TARGET).findings

    assert [label.text for label in finding.labels] == ["set here"]
    assert finding.message == (
        "Workers drop every task: the serializer is 'pickle', accepted are ['json']"
    )


def test_settings_that_nothing_is_seen_to_load_are_left_alone() -> None:
    text = "CELERY_TASK_SERIALIZER = 'pickle'\nCELERY_ACCEPT_CONTENT = ['json']\n"

    assert judged({"settings.py": text}, OPTIONS).findings == ()
