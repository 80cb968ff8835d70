"""Options of tasks are judged alike, wherever they stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from celerylint.options.table import Options
from tests.judged import Files, judged, line

APP = """from celery import Celery, Task, shared_task

app = Celery("shop", broker="redis://h/0")
app.conf.update({settings})


class Base(Task):
    {base}


@app.task({options})
def mail(to): ...


mail.apply_async((1,), {call})
"""


def said(code: str, target: str = "5.7", more: Files | None = None, **parts: str) -> list[str]:
    """Return what a rule says of an app: line and message."""
    given = {"settings": "", "base": "pass", "options": "", "call": "", **parts}
    options = Options(select=(code,), target_version=target)
    report = judged({"shop.py": APP.format_map(given), **(more or {})}, options)
    return [f"{line(report, each)} {each.message}" for each in report.findings]


OTHER = "from celery import Celery\n\nother = Celery('o', broker='redis://h/1')\n"
TIGHT = {"settings": "task_time_limit=5", "options": "soft_time_limit=9"}
ABOVE = "The soft time limit 9 is above the hard one, 5: "
RAISES, IGNORED = f"{ABOVE}sending a task raises ValueError", f"{ABOVE}it never takes effect"
BOTH = "time_limit=5, soft_time_limit=9"


@pytest.mark.parametrize(
    ("parts", "target", "expected"),
    [
        ({"options": BOTH}, "5.6", [f"11 {RAISES}"]),
        ({"options": BOTH}, "5.4", [f"11 {IGNORED}"]),
        ({"base": "time_limit = 5; soft_time_limit = 9"}, "5.6", [f"8 {RAISES}"]),
        (
            {"settings": 'task_annotations={"shop.mail": {"time_limit": 5, "soft_time_limit": 9}}'},
            "5.6",
            [f"4 {RAISES}"],
        ),
        (
            {"settings": 'task_annotations={"*": {"time_limit": 5, "soft_time_limit": 9}}'},
            "5.6",
            [f"4 {RAISES}"],
        ),
        (
            {"settings": 'task_annotations={"shop.mail": {"time_limit": 5}}', "options": BOTH[14:]},
            "5.6",
            [f"4 {RAISES}", f"11 {RAISES}"],
        ),
        (
            {"settings": "task_time_limit=5", "options": "soft_time_limit=9"},
            "5.7",
            [f"11 {RAISES}"],
        ),
        (
            {"settings": "task_time_limit=5", "options": "soft_time_limit=9"},
            "5.6",
            [f"11 {IGNORED}"],
        ),
        (
            {"settings": "task_soft_time_limit=9", "options": "time_limit=5"},
            "5.7",
            [f"11 {RAISES}"],
        ),
        ({"call": BOTH}, "5.7", [f"15 {IGNORED}"]),
        ({"settings": "task_time_limit=5", "call": "soft_time_limit=9"}, "5.7", [f"15 {IGNORED}"]),
        ({"options": "time_limit=5", "call": "soft_time_limit=9"}, "5.7", [f"15 {IGNORED}"]),
        (
            {"settings": "task_time_limit=int(os.getenv('H', '5')), task_soft_time_limit=9"},
            "5.6",
            [f"4 {IGNORED}"],
        ),
        ({"options": "time_limit=9, soft_time_limit=9"}, "5.7", []),
        ({"options": "time_limit=LIMIT, soft_time_limit=9"}, "5.7", []),
        ({"options": "time_limit=0, soft_time_limit=9"}, "5.7", []),
        ({"base": "soft_time_limit = 9"}, "5.7", []),
        (
            {"settings": 'task_annotations={"shop.post": {"time_limit": 5}}', "call": "a=1"},
            "5.7",
            [],
        ),
    ],
)
def test_soft_limits_above_the_hard_one(
    parts: Mapping[str, Any], target: str, expected: list[str]
) -> None:
    assert said("CEL219", target, **parts) == expected


def test_settings_of_one_of_several_apps_are_not_those_of_a_task() -> None:
    other = {"other.py": OTHER}

    assert said("CEL219", more=other, **TIGHT) == []


UNREADABLE = "The worker cannot read the rate limit '9/day', and does not start"


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"base": 'rate_limit = "9/day"'}, [f"8 {UNREADABLE}"]),
        ({"options": 'rate_limit="9/day"'}, [f"11 {UNREADABLE}"]),
        ({"settings": 'task_default_rate_limit="9/day"'}, [f"4 {UNREADABLE}"]),
        ({"settings": 'task_annotations={"*": {"rate_limit": "9/day"}}'}, [f"4 {UNREADABLE}"]),
        ({"settings": 'task_annotations={"shop.post": {"rate_limit": "9/day"}}'}, []),
        ({"settings": 'task_default_rate_limit="9/m"'}, []),
    ],
)
def test_rate_limits_at_every_level(parts: Mapping[str, Any], expected: list[str]) -> None:
    assert said("CEL222", **parts) == expected


@pytest.mark.parametrize(
    ("settings", "options", "count"),
    [
        ('{"shop.mail": {"ignore_results": True}}', "", 1),
        ('{"named": {"ignore_results": True}}', 'name="named"', 1),
        ('{"other": {"ignore_results": True}}', 'name="named"', 0),
        ('{"shop.mail": {"ignore_result": True}}', "", 0),
        ('{"mail": {"ignore_results": True}}', "", 0),
        ('{NAME: {"ignore_results": True}}', "", 0),
    ],
)
def test_misspelt_options_in_annotations(settings: str, options: str, count: int) -> None:
    found = said("CEL608", settings=f"task_annotations={settings}", options=options)

    assert found == ["4 `ignore_results` is not a task option: Celery ignores it"] * count


NO_EFFECT = "`{}` has no effect with the pool `{}`"
SOLO = {"Procfile": "worker: celery -A shop worker -P solo\n"}
THREADS = {"Procfile": "worker: celery -A shop worker --pool=threads\n"}
PREFORK = {"Procfile": "worker: celery -A shop worker --pool=prefork\n"}


@pytest.mark.parametrize(
    ("parts", "more", "expected"),
    [
        ({"options": "time_limit=5"}, SOLO, ["11 " + NO_EFFECT.format("time_limit", "solo")]),
        (
            {"call": "soft_time_limit=5"},
            SOLO,
            ["15 " + NO_EFFECT.format("soft_time_limit", "solo")],
        ),
        (
            {"settings": 'worker_pool="threads"', "options": "time_limit=5"},
            {},
            ["11 " + NO_EFFECT.format("time_limit", "threads")],
        ),
        (
            {"settings": "task_time_limit=5"},
            {**SOLO, "b.sh": "celery -A shop worker -P threads\n"},
            ["4 " + NO_EFFECT.format("task_time_limit", "solo or threads")],
        ),
        (
            {"settings": 'worker_pool="prefork", task_time_limit=5'},
            THREADS,
            ["4 " + NO_EFFECT.format("task_time_limit", "threads")],
        ),
        (
            {"settings": 'worker_pool="solo", task_time_limit=5'},
            {"Procfile": "w: celery -A shop worker\n"},
            ["4 " + NO_EFFECT.format("task_time_limit", "solo")],
        ),
        ({"settings": 'worker_pool="solo", task_time_limit=5'}, PREFORK, []),
        ({"options": "time_limit=5"}, PREFORK, []),
        ({"options": "time_limit=5"}, {"Procfile": "w: celery -A shop worker\n"}, []),
        ({"options": "time_limit=5"}, {"Procfile": "w: celery -A shop worker $OPTS\n"}, []),
        ({"options": "time_limit=None"}, SOLO, []),
        (
            {"settings": 'worker_pool="solo", task_time_limit=5'},
            {
                **SOLO,
                "other.py": "from celery import Celery\n\nb = Celery('b', broker='redis://h')\n",
            },
            [],
        ),
    ],
)
def test_limits_and_pools_at_every_level(
    parts: Mapping[str, Any], more: dict[str, str], expected: list[str]
) -> None:
    assert said("CEL221", more=more, **parts) == expected


@pytest.mark.parametrize(
    ("parts", "count"),
    [
        ({"call": "countdown=60, expires=30"}, 1),
        ({"call": "countdown=60", "options": "expires=30"}, 1),
        ({"call": "countdown=60, expires=90", "options": "expires=30"}, 0),
        ({"call": "countdown=60, expires=60"}, 0),
        ({"call": "countdown=60, expires=WHEN"}, 0),
        ({"call": "countdown=60"}, 0),
        ({"call": "expires=30"}, 0),
    ],
)
def test_tasks_that_expire_before_they_are_due(parts: Mapping[str, Any], count: int) -> None:
    message = "15 The task expires after 30 and is due in 60: the worker revokes it unrun"

    assert said("CEL624", **parts) == [message] * count


def test_classes_that_are_tasks_or_none_and_other_calls_are_no_levels() -> None:
    base = "rate_limit = '9/day'\n\n    def run(self): ..."
    text = APP.format(settings="", base=base, options="", call="")
    text += (
        "\n\nclass Other:\n    rate_limit = '9/day'\n\n\nother.apply_async(rate_limit='9/day')\n"
    )
    report = judged({"shop.py": text}, Options(select=("CEL222",), target_version="5.7"))

    assert [line(report, finding) for finding in report.findings] == [8]
