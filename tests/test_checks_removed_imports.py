"""Imports of what Celery has removed: which are found, and how they are moved."""

from __future__ import annotations

import pytest

from celerylint.finding import Safety
from celerylint.options.table import Options
from tests.judged import fixed, judged

TARGET = Options(select=("CEL802",), target_version="5.6")
DECORATED = "\n\n@task()\ndef f():\n    pass\n"
UNSAFE = Options(select=("CEL802",), target_version="5.6", unsafe_fixes=True)


@pytest.mark.parametrize(
    ("text", "target", "count"),
    [
        ("from celery.task import task\n", "5.6", 1),
        ("from celery import task\n", "5.6", 1),
        ("from celery.task import task, group\n", "5.6", 2),
        ("from celery.task import task\n", "4.4", 0),
        ("from celery.task import task\n", "4.4-5.6", 0),
        ("from celery.utils.timeutils import rate\n", "4.4", 1),
        ("import celery.utils.mail as mail\n", "5.6", 1),
        ("def f():\n    from celery.five import string\n", "5.6", 1),
        ("from celery import shared_task\nfrom celery.utils.time import rate\n", "5.6", 0),
        (
            "try:\n    from celery.five import string\nexcept ImportError:\n    string = str\n",
            "5.6",
            0,
        ),
        ("from .celery.task import task\n", "5.6", 0),
        ("celery = task = None\n", "5.6", 0),
        ("import celery.task\n", "5.6", 1),
        ("import os, celery.task.control, celery.five\n", "5.6", 2),
        ("import celery.utils\nimport celery as task\n", "5.6", 0),
        ("import kombu.async\n", "4.4", 1),
    ],
)
def test_import_is_found(text: str, target: str, count: int) -> None:
    report = judged({"tasks.py": text}, Options(select=("CEL802",), target_version=target))

    assert report.crashes == ()
    assert len(report.findings) == count


def test_name_that_a_module_lacks_is_named() -> None:
    (finding,) = judged({"a.py": "from celery.task import chain\n"}, TARGET).findings

    assert finding.message == "Celery 5.6 has no `celery.task`: the import raises ImportError"
    assert finding.fix is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "from celery.utils.timeutils import (\n    rate,  # per s\n    weekday as day,\n)\n",
            "from celery.utils.time import (\n    rate,  # per s\n    weekday as day,\n)\n",
        ),
        ("from celery.task import group, chord\n", "from celery import group, chord\n"),
        (
            "from celery.task import group, task\n",
            "from celery import group, shared_task as task\n",
        ),
        ("from celery.task import task as job\n", "from celery import shared_task as job\n"),
        (
            f"from celery import current_task, task\n{DECORATED}",
            f"from celery import current_task, shared_task as task\n{DECORATED}",
        ),
    ],
)
def test_import_is_moved(before: str, after: str) -> None:
    assert fixed({"a.py": before}, UNSAFE).changes == {"a.py": after.encode()}


@pytest.mark.parametrize(
    "text",
    [
        "from celery.task import (task)\n",
        "from celery.task import group, periodic_task\n",
        "from celery.utils.timeutils import rate, unknown\n",
        "from celery.task import group, schedules\n",
        "import celery.utils.timeutils as times\n",
        "import celery.task\n",
        f"from celery import task\n{DECORATED.replace('task()', 'app.task')}",
        f"from celery import task\n{DECORATED}\n\nwatch = task.control\n",
        f"from celery import task\n{DECORATED.replace('task()', 'make[0]')}",
    ],
)
def test_import_that_cannot_be_moved_is_left(text: str) -> None:
    report = judged({"a.py": text}, TARGET)

    assert report.findings
    assert all(finding.fix is None for finding in report.findings)


def test_decorator_is_moved_on_request_only() -> None:
    (finding,) = judged({"a.py": "from celery.task import task\n"}, TARGET).findings

    assert finding.fix
    assert finding.fix.safety is Safety.UNSAFE
