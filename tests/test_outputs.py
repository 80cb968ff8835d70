"""Findings in files besides stdout, and in the formats of CI, on the command line."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from textwrap import dedent

import pytest

from celerylint.cli import main
from celerylint.options.table import OutputFormat
from celerylint.rulebook.book import Rulebook

OLD = "CELERY_ACKS_LATE = True\nBROKER_URL = 'redis://u:hUnter2@h'\n"
NEW = "task_acks_late = True\nbroker_url = 'redis://u:hUnter2@h'\n"
ARGS = ("--target-version", "5.6", "--namespace", "none")

every_format = pytest.mark.parametrize("kind", [kind.value for kind in OutputFormat])


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a configuration with old names, in the current directory."""
    for name in ("NO_COLOR", "FORCE_COLOR", "GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    tmp_path.joinpath("setup.cfg").write_text("", "utf-8")
    path = tmp_path / "celeryconfig.py"
    path.write_text(OLD, "utf-8")
    return path


@every_format
def test_file_holds_what_stdout_would(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*ARGS, "--output-format", kind, "--output", f"{kind}:report.txt"]) == 1

    assert Path("report.txt").read_text("utf-8") == capsys.readouterr().out


@every_format
@pytest.mark.parametrize("content", [OLD, NEW])
def test_exit_code_does_not_depend_on_the_format(config: Path, kind: str, content: str) -> None:
    config.write_text(content, "utf-8")

    assert main([*ARGS, "--output-format", kind]) == (content == OLD)


def test_several_files_are_written_besides_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    main([*ARGS, "--output", "sarif:a.sarif", "--output", "gitlab:b.json", "--color", "always"])

    assert "\x1b[" in capsys.readouterr().out
    assert len(json.loads(Path("a.sarif").read_text("utf-8"))["runs"][0]["results"]) == 2
    assert len(json.loads(Path("b.json").read_text("utf-8"))) == 2


def test_file_has_no_colours() -> None:
    main([*ARGS, "--output", "full:a.txt", "--color", "always", "--statistics"])

    text = Path("a.txt").read_text("utf-8")
    assert "\x1b[" not in text
    assert "\n2  CEL101  old-setting-name  2 fixable\nFound 2 problems " in text
    assert text.endswith("\nJudged for Celery 5.6, from --target-version.\n")


def test_configured_file_is_named_from_the_project(config: Path) -> None:
    text = '[tool.celerylint]\noutput = ["json:report.json"]\n'
    config.with_name("pyproject.toml").write_text(text, "utf-8")
    folder = config.parent / "below"
    folder.mkdir()
    os.chdir(folder)

    main([*ARGS, ".."])

    assert config.with_name("report.json").is_file()


def test_command_line_takes_the_place_of_configured_files(config: Path) -> None:
    text = '[tool.celerylint]\noutput = ["json:a.json"]\n'
    config.with_name("pyproject.toml").write_text(text, "utf-8")

    main([*ARGS, "--output", "json:b.json"])

    assert not Path("a.json").exists()
    assert Path("b.json").exists()


def test_files_describe_what_fixes_leave(config: Path) -> None:
    assert main([*ARGS, "--fix", "--output", "json:a.json"]) == 0

    assert config.read_text("utf-8") == NEW
    assert json.loads(Path("a.json").read_text("utf-8"))["findings"] == []


def test_files_describe_what_a_diff_leaves(config: Path) -> None:
    assert main([*ARGS, "--diff", "--output", "json:a.json"]) == 1

    assert config.read_text("utf-8") == OLD
    assert json.loads(Path("a.json").read_text("utf-8"))["findings"] == []


