"""Findings for programs."""

from __future__ import annotations

import json
from typing import Any

from celerylint.finding import Label, Place, Safety, Severity, Span
from celerylint.output import json_document
from celerylint.output.links import rule_url
from celerylint.report import Report
from tests.reports import ROOT, finding, place, renaming, report


def document(*reports: Report) -> Any:  # noqa: ANN401 - JSON
    """Return the document as a program reads it."""
    return json.loads("\n".join(json_document.lines(reports, ROOT)))


def test_finding_has_all_its_sides() -> None:
    text = "x = 1\nA = 1\nB = 2\n"
    fix = renaming((place(text, "B"), "b"), (place(text, "A"), "a"))
    one = finding(
        place(text, "A"),
        setting="A",
        advice="Rename it",
        notes=("So",),
        labels=(Label(place(text, "B"), "and this"),),
        fix=fix,
    )

    assert document(report({"a.py": text}, one))["findings"] == [
        {
            "code": "CEL101",
            "name": "old-name",
            "severity": "warning",
            "message": "`A` is old",
            "path": "a.py",
            "line": 2,
            "column": 1,
            "end_line": 2,
            "end_column": 2,
            "setting": "A",
            "related": [
                {
                    "path": "a.py",
                    "line": 3,
                    "column": 1,
                    "end_line": 3,
                    "end_column": 2,
                    "message": "and this",
                }
            ],
            "help": "Rename it\nSo",
            "url": rule_url("CEL101"),
            "fix": {
                "title": "Rename the settings",
                "safety": "safe",
                "change_set": "1",
                "edits": [
                    {
                        "path": "a.py",
                        "start": {"line": 2, "column": 1},
                        "end": {"line": 2, "column": 2},
                        "text": "a",
                    },
                    {
                        "path": "a.py",
                        "start": {"line": 3, "column": 1},
                        "end": {"line": 3, "column": 2},
                        "text": "b",
                    },
                ],
            },
        }
    ]


def test_document_has_a_version_and_a_summary() -> None:
    text = "A = 1\n"
    safe = renaming((place(text, "A"), "a"))
    unsafe = renaming((place(text, "A"), "b"), safety=Safety.UNSAFE)
    findings = (
        finding(place(text, "A"), severity=Severity.ERROR, fix=safe),
        finding(place(text, "A"), fix=unsafe),
        finding(place(text, "A"), severity=Severity.INFO),
    )

    data = document(report({"a.py": text}, *findings, suppressed=4))

    assert data["version"] == 1
    assert data["summary"] == {
        "errors": 1,
        "warnings": 1,
        "infos": 1,
        "fixable": 1,
        "unsafe_fixable": 1,
        "suppressed": 4,
        "rules": [
            {
                "code": "CEL101",
                "name": "old-name",
                "count": 3,
                "fixable": 1,
                "unsafe_fixable": 1,
            }
        ],
        "baselined": 0,
        "projects": [
            {
                "root": ".",
                "apps": 1,
                "settings": 2,
                "files": 3,
                "versions": ["Celery 5.6, from setup.py"],
            }
        ],
    }


def test_findings_of_one_change_set_share_its_name() -> None:
    text = "A = 1\n"
    one, two = (renaming((place(text, "A"), new)) for new in "ab")
    findings = [finding(place(text, "A"), fix=fix) for fix in (one, two, one)]

    data = document(report({"a.py": text}, *findings))

    assert [each["fix"]["change_set"] for each in data["findings"]] == ["1", "2", "1"]


def test_edits_that_hold_a_secret_are_left_out() -> None:
    text = "A = 'amqp://u:hunter2@h'\n"
    own = renaming((place(text, "A"), "x = 'amqp://u:hunter3@h'; A"))
    over = renaming((place(text, "hunter2"), "hunter3"))
    elsewhere = renaming((place(text, "A"), "# hunter2\nA"))
    findings = [finding(place(text, "A"), fix=fix) for fix in (own, over, elsewhere)]

    data = document(report({"a.py": text}, *findings))

    for each in data["findings"]:
        assert each["fix"]["edits"] == []
        assert each["fix"]["omitted"].startswith("The edits are left out, as they hold a secret")
    assert "hunter" not in json.dumps(data)


def test_edit_that_deletes_a_secret_is_listed() -> None:
    text = "A = 'amqp://u:hunter2@h'\n"
    fix = renaming((place(text, text), ""))

    (one,) = document(report({"a.py": text}, finding(place(text, "A"), fix=fix)))["findings"]

    assert one["fix"]["edits"][0]["text"] == ""


def test_secrets_are_hidden_in_texts() -> None:
    url = "amqp://u:hunter2@h"
    where = place("A", "A")
    one = finding(where, message=url, advice=url, notes=(url,), labels=(Label(where, url),))

    assert "hunter2" not in "\n".join(json_document.lines([report({"a.py": "A"}, one)], ROOT))


def test_file_without_a_source_begins_at_its_first_line() -> None:
    fix = renaming((Place("gone.py", Span(4, 5)), "a"))

    (one,) = document(report({}, finding(Place("gone.py", Span(4, 5)), fix=fix)))["findings"]

    assert (one["line"], one["column"], one["path"]) == (1, 1, "gone.py")


def test_clean_run_is_a_document_too() -> None:
    assert document()["findings"] == []


def test_message_does_not_repeat_a_secret_of_the_file() -> None:
    text = "A = 1\nPASSWORD = 'hUnter2'\n"
    one = finding(place(text, "A"), message="`hUnter2` is not a rule", advice="Not hUnter2")

    (data,) = document(report({"a.py": text}, one))["findings"]

    assert (data["message"], data["help"]) == ("`***` is not a rule", "Not ***")


def test_findings_that_share_a_change_set_all_list_its_edits() -> None:
    text = "A = 1\nB = 2\n"
    fix = renaming((place(text, "A"), "a"), (place(text, "B"), "b"))
    both = [finding(place(text, name), fix=fix) for name in "AB"]

    one, other = document(report({"a.py": text}, *both))["findings"]

    assert one["fix"] == other["fix"]
    assert len(one["fix"]["edits"]) == 2
