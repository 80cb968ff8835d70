"""What is hidden or not named is not shown, and is not fixed in passing either."""

from __future__ import annotations

from celerylint.engine.select import touch
from celerylint.finding import Place, Span
from celerylint.options.table import Options
from celerylint.report import Report
from tests.judged import fixed, judged, line

APP = 'from celery import Celery\n\napp = Celery("shop")\napp.config_from_object("celeryconfig")\n'
MARK = "  # celerylint: ignore[CEL101]"
TWO = 'BROKER_URL = "redis://localhost/0"{}\nCELERY_ACKS_LATE = True\n'


def lines(report: Report) -> list[tuple[str, int, str]]:
    """Return place and code of each finding."""
    return [(f.place.path, line(report, f), f.code) for f in report.findings]


def test_findings_are_in_the_order_of_the_text() -> None:
    text = "BROKER_POOL_LIMIT = 3; ADMINS = ()\nBROKER_URL = ''\n"

    report = judged({"b/celeryconfig.py": text, "celeryconfig.py": text})

    order = [("CEL101", 1), ("CEL102", 1), ("CEL101", 2)]
    paths = ["b/celeryconfig.py", "celeryconfig.py"]
    assert lines(report) == [(path, number, code) for path in paths for code, number in order]


def test_suppressed_finding_is_counted_and_not_shown() -> None:
    report = judged({"celeryconfig.py": f"ADMINS = (){MARK.replace('101', '102')}\n"})

    assert (report.findings, report.suppressed) == ((), 1)


def test_fix_that_would_edit_what_a_comment_protects_is_not_offered() -> None:
    result = fixed({"celeryconfig.py": TWO.format(MARK)})

    (finding,) = result.report.findings
    assert finding.setting == "CELERY_ACKS_LATE"
    assert finding.fix is None
    assert finding.notes == (
        "Not fixed: CEL101 is suppressed for `BROKER_URL` (celeryconfig.py:1)",
    )
    assert result.changes == {}


def test_fix_that_would_rename_a_protected_import_is_not_offered() -> None:
    files = {
        "celeryconfig.py": f"from shop import BROKER_URL{MARK}\nCELERY_ACKS_LATE = True\n",
        "shop.py": "BROKER_URL = 'redis://localhost/0'\n",
    }

    assert fixed(files).changes == {}


def test_per_file_ignores_hide_findings_and_protect_the_file() -> None:
    ignores = (("conf/*", ("CEL101",)),)
    options = Options(target_version="5.6", per_file_ignores=ignores)
    files = {
        "app.py": APP.replace("celeryconfig", "conf.base") + "app.conf.BROKER_POOL_LIMIT = 3\n",
        "conf/base.py": TWO.format(""),
    }

    report = judged(files, options)

    (finding,) = report.findings
    assert (finding.place.path, finding.fix, report.suppressed) == ("app.py", None, 2)


def test_only_findings_in_the_named_files_are_shown() -> None:
    files = {"a/celeryconfig.py": TWO.format(""), "b/celeryconfig.py": TWO.format("")}

    report = judged(files, given=frozenset({"b/celeryconfig.py"}))

    assert [path for path, _, _ in lines(report)] == ["b/celeryconfig.py"] * 2


def test_finding_is_shown_where_a_label_of_it_is_in_a_named_file() -> None:
    files = {
        "app.py": APP.replace('onfig")', 'onfig", namespace="CELERY")'),
        "celeryconfig.py": "CELERYD_CONCURRENCY = 4\n",
    }

    report = judged(files, given=frozenset({"app.py"}))

    assert lines(report) == [("celeryconfig.py", 1, "CEL115")]


def test_fix_of_a_file_that_was_not_named_is_not_offered() -> None:
    files = {"app.py": APP + "app.conf.BROKER_POOL_LIMIT = 3\n", "celeryconfig.py": TWO.format("")}

    result = fixed(files, given=frozenset({"app.py"}))

    (finding,) = result.report.findings
    (note,) = finding.notes
    assert note == (
        "Not fixed: the fix has to edit all of app.py, celeryconfig.py; "
        "run celerylint check --fix app.py celeryconfig.py"
    )
    assert result.changes == {}
    assert sorted(fixed(files, given=frozenset(files)).changes) == ["app.py", "celeryconfig.py"]


def test_command_for_an_unsafe_fix_says_so() -> None:
    files = {"app.py": APP, "celeryconfig.py": "CELERY_BROKER_URL = 'redis://localhost/0'\n"}

    report = judged(files, given=frozenset({"app.py"}))

    (finding,) = report.findings
    assert finding.notes[-1].endswith("run celerylint check --fix --unsafe-fixes celeryconfig.py")


def test_finding_without_fix_is_shown_as_it_is() -> None:
    files = {"celeryconfig.py": "broker_connection_retry_delay = 5\n"}

    whole, named = judged(files), judged(files, given=frozenset(files))

    assert [finding.fix for finding in whole.findings] == [None]
    assert named.findings == whole.findings


def test_places_touch_at_their_edges() -> None:
    place = Place("a.py", Span(3, 5))

    assert touch(place, Place("a.py", Span(5, 5)))
    assert touch(Place("a.py", Span(1, 3)), place)
    assert not touch(place, Place("a.py", Span(6, 7)))
    assert not touch(Place("a.py", Span(0, 2)), place)
    assert not touch(place, Place("b.py", Span(3, 5)))
