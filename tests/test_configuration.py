"""What a configuration file brings about in a run, and what is said where it is wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import tomli

from celerylint.cli import main

OLD = "CELERY_ACKS_LATE = True\n"
NEW = "task_acks_late = True\n"
CONCISE = ("--output-format", "concise")


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a repository with an old name, which is the current directory."""
    tmp_path.joinpath(".git").mkdir()
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {"celeryconfig.py": OLD, "requirements.txt": "celery==5.6.0\n"})
    return tmp_path


def write(root: Path, files: dict[str, str]) -> None:
    """Write files."""
    for path, text in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")


def reported(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Return the paths of the findings."""
    return [line.partition(":")[0] for line in capsys.readouterr().out.splitlines()]


# --- bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("celerylint.toml", b"fix = \n", "celerylint.toml is not valid TOML: Invalid value"),
        (
            "celerylint.toml",
            b"fix = true\nslect = []\n",
            "`slect` in line 2 of celerylint.toml, is",
        ),
        (
            "celerylint.toml",
            b'select = [\n  "CEL101",\n  "CEL909",\n]\n',
            "`select` in line 3 of celerylint.toml: `CEL909` selects no rule; did you mean `CEL",
        ),
        (
            "pyproject.toml",
            b'[tool.celerylint.per-file-ignores]\n"a.py" = ["CEL101"]\n"b.py" = ["zzz"]\n',
            "`per-file-ignores` in [tool.celerylint], line 3 of pyproject.toml: `zzz` selects no",
        ),
        ("celerylint.toml", b'fix = "yes"\n', "`fix` in line 1 of celerylint.toml, takes true or"),
        (
            "celerylint.toml",
            b'fix = true\ntarget-version = "newest"\n',
            "`target-version` in line 2 of celerylint.toml: `newest` is not a Celery version",
        ),
        (
            "celerylint.toml",
            b'upgrading-from = "newest"\n',
            "`upgrading-from` in line 1 of celerylint.toml: `newest` is not a Celery version",
        ),
        (
            "celerylint.toml",
            b'exclude = ["!"]\n',
            "`exclude` in line 1 of celerylint.toml: The pattern cannot be used",
        ),
        (
            "celerylint.toml",
            b'per-file-ignores = {"!" = ["CEL1"]}\n',
            "`per-file-ignores` in line 1 of celerylint.toml: The pattern cannot be used",
        ),
        ("celerylint.toml", b'fix = "\xff"\n', "celerylint.toml cannot be read: it is not UTF-8"),
        ("celerylint.toml", None, "celerylint.toml is not a file and cannot be read as config"),
        ("pyproject.toml", None, "pyproject.toml is not a file and cannot be read as config"),
    ],
)
def test_wrong_configuration_exits_2_and_writes_nothing(
    project: Path,
    name: str,
    content: bytes | None,
    message: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    target = project / name
    if content is None:
        target.mkdir()
    else:
        target.write_bytes(content)

    assert main(["--fix"]) == 2

    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith(f"celerylint: {message}")
    assert project.joinpath("celeryconfig.py").read_text("utf-8") == OLD


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--config", "gone.toml"], "gone.toml cannot be read: No such file or directory"),
        (["--config", "."], ". is not a file and cannot be read as configuration"),
        (["--config", "a.toml", "--isolated"], "--config and --isolated exclude each other"),
        (["--show-files", "--show-settings"], "--show-settings and --show-files exclude"),
        (["--config", "requirements.txt"], "requirements.txt is not valid TOML"),
        (["--fix", "--select", "CEL909"], "`CEL909` selects no rule"),
        (["--show-settings", "--color", "blue"], "Invalid value for '--color'"),
    ],
)
def test_options_without_sense_exit_2_and_write_nothing(
    project: Path, args: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(args) == 2

    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith(f"celerylint: {message}")
    assert project.joinpath("celeryconfig.py").read_text("utf-8") == OLD


# --- several projects -----------------------------------------------------------------------------


def test_folder_with_a_configuration_of_its_own_is_a_project_of_its_own(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = '[tool.celerylint]\nignore = ["CEL101"]\n'
    write(project, {"a/celeryconfig.py": OLD, "a/pyproject.toml": own})
    write(project, {"b/celeryconfig.py": OLD, "b/pyproject.toml": "[project]\n"})

    assert main([*CONCISE]) == 1
    assert reported(capsys) == ["b/celeryconfig.py", "celeryconfig.py"]

    assert main([*CONCISE, "a"]) == 0
    assert main([*CONCISE, "--isolated"]) == 1
    assert reported(capsys) == ["a/celeryconfig.py", "b/celeryconfig.py", "celeryconfig.py"]


def test_named_folder_holds_the_projects_below_it_alone(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in ("x/a", "y"):
        write(project, {f"{folder}/celeryconfig.py": OLD, f"{folder}/celerylint.toml": ""})

    assert main([*CONCISE, "x"]) == 1
    assert reported(capsys) == ["x/a/celeryconfig.py"]


def test_each_project_says_whether_it_is_fixed(project: Path) -> None:
    for folder, fix in (("a", "true"), ("b", "false")):
        write(project, {f"{folder}/celeryconfig.py": OLD})
        text = f'fix = {fix}\ntarget-version = "5.6"\nnamespace = "none"\n'
        write(project, {f"{folder}/celerylint.toml": text})

    assert main(["a", "b"]) == 1
    assert project.joinpath("a/celeryconfig.py").read_text("utf-8") == NEW
    assert project.joinpath("b/celeryconfig.py").read_text("utf-8") == OLD


def test_output_is_as_the_configuration_of_the_current_directory_says(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder, kind in (("a", "json"), ("b", "concise")):
        write(project, {f"{folder}/celeryconfig.py": OLD})
        write(project, {f"{folder}/celerylint.toml": f'output-format = "{kind}"\n'})
    monkeypatch.chdir(project / "b")

    assert main([str(project / "a"), str(project / "b")]) == 1
    assert reported(capsys) == ["../a/celeryconfig.py", "celeryconfig.py"]


# --- what git ignores -----------------------------------------------------------------------------


@pytest.fixture
def local(project: Path) -> Path:
    """Return an ignored module that the project's configuration loads."""
    write(project, {".gitignore": "local.py\nlib/\n", "local.py": OLD, "lib/celeryconfig.py": OLD})
    write(project, {"celeryconfig.py": "from local import *\nresult_expires = 1\n"})
    return project / "local.py"


def test_file_that_git_ignores_is_not_reported(
    local: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert local.exists()
    assert main([*CONCISE, "--fail-on", "info"]) == 0
    assert reported(capsys) == []


@pytest.mark.parametrize("args", [["--no-respect-gitignore"], ["local.py"]])
def test_ignored_file_is_reported_where_that_is_asked_for(
    local: Path, args: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*CONCISE, *args]) == 1
    assert local.name in reported(capsys)


def test_fix_that_would_edit_an_ignored_file_is_not_made(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {
        ".gitignore": "local.py\n",
        "local.py": OLD,
        "celeryconfig.py": "from local import *\nCELERY_TIMEZONE = 'UTC'\n",
        "app.py": "from celery import Celery\na = Celery()\na.config_from_object('celeryconfig')\n",
    }
    write(project, files)

    assert main(["--fix"]) == 1

    said = " ".join(capsys.readouterr().out.split())
    assert "Not fixed: the fix has to edit all of celeryconfig.py, local.py; run" in said
    assert {path: project.joinpath(path).read_text("utf-8") for path in files} == files


def test_entries_of_ignored_files_are_not_taken_for_gone(
    local: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([local.name, "--write-baseline", "known.json"]) == 0
    capsys.readouterr()

    assert main(["--baseline", "known.json", *CONCISE]) == 0
    assert "note" not in capsys.readouterr().err


def test_flags_that_exclude_each_other_are_told_from_those_undone() -> None:
    assert main(["--no-fix", "--add-ignore"]) == 0


# --- what is shown --------------------------------------------------------------------------------


def test_settings_are_shown_with_their_origin(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = 'namespace = "none"\nignore = ["CEL1"]\nper-file-ignores = {"a\\"b" = ["CEL0"]}\n'
    write(project, {"celerylint.toml": text, "a/pyproject.toml": "[tool.celerylint]\n"})

    assert main(["--show-settings", "--ignore", "CEL102", "--fail-on", "info"]) == 0

    first, second = capsys.readouterr().out.split("\n\n")
    lines = first.splitlines()
    assert lines[:2] == ["# project: .", "# configuration file: celerylint.toml"]
    assert "fix = false  # default" in lines
    assert 'namespace = "none"  # line 1 of celerylint.toml' in lines
    assert 'ignore = ["CEL1", "CEL102"]  # line 2 of celerylint.toml and the command line' in lines
    assert 'fail-on = "info"  # the command line' in lines
    assert "# upgrading-from is not set" in lines
    assert tomli.loads(first)["per-file-ignores"] == {'a"b': ["CEL0"]}
    assert second.startswith("# project: a\n# configuration file: a/pyproject.toml\n")


def test_settings_of_an_isolated_run_come_from_no_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--show-settings", "--isolated"]) == 0
    assert "\n# configuration file: none\n" in capsys.readouterr().out


def test_files_are_shown_with_why_some_are_left_out(
    local: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(local.parent, {"env/pyvenv.cfg": "", "a_pb2.py": "", "old/x.py": "", "notes.txt": ""})
    write(local.parent, {"__pycache__/x.py": ""})

    assert main(["--show-files", "--exclude", "*_pb2.py,old,notes.txt"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "celeryconfig.py",
        "# .git/: a folder of tools",
        "# a_pb2.py: excluded",
        "# env/: a virtual environment",
        "# lib/celeryconfig.py: ignored by git",
        "# local.py: ignored by git",
        "# old/: excluded",
    ]


# --- files that are no Python ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("requirements.txt", "celery==5.6.0\n"),
        ("setup.py", ""),
        ("Dockerfile.prod", "CMD celery -A shop worker\n"),
        ("compose.yaml", "DJANGO_SETTINGS_MODULE: shop.settings\n"),
    ],
)
def test_file_that_the_judgement_depends_on_stands_for_its_project(
    project: Path, name: str, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, {name: text, "b.py": "x = 1\n"})

    assert main([*CONCISE, name, "b.py"]) == 1
    assert reported(capsys) == ["celeryconfig.py"]


def test_dependencies_of_a_folder_of_requirements_are_those_of_the_project(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, {"requirements/requirements.txt": "celery==5.6.0\n"})

    assert main([*CONCISE, "requirements/requirements.txt"]) == 1
    assert reported(capsys) == ["celeryconfig.py"]


@pytest.mark.parametrize("name", ["compose.yaml", "setup.ini"])
def test_file_that_starts_something_else_has_nothing_to_check(
    project: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, {name: "x: (\n"})

    assert main([*CONCISE, name]) == 0
    assert capsys.readouterr().out == ""


def test_file_that_is_no_python_is_left_alone_with_a_note(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, {"README.md": "celery (\n"})

    assert main([*CONCISE, "README.md"]) == 0
    assert capsys.readouterr() == ("", "celerylint: note: README.md is not a Python file\n")


@pytest.mark.parametrize(
    ("name", "text"),
    [("settings.py.dist", OLD), ("manage", f"#!/usr/bin/env python3\n{OLD}")],
)
def test_python_of_another_name_is_checked_where_it_is_named(
    project: Path, name: str, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, {name: text})

    main([*CONCISE, "--select", "CEL101", name])

    assert reported(capsys) == [name]


def test_patterns_of_git_cost_nothing_where_there_is_nothing_to_report(project: Path) -> None:
    write(project, {".gitignore": "local.py\n", "celeryconfig.py": ""})
    project.joinpath("celeryconfig.py").rename("shop.py")
    code = "import sys; from celerylint.cli import main; print(main([]), 'pathspec' in sys.modules)"
    root = Path(__file__).resolve().parents[1]

    ended = subprocess.run(
        (sys.executable, "-c", code),
        env={**os.environ, "PYTHONPATH": str(root)},
        check=False,
        capture_output=True,
        text=True,
    )

    assert ended.stdout.splitlines()[-1] == "0 False"


def test_output_is_written_beside_its_file_and_shown_among_the_settings(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, {"celerylint.toml": 'output = ["json:report.json"]\n'})

    assert main(["--show-settings"]) == 0
    assert f'output = ["json:{project}/report.json"]' in capsys.readouterr().out
    assert not project.joinpath("report.json").exists()

    assert main([]) == 1
    assert project.joinpath("report.json").exists()
