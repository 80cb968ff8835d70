"""Fixes are chosen and made until none is left."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from celerylint.analysis.app_view import AppView
from celerylint.catalogue.settings import load_catalogue
from celerylint.checks.names import old_names
from celerylint.engine.fix import changes, fix
from celerylint.finding import Finding, Safety
from celerylint.options.table import Options
from celerylint.rulebook.book import Rulebook, rules_folder
from celerylint.rulebook.rule import Rule
from tests.judged import ROOT, fixed, in_memory, knowledge

APP = 'from celery import Celery\n\napp = Celery("shop")\napp.config_from_object("celeryconfig")\n'
OLD = 'BROKER_URL = "redis://localhost/0"\n'
NEW = b'broker_url = "redis://localhost/0"\n'
UNSAFE = Options(target_version="5.6", unsafe_fixes=True)


# --- choosing and applying ------------------------------------------------------------------------


def test_safe_fix_is_made_without_being_asked_for() -> None:
    result = fixed({"celeryconfig.py": OLD})

    assert result.changes == {"celeryconfig.py": NEW}
    assert [each.safety for each in result.applied] == [Safety.SAFE]
    assert [finding.code for finding in result.before.findings] == ["CEL101"]
    assert result.report.findings == ()


def test_unsafe_fix_is_made_only_on_request() -> None:
    files = {"celeryconfig.py": "CELERYD_TIME_LIMIT = 3\n"}

    assert fixed(files).changes == {}
    assert fixed(files, UNSAFE).changes == {"celeryconfig.py": b"task_time_limit = 3\n"}


def test_project_without_celery_has_nothing_to_fix() -> None:
    result = fixed({"shop.py": "x = 1\n"})

    assert (result.changes, result.applied) == ({}, ())


def test_neighbouring_fixes_are_made_one_after_the_other() -> None:
    mark = "# celerylint: ignore[CEL101]\n"

    result = fixed({"celeryconfig.py": f"{mark}{mark}{mark}broker_pool_limit = 3\n"})

    assert result.changes == {"celeryconfig.py": b"broker_pool_limit = 3\n"}
    assert len(result.applied) == 3


RULE = """code = "OPS00{number}"
name = "rule-{number}"
title = "Rule"
message = "Found"
severity = "error"
safety = "unsafe"
help = "Mend it"
why = "It is so"

[when]
equals = {{ worker_concurrency = {old} }}

[fix]
set = {{ worker_concurrency = {new} }}
"""


@pytest.mark.parametrize(
    ("steps", "concurrency"),
    [([(1, 2), (2, 1)], 2), ([(1, 2), (2, 3), (3, 1)], 3), ([(1, 1)], 1), ([(1, 2), (2, 2)], 2)],
)
def test_fixes_that_lead_in_a_circle_end(
    tmp_path: Path, steps: list[tuple[int, int]], concurrency: int
) -> None:
    for number, (old, new) in enumerate(steps):
        text = RULE.format(number=number, old=old, new=new)
        tmp_path.joinpath(f"{number}.toml").write_text(text, "utf-8")
    rulebook = Rulebook(rules_folder(), (tmp_path,))
    options = replace(UNSAFE, select=("OPS",), rule_paths=(str(tmp_path),))
    files = {"app.py": APP, "celeryconfig.py": "worker_concurrency = 1\n"}

    result = fix(in_memory(files), options, rulebook, knowledge()[1])

    after = {**files, **{path: raw.decode() for path, raw in result.changes.items()}}
    assert after["celeryconfig.py"] == f"worker_concurrency = {concurrency}\n"
    assert result.report.crashes == ()
    assert len(result.applied) == concurrency - 1


def test_removed_settings_of_one_block_are_commented_out_together() -> None:
    text = "import os\n\nif os.name:\n    EMAIL_HOST = 1\n    EMAIL_PORT = 2\n"

    after = fixed({"celeryconfig.py": text}, UNSAFE).changes["celeryconfig.py"].decode()

    assert after.endswith("    # EMAIL_PORT = 2\n    pass\n")
    assert after.count("pass") == 1


def test_what_was_read_last_is_the_original_of_a_change() -> None:
    files = {"app.py": APP, "celeryconfig.py": OLD}

    result = fixed(files)

    assert result.before.sources["celeryconfig.py"].text == OLD
    assert result.report.sources["celeryconfig.py"].text == NEW.decode()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("ADMINS = ()\n", r"first line\nsecond ("),
        ("ADMINS = ()\n", r"first line\nsecond line"),
        ("# -*- coding: ascii -*-\nADMINS = ()\n", "r\u00e9tir\u00e9"),
    ],
)
def test_fix_that_would_break_the_file_is_not_made(tmp_path: Path, text: str, why: str) -> None:
    folder = tmp_path / "rules"
    shutil.copytree(rules_folder(), folder)
    removed = folder / "settings" / "removed.toml"
    written = removed.read_text("utf-8").replace("Celery no longer mails errors", why)
    removed.write_text(written, "utf-8")
    files = in_memory({"celeryconfig.py": text + OLD})

    result = fix(files, UNSAFE, knowledge()[0], load_catalogue(folder))

    assert result.changes == {"celeryconfig.py": text.encode() + NEW}
    assert result.report.crashes == ("`Comment out `ADMINS`` would leave a broken file",)


def test_changes_are_told_with_what_was_read() -> None:
    result = fixed({"celeryconfig.py": OLD})

    assert changes(result) == (ROOT, {"celeryconfig.py": (OLD.encode(), NEW)})


def test_safe_fix_after_which_celery_refuses_the_names_is_not_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def mixture(view: AppView, rule: Rule) -> Iterator[Finding]:
        for setting in view.settings:
            if setting.name == "broker_url":
                place, name = setting.place, setting.name
                yield rule.finding(place, setting=name, name="new", other="old")

    monkeypatch.setattr(old_names, "mixed_setting_names", mixture)

    result = fixed({"celeryconfig.py": OLD})

    assert result.changes == {}
    (note,) = result.report.notes
    assert note.startswith("`Rename `BROKER_URL` to `broker_url`` is not made: Celery would ignore")
