"""A hostile project can neither make itself run, nor be read outside its folder, nor cost much."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

import pytest

from celerylint.cli import main
from celerylint.files.ignoring import Ignored
from celerylint.options.table import Options
from celerylint.reading import depth, mending, python2
from celerylint.text.masking import mask, secrets
from celerylint.text.source import UnreadableError
from tests.judged import Files, fixed, judged
from tests.projects import facts_of

APP = "from celery import Celery\napp = Celery('shop')\n"
# Each repeats what a pattern of ours begins with, and never ends it.
REPEATED = (
    *("(", ")", "[{", "'", '"', "'''", '"""', "\\", "\\\n", "\f", "\f a\n", "\r", " ", "\t", "`"),
    *("{{ ", "{% ", "{{ a }}", "print ", "except ", "except a, ", "raise a, ", "async ", "await."),
    *("<", "0", "ur'", "f'{", "# celerylint: ignore[", "://a:", "password=", "<<<<<<< ", "_", "a."),
    *("elif a:\n", "\u0130"),
)


@pytest.mark.parametrize("piece", REPEATED)
def test_repeated_text_is_gone_through_once(piece: str) -> None:
    text = "A = = 1\n" + piece * (40_000 // len(piece))

    with contextlib.suppress(UnreadableError):
        facts_of(text)
    assert len(python2.masked(text).text) == len(text)
    secrets(text)


@pytest.mark.parametrize("piece", ["*", "{", "%", "$a", ":", "a=", "@", "a:", "-", "_"])
def test_repeated_text_in_a_url_is_gone_through_once(piece: str) -> None:
    repeated = piece * (40_000 // len(piece))

    for start in ("redis://:", "redis:/:", ""):
        secrets(f"X = '{start}{repeated}!@h'")
        mask(f"{start}{repeated}!@h")


@pytest.mark.parametrize("piece", ["_", "a_", "A", "a."])
def test_long_name_is_gone_through_once(piece: str) -> None:
    with contextlib.suppress(UnreadableError):
        facts_of("BROKER_" + piece * (20_000 // len(piece)) + "a = 1\n")


@pytest.mark.parametrize("piece", ["celery ", "celery -A ", "celery -A =", "celery --app", "-A "])
def test_long_command_is_gone_through_once(
    piece: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "app.py").write_text(APP, "utf-8")
    (tmp_path / "Procfile").write_text(f"worker: celery {piece * (200_000 // len(piece))}", "utf-8")
    monkeypatch.chdir(tmp_path)

    assert main(["check", "--show-project"]) == 0

    assert "app.py" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("pattern", "ignored"),
    [
        ("a*" * 30 + "b", False),
        ("**/" * 30 + "b", False),
        ("a" + "*" * 30 + "b", False),
        ("**/*a*/**", True),
    ],
)
def test_pattern_of_git_costs_little(pattern: str, ignored: bool, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text(pattern, "utf-8")

    assert Ignored(tmp_path)("a/" * 60 + "a" * 200 + "/c.py") == ignored


@pytest.mark.parametrize(
    "text",
    [
        f"target-version = 0x{'f' * 9000}",
        f"target-version = {'9' * 9000}",
        f"select = {'[' * 9000}",
        f"select = {'[' * 900}{']' * 900}",
        f"{'.'.join('a' * 9000)} = 1",
    ],
)
def test_hostile_options_are_one_line(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "celerylint.toml").write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)

    assert main(["check"]) == 2

    said = capsys.readouterr().err
    assert said.startswith(("celerylint: `", "celerylint: celerylint.toml is not valid TOML: "))
    assert said.count("\n") == 1


def test_link_out_of_the_project_is_neither_read_nor_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    outside = tmp_path / "outside.py"
    outside.write_text("CELERY_ACKS_LATE = True\n", "utf-8")
    project = tmp_path / "project"
    project.mkdir()
    (project / "setup.cfg").touch()
    (project / "celeryconfig.py").symlink_to(outside)
    (project / "linked").symlink_to(tmp_path)
    (project / "app.py").write_text(f"{APP}app.config_from_object('celeryconfig')\n", "utf-8")
    monkeypatch.chdir(project)

    main(["check", "--fix", "--unsafe-fixes", "--target-version", "5.6"])

    assert "CELERY_ACKS_LATE" not in capsys.readouterr().out
    assert outside.read_text("utf-8") == "CELERY_ACKS_LATE = True\n"


RULE = """\
code = "ABC001"
name = "a"
title = "A"
message = "{message}"
severity = "error"
[when]
set = "broker_url"
"""


@pytest.mark.parametrize(
    "message", ["{setting.__class__}", "{setting[0]}", "{setting!r}", "{setting:>999999999}", "{0}"]
)
def test_rule_of_a_user_only_fills_in(
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "rule.toml").write_text(RULE.replace("{message}", message), "utf-8")
    (tmp_path / "celeryconfig.py").write_text("broker_url = ''\n", "utf-8")
    monkeypatch.chdir(tmp_path)

    assert main(["check", "--rule-paths", "rule.toml"]) == 2

    assert "rule.toml, line 4: `message` is to be text whose" in capsys.readouterr().err


def test_patterns_have_no_repeated_repetition() -> None:
    patterns = [
        value.pattern
        for module in (depth, mending, python2)
        for value in vars(module).values()
        if isinstance(value, re.Pattern)
    ]

    nested = [p for p in patterns if re.search(r"\([^()]*[*+][^()]*\)[*+]", p)]
    assert patterns
    assert nested == []


def test_reading_runs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trap = f"open({str(tmp_path / 'trapped')!r}, 'w').close()\n"
    for name in ("celeryconfig", "sitecustomize", "conftest", "setup", "base", "encodings"):
        (tmp_path / f"{name}.py").write_text(
            f"{trap}from base import *\nBROKER_URL = ''\n", "utf-8"
        )
    (tmp_path / "app.py").write_text(
        f"{trap}{APP}app.config_from_object('celeryconfig')\n", "utf-8"
    )
    monkeypatch.chdir(tmp_path)

    main(["check", "--fix", "--target-version", "5.6"])

    assert not (tmp_path / "trapped").exists()


@pytest.mark.parametrize("load", ["../secret", "..secret", "/secret", "secret", "...secret"])
def test_nothing_outside_the_project_is_read(
    load: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (tmp_path / "secret.py").write_text("CELERY_ACKS_LATE = True\n", "utf-8")
    (project / "pyproject.toml").write_text("", "utf-8")
    text = (
        f"{APP}from ...secret import *\nfrom ..secret import *\napp.config_from_object({load!r})\n"
    )
    (project / "app.py").write_text(f"{text}app = Celery(include=[{load!r}])\n", "utf-8")
    monkeypatch.chdir(project)

    main(["check", "--fix", "--unsafe-fixes", "--target-version", "5.6"])

    assert "CELERY_ACKS_LATE" not in capsys.readouterr().out
    assert (tmp_path / "secret.py").read_text("utf-8") == "CELERY_ACKS_LATE = True\n"


@pytest.mark.parametrize("name", ["BROKER_\N{GRINNING FACE}", "\N{GRINNING FACE}"])
def test_name_that_python_refuses_is_set_aside(name: str) -> None:
    report = judged({"celeryconfig.py": f"BROKER_URL = ''\n{name} = 1\n"})

    assert {f.code for f in report.findings} >= {"CEL001", "CEL101"}


@pytest.mark.parametrize(
    "raw",
    [
        b"# coding: unicode_escape\nBROKER_URL = '\\ud800'\n",
        b"# coding: utf-7\nBROKER_URL = '+2AA-'\n",
        b"# coding: raw_unicode_escape\nBROKER_URL = '\\ud800'\n",
        b"# coding: unicode_escape\nBROKER_URL = '\\x00'\n",
        "BROKER_URL = ''\n".encode("utf-16"),
        b"BROKER_URL = '\xed\xa0\x80'\n",
        b"BROKER_URL = '\0'\n",
    ],
)
def test_text_that_is_none_is_refused(raw: bytes) -> None:
    report = judged({"celeryconfig.py": raw})

    assert [f.code for f in report.findings] == ["CEL001"]


@pytest.mark.parametrize(
    "raw",
    [
        b"\xef\xbb\xbfBROKER_URL = ''\r\n\r\n\fX = 1\r\n",
        b"# coding: latin-1\nBROKER_URL = '' # \xe9",
        b"BROKER_URL = ''\rX = 1\r",
        b"\fBROKER_URL = ''\n\f\nX = 1\n\f",
        b"BROKER_URL = ''\r\nX = '\xf0\x9f\x98\x80'\n# \xe2\x80\xa8\x0b\r",
        b"X = (\t1,\n\f\t 2)\nBROKER_URL = ''",
        b"# coding: cp1251\nprint '\xef\xf0\xe8'\nBROKER_URL = ''\n",
    ],
)
def test_every_other_byte_is_kept(raw: bytes) -> None:
    load = f"{APP}app.config_from_object('celeryconfig')\n"
    files: Files = {"app.py": load, "celeryconfig.py": raw}

    result = fixed(files, Options(target_version="5.6"))

    assert result.changes == {"celeryconfig.py": raw.replace(b"BROKER_URL", b"broker_url")}
