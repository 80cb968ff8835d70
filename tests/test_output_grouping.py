"""Findings that one fix, or one reason, unites are said in one block."""

from __future__ import annotations

import shutil
from pathlib import Path
from textwrap import dedent

import pytest

from celerylint.cli import main
from celerylint.finding import Finding, Label, Safety
from celerylint.output import full
from tests.fixture import FIXTURES
from tests.reports import ROOT, finding, place, plain, renaming, report

TEXT = "A = 1\nB = 2\nC = 3\n"
NAMES = (("A", "aa"), ("B", "bb"))


def printed(text: str, *found: Finding) -> str:
    """Return what is printed of findings in one file, without colours."""
    made = report({"a.py": text}, *found)
    return plain("\n".join(full.lines([made], ROOT, {"CEL101": "Old name"})))


def expected(text: str) -> str:
    """Return a text as it stands in a test."""
    return dedent(text).removeprefix("\n")


def test_findings_of_one_fix_are_one_block() -> None:
    fix = renaming(*((place(TEXT, old), new) for old, new in (*NAMES, ("C", "cc"))))
    found = [
        finding(place(TEXT, old), setting=old, replacement=new, advice="Rename it", fix=fix)
        for old, new in NAMES
    ]
    longer = TEXT.replace("A", "AAA")
    again = [
        finding(
            place(longer, old),
            setting=old,
            replacement="x",
            fix=renaming((place(longer, old), "x")),
        )
        for old in ("AAA", "B")
    ]

    assert printed(TEXT, *found) == expected("""
        warning[CEL101]: Old name (2 settings)
         --> a.py:1:1
          |
        1 | A -> aa
        2 | B -> bb
          = help: Rename it
          = fix: Rename the settings (3 edits in 1 file)
        """)
    assert "1 | AAA -> x\n2 | B   -> x\n" in printed(longer, *again)


def test_what_differs_in_the_names_only_is_said_once() -> None:
    found = [
        finding(
            place(TEXT, old),
            setting=old,
            replacement=new,
            advice=f"Write `{new}`",
            fix=renaming(
                (place(TEXT, old), new), safety=Safety.UNSAFE, reason=f"`{old}` takes effect"
            )._replace(title=f"Rename `{old}` to `{new}`"),
        )
        for old, new in NAMES
    ]

    said = " ".join(printed(TEXT, *found).split())
    assert said.endswith(
        "= help: Write the new name "
        "= unsafe fix: Rename the setting to the new name (the setting takes effect)"
    )


def test_what_blocks_a_fix_is_said_once() -> None:
    found = [
        finding(place(TEXT, old), message=f"`{old}` is old", notes=("Not fixed: so it is",))
        for old in "ABC"
    ]

    assert printed(TEXT, *found) == expected("""
        warning[CEL101]: Old name (3 places)
         --> a.py:1:1
          |
        1 | `A` is old
        2 | `B` is old
        3 | `C` is old
          = note: Not fixed: so it is
        """)


def test_one_setting_in_several_places_counts_once() -> None:
    text = "A = 1\nA = 2\n"
    fix = renaming((place(text, "A"), "a"))
    found = [
        finding(where, setting="A", fix=fix) for where in (place(text, "A"), place(text, "A = 2"))
    ]

    assert "Old name (1 setting in 2 places)" in printed(text, *found)


def test_place_that_all_have_in_common_is_shown_once() -> None:
    label = Label(place(TEXT, "C"), "loaded here")
    fix = renaming((place(TEXT, "A"), "a"), (place(TEXT, "B"), "b"))
    found = [finding(place(TEXT, old), labels=(label,), fix=fix) for old in "AB"]

    assert printed(TEXT, *found).count("loaded here") == 1


@pytest.mark.parametrize("unlike", ["code", "labels", "remedy"])
def test_findings_that_differ_stay_apart(unlike: str) -> None:
    one = finding(place(TEXT, "A"), notes=("So",))
    other = {
        "code": finding(place(TEXT, "B"), code="CEL102", notes=("So",)),
        "labels": finding(place(TEXT, "B"), notes=("So",), labels=(Label(place(TEXT, "C"), "x"),)),
        "remedy": finding(place(TEXT, "B")),
    }[unlike]

    assert printed(TEXT, one, other).count("warning[") == 2


FROM_3 = (
    "check",
    "--upgrading-from",
    "3.1",
    "--target-version",
    "5.6",
    "--no-cache",
    "--jobs",
    "1",
)
MODERN = """
    from celery import Celery

    app = Celery("shop", broker="amqp://guest@rabbit//", backend="redis://redis:6379/0")
    app.conf.update(
        task_serializer="pickle",
        broker_conection_timeout=5,
        broker_heartbeat=0,
        worker_max_tasks_per_child="4",
        task_time_limit=60,
        task_soft_time_limit=90,
        CELERY_TASK_ALWAYS_EAGER=True,
        beat_schedule={"a": {"task": "shop.a", "schedule": "30"}},
        timezone="Europe/Olso",
    )
    """


@pytest.mark.parametrize(
    ("fixture", "longest"),
    [
        ("worker-from-3x", 60),
        *((folder.name, 120) for folder in sorted(FIXTURES.glob("django*"))),
    ],
)
def test_findings_of_a_project_fit_a_screen_or_two(
    fixture: str, longest: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Where it lies, what is around it would be read as well.
    project = shutil.copytree(FIXTURES / fixture / "before", tmp_path / "project")

    main([*FROM_3, str(project)])

    assert 0 < len(capsys.readouterr().out.splitlines()) <= longest


def test_findings_of_a_modern_project_fit_two_screens(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "app.py").write_text(dedent(MODERN).lstrip(), "utf-8")

    main(["check", "--no-cache", "--jobs", "1", str(tmp_path)])

    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("Found 8 problems") for line in lines)
    assert len(lines) <= 100
