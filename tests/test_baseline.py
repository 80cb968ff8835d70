"""An old project takes celerylint up today, and only new findings count."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from celerylint.cli import main

FILE = "known.json"
OLD = "CELERY_ACKS_LATE = True\nBROKER_URL = 'redis://:Sw0rdfish@localhost/0'\n"
TARGET = ("--target-version", "5.6")

Printed = tuple[int, str, str]


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project with two old names, which is the current directory."""
    monkeypatch.setenv("NO_COLOR", "1")
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.joinpath("setup.cfg").write_text("", "utf-8")
    folder.joinpath("celeryconfig.py").write_text(OLD, "utf-8")
    return folder


@pytest.fixture
def check(capsys: pytest.CaptureFixture[str]) -> Callable[..., Printed]:
    """Return a function that checks and returns the exit code, stdout and stderr."""

    def run(*args: str) -> Printed:
        code = main(["check", *TARGET, "--output-format", "concise", *args])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def known(check: Callable[..., Printed], project: Path) -> Path:
    """Return the baseline of the project."""
    check("--write-baseline", FILE)
    return project / FILE


def entries(baseline: Path) -> list[tuple[str, str, str]]:
    """Return file, code and setting of the entries."""
    listed = json.loads(baseline.read_bytes())["findings"]
    return [(entry["path"], entry["code"], entry["setting"]) for entry in listed]


BOTH = [
    ("celeryconfig.py", "CEL101", "BROKER_URL"),
    ("celeryconfig.py", "CEL101", "CELERY_ACKS_LATE"),
]


# --- what is listed -------------------------------------------------------------------------------


def test_baseline_is_written_and_nothing_is_left(
    check: Callable[..., Printed], project: Path
) -> None:
    code, out, err = check("--write-baseline", FILE)

    assert (code, out) == (0, "")
    assert "2 in the baseline" in err
    assert f"{FILE} lists 2 findings (2 new)" in err
    assert entries(project / FILE) == BOTH


def test_baseline_is_the_same_every_time_and_holds_no_secret(
    check: Callable[..., Printed], known: Path
) -> None:
    first = known.read_bytes()

    check("--write-baseline", FILE)

    assert known.read_bytes() == first
    assert first.endswith(b"\n")
    assert b"\r" not in first
    assert first.count(b'"path"') == len([line for line in first.splitlines() if b'"path"' in line])
    assert b"Sw0rdfish" not in first


def test_secret_in_what_a_finding_points_at_is_masked(
    check: Callable[..., Printed], project: Path
) -> None:
    text = "broker_url = 'x'  # celerylint: ignore[CEL102] -- was amqp://me:Sw0rdfish@host//\n"
    project.joinpath("celeryconfig.py").write_text(text, "utf-8")

    check("--write-baseline", FILE)

    raw = project.joinpath(FILE).read_text("utf-8")
    assert "celerylint: ignore[CEL102] -- was amqp://me:***@host//" in raw
    assert "Sw0rdfish" not in raw


def test_project_without_findings_has_an_empty_baseline(
    check: Callable[..., Printed], project: Path
) -> None:
    project.joinpath("celeryconfig.py").write_text("task_acks_late = True\n", "utf-8")

    check("--write-baseline", FILE)

    assert entries(project / FILE) == []
    assert check("--baseline", FILE)[0] == 0


def test_level_of_a_finding_does_not_keep_it_out(
    check: Callable[..., Printed], known: Path
) -> None:
    assert check("--write-baseline", FILE, "--fail-on", "error")[0] == 0
    assert entries(known) == BOTH


# --- what counts ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        OLD,
        f"# moved\n\n\n{OLD}",
        OLD.replace("True", "False").replace("0'", "1'"),
        OLD.replace("\n", "\r\n"),
        "BROKER_URL = 'x'  # prose\nCELERY_ACKS_LATE = True\n",
    ],
)
def test_known_findings_do_not_count(
    check: Callable[..., Printed], known: Path, project: Path, text: str
) -> None:
    project.joinpath("celeryconfig.py").write_bytes(text.encode())

    code, out, err = check("--baseline", FILE)

    assert (code, out) == (0, "")
    assert err.endswith("2 in the baseline.\n")
    assert known.exists()


