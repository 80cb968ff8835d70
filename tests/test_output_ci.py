"""The formats of CI services: workflow commands, Code Quality, SARIF, JUnit and Markdown."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from textwrap import dedent
from typing import Any

import jsonschema
import pytest

from celerylint.finding import Label, Place, Safety, Severity, Span
from celerylint.output import github, gitlab, junit, markdown, rdjson, sarif, statistics
from celerylint.output.links import rule_url
from celerylint.report import Report
from celerylint.rulebook.book import Rulebook
from tests.reports import ROOT, finding, place, renaming, report
from tests.sarif_schema import SCHEMA
from tests.test_output_formats import hostile, secretive

TEXT = "x = 1\nA = 1\nB = 2\n"
WHERE = place(TEXT, "A")
RULE = f"[CEL101]({rule_url('CEL101')})"


def whole() -> Report:
    """Return a report with one finding that has all its sides."""
    fix = renaming((place(TEXT, "B"), "b"), (WHERE, "a"))
    label = Label(place(TEXT, "B"), "and this")
    one = finding(WHERE, setting="A", advice="Rename it", notes=("So",), labels=(label,), fix=fix)
    return report({"a.py": TEXT}, one)


# --- GitHub ---------------------------------------------------------------------------------------


def commands(*reports: Report) -> list[str]:
    """Return the workflow commands."""
    return list(github.lines(reports, ROOT))


def test_command_has_title_place_and_message() -> None:
    (line,) = commands(whole())

    assert line == (
        "::warning title=CEL101 old-name,file=a.py,line=2,col=1,endLine=2,endColumn=2"
        "::a.py:2:1: CEL101 `A` is old%0ARename it%0ASo"
        f"%0A{rule_url('CEL101')}"
    )


@pytest.mark.parametrize(
    ("severity", "command"),
    [(Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.INFO, "notice")],
)
def test_command_is_as_bad_as_the_finding(severity: Severity, command: str) -> None:
    (line,) = commands(report({"a.py": TEXT}, finding(WHERE, severity=severity)))

    assert line.startswith(f"::{command} ")


def test_command_over_several_lines_has_no_columns() -> None:
    (line,) = commands(report({"a.py": TEXT}, finding(place(TEXT, TEXT.strip()))))

    assert ",line=1,endLine=3::" in line


def test_command_is_escaped() -> None:
    name = "a,b:c%d.py"

    (line,) = commands(report({name: TEXT}, finding(place(TEXT, "A", name), message="100%\n::x")))

    assert ",file=a%2Cb%3Ac%25d.py,line=2," in line
    assert line.endswith("::a,b:c%25d.py:2:1: CEL101 100%25\ufffd::x%0A" + str(rule_url("CEL101")))


# --- GitLab ---------------------------------------------------------------------------------------


def issues(*reports: Report) -> Any:  # noqa: ANN401 - JSON
    """Return the issues of the report."""
    return json.loads("\n".join(gitlab.lines(reports, ROOT)))


def test_issue_has_what_gitlab_reads() -> None:
    (issue,) = issues(whole())

    assert len(issue.pop("fingerprint")) == 64
    assert issue == {
        "type": "issue",
        "check_name": "CEL101",
        "description": "CEL101 `A` is old",
        "content": {"body": f"`A` is old\nRename it\nSo\n{rule_url('CEL101')}"},
        "categories": ["Bug Risk"],
        "severity": "major",
        "location": {"path": "a.py", "lines": {"begin": 2, "end": 2}},
    }


def names(*reports: Report) -> list[str]:
    """Return the fingerprints."""
    return [issue["fingerprint"] for issue in issues(*reports)]


def test_fingerprint_survives_moved_lines() -> None:
    text = TEXT + "A = 3\n"
    second = Place("a.py", Span(text.rindex("A"), text.rindex("A") + 1))
    before = report({"a.py": text}, *(finding(at, setting="A") for at in (WHERE, second)))
    moved = "\n\n" + text
    places = [Place("a.py", Span(at.span.start + 2, at.span.end + 2)) for at in (WHERE, second)]
    after = report({"a.py": moved}, *(finding(at, setting="A") for at in places))

    assert names(before) == names(after)


def test_fingerprints_are_unique() -> None:
    alike = [finding(WHERE, setting=setting) for setting in ("A", "A", "B", None)]
    other = finding(WHERE, setting="A", code="CEL102")

    found = names(report({"a.py": TEXT}, *alike, other))

    assert len(set(found)) == 5


def test_fingerprint_without_a_setting_does_not_know_lines() -> None:
    one, two = (
        report({"a.py": TEXT}, finding(WHERE, message=f"Broken in line {line}")) for line in (1, 22)
    )

    assert names(one) == names(two)


# --- SARIF ----------------------------------------------------------------------------------------


def log(rulebook: Rulebook, *reports: Report) -> Any:  # noqa: ANN401 - JSON
    """Return the one run of the log, which is as the specification demands."""
    document = json.loads("\n".join(sarif.lines(reports, ROOT, rulebook)))
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    return document["runs"][0]


def region(line: int, start: int, end: int) -> dict[str, int]:
    """Return a region within a line."""
    return {"startLine": line, "startColumn": start, "endLine": line, "endColumn": end}


def test_result_has_all_its_sides(rulebook: Rulebook) -> None:
    (result,) = log(rulebook, whole())["results"]
    artifact = {"uri": "a.py", "uriBaseId": "%SRCROOT%"}

    assert len(result.pop("partialFingerprints")["celerylint/v1"]) == 64
    assert result == {
        "ruleId": "CEL101",
        "ruleIndex": 0,
        "level": "warning",
        "message": {"text": "`A` is old\nRename it\nSo"},
        "locations": [
            {"physicalLocation": {"artifactLocation": artifact, "region": region(2, 1, 2)}}
        ],
        "relatedLocations": [
            {
                "id": 1,
                "physicalLocation": {"artifactLocation": artifact, "region": region(3, 1, 2)},
                "message": {"text": "and this"},
            }
        ],
        "fixes": [
            {
                "description": {"text": "Rename the settings"},
                "artifactChanges": [
                    {
                        "artifactLocation": artifact,
                        "replacements": [
                            {"deletedRegion": region(2, 1, 2), "insertedContent": {"text": "a"}},
                            {"deletedRegion": region(3, 1, 2), "insertedContent": {"text": "b"}},
                        ],
                    }
                ],
            }
        ],
        "properties": {"safety": "safe", "changeSet": "1"},
    }


def test_log_lists_the_rules_that_fired(rulebook: Rulebook) -> None:
    found = [finding(WHERE, code=code) for code in ("CEL501", "CEL101", "CEL501")]

    run = log(rulebook, report({"a.py": TEXT}, *found))

    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["CEL101", "CEL501"]
    assert [result["ruleIndex"] for result in run["results"]] == [1, 0, 1]
    assert ["security-severity" in rule["properties"] for rule in rules] == [False, True]
    assert log(rulebook)["tool"]["driver"]["rules"] == []


def test_rule_of_the_user_has_no_page(rulebook: Rulebook, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    text = rulebook["CEL310"].path.read_text("utf-8")
    text = text.replace("CEL310", "OPS001").replace(rulebook["CEL310"].name, "own-rule")
    own.write_text(text, "utf-8")
    book = Rulebook(rulebook.folder, (own,))

    (rule,) = log(book, report({"a.py": TEXT}, finding(WHERE, code="OPS001")))["tool"]["driver"][
        "rules"
    ]

    assert "helpUri" not in rule
    assert rule_url("OPS001") is None


def test_log_of_a_crash_says_so(rulebook: Rulebook) -> None:
    crashed = report({})._replace(crashes=("CEL101: it failed",))

    assert log(rulebook, crashed)["invocations"] == [{"executionSuccessful": False}]


def test_fix_over_several_files_changes_each(rulebook: Rulebook) -> None:
    fix = renaming((WHERE, "a"), (place(TEXT, "B", "b.py"), "b"))
    one = finding(WHERE, fix=fix)

    (result,) = log(rulebook, report({"a.py": TEXT, "b.py": TEXT}, one))["results"]

    changes = result["fixes"][0]["artifactChanges"]
    assert [change["artifactLocation"]["uri"] for change in changes] == ["a.py", "b.py"]


def test_unsafe_fix_says_what_it_changes_in_sarif(rulebook: Rulebook) -> None:
    fix = renaming((WHERE, "a"), safety=Safety.UNSAFE, reason="`A` takes effect")

    (result,) = log(rulebook, report({"a.py": TEXT}, finding(WHERE, fix=fix)))["results"]

    title = "Rename the settings (unsafe: `A` takes effect)"
    assert result["fixes"][0]["description"] == {"text": title}
    assert result["properties"]["safety"] == "unsafe"


def test_fix_that_holds_a_secret_is_left_out(rulebook: Rulebook) -> None:
    (result,) = log(rulebook, secretive())["results"]

    assert "fixes" not in result
    assert result["properties"]["omitted"].startswith("The edits are left out")


def test_nothing_is_taken_for_a_placeholder_or_a_link(rulebook: Rulebook) -> None:
    one = finding(WHERE, message="{0} a[0] [x](1)")

    (result,) = log(rulebook, report({"a.py": TEXT}, one))["results"]

    assert result["message"]["text"] == "{{0}} a[0] \\[x](1)"


def test_hostile_names_are_valid_uris(rulebook: Rulebook) -> None:
    results = log(rulebook, hostile())["results"]

    uris = {
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in results
    }
    assert "a%2Cb%3Ac%25d.py" in uris
    assert "%C3%A9%20%F0%9F%A5%AC.py" in uris
    assert "%FF.py" in uris


def test_related_place_without_a_text_has_no_message(rulebook: Rulebook) -> None:
    one = finding(WHERE, labels=(Label(WHERE, ""),))

    (result,) = log(rulebook, report({"a.py": TEXT}, one))["results"]

    assert "message" not in result["relatedLocations"][0]


# --- JUnit ----------------------------------------------------------------------------------------


def xml(*reports: Report) -> str:
    """Return the document."""
    return "\n".join(junit.lines(reports, ROOT)) + "\n"


def test_findings_are_failed_tests_of_their_file() -> None:
    again = finding(place(TEXT, "B"), severity=Severity.INFO)
    one = report({"a.py": TEXT}, *whole().findings, again, again)

    assert xml(one) == dedent("""\
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="celerylint" tests="3" failures="1" errors="0">
          <testsuite name="a.py" tests="3" failures="1" errors="0" skipped="2" time="0">
            <testcase classname="a.py" name="CEL101 A" file="a.py" line="2" time="0">
              <failure type="warning" message="`A` is old">a.py:2:1: CEL101 `A` is old
        Rename it
        So
        URL</failure>
            </testcase>
            <testcase classname="a.py" name="CEL101 old-name" file="a.py" line="3" time="0">
              <skipped type="info" message="`A` is old">a.py:3:1: CEL101 `A` is old
        URL</skipped>
            </testcase>
            <testcase classname="a.py" name="CEL101 old-name (2)" file="a.py" line="3" time="0">
              <skipped type="info" message="`A` is old">a.py:3:1: CEL101 `A` is old
        URL</skipped>
            </testcase>
          </testsuite>
        </testsuites>
        """).replace("URL", str(rule_url("CEL101")))


def test_clean_run_is_a_test_that_passed() -> None:
    assert xml(report({})) == dedent("""\
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="celerylint" tests="1" failures="0" errors="0">
          <testsuite name="celerylint" tests="1" failures="0" errors="0" skipped="0" time="0">
            <testcase classname="celerylint" name="Celery configuration" time="0" />
          </testsuite>
        </testsuites>
        """)


# --- Markdown -------------------------------------------------------------------------------------


def comment(*reports: Report) -> list[str]:
    """Return the lines of the comment."""
    return list(markdown.lines(reports, ROOT))


def test_comment_is_a_table() -> None:
    unsafe = finding(WHERE, fix=renaming((WHERE, "b"), safety=Safety.UNSAFE))
    without = finding(WHERE, severity=Severity.ERROR)
    counts = "3 problems (1 error, 2 warnings)"
    found = f"Found {counts}, 1 fixable with --fix (1 more with --unsafe-fixes)"

    assert comment(report({"a.py": TEXT}, *whole().findings, unsafe, without)) == [
        f"**celerylint**: {found}. Judged for Celery 5.6, from setup.py.",
        "",
        "| where | rule | what | fix |",
        "|---|---|---|---|",
        f"| `a.py:2` | {RULE} warning | `A` is old<br>Rename it<br>So | safe |",
        f"| `a.py:2` | {RULE} warning | `A` is old | unsafe |",
        f"| `a.py:2` | {RULE} error | `A` is old |  |",
    ]


def test_findings_of_one_fix_are_one_row() -> None:
    text, other = "A = 1\nB = 2\n", "from a import A\n"
    fix = renaming((place(text, "A"), "a"), (place(text, "B"), "b"))
    names = ((place(text, "A"), "A", "a"), (place(text, "B"), "B", "b"))
    found = [
        finding(where, setting=old, replacement=new, advice=f"Write `{new}`", fix=fix)
        for where, old, new in names
    ]
    elsewhere = finding(place(other, "A", "b.py"), advice="Write `a`", fix=fix)

    alone = comment(report({"a.py": text}, *found))[-1]
    apart = comment(report({"a.py": text, "b.py": other}, *found, elsewhere))[-1]

    what = "old-name (2 settings)<br>1: `A` -> `a`<br>2: `B` -> `b`<br>Write the new name"
    assert alone == f"| `a.py:1` | {RULE} warning | {what} | safe |"
    assert apart.startswith(
        f"| `a.py:1`<br>`b.py:1` | {RULE} warning | old-name (3 places in 2 files)"
    )
    assert "<br>`a.py:2`: `B` -> `b`<br>`b.py:1`: `A` is old<br>" in apart


def test_clean_comment_says_what_was_seen() -> None:
    (line,) = comment(report({}))

    assert line.startswith("**celerylint**: All clear: 1 app, 2 settings in 3 files")


def test_comment_without_a_project_says_so() -> None:
    assert comment() == ["**celerylint**: Nothing to check"]


@pytest.mark.parametrize(
    ("message", "cell"),
    [
        ("a | b", "a \\| b"),
        ("`a|b`", "`a\\|b`"),
        ("<img> *b* #1", "\\<img\\> \\*b\\* \\#1"),
        ("@all", "@\u200ball"),
        ("a\nb", "a\ufffdb"),
        ("a ` b", "a \\` b"),
    ],
)
def test_cells_are_escaped(message: str, cell: str) -> None:
    row = comment(report({"a.py": TEXT}, finding(WHERE, message=message)))[-1]

    assert row == f"| `a.py:2` | {RULE} warning | {cell} |  |"


@pytest.mark.parametrize(
    ("name", "cell"), [("`a`.py", "`` `a`.py:2 ``"), ("a``b.py", "```a``b.py:2```")]
)
def test_backticks_in_a_name_do_not_end_the_code(name: str, cell: str) -> None:
    row = comment(report({name: TEXT}, finding(place(TEXT, "A", name))))[-1]

    assert row.startswith(f"| {cell} | ")


def test_comment_is_not_longer_than_github_takes() -> None:
    one = report({"a.py": TEXT}, *[finding(WHERE, message="x" * 1000)] * 100)

    lines = comment(one)

    assert len("\n".join(lines)) < 65_536
    assert lines[-1] == "| ... | | and 45 more | |"


def test_rule_without_a_page_is_not_linked() -> None:
    own = report({"a.py": TEXT}, finding(WHERE, code="OPS001"))

    assert comment(own)[-1] == "| `a.py:2` | OPS001 warning | `A` is old |  |"
    assert commands(own)[0].endswith("OPS001 `A` is old")
    assert issues(own)[0]["content"] == {"body": "`A` is old"}
    assert "OPS001 `A` is old</failure>" in xml(own)
    assert diagnostics(own)[0]["code"] == {"value": "OPS001"}


# --- reviewdog ------------------------------------------------------------------------------------


def diagnostics(*reports: Report) -> Any:  # noqa: ANN401 - JSON
    """Return the diagnostics of the document."""
    return json.loads("\n".join(rdjson.lines(reports, ROOT)))["diagnostics"]


def span(line: int, start: int, end: int) -> dict[str, dict[str, int]]:
    """Return a range within a line."""
    return {"start": {"line": line, "column": start}, "end": {"line": line, "column": end}}


def test_diagnostic_has_what_reviewdog_reads() -> None:
    assert diagnostics(whole()) == [
        {
            "message": "`A` is old\nRename it\nSo",
            "location": {"path": "a.py", "range": span(2, 1, 2)},
            "severity": "WARNING",
            "code": {"value": "CEL101", "url": rule_url("CEL101")},
            "suggestions": [
                {"range": span(2, 1, 2), "text": "a"},
                {"range": span(3, 1, 2), "text": "b"},
            ],
        }
    ]


def test_change_of_several_files_is_no_suggestion() -> None:
    fix = renaming((WHERE, "a"), (place(TEXT, "B", "b.py"), "b"))

    (one,) = diagnostics(report({"a.py": TEXT, "b.py": TEXT}, finding(WHERE, fix=fix)))

    assert "suggestions" not in one


# --- statistics -----------------------------------------------------------------------------------


def test_rules_are_counted() -> None:
    safe = renaming((WHERE, "a"))
    unsafe = renaming((WHERE, "b"), safety=Safety.UNSAFE)
    often: Sequence[Any] = [safe] * 9 + [unsafe]
    findings = [finding(WHERE, code="CEL102", fix=fix) for fix in often]

    counted = list(statistics.lines([report({}, finding(WHERE), *findings)]))

    assert counted == [
        "10  CEL102  old-name  9 fixable, 1 fixable with --unsafe-fixes",
        " 1  CEL101  old-name",
    ]


def test_nothing_found_has_no_statistics() -> None:
    assert list(statistics.lines([report({})])) == []
