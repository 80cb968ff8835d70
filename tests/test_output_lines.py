"""The concise lines, and the closing line of a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from celerylint.finding import ChangeSet, Safety, Severity
from celerylint.output import concise, summary
from celerylint.report import Summary
from tests.reports import ROOT, finding, place, renaming, report

TEXT = "x = 1\nA = 1\n"
WHERE = place(TEXT, "A")
SAFE = renaming((WHERE, "a"))
UNSAFE = renaming((WHERE, "b"), safety=Safety.UNSAFE)


@pytest.mark.parametrize(("fix", "star"), [(None, ""), (SAFE, " [*]"), (UNSAFE, "")])
def test_concise_line_has_place_code_and_message(fix: ChangeSet | None, star: str) -> None:
    lines = list(concise.lines([report({"a.py": TEXT}, finding(WHERE, fix=fix))], ROOT))

    assert lines == [f"a.py:2:1: CEL101{star} `A` is old"]


def test_concise_line_does_not_repeat_a_secret_of_the_file() -> None:
    text = f"{TEXT}PASSWORD = 'hUnter2'\n"
    one = finding(WHERE, message="`hUnter2` is not a rule")

    assert list(concise.lines([report({"a.py": text}, one)], ROOT)) == [
        "a.py:2:1: CEL101 `***` is not a rule"
    ]


def test_concise_line_hides_secrets_and_stays_one_line() -> None:
    one = finding(WHERE, message="amqp://u:hunter2@h\nx")

    (line,) = concise.lines([report({"a.py": TEXT}, one)], ROOT)

    assert line == "a.py:2:1: CEL101 amqp://u:***@h\ufffdx"


def closing(
    *findings: tuple[Severity, ChangeSet | None], suppressed: int = 0, fixed: int = 0
) -> list[str]:
    """Return the closing lines after findings of a severity and a fix each."""
    made = [finding(WHERE, severity=severity, fix=fix) for severity, fix in findings]
    reports = [report({"a.py": TEXT}, *made, suppressed=suppressed)]
    return list(summary.lines(reports, ROOT, fixed=fixed))


JUDGED = "Judged for Celery 5.6, from setup.py."
ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


def test_findings_are_counted() -> None:
    found = [(ERROR, SAFE), (ERROR, UNSAFE), (WARNING, None), (INFO, SAFE), (INFO, None)]

    assert closing(*found) == [
        "Found 5 problems (2 errors, 1 warning, 2 info),",
        "2 fixable with --fix (1 more with --unsafe-fixes).",
        JUDGED,
    ]


@pytest.mark.parametrize(
    ("fix", "text"),
    [
        (None, ""),
        (SAFE, ", 1 fixable with --fix"),
        (UNSAFE, ", 1 fixable with --fix --unsafe-fixes"),
    ],
)
def test_next_command_is_named(fix: ChangeSet | None, text: str) -> None:
    assert closing((WARNING, fix)) == [f"Found 1 problem (1 warning){text}.", JUDGED]


def test_suppressed_findings_are_counted() -> None:
    assert closing((ERROR, None), suppressed=2) == [
        "Found 1 problem (1 error); 2 suppressed.",
        JUDGED,
    ]


def test_findings_of_the_baseline_are_counted() -> None:
    reports = [report({"a.py": TEXT}, suppressed=1, baselined=2)]

    (line,) = summary.lines(reports, ROOT)

    assert line.endswith("from setup.py); 1 suppressed, 2 in the baseline.")


def test_fixed_findings_are_counted() -> None:
    assert closing(fixed=3) == ["Fixed 3 problems, leaving none."]
    assert closing((ERROR, None), fixed=1) == [
        "Fixed 1 problem, leaving 1 problem (1 error).",
        JUDGED,
    ]


def test_clean_run_says_what_it_saw() -> None:
    assert closing() == ["All clear: 1 app, 2 settings in 3 files (Celery 5.6, from setup.py)."]
    assert closing(suppressed=1)[0].endswith("from setup.py); 1 suppressed.")


def test_clean_run_says_what_it_did_not_see() -> None:
    open_ended = report({}, summary=Summary(1, 0, 1, unseen=2))

    (line,) = summary.lines([open_ended], ROOT)

    assert line.endswith("in 1 file; 2 places could not be followed (see --show-project).")


def test_file_without_problems_does_not_clear_the_project() -> None:
    one = report({})._replace(elsewhere=3)

    said = "No problems in the files given; 3 problems in other files of the project"
    assert list(summary.lines([one], ROOT)) == [f"{said} (see `celerylint check`)."]


def test_findings_without_a_version_name_none() -> None:
    one = report({"a.py": TEXT}, finding(WHERE), summary=Summary(1, 1, 1))

    assert list(summary.lines([one], ROOT)) == ["Found 1 problem (1 warning)."]


def test_clean_run_without_celery_says_so() -> None:
    nothing = report({}, summary=Summary(0, 0, 1))

    assert list(summary.lines([nothing], ROOT)) == ["All clear: no Celery configuration in 1 file."]


def test_clean_run_over_several_projects_names_each() -> None:
    one = report({}, summary=Summary(1, 1, 1), root=ROOT / "one")
    two = one._replace(tree=one.tree._replace(root=ROOT / "two"))

    assert list(summary.lines([one, two], ROOT)) == [
        "All clear in one: 1 app, 1 setting in 1 file.",
        "All clear in two: 1 app, 1 setting in 1 file.",
    ]


def test_root_is_seen_from_the_current_directory() -> None:
    both = [report({}), report({})]

    assert next(summary.lines(both, Path("/"))).startswith("All clear in project: ")