def test_new_finding_counts(check: Callable[..., Printed], known: Path, project: Path) -> None:
    project.joinpath("celeryconfig.py").write_text(f"{OLD}ADMINS = ()\n", "utf-8")

    code, out, _ = check("--baseline", known.name)

    assert (code, out.count("CEL")) == (1, 1)
    assert "CEL102" in out


def test_each_of_equal_findings_needs_an_entry(
    check: Callable[..., Printed], known: Path, project: Path
) -> None:
    project.joinpath("celeryconfig.py").write_text(f"{OLD}CELERY_ACKS_LATE = True\n", "utf-8")

    code, out, _ = check("--baseline", FILE, "--select", "CEL101")

    assert (code, out.partition(" ")[0]) == (1, "celeryconfig.py:3:1:")
    check("--write-baseline", FILE)
    assert entries(known).count(BOTH[1]) == 2
    assert check("--baseline", FILE)[0] == 0


def test_renamed_file_is_new(check: Callable[..., Printed], known: Path, project: Path) -> None:
    project.joinpath("celeryconfig.py").rename(project / "other_celeryconfig.py")

    code, _, err = check("--baseline", known.name, "--namespace", "none", "--select", "CEL101")

    assert code == 1
    assert "2 findings of the baseline are no longer found" in err


