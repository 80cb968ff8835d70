"""The command line as its users meet it: exit codes, what goes to stdout and what to stderr."""

from __future__ import annotations

import io
import json
import os
import runpy
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import click
import pytest

from celerylint import __version__
from celerylint.analysis.app_view import AppView
from celerylint.checks.names import old_names
from celerylint.cli import main
from celerylint.finding import Finding
from celerylint.rulebook.rule import Rule

OLD = "CELERY_ACKS_LATE = True\n"
NEW = "task_acks_late = True\n"
TARGET = ("--target-version", "5.6")


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty project, which is the current directory."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.chdir(tmp_path)
    tmp_path.joinpath("setup.cfg").write_text("", "utf-8")
    return tmp_path


@pytest.fixture
def config(project: Path) -> Path:
    """Return a configuration with an old name."""
    path = project / "celeryconfig.py"
    path.write_text(OLD, "utf-8")
    return path


def python(*args: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Return how a Python process ended."""
    root = Path(__file__).resolve().parents[1]
    return subprocess.run(
        (sys.executable, *args),
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(root), **environment},
    )


# --- what can be asked ----------------------------------------------------------------------------


def test_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"celerylint {__version__}\n"


@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help_names_the_commands(capsys: pytest.CaptureFixture[str], flag: str) -> None:
    assert main([flag]) == 0
    assert "check" in capsys.readouterr().out


def test_help_of_check_names_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--help"]) == 0
    assert "--upgrading-from VERSION" in capsys.readouterr().out


@pytest.mark.parametrize("args", ["'--version'", "'--help'", "'check', '--help'"])
def test_help_and_version_import_nothing_heavy(args: str) -> None:
    heavy = ("libcst", "tomli", "celerylint.engine.run", "celerylint.catalogue.settings", "difflib")
    code = (
        f"import sys; from celerylint.cli import main; main([{args}]); "
        f"print([name for name in {heavy} if name in sys.modules])"
    )

    assert python("-c", code).stdout.splitlines()[-1] == "[]"


def test_run_without_celery_imports_nothing_heavy(project: Path) -> None:
    project.joinpath("a.py").write_text("x = 1\n", "utf-8")
    heavy = (
        "libcst",
        "tomli",
        "celerylint.engine.run",
        "celerylint.text.masking",
        "celerylint.rulebook.book",
    )
    code = (
        "import sys; from celerylint.cli import main; "
        f"print(main([]), [name for name in {heavy} if name in sys.modules])"
    )

    assert python("-c", code).stdout.splitlines()[-1] == "0 []"


def test_module_can_be_run(config: Path) -> None:
    result = python("-m", "celerylint", str(config))

    assert result.returncode == 1
    assert "CEL101" in result.stdout


def test_module_ends_with_the_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["celerylint", "gone.py"])

    with pytest.raises(SystemExit) as ended:
        runpy.run_module("celerylint", run_name="__main__")

    assert ended.value.code == 2


def test_rule_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rule", "old-setting-name"]) == 0
    assert capsys.readouterr().out.startswith("CEL101: old-setting-name\n")


def test_rules_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules"]) == 0
    assert "CEL101*" in capsys.readouterr().out


def test_setting_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["setting", "BROKER_URL"]) == 0
    assert "Write it as broker_url" in capsys.readouterr().out


# --- exit codes -----------------------------------------------------------------------------------


def test_folder_without_python_exits_0_with_a_note(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([]) == 0

    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == f"celerylint: note: no Python files to check in {project}\n"


def test_clean_project_exits_0(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project.joinpath("celeryconfig.py").write_text(NEW, "utf-8")

    assert main(["check", *TARGET]) == 0
    assert capsys.readouterr().out.startswith("All clear: ")


@pytest.mark.usefixtures("config")
@pytest.mark.parametrize("args", [["check"], ["."], ["celeryconfig.py"], []])
def test_findings_exit_1(args: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*args, *TARGET]) == 1
    assert "CEL101" in capsys.readouterr().out


@pytest.mark.usefixtures("config")
def test_findings_below_the_level_exit_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*TARGET, "--fail-on", "error"]) == 0
    assert "CEL101" in capsys.readouterr().out


@pytest.mark.usefixtures("config")
@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["gone.py"], "gone.py does not exist"),
        (["--bogus"], "No such option"),
        (["--fail-on", "never"], "Invalid value for '--fail-on': 'never' is not one of"),
        (["--select", "CEL999"], "`CEL999` selects no rule; did you mean"),
        (["--per-file-ignores", "*.py:zzz"], "`zzz` selects no rule"),
        (["--per-file-ignores", "zzz"], "--per-file-ignores takes PATTERN:RULES"),
        (["--target-version", "newest"], "`newest` is not a Celery version"),
        (["--exclude", "!"], "The pattern cannot be used"),
        (["-", "a.py"], "- stands for stdin, and cannot be checked together with other paths"),
        (["rule", "zzz"], "There is no rule `zzz`"),
        (["rule"], "Missing argument 'CODE|NAME'"),
    ],
)
def test_mistake_exits_2_with_one_line(
    args: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(args) == 2

    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"celerylint: {message}")
    assert captured.err.count("\n") == 1


def test_broken_configuration_file_exits_2_and_writes_nothing(
    project: Path, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project.joinpath("pyproject.toml").write_text("[tool.celerylint\n", "utf-8")

    assert main(["--fix", *TARGET]) == 2
    assert capsys.readouterr().err.startswith("celerylint: pyproject.toml is not valid TOML: ")
    assert config.read_text("utf-8") == OLD


def test_file_that_cannot_be_parsed_is_a_finding(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config.write_text("BROKER_URL = (\n", "utf-8")

    assert main([]) == 1
    assert "CEL001" in capsys.readouterr().out


def broken(view: AppView, _: Rule) -> Iterable[Finding]:
    """Fail as a check with a defect does."""
    raise RuntimeError(view.app.place.path)


@pytest.mark.parametrize("args", [[], ["--fix"], ["--diff"]])
def test_defect_of_a_rule_exits_2_and_writes_nothing(
    config: Path,
    args: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    config.write_text(f"{OLD}CELERY_X = 1  # celerylint: ignore[CEL112]\n", "utf-8")
    before = config.read_bytes()
    monkeypatch.setattr(old_names, "removed_setting", broken)

    assert main([*args, *TARGET]) == 2
    assert "celerylint: internal error, please report it: CEL102" in capsys.readouterr().err
    assert config.read_bytes() == before


def test_reader_that_leaves_early_is_no_crash(config: Path) -> None:
    code = (
        "import os, sys; from celerylint.cli import main; r, w = os.pipe(); os.close(r); "
        f"os.dup2(w, 1); sys.exit(main([{str(config)!r}]))"
    )

    result = python("-c", code)

    assert (result.returncode, result.stderr) == (1, "")


def test_whatever_else_goes_wrong_exits_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["\0"]) == 2
    assert capsys.readouterr().err.startswith("celerylint: internal error, please report it: ")


def test_streams_of_any_kind_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stdout", stream)

    assert main(["--version"]) == 0
    assert stream.getvalue() == f"celerylint {__version__}\n"


def test_unreadable_current_directory_is_one_line(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = project / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()

    assert main([]) == 2
    assert capsys.readouterr().err.count("\n") == 1


# --- formats --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("config")
def test_concise_keeps_the_summary_off_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*TARGET, "--output-format", "concise"]) == 1

    captured = capsys.readouterr()
    assert captured.out.startswith("celeryconfig.py:1:1: CEL101 ")
    assert captured.out.count("\n") == 1
    assert "Found 1 problem" in captured.err


@pytest.mark.usefixtures("config")
def test_json_is_all_there_is_on_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*TARGET, "--output-format", "json"]) == 1

    assert json.loads(capsys.readouterr().out)["findings"][0]["code"] == "CEL101"


@pytest.mark.usefixtures("config")
@pytest.mark.parametrize(
    ("variables", "coloured"),
    [({}, False), ({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False)],
)
def test_colour_is_as_the_environment_says(
    variables: dict[str, str],
    coloured: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    main([*TARGET])

    assert ("\x1b[" in capsys.readouterr().out) is coloured


@pytest.mark.usefixtures("config")
def test_two_runs_print_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    outputs = []
    for _ in range(2):
        main([])
        outputs.append(capsys.readouterr())

    assert outputs[0] == outputs[1]


@pytest.mark.usefixtures("config")
@pytest.mark.parametrize("option", ["--select=CEL101", "--diff", "--fail-on=info"])
def test_exit_zero_forgives_what_is_found(option: str) -> None:
    assert main([option, *TARGET, "--namespace", "none"]) == 1
    assert main([option, *TARGET, "--namespace", "none", "--exit-zero"]) == 0
    assert main([option, "--select", "CEL999", "--exit-zero"]) == 2


def test_quiet_run_says_what_it_finds_and_no_more(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["-q", "--output-format", "concise", *TARGET])

    captured = capsys.readouterr()
    assert captured.out.startswith("celeryconfig.py:1:1: ")
    assert captured.err == ""

    config.write_text(NEW, "utf-8")
    assert main(["--quiet", "--ignore", "ALL", *TARGET]) == 0
    assert capsys.readouterr() == ("", "")


# --- fixing ---------------------------------------------------------------------------------------


def test_fix_writes_and_exits_0(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--fix", *TARGET, "--namespace", "none"]) == 0
    assert config.read_text("utf-8") == NEW
    assert capsys.readouterr().out.endswith("Fixed 1 problem, leaving none.\n")


def test_diff_exits_1_and_writes_nothing(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--diff", "--fix", *TARGET, "--namespace", "none"]) == 1

    captured = capsys.readouterr()
    assert captured.out == (
        "--- a/celeryconfig.py\n+++ b/celeryconfig.py\n@@ -1,1 +1,1 @@\n" + f"-{OLD}+{NEW}"
    )
    assert captured.err == "Would fix 1 problem, leaving none.\n"
    assert config.read_text("utf-8") == OLD


def test_empty_diff_exits_0(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config.write_text(NEW, "utf-8")

    assert main(["--diff", *TARGET]) == 0
    assert capsys.readouterr().out == ""


def test_diff_with_a_secret_says_that_it_cannot_be_applied(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config.write_text(f"{OLD}BROKER_URL = 'amqp://u:hunter2@h'\n", "utf-8")

    assert main(["--diff", *TARGET, "--namespace", "none"]) == 1

    captured = capsys.readouterr()
    assert "hunter2" not in captured.out + captured.err
    assert "the diff hides a secret in celeryconfig.py" in captured.err


# --- several projects, part of one, stdin ---------------------------------------------------------


def test_each_project_has_its_own_options(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, section in (("one", 'fail-on = "error"'), ("two", 'ignore = ["CEL101"]')):
        project.joinpath(name).mkdir()
        project.joinpath(name, "celeryconfig.py").write_text(OLD, "utf-8")
        text = f'[tool.celerylint]\ntarget-version = "5.6"\n{section}\n'
        project.joinpath(name, "pyproject.toml").write_text(text, "utf-8")

    assert main(["one", "two"]) == 0

    out = capsys.readouterr().out
    assert "one/celeryconfig.py:1:1" in out
    assert "two/celeryconfig.py" not in out


def test_excluded_folder_is_named_in_a_note(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(config), "--force-exclude", "--exclude", "celeryconfig.py"]) == 0
    assert "note: no Python files to check" in capsys.readouterr().err


def test_folder_that_cannot_be_listed_is_named_in_a_note(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Together the names are longer than a path may be.
    for _ in range(20):
        Path("x" * 250).mkdir()
        os.chdir("x" * 250)
    os.chdir(project)

    assert main([]) == 0
    shutil.rmtree("x" * 250)

    assert capsys.readouterr().err.endswith("x cannot be listed\n")


def pipe(text: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a text into stdin."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))


def test_stdin_stands_for_a_file(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pipe(OLD.encode(), monkeypatch)

    assert main(["-", *TARGET, "--stdin-filename", "shop/celeryconfig.py"]) == 1
    assert "shop/celeryconfig.py:1:1" in capsys.readouterr().out
    assert not project.joinpath("shop").exists()


@pytest.mark.parametrize(("before", "after"), [(OLD, NEW), (NEW, NEW), ("x = '\ufffd'\r\n", None)])
def test_fixed_stdin_goes_to_stdout_and_findings_to_stderr(
    config: Path,
    before: str,
    after: str | None,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    pipe(before.encode(), monkeypatch)

    assert main(["-", "--fix", *TARGET, "--namespace", "none"]) == 0

    captured = capsysbinary.readouterr()
    assert captured.out == (after or before).encode()
    assert captured.err.endswith(b".\n")
    assert config.read_text("utf-8") == OLD


def test_fix_only_reports_nothing_but_what_it_changed(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config.write_text(f"{OLD}worker_concurency = 1\n", "utf-8")
    fix = ["check", "--fix-only", "--show-fixes", *TARGET]

    assert main(fix) == 1
    printed = capsys.readouterr()
    assert printed.out == "Fixed 1 problem.\n"
    assert printed.err.startswith("celerylint: changed celeryconfig.py\ncelerylint:   Rename ")
    assert main(fix) == 0
    assert capsys.readouterr().out == "No fixes to apply.\n"


def test_fixes_are_shown_below_the_file_that_they_change(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config.write_text(OLD, "utf-8")
    other = config.with_name("app.py")
    other.write_text("import celery\n\napp = celery.Celery('x')\napp.conf.ADMINS = ()\n", "utf-8")
    options = ["--fix", "--unsafe-fixes", "--show-fixes", *TARGET]

    main(["check", *options])

    shown = capsys.readouterr().err.splitlines()
    assert [
        line for line in shown if "changed" in line or "Rename" in line or "Comment" in line
    ] == [
        "celerylint: changed app.py",
        "celerylint:   Comment out `ADMINS`",
        "celerylint: changed celeryconfig.py",
        "celerylint:   Rename `CELERY_ACKS_LATE` to `task_acks_late`",
    ]


def test_fix_fails_where_that_is_asked_for(config: Path) -> None:
    assert main(["check", "--fix", "--exit-non-zero-on-fix", *TARGET]) == 1
    assert config.read_text("utf-8") == NEW
    assert main(["check", "--fix", "--exit-non-zero-on-fix", *TARGET]) == 0


def test_quiet_fix_names_no_file(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--fix", "--quiet", *TARGET]) == 0
    assert config.read_text("utf-8") == NEW
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("option", ["--fixable=CEL102", "--unfixable=old-setting-name"])
def test_rules_that_are_not_fixable_fix_nothing(option: str, config: Path) -> None:
    assert main(["check", "--fix", option, *TARGET]) == 1
    assert config.read_text("utf-8") == OLD


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("task_acks_lat = True\n", "1 unsafe one"),
        ("task_acks_lat = True\ntask_ignore_resul = True\n", "2 unsafe ones"),
    ],
)
def test_empty_diff_counts_the_unsafe_fixes(
    text: str, said: str, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config.write_text(text, "utf-8")

    assert main(["check", "--diff", *TARGET]) == 1
    assert f"No safe fixes; {said} (add --unsafe-fixes)\n" in capsys.readouterr().err


def test_findings_are_as_wide_as_columns_says(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config.write_text("task_acks_lat = True\n", "utf-8")
    heads = {}
    for columns in ("", "40"):
        monkeypatch.setenv("COLUMNS", columns)
        main(["check", *TARGET])
        heads[columns] = capsys.readouterr().out.partition(" --> ")[0].splitlines()

    assert len(heads[""]) < len(heads["40"])
    assert max(map(len, heads["40"])) <= 40


def test_file_of_a_project_with_problems_is_not_called_clear(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config.with_name("tasks.py").write_text("import celeryconfig\nimport celery\n", "utf-8")

    assert main(["check", "tasks.py", *TARGET]) == 0
    assert capsys.readouterr().out.startswith("No problems in the files given; 1 problem in")


def test_unknown_command_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chek"]) == 2
    assert capsys.readouterr().err == (
        "celerylint: No command or path `chek`; did you mean `check`?\n"
    )


@pytest.mark.parametrize("kind", [KeyboardInterrupt, click.Abort])
def test_interrupted_run_exits_130(
    kind: type[BaseException],
    config: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def interrupt(*_: object) -> None:
        raise kind

    monkeypatch.setattr("celerylint.commands.session.run", interrupt)

    assert config.exists()
    assert main(["check"]) == 130
    assert capsys.readouterr().err.endswith("celerylint: Interrupted\n")


def test_fix_of_an_excluded_stdin_prints_it_as_it_is(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    project.joinpath("a.py").write_text("x = 1\n", "utf-8")
    pipe(OLD.encode(), monkeypatch)

    args = ["-", "--fix", "--force-exclude", "--exclude", "celeryconfig.py"]

    assert main(args) == 0
    assert capsysbinary.readouterr().out == OLD.encode()


# --- what cannot be read or written ---------------------------------------------------------------


@pytest.fixture
def projects(project: Path) -> tuple[Path, Path]:
    """Return the configurations of two projects, each with an old name."""
    configs = project / "one/celeryconfig.py", project / "two/celeryconfig.py"
    for path in configs:
        path.parent.mkdir()
        path.with_name("setup.cfg").write_text("", "utf-8")
        path.write_text(OLD, "utf-8")
    return configs


def test_two_projects_are_fixed_together(projects: tuple[Path, Path]) -> None:
    assert main(["--fix", "one", "two", *TARGET]) == 0
    assert [path.read_text("utf-8") for path in projects] == [NEW, NEW]


def test_file_that_cannot_be_written_keeps_all_projects_as_they_are(
    projects: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    projects[1].chmod(0o444)

    assert main(["--fix", "one", "two", *TARGET]) == 2
    assert [path.read_text("utf-8") for path in projects] == [OLD, OLD]
    assert capsys.readouterr() == (
        "",
        "celerylint: two/celeryconfig.py is read-only; nothing was written\n",
    )


def test_fix_that_cannot_be_told_is_not_written(config: Path) -> None:
    root = Path(__file__).resolve().parents[1]
    with Path("/dev/full").open("wb") as full:
        code = subprocess.run(
            (sys.executable, "-m", "celerylint", "--fix", *TARGET),
            stdout=full,
            stderr=subprocess.DEVNULL,
            check=False,
            env={**os.environ, "PYTHONPATH": str(root)},
        ).returncode

    assert code == 2
    assert config.read_text("utf-8") == OLD


def test_closed_stdin_exits_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", None)

    assert main(["--fix", "-"]) == 2
    assert "stdin, which is closed" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["", ".", "../"])
def test_stdin_filename_that_is_a_folder_exits_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(OLD.encode())))

    assert main(["--stdin-filename", name, "-"]) == 2
    assert "--stdin-filename takes the name of a file, which `" in capsys.readouterr().err


@pytest.mark.parametrize(
    "args",
    [
        ("check", "redis://:s3cret@h"),
        ("check", "--stdin-filename", "redis://:s3cret@h/x.py", "-"),
        ("setting", "redis://:s3cret@h"),
    ],
)
def test_password_in_an_argument_is_not_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], args: tuple[str, ...]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(OLD.encode())))

    main(args)

    printed = "".join(capsys.readouterr())
    assert "redis://:***@h" in printed
    assert "s3cret" not in printed


@pytest.mark.parametrize("text", ["[" * 100_000, "x = " + "1" * 5000])
def test_toml_that_no_parser_takes_exits_2(
    project: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    project.joinpath("pyproject.toml").write_text(f"[tool.celerylint]\n{text}", "utf-8")

    assert main([]) == 2
    assert capsys.readouterr().err.startswith("celerylint: pyproject.toml is not valid TOML: ")


USERS_RULE = """code = "OPS001"
name = "time-limit"
title = "No time limit"
message = "`{setting}` is not set"
severity = "error"

[when]
unset = "task_time_limit"
"""


def test_rules_of_a_project_are_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    tmp_path.joinpath("pyproject.toml").write_text(
        '[tool.celerylint]\nrule-paths = ["ops"]\nselect = ["OPS"]\n', "utf-8"
    )
    tmp_path.joinpath("celeryconfig.py").write_text("include = []\n", "utf-8")
    tmp_path.joinpath("ops").mkdir()
    rule = tmp_path / "ops" / "rule.toml"
    rule.write_text(USERS_RULE, "utf-8")

    assert main([]) == 1
    tmp_path.joinpath("celeryconfig.py").write_text("task_time_limit = 60\n", "utf-8")
    assert main([]) == 0


def test_malformed_rule_of_a_project_exits_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    tmp_path.joinpath("pyproject.toml").write_text("[tool.celerylint]\n", "utf-8")
    tmp_path.joinpath("celeryconfig.py").write_text("include = []\n", "utf-8")
    rule = tmp_path / "rule.toml"
    rule.write_text(USERS_RULE.replace("task_time_limit", "task_tim_limit"), "utf-8")

    assert main(["--rule-paths", "rule.toml"]) == 2

    assert capsys.readouterr().err.splitlines()[-1] == (
        "celerylint: rule.toml, line 8: `task_tim_limit` is no setting of Celery; "
        "did you mean `task_time_limit`?"
    )
