"""The projects that the user asks about are found, with the paths named in each."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from celerylint.files.roots import Asked, asked, project_root
from celerylint.options.table import UsageError


def write(root: Path, *paths: str) -> None:
    """Write empty files."""
    for path in paths:
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text("", "utf-8")


def test_root_is_the_nearest_folder_with_a_mark(tmp_path: Path) -> None:
    write(tmp_path, "pyproject.toml", "backend/requirements.txt", "backend/a/b.py", "c/d.py")

    assert project_root(tmp_path / "backend/a/b.py") == tmp_path / "backend"
    assert project_root(tmp_path / "c") == tmp_path


def test_folder_without_a_mark_above_it_is_its_own_root(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("celerylint.files.roots.ROOT_MARKS", ("no-such-mark",))
    write(tmp_path, "a/b.py")

    assert project_root(tmp_path / "a/b.py") == tmp_path / "a"
    assert project_root(tmp_path / "a") == tmp_path / "a"


def test_root_itself_stands_for_the_whole_project(tmp_path: Path) -> None:
    write(tmp_path, "setup.py", "a/b.py")

    assert asked((tmp_path,)) == (Asked(tmp_path, None),)
    assert asked((tmp_path, tmp_path / "a/b.py")) == (Asked(tmp_path, None),)


def test_paths_are_grouped_by_root(tmp_path: Path) -> None:
    write(tmp_path, "x/setup.py", "x/a/b.py", "x/a/c.py", "y/setup.py", "y/d.py")
    x, y = tmp_path / "x", tmp_path / "y"

    groups = asked((y / "d.py", x / "a/c.py", x / "a/b.py", x / "a/b.py"))

    assert groups == (Asked(x, (x / "a/b.py", x / "a/c.py")), Asked(y, (y / "d.py",)))


def test_path_within_another_one_is_part_of_it(tmp_path: Path) -> None:
    write(tmp_path, "setup.py", "a/b.py")

    assert asked((tmp_path / "a/b.py", tmp_path / "a")) == (Asked(tmp_path, (tmp_path / "a",)),)


def test_relative_path_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "setup.py", "a/b.py")
    monkeypatch.chdir(tmp_path / "a")

    assert asked((Path(),)) == (Asked(tmp_path, (tmp_path / "a",)),)
    assert asked((Path("b.py"),)) == (Asked(tmp_path, (tmp_path / "a/b.py",)),)


def test_missing_path_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"gone\.py does not exist$"):
        asked((tmp_path / "gone.py",))


def test_path_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "a.py")

    with pytest.raises(UsageError, match=r"a\.py/b cannot be read: Not a directory$"):
        asked((tmp_path / "a.py/b",))


@pytest.mark.parametrize("name", ["loop", "loop.py", "loop/a.py"])
def test_link_in_a_loop_is_refused(tmp_path: Path, name: str) -> None:
    for link in ("loop", "loop.py"):
        (tmp_path / link).symlink_to(link)

    with pytest.raises(UsageError, match=rf"{name} cannot be read: Too many levels of symbolic"):
        asked((tmp_path / name,))


def test_named_pipe_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.py")

    with pytest.raises(UsageError, match=r"x\.py is not a regular file; pass - to read stdin$"):
        asked([tmp_path / "x.py"])


def test_password_of_a_url_that_is_no_path_is_masked() -> None:
    with pytest.raises(UsageError, match=r"^redis://:\*\*\*@h does not exist$"):
        asked([Path("redis://:PW@h")])