def test_paths_are_those_from_the_folder_of_the_baseline(
    check: Callable[..., Printed], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = project / "conf"
    folder.mkdir()
    check("--write-baseline", f"conf/{FILE}")

    assert entries(folder / FILE)[0][0] == "../celeryconfig.py"
    monkeypatch.chdir(folder)
    assert check("--baseline", FILE, "..")[0] == 0


def test_suppressed_finding_is_not_listed(check: Callable[..., Printed], project: Path) -> None:
    text = OLD.replace("True", "True  # noqa: CEL101")
    project.joinpath("celeryconfig.py").write_text(text, "utf-8")

    check("--write-baseline", FILE)

    assert entries(project / FILE) == BOTH[:1]


def test_stdin_is_compared_too(
    check: Callable[..., Printed], known: Path, monkeypatch: pytest.MonkeyPatch, project: Path
) -> None:
    with project.joinpath("celeryconfig.py").open(encoding="utf-8") as stream:
        monkeypatch.setattr("sys.stdin", stream)

        assert check("--baseline", known.name, "-")[0] == 0


def test_json_counts_them(known: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", *TARGET, "--output-format", "json", "--baseline", known.name])

    assert json.loads(capsys.readouterr().out)["summary"]["baselined"] == 2


# --- what is gone ---------------------------------------------------------------------------------


def test_entry_without_its_finding_is_told_and_does_not_fail(
    check: Callable[..., Printed], known: Path, project: Path
) -> None:
    project.joinpath("celeryconfig.py").write_text(OLD.splitlines(keepends=True)[0], "utf-8")

    code, _, err = check("--baseline", FILE)

    assert code == 0
    assert f"1 finding of the baseline is no longer found; --write-baseline {FILE} takes" in err
    assert "(1 taken out)" in check("--write-baseline", FILE)[2]
    assert entries(known) == BOTH[1:]
    assert "1 finding (" not in check("--write-baseline", FILE)[2]


def test_project_that_has_lost_its_celery_is_told_so(
    check: Callable[..., Printed], known: Path, project: Path
) -> None:
    project.joinpath("celeryconfig.py").unlink()
    project.joinpath("a.py").write_text("x = 1\n", "utf-8")

    code, _, err = check("--baseline", known.name)

    assert code == 0
    assert "2 findings of the baseline are no longer found" in err


@pytest.mark.parametrize(
    "args",
    [
        ("other/celeryconfig.py",),
        ("other",),
        ("--select", "CEL2", "--extend-select", "CEL002"),
        ("--exclude", "/celeryconfig.py"),
        ("elsewhere",),
    ],
)
def test_what_is_not_looked_at_is_kept_and_not_called_gone(
    check: Callable[..., Printed], known: Path, project: Path, args: tuple[str, ...]
) -> None:
    selected = [arg.replace("CEL2", "CEL102") for arg in args]
    for folder in ("other", "elsewhere"):
        project.joinpath(folder).mkdir()
        project.joinpath(folder, "celeryconfig.py").write_text("ADMINS = ()\n", "utf-8")
    project.joinpath("elsewhere", "setup.cfg").write_text("", "utf-8")
    project.joinpath("celeryconfig.py").write_text("", "utf-8")

    assert "no longer found" not in check("--baseline", FILE, *selected)[2]
    check("--write-baseline", FILE, *selected)

    assert set(BOTH) < set(entries(known))


def test_finding_that_a_named_file_shares_is_listed_once(
    check: Callable[..., Printed], project: Path
) -> None:
    app = "from celery import Celery\napp = Celery()\n"
    load = "app.config_from_object('celeryconfig', namespace='CELERY')\n"
    project.joinpath("app.py").write_text(app + load, "utf-8")
    project.joinpath("celeryconfig.py").write_text("CELERYD_CONCURRENCY = 4\n", "utf-8")
    check("--write-baseline", FILE)
    before = entries(project / FILE)

    check("--write-baseline", FILE, "app.py")

    assert before == entries(project / FILE)
    assert [code for _, code, _ in before] == ["CEL115"]


# --- fixes ----------------------------------------------------------------------------------------


def test_fix_leaves_known_findings_and_what_belongs_to_them(
    check: Callable[..., Printed], known: Path, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = f"{OLD}CELERYD_CONCURRENCY = 4\n"
    project.joinpath("celeryconfig.py").write_text(text, "utf-8")

    assert check("--fix", "--baseline", known.name)[0] == 1
    main(["check", *TARGET, "--baseline", known.name])

    assert project.joinpath("celeryconfig.py").read_text("utf-8") == text
    told = " ".join(capsys.readouterr().out.split())
    assert "CEL101 for `CELERY_ACKS_LATE` is in the baseline (celeryconfig.py:1)" in told


def test_fix_without_the_baseline_fixes_all(
    check: Callable[..., Printed], known: Path, project: Path
) -> None:
    configure(project, f'baseline = "{known.name}"')

    assert check("--fix", "--baseline", "none")[0] == 0
    assert "task_acks_late" in project.joinpath("celeryconfig.py").read_text("utf-8")


def test_comments_are_added_for_new_findings_only(
    check: Callable[..., Printed], known: Path, project: Path
) -> None:
    project.joinpath("celeryconfig.py").write_text(f"{OLD}ADMINS = ()\n", "utf-8")

    code, _, err = check("--add-ignore", ".", "--baseline", known.name)

    assert (code, "Suppressed 1 problem, leaving none" in err) == (0, True)
    after = project.joinpath("celeryconfig.py").read_text("utf-8")
    assert after == f"{OLD}ADMINS = ()  # celerylint: ignore[CEL102]\n"


# --- the configuration file -----------------------------------------------------------------------


def configure(project: Path, text: str) -> None:
    """Write the configuration file of the project."""
    project.joinpath("pyproject.toml").write_text(f"[tool.celerylint]\n{text}\n", "utf-8")


def test_path_in_the_configuration_file_counts_from_there(
    check: Callable[..., Printed], known: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(project, f'baseline = "{known.name}"')
    folder = project / "conf"
    folder.mkdir()
    monkeypatch.chdir(folder)

    assert check("..")[0] == 0


def test_configured_baseline_is_written_before_it_is_there(
    check: Callable[..., Printed], project: Path
) -> None:
    configure(project, f'baseline = "{FILE}"\nfix = true')

    assert check()[0] == 2
    assert check("--write-baseline", FILE)[0] == 0
    assert entries(project / FILE) == BOTH
    assert project.joinpath("celeryconfig.py").read_text("utf-8") == OLD
    assert check()[0] == 0


# --- what cannot be done --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "is not valid JSON"),
        ("[" * 100_000, "is not valid JSON"),
        ("\N{EURO SIGN}".encode("utf-16").decode("latin-1"), "is not valid JSON"),
        ('{"version": 2, "findings": []}', "is of version 2, not 1"),
        ("[]", "is not a baseline of celerylint"),
        ('{"version": 1}', "is not a baseline of celerylint"),
        ('{"version": 1, "findings": [{"path": "a.py"}]}', "is not a baseline of celerylint"),
        ('{"version": 1, "findings": [3]}', "is not a baseline of celerylint"),
        (
            '{"version": 1, "findings": [{"path": 1, "code": "", "setting": "", "text": ""}]}',
            "is not a baseline of celerylint",
        ),
    ],
)
@pytest.mark.parametrize("option", ["--baseline", "--write-baseline"])
def test_file_that_is_no_baseline_exits_2_and_is_kept(
    check: Callable[..., Printed], project: Path, content: str, message: str, option: str
) -> None:
    raw = content.encode("latin-1")
    project.joinpath(FILE).write_bytes(raw)

    code, out, err = check(option, FILE)

    assert (code, out, err.count("\n")) == (2, "", 1)
    assert message in err
    assert FILE in err
    assert project.joinpath(FILE).read_bytes() == raw


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("--baseline", "gone.json"), "gone.json does not exist; --write-baseline gone.json makes"),
        (("--baseline", "."), "cannot be read: Is a directory"),
        (("--write-baseline", "."), "cannot be read: Is a directory"),
        (("--write-baseline", "gone/a.json"), "gone/a.json cannot be written: its folder does not"),
        (("--write-baseline", "a.json", "--baseline", "b.json"), "cannot be used together"),
        (("--write-baseline", "a.json", "--fix"), "--write-baseline and --fix cannot be used"),
        (("--write-baseline", "a.json", "--diff"), "cannot be used together"),
        (("--write-baseline", "a.json", "--add-ignore"), "cannot be used together"),
        (("--add-ignore", "--fix"), "--add-ignore and --fix cannot be used together"),
        (("--write-baseline", "a.json", "--output", "json:a.json"), "the baseline and an output"),
        (("--write-baseline", "a.json", "-"), "takes files and folders, not stdin"),
        (("--write-baseline", "locked.json"), "locked.json is read-only"),
        (("--add-ignore=a\nb",), "takes a reason that fits into a comment"),
    ],
)
def test_what_cannot_be_done_exits_2_and_writes_nothing(
    check: Callable[..., Printed], project: Path, args: tuple[str, ...], message: str
) -> None:
    locked = project / "locked.json"
    locked.write_text('{"version": 1, "findings": []}', "utf-8")
    locked.chmod(0o444)
    before = {path: path.read_bytes() for path in project.iterdir()}

    code, out, err = check(*args)

    assert (code, out, err.count("\n")) == (2, "", 1)
    assert message in err
    assert {path: path.read_bytes() for path in project.iterdir()} == before


def test_defect_of_a_rule_writes_no_baseline(
    check: Callable[..., Printed], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError

    monkeypatch.setattr("celerylint.checks.names.old_names.old_setting_name", broken)

    assert check("--write-baseline", FILE)[0] == 2
    assert not project.joinpath(FILE).exists()


def test_baseline_keeps_its_mode_and_a_link_stays_one(
    check: Callable[..., Printed], known: Path, project: Path
) -> None:
    known.chmod(0o640)
    link = project / "link.json"
    link.symlink_to(known.name)
    project.joinpath("celeryconfig.py").write_text("", "utf-8")

    check("--write-baseline", link.name)

    assert link.is_symlink()
    assert known.stat().st_mode & 0o777 == 0o640
    assert entries(known) == []
