"""The scripts that measure rules, on projects and on releases of Celery."""

from __future__ import annotations

import shutil
from pathlib import Path

from scripts.evidence import report
from scripts.hits import hits, rates
from tests.fixture import FIXTURES
from tests.oracle import python_of

PROGRAM = "from celery import Celery\napp = Celery('x')\noutcome = app.conf.broker_heartbeat"


def test_hits_are_listed_and_counted(tmp_path: Path) -> None:
    # Apart from the checkout, which speaks of dead letters elsewhere.
    project = shutil.copytree(FIXTURES / "guide-dead-letters" / "before", tmp_path / "before")

    found = hits(project, ("--select", "CEL705"))

    assert found is not None
    assert [(hit.project, hit.place.rpartition("/")[2], hit.code) for hit in found] == [
        ("before", "app.py:5", "CEL705")
    ]
    assert list(rates(found, 3)) == ["CEL705\t1 findings in 1 of 3 projects"]


def test_check_that_fails_has_no_hits(tmp_path: Path) -> None:
    assert hits(tmp_path / "gone", ()) is None


def test_claims_are_told_from_those_that_do_not_hold(tmp_path: Path) -> None:
    trials = {"CEL302 right": (PROGRAM, 120), "CEL302 wrong": (PROGRAM, 60)}

    assert list(report(python_of("5.6.3"), "5.6.3", trials, tmp_path)) == [
        "CEL302 5.6.3 holds: right",
        "CEL302 5.6.3 DOES NOT HOLD (['int', '120']): wrong",
    ]