def test_folder_without_python_still_gives_documents(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config.unlink()

    assert main(["--output-format", "json", "--output", "sarif:a.sarif"]) == 0

    assert json.loads(capsys.readouterr().out)["findings"] == []
    assert json.loads(Path("a.sarif").read_text("utf-8"))["runs"][0]["results"] == []


MISTAKES = [
    (["--output", "sarif"], "--output takes FORMAT:FILE, such as `sarif:report.sarif`, not "),
    (["--output", "sarif:"], "--output takes FORMAT:FILE"),
    (["--output", "sarif:-"], "--output takes FORMAT:FILE"),
    (["--output", "sarf:a"], "--output takes no format `sarf`; did you mean `sarif`?"),
    (["--output", "C:\\a"], "--output takes no format `C`; there are full, concise, json, github"),
    (["--output", "json:a", "--output", "full:./a"], "Two outputs go to a; give each a file"),
    (["--output", "json:gone/a"], "gone/a cannot be written: its folder does not exist"),
    (["--output", "json:folder"], "folder cannot be written: it is a folder"),
    (["--output", "json:locked"], "locked is read-only; nothing was written"),
    (["--output", "json:celeryconfig.py"], "celeryconfig.py is a file of the project, which an"),
    (["--output", "json:setup.cfg"], "setup.cfg is a file of the project"),
]


@pytest.mark.parametrize("fix", [[], ["--fix"], ["--diff"]])
@pytest.mark.parametrize(("args", "message"), MISTAKES)
def test_output_that_cannot_be_written_stops_the_run(
    config: Path,
    args: list[str],
    message: str,
    fix: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("folder").mkdir()
    Path("locked").touch(0o444)
    before = sorted(Path().iterdir())

    assert main([*ARGS, *fix, "--output", "full:other.txt", *args]) == 2

    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"celerylint: {message}")
    assert captured.err.count("\n") == 1
    assert config.read_text("utf-8") == OLD
    assert sorted(Path().iterdir()) == before


def test_mistake_in_the_configuration_file_is_named_with_its_line(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = '[tool.celerylint]\noutput = ["sarif"]\n'
    config.with_name("pyproject.toml").write_text(text, "utf-8")

    assert main([]) == 2
    assert capsys.readouterr().err.startswith(
        "celerylint: `output` in [tool.celerylint], line 2 of pyproject.toml, takes FORMAT:FILE"
    )


def test_file_may_begin_with_the_letter_of_a_drive() -> None:
    assert main([*ARGS, "--output", "json:C:\\report.json"]) == 1

    assert Path("C:\\report.json").is_file()


def test_file_that_fails_at_last_leaves_all_as_it_was(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*ARGS, "--fix", "--output", "json:a", "--output", "full:/dev/full"]) == 2

    assert "/dev/full cannot be written: No space left on device" in capsys.readouterr().err
    assert config.read_text("utf-8") == OLD
    assert not Path("a").exists()


def test_device_is_written_to() -> None:
    assert main([*ARGS, "--output", "json:/dev/null"]) == 1

    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_new_file_has_the_mode_of_any_new_file() -> None:
    Path("plain").touch()
    Path("private").touch(0o600)

    main([*ARGS, "--output", "json:a", "--output", "json:private"])

    assert Path("a").stat().st_mode == Path("plain").stat().st_mode
    assert stat.S_IMODE(Path("private").stat().st_mode) == 0o600


def test_link_stays_a_link() -> None:
    Path("link").symlink_to("target")

    main([*ARGS, "--output", "json:link"])

    assert Path("link").is_symlink()
    assert Path("target").is_file()


def test_link_to_itself_gives_way_to_the_output() -> None:
    Path("loop").symlink_to("loop")

    assert main([*ARGS, "--output", "json:loop"]) == 1
    assert Path("loop").is_file()


@pytest.mark.parametrize("name", ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"])
def test_job_of_ci_names_files_from_its_checkout(
    config: Path, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, str(config.parents[1]))

    main([*ARGS, "--output-format", "github"])

    assert f",file={config.parent.name}/celeryconfig.py," in capsys.readouterr().out


def test_checkout_elsewhere_does_not_count(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_WORKSPACE", str(config.parent / "elsewhere"))

    main([*ARGS, "--output-format", "github"])

    assert ",file=celeryconfig.py," in capsys.readouterr().out


@pytest.mark.parametrize(("kind", "counted"), [("full", "out"), ("concise", "err")])
def test_statistics_count_the_rules(
    kind: str, counted: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main([*ARGS, "--statistics", "--output-format", kind])

    printed = capsys.readouterr()._asdict()
    assert "2  CEL101  old-setting-name  2 fixable\n" in printed.pop(counted)
    assert "2  CEL101" not in "".join(printed.values())


@pytest.mark.parametrize("kind", ["json", "gitlab", "sarif", "junit", "markdown", "github"])
def test_statistics_keep_off_the_stdout_of_programs(
    kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main([*ARGS, "--output-format", kind])
    plain = capsys.readouterr().out
    main([*ARGS, "--statistics", "--output-format", kind])

    assert capsys.readouterr().out == plain


def test_full_is_a_pleasure_at_80_columns(
    config: Path, rulebook: Rulebook, capsys: pytest.CaptureFixture[str]
) -> None:
    text = """
        BROKER_URL = "redis://shop:hUnter2@rabbit:5672/shop"
        CELERYD_MAX_TASKS_PER_CHILD = 200
        CELERY_RESULT_EXPIRE = 60
        """
    config.write_text(dedent(text).lstrip(), "utf-8")

    main([*ARGS, "--statistics"])

    assert capsys.readouterr().out == SNAPSHOT.replace("TITLE", rulebook["CEL101"].title)
    assert max(map(len, SNAPSHOT.splitlines())) <= 80


SNAPSHOT = """\
warning[CEL101]: TITLE (2 settings)
 --> celeryconfig.py:1:1
  |
1 | BROKER_URL                  -> broker_url
2 | CELERYD_MAX_TASKS_PER_CHILD -> worker_max_tasks_per_child
  = help: Rename it; all names of a configuration must change together
  = fix: Rename 2 settings to the names of Celery 4 (2 edits in 1 file)

error[CEL104]: Celery has no setting `CELERY_RESULT_EXPIRE`; did you mean
    `result_expires`?
 --> celeryconfig.py:3:1
  |
3 | CELERY_RESULT_EXPIRE = 60
  | ^^^^^^^^^^^^^^^^^^^^
  = help: Set result_expires
  = unsafe fix: Rename 3 settings to the names of Celery 4
                (`CELERY_RESULT_EXPIRE`, ignored so far, takes effect)
1 - BROKER_URL = "redis://shop:***@rabbit:5672/shop"
1 + broker_url = "redis://shop:***@rabbit:5672/shop"
2 - CELERYD_MAX_TASKS_PER_CHILD = 200
2 + worker_max_tasks_per_child = 200
3 - CELERY_RESULT_EXPIRE = 60
3 + result_expires = 60

2  CEL101  old-setting-name  2 fixable
1  CEL104  unknown-setting   1 fixable with --unsafe-fixes
Found 3 problems (1 error, 2 warnings),
2 fixable with --fix (1 more with --unsafe-fixes).
Judged for Celery 5.6, from --target-version.
"""
