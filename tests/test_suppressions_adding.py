"""Findings that are to stay get a comment, and nothing else of a file changes."""

from __future__ import annotations

import ast
import codecs
from dataclasses import replace

import pytest

from celerylint.engine.fix import add_ignores
from celerylint.options.table import Options, UsageError
from celerylint.report import Fixed
from tests.judged import Files, in_memory, knowledge

OPTIONS = Options(target_version="5.6", add_ignore="")
OLD = 'BROKER_URL = "redis://localhost/0"'
MARK = "# celerylint: ignore[CEL101]"


def added(files: Files, reason: str = "", options: Options = OPTIONS) -> Fixed:
    """Return a project with comments for its findings."""
    return add_ignores(in_memory(files), replace(options, add_ignore=reason), *knowledge())


def commented(text: str | bytes, reason: str = "") -> bytes:
    """Return a configuration with comments for its findings, of which none is left then."""
    result = added({"celeryconfig.py": text}, reason)
    assert result.report.findings == ()
    again = added({"celeryconfig.py": result.changes["celeryconfig.py"]}, reason)
    assert (again.changes, again.applied) == ({}, ())
    return result.changes["celeryconfig.py"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"{OLD}\n", f"{OLD}  {MARK}\n"),
        (OLD, f"{OLD}  {MARK}"),
        (f"{OLD}  # prose\t\n", f"{OLD}  # prose  {MARK}\t\n"),
        (
            f"{OLD}; ADMINS = ()  \n",
            f"{OLD}; ADMINS = ()  # celerylint: ignore[CEL101, CEL102]  \n",
        ),
        (
            "ADMINS = BROKER_POOL_LIMIT = 3  # celerylint: ignore[CEL102] -- why\n",
            "ADMINS = BROKER_POOL_LIMIT = 3  # celerylint: ignore[CEL102, CEL101] -- why\n",
        ),
        (f"{OLD}  # noqa: E501\n", f"{OLD}  # noqa: E501  {MARK}\n"),
        (
            f"{OLD}  {MARK}\nADMINS = ()\n",
            f"{OLD}  {MARK}\nADMINS = ()  # celerylint: ignore[CEL102]\n",
        ),
        ("CELERY_IMPORTS = (\n  'a',\n)\n", f"CELERY_IMPORTS = (  {MARK}\n  'a',\n)\n"),
        ("if x:\n\tADMINS = '''\n\t'''\n", "if x:\n\t{}\n\tADMINS = '''\n\t'''\n"),
        ("x = 1\nADMINS = \\\n  ()\n", "x = 1\n{}\nADMINS = \\\n  ()\n"),
        (
            "# celerylint: ignore[CEL101]\nADMINS = BROKER_POOL_LIMIT = \\\n  ()\n",
            "# celerylint: ignore[CEL101, CEL102]\nADMINS = BROKER_POOL_LIMIT = \\\n  ()\n",
        ),
        (
            "from celery import Celery\napp = Celery()\napp.conf.update(\n  ADMINS='''\n''')\n",
            "from celery import Celery\napp = Celery()\n{}\napp.conf.update(\n  ADMINS='''\n''')\n",
        ),
    ],
)
def test_comment_goes_where_there_is_room(before: str, after: str) -> None:
    expected = after.replace("{}", "# celerylint: ignore[CEL102]")

    result = commented(before).decode()

    assert result == expected
    assert ast.dump(ast.parse(result)) == ast.dump(ast.parse(before))


def test_reason_is_written_behind_the_list() -> None:
    assert commented(f"{OLD}\n", "see #12").decode() == f"{OLD}  {MARK} -- see #12\n"


@pytest.mark.parametrize(
    "raw",
    [
        codecs.BOM_UTF8 + f"{OLD}\r\nADMINS = '''\r\n'''\r\n".encode(),
        f"# coding: latin-1\nx = 'é'\n{OLD}\nADMINS = '''\n'''".encode("latin-1"),
        f"{OLD}\rADMINS = '''\r'''\r".encode(),
    ],
)
def test_the_rest_of_the_file_stays_byte_for_byte(raw: bytes) -> None:
    result = commented(raw)

    newline = next(end for end in (b"\r\n", b"\r", b"\n") if end in raw)
    without = result.replace(b"  " + MARK.encode(), b"")
    assert without.replace(b"# celerylint: ignore[CEL102]" + newline, b"") == raw


@pytest.mark.parametrize("reason", ["two\nlines", "a # noqa: E501", "x\ty", "coding: rot13"])
def test_reason_that_makes_no_comment_is_refused(reason: str) -> None:
    with pytest.raises(UsageError, match="takes a reason that fits into a comment"):
        added({"celeryconfig.py": OLD}, reason)


def test_reason_that_the_encoding_lacks_is_refused() -> None:
    text = f"# coding: latin-1\n{OLD}\n"

    with pytest.raises(UsageError, match=r"cannot be written in celeryconfig\.py.*iso-8859-1"):
        added({"celeryconfig.py": text}, "€")


def test_only_selected_findings_are_suppressed() -> None:
    text = "ADMINS = ()\nBROKER_POOL_LIMIT = 3\n"

    result = added({"celeryconfig.py": text}, options=replace(OPTIONS, select=("CEL102",)))

    after = "ADMINS = ()  # celerylint: ignore[CEL102]\nBROKER_POOL_LIMIT = 3\n"
    assert result.changes == {"celeryconfig.py": after.encode()}


def test_file_that_was_not_named_gets_no_comment() -> None:
    load = "app.config_from_object('celeryconfig', namespace='CELERY')\n"
    app = f"from celery import Celery\napp = Celery()\n{load}"
    files = {"app.py": app, "celeryconfig.py": "CELERYD_CONCURRENCY = 4\n"}

    result = add_ignores(in_memory(files, frozenset({"app.py"})), OPTIONS, *knowledge())

    assert [finding.place.path for finding in result.report.findings] == ["celeryconfig.py"]
    assert result.changes == {}


def test_what_no_comment_answers_is_said() -> None:
    files = {"celeryconfig.py": "x = (\n", "a.py": f"import celery  {MARK}, celery\n"}

    result = added(files)

    assert result.changes == {}
    assert [finding.code for finding in result.report.findings] == ["CEL002", "CEL001"]
    assert result.report.notes[-1].startswith("No comment was added for CEL001, CEL002: ")
