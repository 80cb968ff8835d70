"""Fixes go together in one round unless one of them may decide whether another is right."""

from __future__ import annotations

import pytest

from celerylint.engine.choose import choose
from celerylint.finding import ChangeSet, Edit, Finding, Label, Place, Safety, Severity, Span
from celerylint.options.table import Options
from tests.judged import fixed

UNSAFE = Options(target_version="5.6", unsafe_fixes=True)
NAMES = frozenset({"include"})


def place(start: int, end: int, path: str = "conf.py") -> Place:
    return Place(path, Span(start, end))


def offer(
    edited: Place,
    text: str,
    setting: str | None = None,
    *,
    about: Place | None = None,
    safety: Safety = Safety.UNSAFE,
) -> Finding:
    change_set = ChangeSet(f"{edited} {text}", safety, (Edit(edited, text),))
    labels = (Label(about, "set here"),) if about else ()
    return Finding(
        "CEL1",
        "rule",
        Severity.ERROR,
        "",
        edited,
        setting=setting,
        labels=labels,
        fix=change_set,
    )


FIRST = offer(place(10, 20), "task_a", "TASK_A")


@pytest.mark.parametrize(
    "other",
    [
        offer(place(30, 40), "task_b", "TASK_B"),
        offer(place(10, 20, "other.py"), "task_b", "TASK_B"),
        offer(place(300, 900), "json"),
        offer(place(30, 40), "task_b", "TASK_B", about=place(50, 60)),
    ],
)
def test_unsafe_fixes_that_have_nothing_in_common_go_together(other: Finding) -> None:
    assert choose([FIRST, other], (), NAMES, unsafe=True) == [FIRST.fix, other.fix]
    assert choose([FIRST, other], (), NAMES, unsafe=False) == []


def test_refused_fix_is_left_out() -> None:
    other = offer(place(10, 20), "task_b")

    assert FIRST.fix
    assert choose([FIRST, other], {FIRST.fix}, NAMES, unsafe=True) == [other.fix]


@pytest.mark.parametrize(
    "other",
    [
        offer(place(20, 30), "task_b", "TASK_B"),
        offer(place(30, 40), "task_a", "TASK_B"),
        offer(place(30, 40, "other.py"), "{'task_a': 1}", "TASK_B"),
        offer(place(30, 40, "other.py"), "True", "TASK_A"),
        offer(place(30, 40), "task_b", "TASK_B", about=place(12, 18)),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_unsafe_fixes_that_have_something_in_common_do_not(other: Finding, turned: bool) -> None:
    offers = [other, FIRST] if turned else [FIRST, other]

    assert choose(offers, (), NAMES, unsafe=True) == [offers[0].fix]


@pytest.mark.parametrize(
    ("text", "together"), [("include", False), ("AMQP", False), ("fair", True)]
)
def test_what_may_be_the_name_of_a_setting_is_written_once(text: str, together: bool) -> None:
    offers = [offer(place(10, 20), text), offer(place(30, 40), text)]

    assert len(choose(offers, (), NAMES, unsafe=True)) == 1 + together


def test_fix_waits_for_an_earlier_one_that_waits_itself() -> None:
    waiting = offer(place(20, 30), "task_b")
    last = offer(place(30, 40), "task_c")

    assert choose([FIRST, waiting, last], (), NAMES, unsafe=True) == [FIRST.fix]


def test_safe_fixes_come_first_and_need_but_lie_apart() -> None:
    safe = [
        offer(place(30, 40), "task_a", safety=Safety.SAFE),
        offer(place(40, 50), "task_b", safety=Safety.SAFE),
        offer(place(50, 60), "task_a", safety=Safety.SAFE),
    ]

    assert choose([FIRST, *safe], (), NAMES, unsafe=True) == [safe[0].fix, safe[2].fix]


def test_fix_that_several_findings_offer_is_made_once() -> None:
    again = FIRST._replace(code="CEL2", place=place(70, 80))
    touching = offer(place(80, 90), "task_b")

    assert choose([FIRST, again, touching], (), NAMES, unsafe=True) == [FIRST.fix]


def test_one_broken_fix_does_not_keep_others_of_its_round_from_being_made() -> None:
    text = "import os\n\nif os.name:\n    EMAIL_HOST = 1\n    CELERYD_TIME_LIMIT = 2\n"

    result = fixed({"celeryconfig.py": text}, UNSAFE)

    assert result.changes["celeryconfig.py"].decode().endswith("\n    task_time_limit = 2\n")
    assert len(result.applied) == 2
