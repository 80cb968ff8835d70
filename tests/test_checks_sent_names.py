"""Names for `send_task`: which of them nothing in the project has."""

from __future__ import annotations

import pytest

from celerylint.options.table import Options
from tests.judged import found, judged

TASKS = "from celery import shared_task\n\n@shared_task\ndef pay():\n    pass\n"


def lines(text: str, tasks: str = TASKS) -> list[str]:
    """Return what is found in a module beside one with tasks."""
    files = {"shop/__init__.py": "", "shop/tasks.py": tasks, "send.py": text}
    report = judged(files, Options(select=("CEL622",)))
    assert report.crashes == ()
    return [each.removesuffix(" None") for each in found(report)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("app.send_task('shop.tasks.paid')\n", ["1 CEL622"]),
        ("app.send_task(name='shop.tasks.paid', args=(1,))\n", ["1 CEL622"]),
        ("NAME = 'shop.tasks.paid'\napp.send_task(NAME)\n", ["2 CEL622"]),
        ("for app in 1, 2:\n    app.send_task('shop.tasks.paid')\n", ["2 CEL622"]),
        ("app.send_task('shop.tasks.pay')\n", []),
        ("app.send_task('billing.tasks.paid')\n", []),
        ("app.send_task('paid')\n", []),
        ("app.send_task(name_of(1))\n", []),
        ("app.send_task()\n", []),
        ("app.sent_task('shop.tasks.paid')\nsend_task('shop.tasks.paid')\n", []),
    ],
)
def test_name_that_nothing_has_is_found(text: str, expected: list[str]) -> None:
    assert lines(text) == expected


@pytest.mark.parametrize(
    "tasks",
    [
        f"{TASKS}from elsewhere import *\n",
        f"{TASKS}globals().update(made())\n",
        TASKS.replace("shared_task\ndef", "shared_task(name='shop.tasks.paid')\ndef"),
    ],
)
def test_name_that_may_come_from_elsewhere_is_silent(tasks: str) -> None:
    assert lines("app.send_task('shop.tasks.paid')\n", tasks) == []
