"""Patterns as in `.gitignore` keep their meaning when they are seen from another folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from celerylint.files.walking import matcher
from celerylint.options.patterns import folder_of, rebased

TOP = Path("/top")


@pytest.mark.parametrize("pattern", ["*.py", "/old", "!"])
def test_pattern_of_the_root_stays(pattern: str) -> None:
    assert rebased(pattern, TOP, TOP) == (pattern,)


@pytest.mark.parametrize(
    ("pattern", "seen"),
    [
        ("*_pb2.py", "/a/c/**/*_pb2.py"),
        ("old/", "/a/c/**/old/"),
        ("/old", "/a/c/old"),
        ("x/old/", "/a/c/x/old/"),
        ("!keep.py", "!/a/c/**/keep.py"),
    ],
)
def test_pattern_of_a_folder_below_holds_there_alone(pattern: str, seen: str) -> None:
    assert rebased(pattern, TOP / "a/c", TOP) == (seen,)


def test_brackets_of_a_folder_are_no_pattern() -> None:
    (pattern,) = rebased("/x.py", TOP / "a[b]", TOP)

    assert matcher((pattern,))("a[b]/x.py")
    assert not matcher((pattern,))("ab/x.py")


@pytest.mark.parametrize(
    ("pattern", "seen"),
    [
        ("*.py", ("*.py",)),
        ("/old", ()),
        ("/back/old", ()),
        ("/back/end/old", ("/old",)),
        ("back/end/old/", ("/old/",)),
        ("!back/*/old", ("!/old",)),
        ("/back/", ("/**",)),
        ("back/end/", ("/**",)),
        ("/end/", ()),
        ("**/old", ("/**/old",)),
        ("**/end/old", ("/**/end/old", "/old")),
        ("back/**", ("/**",)),
        ("back/**/x/y", ("/**/x/y",)),
    ],
)
def test_pattern_of_a_folder_above_loses_what_leads_to_the_root(
    pattern: str, seen: tuple[str, ...]
) -> None:
    assert rebased(pattern, TOP, TOP / "back/end") == seen


def test_pattern_of_an_unrelated_folder_counts_as_it_stands() -> None:
    assert rebased("/old", Path("/other"), TOP) == ("/old",)


def test_patterns_of_the_command_line_belong_to_the_current_directory(tmp_path: Path) -> None:
    root = tmp_path / "root"
    inside = root / "inside"
    inside.mkdir(parents=True)
    (tmp_path / "other").mkdir()

    assert folder_of(inside, root) == inside
    assert folder_of(tmp_path, root) == tmp_path
    assert folder_of(tmp_path / "other", root) == root
