"""Fixes are chosen and made until none is left, and written whole or not at all."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from celerylint.catalogue import Catalogue
from celerylint.files import tree
from celerylint.finding import Safety
from celerylint.fixing import check, fix, write
from celerylint.options import Options, UsageError
from celerylint.report import Fixed
from celerylint.roots import Asked
from celerylint.rulebook import Rulebook
from tests.judged import TARGET, fixed, in_memory, knowledge

APP = 'from celery import Celery\n\napp = Celery("shop")\napp.config_from_object("celeryconfig")\n'
OLD = 'BROKER_URL = "redis://localhost/0"\n'
NEW = b'broker_url = "redis://localhost/0"\n'
UNSAFE = Options(target_version="5.6", unsafe_fixes=True)


# --- choosing and applying ------------------------------------------------------------------------


def test_safe_fix_is_made_without_being_asked_for() -> None:
    result = fixed({"celeryconfig.py": OLD})

    assert result.changes == {"celeryconfig.py": NEW}
    assert [each.safety for each in result.applied] == [Safety.SAFE]
    assert [finding.code for finding in result.before.findings] == ["CEL101"]
    assert result.report.findings == ()


def test_unsafe_fix_is_made_only_on_request() -> None:
    files = {"celeryconfig.py": "CELERYD_TIME_LIMIT = 3\n"}

    assert fixed(files).changes == {}
    assert fixed(files, UNSAFE).changes == {"celeryconfig.py": b"task_time_limit = 3\n"}


def test_project_without_celery_has_nothing_to_fix() -> None:
    result = fixed({"shop.py": "x = 1\n"})

    assert (result.changes, result.applied) == ({}, ())


def test_neighbouring_fixes_are_made_one_after_the_other() -> None:
    mark = "# celerylint: ignore[CEL101]\n"

    result = fixed({"celeryconfig.py": f"{mark}{mark}{mark}broker_pool_limit = 3\n"})

    assert result.changes == {"celeryconfig.py": b"broker_pool_limit = 3\n"}
    assert len(result.applied) == 3


def test_removed_settings_of_one_block_are_commented_out_together() -> None:
    text = "import os\n\nif os.name:\n    EMAIL_HOST = 1\n    EMAIL_PORT = 2\n"

    after = fixed({"celeryconfig.py": text}, UNSAFE).changes["celeryconfig.py"].decode()

    assert after.endswith("    # EMAIL_PORT = 2\n    pass\n")
    assert after.count("pass") == 1


def test_what_was_read_last_is_the_original_of_a_change() -> None:
    files = {"app.py": APP, "celeryconfig.py": OLD}

    result = fixed(files)

    assert result.before.sources["celeryconfig.py"].text == OLD
    assert result.report.sources["celeryconfig.py"].text == NEW.decode()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("ADMINS = ()\n", "first line\nsecond ("),
        ("# -*- coding: ascii -*-\nADMINS = ()\n", "r\u00e9tir\u00e9"),
    ],
)
def test_fix_that_would_break_the_file_is_not_made(text: str, why: str) -> None:
    rulebook, catalogue = knowledge()
    removed = dict(catalogue.removed)
    removed["ADMINS"] = removed["ADMINS"]._replace(why=why)
    files = in_memory({"celeryconfig.py": text + OLD})

    result = fix(files, UNSAFE, rulebook, replace(catalogue, removed=removed))

    assert result.changes == {"celeryconfig.py": text.encode() + NEW}
    assert result.report.crashes == ("`Comment `ADMINS` out` would leave a broken file",)


# --- writing --------------------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a project whose fix edits two files."""
    monkeypatch.chdir(tmp_path)
    tmp_path.joinpath("a.py").write_text(
        APP.replace("celeryconfig", "b") + "app.conf.BROKER_POOL_LIMIT = 3\n"
    )
    tmp_path.joinpath("b.py").write_text(OLD)
    tmp_path.joinpath("setup.py").write_text("")
    return tmp_path


def fix_folder(folder: Path) -> Fixed:
    """Return the fixes of a folder; nothing is written."""
    rulebook: Rulebook
    catalogue: Catalogue
    rulebook, catalogue = knowledge()
    return fix(tree(Asked(folder, None)), TARGET, rulebook, catalogue)


def contents(folder: Path) -> dict[str, bytes]:
    """Return all files of a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_all_files_are_written(project: Path) -> None:
    before = contents(project)
    result = fix_folder(project)

    write([result])

    assert sorted(result.changes) == ["a.py", "b.py"]
    assert contents(project) == {**before, **result.changes}


def test_mode_is_kept(project: Path) -> None:
    project.joinpath("b.py").chmod(0o640)

    write([fix_folder(project)])

    assert stat.S_IMODE(project.joinpath("b.py").stat().st_mode) == 0o640


def test_link_within_the_project_stays_a_link(project: Path) -> None:
    real = project / "real" / "settings.txt"
    real.parent.mkdir()
    project.joinpath("b.py").rename(real)
    project.joinpath("b.py").symlink_to(real)

    write([fix_folder(project)])

    assert project.joinpath("b.py").is_symlink()
    assert real.read_bytes() == NEW


def refusal(result: Fixed, folder: Path) -> str:
    """Return why nothing could be written, having seen that nothing was."""
    before = contents(folder)
    with pytest.raises(UsageError) as caught:
        write([result])
    assert contents(folder) == before
    return str(caught.value)


def test_link_to_a_file_outside_is_not_written(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    result = fix_folder(project)
    outside = tmp_path_factory.mktemp("outside") / "b.py"
    project.joinpath("b.py").rename(outside)
    project.joinpath("b.py").symlink_to(outside)

    message = refusal(result, project)

    assert message == "b.py is a link to a file outside the project; nothing was written"
    assert outside.read_text() == OLD


def test_file_that_has_changed_is_not_written(project: Path) -> None:
    result = fix_folder(project)
    project.joinpath("b.py").write_text(OLD + "\n")

    message = refusal(result, project)

    assert message == "b.py has changed since it was read; nothing was written, run again"


def test_file_that_has_gone_is_not_written(project: Path) -> None:
    result = fix_folder(project)
    project.joinpath("b.py").unlink()

    message = refusal(result, project)

    assert message == "b.py cannot be written: No such file or directory; nothing was written"


def test_read_only_file_is_not_written(project: Path) -> None:
    project.joinpath("b.py").chmod(0o444)

    message = refusal(fix_folder(project), project)

    assert message == "b.py is read-only; nothing was written"


def test_file_of_a_project_elsewhere_is_named_in_full(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.joinpath("folder").mkdir()
    project.joinpath("b.py").chmod(0o444)
    result = fix_folder(project)
    monkeypatch.chdir(project / "folder")

    with pytest.raises(UsageError) as caught:
        check([result])

    assert str(caught.value) == f"{project / 'b.py'} is read-only; nothing was written"


def test_same_fix_of_two_projects_is_written_once(project: Path) -> None:
    result = fix_folder(project)

    write([result, result])

    assert contents(project) == {**contents(project), **result.changes}


def test_two_fixes_of_one_file_are_not_written(project: Path) -> None:
    before = contents(project)
    result = fix_folder(project)
    other = result._replace(changes={"b.py": b""})

    with pytest.raises(UsageError, match=r"^b\.py and b\.py are one file that is to be changed in"):
        write([result, other])

    assert contents(project) == before
