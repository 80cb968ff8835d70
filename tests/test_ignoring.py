"""What git ignores is told as git tells it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from celerylint.files.ignoring import Ignored

PATHS = (
    "a.py",
    "keep.py",
    "local_settings.py",
    "old/a.py",
    "old/keep.py",
    "shop/a.py",
    "shop/gen/a.py",
    "shop/gen/keep.py",
    "shop/local_settings.py",
    "shop/secret.py",
    "instance/config.py",
    "deep/down/x.py",
    "deep/down/y.py",
)


def git(root: Path, *args: str) -> str:
    """Return what git prints."""
    command = ("git", "-c", "user.name=x", "-c", "user.email=x@y", *args)
    return subprocess.run(command, cwd=root, check=False, capture_output=True, text=True).stdout


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Return a repository with patterns of every kind in several files."""
    git(tmp_path, "init", "--quiet")
    for path in PATHS:
        tmp_path.joinpath(path).parent.mkdir(parents=True, exist_ok=True)
        tmp_path.joinpath(path).write_text("", "utf-8")
    texts = {
        ".gitignore": (
            "# comment\n\nlocal_settings.py\nold/\n!old/keep.py\n/instance/\n!\n**/down/*\n"
        ),
        "shop/.gitignore": "gen/*\n!gen/keep.py\n!local_settings.py\n",
        "deep/.gitignore": "!/down/y.py\n",
        ".git/info/exclude": "secret.py\n",
    }
    for path, text in texts.items():
        tmp_path.joinpath(path).write_text(text, "utf-8")
    return tmp_path


def of_git(root: Path) -> set[str]:
    """Return which of the paths git ignores."""
    told = git(root, "check-ignore", "--no-index", *PATHS).split()
    assert told, "git has to be installed"
    return set(told)


def test_answers_are_those_of_git(repository: Path) -> None:
    ignored = Ignored(repository)

    assert {path for path in PATHS if ignored(path)} == of_git(repository)


def test_root_below_the_repository_heeds_its_patterns(repository: Path) -> None:
    ignored = Ignored(repository / "shop")

    found = {path for path in ("a.py", "gen/a.py", "gen/keep.py", "secret.py") if ignored(path)}
    assert found == {"gen/a.py", "secret.py"}


def test_worktree_heeds_the_excludes_of_its_repository(repository: Path, tmp_path: Path) -> None:
    git(repository, "commit", "--quiet", "--allow-empty", "--message", "x")
    other = tmp_path / "other"
    git(repository, "worktree", "add", "--quiet", str(other))

    assert Ignored(other)("secret.py")
    assert not Ignored(other)("a.py")


def test_nothing_is_ignored_outside_a_repository(tmp_path: Path) -> None:
    tmp_path.joinpath(".gitignore").write_text("a.py\n", "utf-8")

    assert not Ignored(tmp_path)("a.py")


@pytest.mark.parametrize("target", ["gen", "/proc/self/mem", "gone"])
def test_file_that_cannot_be_read_ignores_nothing(repository: Path, target: str) -> None:
    repository.joinpath("shop/.gitignore").unlink()
    repository.joinpath("shop/.gitignore").symlink_to(target)

    assert not Ignored(repository)("shop/gen/a.py")


def test_named_path_is_not_ignored(repository: Path) -> None:
    assert not Ignored(repository, ["local_settings.py"])("local_settings.py")
    assert not Ignored(repository, ["old"])("old/a.py")
    assert Ignored(repository, ["shop"])("shop/gen/a.py")
    assert Ignored(repository, ["shop", "old"])("shop/gen/a.py")


def test_ignored_file_in_a_named_folder_stays_ignored(repository: Path) -> None:
    repository.joinpath("lib").mkdir()

    assert Ignored(repository, ["lib"])("lib/local_settings.py")
