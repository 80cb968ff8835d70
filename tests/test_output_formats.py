"""What holds in every format: nothing secret, nothing that breaks it, the same in every run."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from celerylint.finding import Label, Severity
from celerylint.options.table import OutputFormat
from celerylint.output import formats
from celerylint.report import Report
from celerylint.rulebook.book import Rulebook
from tests.reports import ROOT, finding, place, renaming, report

URL = "amqp://u:hUnter2@h"
HOSTILE = "a\r\nb::error::%25 ]]> | `c` <img> \x00\x1b[1m\u202e\ufffe {0} [x](http://y) @z 🥬"
NAMES = ("a,b:c%d.py", "é 🥬.py", "a\n::error::b.py", "a|`b`]]>.py", "\udcff.py", "#?.py")

every_format = pytest.mark.parametrize("kind", OutputFormat)


def printed(rulebook: Rulebook, kind: OutputFormat, *reports: Report, cwd: Path = ROOT) -> str:
    """Return what is printed, as it arrives in a file of UTF-8."""
    around = formats.Surroundings(cwd, cwd, rulebook)
    return formats.content(formats.lines(kind, reports, around)).decode()


def secretive() -> Report:
    """Return a report that tells a secret wherever it can."""
    text = f"A = '{URL}'\nPASSWORD = 'hUnter2'\n"
    fix = renaming((place(text, "A = "), f"a = '{URL}' or "), reason="hUnter2 goes")
    label = Label(place(text, f"'{URL}'"), "hUnter2 here")
    where = place(text, "A")
    one = finding(where, message=URL, advice=URL, notes=("hUnter2",), labels=(label,), fix=fix)
    return report({"a.py": text}, one)


def hostile() -> Report:
    """Return a report on files with names and texts that have a meaning in some format."""
    made = (
        finding(
            place("A = 1\n", "A", name),
            severity=severity,
            message=HOSTILE,
            setting="S",
            advice=HOSTILE,
            labels=(Label(place("A = 1\n", "1", name), HOSTILE),),
            fix=renaming((place("A = 1\n", "A", name), "\ud800🥬\r\n]]>|")),
        )
        for name in NAMES
        for severity in Severity
    )
    return report(dict.fromkeys(NAMES, "A = 1\n"), *made)


@every_format
def test_no_format_tells_a_secret(kind: OutputFormat, rulebook: Rulebook) -> None:
    text = printed(rulebook, kind, secretive())

    assert "***" in text.replace("\\*", "*")
    assert "hUnter2" not in text


@every_format
def test_two_runs_are_identical(kind: OutputFormat, rulebook: Rulebook) -> None:
    assert printed(rulebook, kind, hostile()) == printed(rulebook, kind, hostile())


@every_format
def test_no_text_sends_control_characters(kind: OutputFormat, rulebook: Rulebook) -> None:
    text = printed(rulebook, kind, hostile())

    assert re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202e]", text) is None


@every_format
def test_report_without_findings_is_no_crash(kind: OutputFormat, rulebook: Rulebook) -> None:
    document = printed(rulebook, kind, report({}))

    assert (
        kind not in {OutputFormat.FULL, OutputFormat.CONCISE, OutputFormat.GITHUB} or not document
    )


@pytest.mark.parametrize("kind", [OutputFormat.JSON, OutputFormat.GITLAB, OutputFormat.SARIF])
def test_hostile_texts_leave_json_valid(kind: OutputFormat, rulebook: Rulebook) -> None:
    assert json.loads(printed(rulebook, kind, hostile()))


def test_hostile_texts_leave_xml_valid(rulebook: Rulebook) -> None:
    root = ET.fromstring(printed(rulebook, OutputFormat.JUNIT, hostile()))  # noqa: S314 - our own

    assert [suite.get("name") for suite in root][3] == "a|`b`]]>.py"
    assert root.get("tests") == str(len(NAMES) * 3)


@pytest.mark.parametrize("kind", [OutputFormat.GITHUB, OutputFormat.CONCISE])
def test_finding_stays_one_line(kind: OutputFormat, rulebook: Rulebook) -> None:
    lines = printed(rulebook, kind, hostile()).splitlines()

    assert len(lines) == len(NAMES) * 3


def test_ci_formats_name_files_from_the_checkout(rulebook: Rulebook) -> None:
    one = report({"a.py": "A"}, finding(place("A", "A")))
    around = formats.Surroundings(ROOT, ROOT.parent, rulebook)

    named = {
        kind.value: "project/a.py" in "\n".join(formats.lines(kind, [one], around))
        for kind in OutputFormat
    }

    assert [name for name, from_checkout in named.items() if not from_checkout] == [
        "full",
        "concise",
        "json",
    ]


def test_equal_fixes_of_two_projects_keep_their_own_files(rulebook: Rulebook) -> None:
    fix = renaming((place("A", "A"), "a"))
    both = [
        report({"a.py": "A"}, finding(place("A", "A"), fix=fix), root=ROOT / name)
        for name in ("one", "two")
    ]

    found = json.loads(printed(rulebook, OutputFormat.JSON, *both))["findings"]

    assert [each["fix"]["edits"][0]["path"] for each in found] == ["one/a.py", "two/a.py"]
    assert [each["fix"]["change_set"] for each in found] == ["1", "2"]
