"""Every file is looked through once, and what did not change not even that."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from celerylint.cache.disk import Cache
from celerylint.cache.marked import MarksOnDisk, key_of
from celerylint.cli import main
from celerylint.files import marks
from celerylint.files.marks import Remembered, marks_of
from celerylint.files.walking import Tree
from tests.test_cache import entries

LATER = 10 * 10**9


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (b"x = 1", 0),
        (b"# Celery", marks.CELERY),
        (b"broker_url", marks.CELERY),
        (b"my_broker_url", 0),
        (b"os.environ['DJANGO_SETTINGS_MODULE']", marks.DJANGO),
        (b"INSTALLED_APPS = []", marks.SITE),
        (b"from a import settings", marks.SETTINGS),
        (b"from flask import Flask", marks.FLASK),
        (b"app.config.from_object(x)", marks.LOADS),
        (b"from a import *", marks.STAR),
        (b"from a import\t( *)", marks.STAR),
        (b"a = b * c", 0),
    ],
)
def test_marks_of_a_content(raw: bytes, found: int) -> None:
    assert marks_of(raw) == found


def test_file_that_cannot_be_read_has_all_marks(tmp_path: Path) -> None:
    kept = Remembered()
    tree = Tree(tmp_path, ("a.py",), kept=kept)

    assert (tree.marks("a.py"), kept.get("a.py")) == (marks.ALL, None)


def test_content_that_was_piped_in_has_marks_of_its_own(tmp_path: Path) -> None:
    kept = Remembered()
    kept.put("a.py", marks.FLASK)
    tree = Tree(tmp_path, ("a.py",), kept=kept)

    assert tree.marks("a.py") == marks.FLASK
    assert tree.overlaid({"a.py": b"celery"}).marks("a.py") == marks.CELERY


# --- kept on disk ------------------------------------------------------------------------------


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a file that was written some seconds ago."""
    folder = tmp_path / "project"
    folder.mkdir()
    folder.joinpath("a.py").write_bytes(b"celery")
    now = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: now() + LATER)
    return folder


def told(root: Path, cache: Path) -> int | None:
    """Return what a new run knows of `a.py`."""
    return MarksOnDisk(root, cache).get("a.py")


def filled(root: Path, cache: Path) -> Path:
    """Return the file that the marks of a root are kept in."""
    kept = MarksOnDisk(root, cache)
    assert Tree(root, ("a.py",), kept=kept).marks("a.py") == marks.CELERY
    kept.save()
    (entry,) = entries(cache)
    return entry


def test_marks_are_known_to_the_next_run(root: Path, tmp_path: Path) -> None:
    filled(root, tmp_path / "cache")

    assert told(root, tmp_path / "cache") == marks.CELERY
    assert told(tmp_path, tmp_path / "cache") is None


def test_marks_are_asked_for_once_in_a_run(root: Path, tmp_path: Path) -> None:
    kept = MarksOnDisk(root, tmp_path / "cache")

    Tree(root, ("a.py",), kept=kept).marks("a.py")
    root.joinpath("a.py").write_bytes(b"other")

    assert kept.get("a.py") == marks.CELERY


def test_what_is_known_is_not_written_again(root: Path, tmp_path: Path) -> None:
    entry = filled(root, tmp_path / "cache")
    written = entry.stat().st_mtime_ns
    kept = MarksOnDisk(root, tmp_path / "cache")

    kept.get("a.py")
    kept.save()

    assert entry.stat().st_mtime_ns == written


def test_file_that_has_changed_is_looked_through_again(root: Path, tmp_path: Path) -> None:
    filled(root, tmp_path / "cache")

    root.joinpath("a.py").write_bytes(b"celer_")

    assert told(root, tmp_path / "cache") is None


@pytest.mark.parametrize("become", ["folder", "gone"])
def test_what_is_no_file_any_more_has_no_marks(root: Path, tmp_path: Path, become: str) -> None:
    filled(root, tmp_path / "cache")

    root.joinpath("a.py").unlink()
    if become == "folder":
        root.joinpath("a.py").mkdir()

    assert told(root, tmp_path / "cache") is None


def test_file_of_just_now_is_not_kept(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()

    entry = filled(root, tmp_path / "cache")

    assert b"a.py" not in entry.read_bytes()
    assert told(root, tmp_path / "cache") is None


def test_marks_of_other_words_do_not_count(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(root, tmp_path / "cache")

    monkeypatch.setattr("celerylint.cache.marked.words", lambda: frozenset({b"other"}))

    assert told(root, tmp_path / "cache") is None


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{", b'[{"a.py": [1, 2]}, {}]', b'[{}, {"w": 1}]']
)
def test_marks_that_are_none_do_not_count(root: Path, tmp_path: Path, content: bytes) -> None:
    filled(root, tmp_path / "cache")

    Cache(tmp_path / "cache").put(key_of(root), content)

    assert told(root, tmp_path / "cache") is None


def test_who_has_a_word_is_known_to_the_next_run(root: Path, tmp_path: Path) -> None:
    root.joinpath("b.py").write_bytes(b"other")
    files, cache = ("a.py", "b.py"), tmp_path / "cache"
    asked: list[str] = []

    def has(path: str) -> bool:
        asked.append(path)
        return b"other" in root.joinpath(path).read_bytes()

    def say(change: bytes = b"") -> bool:
        if change:
            root.joinpath("a.py").write_bytes(change)
        kept = MarksOnDisk(root, cache)
        list(map(Tree(root, files, kept=kept).marks, files))
        found = [kept.anywhere("other", files, has) for _ in range(2)]
        kept.save()
        return all(found) or any(found)

    assert (say(), asked) == (True, ["a.py", "b.py"])
    assert (say(), asked) == (True, ["a.py", "b.py"])
    assert (say(b"changed"), asked) == (True, ["a.py", "b.py", "a.py"])

    kept = MarksOnDisk(root, cache)
    list(map(Tree(root, files, kept=kept).marks, files))
    assert kept.anywhere("changed", ("b.py",), has) is True
    kept.save()

    assert (say(), asked) == (True, ["a.py", "b.py", "a.py", "b.py"])


def test_what_was_piped_in_is_asked_for_a_word(tmp_path: Path) -> None:
    tree = Tree(tmp_path, ("a.py", "b.py"), overlay={"a.py": b"word"})

    assert tree.anywhere("word", tree.files, lambda path: path == "a.py")
    assert tree.anywhere("word", tree.files, lambda path: path == "b.py")
    assert not tree.anywhere("word", tree.files, lambda _: False)


def test_large_project_says_the_same_with_marks_as_without(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: now() + LATER)
    monkeypatch.chdir(tmp_path)
    for number in range(120):
        tmp_path.joinpath(f"m{number}.py").write_text(f"x = {number}\n", "utf-8")
    tmp_path.joinpath("celeryconfig.py").write_text("BROKER_URL = 'redis://'\n", "utf-8")
    (printed,) = {
        (main([*run, "--output-format", "concise"]), capsys.readouterr().out)
        for run in ([], [], ["--no-cache"])
    }
    assert printed[0] == 1

    tmp_path.joinpath("m7.py").write_text("from celery import Celery\napp = Celery(broker=1)\n")

    again = main(["--output-format", "concise"]), capsys.readouterr().out
    assert again != printed
    assert again == (main(["--no-cache", "--output-format", "concise"]), capsys.readouterr().out)
