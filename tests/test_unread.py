"""What cannot be read is told once a file, opens what it belongs to, and is never edited."""

from __future__ import annotations

import pytest

from celerylint.engine.run import judge
from celerylint.finding import Safety, Severity
from celerylint.options.table import Options
from celerylint.report import Report
from tests.judged import Files, fixed, found, in_memory, judged, knowledge, line, notes

APP = "from celery import Celery\napp = Celery('shop')\napp.config_from_object('celeryconfig')\n"
OLD = "BROKER_URL = 'redis://localhost/0'\n"
UNSAFE = Options(target_version="5.6", unsafe_fixes=True)


def told(report: Report) -> list[tuple[int, str, Severity]]:
    """Return line, message and severity of what is said about files that cannot be read."""
    return [(line(report, f), f.message, f.severity) for f in report.findings if f.code == "CEL001"]


@pytest.mark.parametrize(
    ("text", "number", "message", "severity"),
    [
        ("A = = 1\n", 2, "Line 2 cannot be read as Python 3", Severity.ERROR),
        ("x y(\n1)\n", 2, "Lines 2-3 cannot be read as Python 3", Severity.ERROR),
        ("x y\nA = 1\nz y\n", 2, "Lines 2 and 4 cannot be read as Python 3", Severity.ERROR),
        (
            "x y\nA = 1\n" * 5,
            2,
            "5 lines cannot be read as Python 3, of which line 2 is the first",
            Severity.ERROR,
        ),
        ("A = 1\nprint A\n", 3, "The file is not valid Python 3", Severity.WARNING),
    ],
)
def test_what_cannot_be_read_is_told_once(
    text: str, number: int, message: str, severity: Severity
) -> None:
    report = judged({"app.py": APP, "celeryconfig.py": OLD + text})

    assert told(report) == [(number, message, severity)]
    assert "1 CEL101 BROKER_URL" in found(report)


@pytest.mark.parametrize(
    ("text", "severity"),
    [("x y\n", Severity.WARNING), ("CELERY_ACKS_LATE y\n", Severity.ERROR)],
)
def test_line_is_an_error_where_a_setting_may_be_lost(text: str, severity: Severity) -> None:
    report = judged({"app.py": APP + text, "celeryconfig.py": ""})

    assert [each[2] for each in told(report)] == [severity]


@pytest.mark.parametrize(
    "files",
    [
        {"celeryconfig.py": f"{OLD}exec 'x'\n"},
        {"celeryconfig.py": f"from base import *\n{OLD}", "base.py": "A = 1\nexec 'x'\n"},
        {"celeryconfig.py": f"from base import *\n{OLD}", "base.py": "= =\n"},
        {"celeryconfig.py": OLD, "app.py": f"{APP}x y\n"},
        {"celeryconfig.py": OLD, "app.py": f"{APP}def f():\n  x y\n"},
    ],
)
def test_what_may_set_any_name_makes_a_fix_unsafe(files: dict[str, str]) -> None:
    (finding,) = (f for f in judged({"app.py": APP, **files}).findings if f.code == "CEL101")

    assert finding.fix is not None
    assert finding.fix.safety is Safety.UNSAFE


@pytest.mark.parametrize("text", ["print 'x'\n", "print `x`\n", "def f():\n  x y\n"])
def test_what_binds_no_name_of_the_module_leaves_a_fix_safe(text: str) -> None:
    result = fixed({"app.py": APP, "celeryconfig.py": OLD + text})

    assert result.changes == {
        "celeryconfig.py": (OLD.replace("BROKER_URL", "broker_url") + text).encode()
    }


@pytest.mark.parametrize(
    ("path", "text", "where"),
    [
        ("celeryconfig.py", f"{OLD}x BROKER_URL\n", "celeryconfig.py:2"),
        ("celeryconfig.py", f"{OLD}print `broker_url`\n", "celeryconfig.py:2"),
        ("tasks.py", "import celery\n= =\nBROKER_URL\nx(\nBROKER_URL x)\n", "tasks.py:5"),
        ("tasks.py", "= = celery\n# BROKER_URL\n", "tasks.py:2"),
        ("tasks.py", "import celery\ntry: pass\nexcept E, BROKER_URL: print 1\n", "tasks.py:3"),
    ],
)
def test_name_that_stands_there_too_is_renamed_on_request(path: str, text: str, where: str) -> None:
    files = {"app.py": APP, "celeryconfig.py": OLD, path: text}
    result = fixed(files, UNSAFE)

    assert result.changes.keys() == {"celeryconfig.py"}
    assert fixed(files).changes == {}
    (applied,) = result.applied
    assert applied.reason.endswith(f"in a line that cannot be read ({where})")


def test_comment_in_a_line_that_cannot_be_read_is_left_there() -> None:
    text = "A = (  # celerylint: ignore[CEL101]\nx y)\nB = 1\n"
    result = fixed({"app.py": APP, "celeryconfig.py": text})

    assert result.changes == {}
    assert notes(result.report) == ["Not fixed: the line cannot be read (celeryconfig.py:1)"]


def test_fix_in_a_file_that_can_be_read_is_made() -> None:
    result = fixed({"app.py": APP, "celeryconfig.py": OLD, "tasks.py": "= = celery\n"})

    assert list(result.changes) == ["celeryconfig.py"]


@pytest.mark.parametrize("text", [b"\x00", b"{% if x %}\nA = 1\n"])
def test_nothing_is_said_of_a_pattern_for_a_file(text: bytes) -> None:
    files: Files = {"app.py": APP, "celeryconfig.py.dist": text}
    tree = in_memory(files)._replace(copies=("celeryconfig.py.dist",))
    asked = tree._replace(given=frozenset(files))

    assert told(judge(tree, UNSAFE, *knowledge())) == []
    assert len(told(judge(asked, UNSAFE, *knowledge()))) == 1


def test_last_statement_that_can_be_read_can_be_commented_out() -> None:
    files = {"celeryconfig.py": "= =\nCELERY_RIAK_BACKEND_SETTINGS = {}\n"}

    result = fixed(files, UNSAFE)

    assert result.report.crashes == ()
    assert b"\n# CELERY_RIAK_BACKEND_SETTINGS = {}\n" in result.changes["celeryconfig.py"]
