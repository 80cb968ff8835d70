"""What stands in `rules/` is read from one file, which is never older than they are."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest
import tomli

from celerylint.catalogue import compiled
from celerylint.files.marks import rules_folder


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of `rules/`, of which what is compiled lies in a folder beside it."""
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "compiled"))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return Path(shutil.copytree(rules_folder(), tmp_path / "rules"))


def tables(folder: Path) -> object:
    """Return what a run of its own reads."""
    compiled.tables.cache_clear()
    return compiled.tables(folder)


def written(folder: Path) -> list[Path]:
    """Return what was compiled."""
    return sorted((folder.parent / "compiled").rglob("rules.json*"))


def text_of(folder: Path) -> dict[str, object]:
    """Return what the TOML files say."""
    files = folder.rglob("*.toml")
    return {f.relative_to(folder).as_posix(): tomli.loads(f.read_text("utf-8")) for f in files}


def test_compiled_tables_are_those_of_the_files(folder: Path) -> None:
    first, second = tables(folder), tables(folder)

    assert len(written(folder)) == 1
    assert first == second == text_of(folder)


def test_changed_file_is_read_anew(folder: Path) -> None:
    tables(folder)

    folder.joinpath("releases.toml").write_text("releases = []\n", "utf-8")
    folder.joinpath("tasks/new.toml").write_text("code = 1\n", "utf-8")

    assert tables(folder) == text_of(folder)
    assert tables(folder) == text_of(folder)


@pytest.mark.parametrize("content", [b"", b"[1]", b"[[], []]", b"[" * 100_000, b"\xff"])
def test_damaged_file_does_not_count(folder: Path, content: bytes) -> None:
    tables(folder)
    (place,) = written(folder)

    place.write_bytes(content)

    assert tables(folder) == text_of(folder)
    stamp, _ = json.loads(place.read_bytes())
    assert stamp


def test_another_kind_of_content_does_not_count(folder: Path) -> None:
    tables(folder)
    (place,) = written(folder)
    stamp, _ = json.loads(place.read_bytes())

    place.write_text(json.dumps((stamp, [])), "utf-8")

    assert tables(folder) == text_of(folder)


def test_nothing_is_written_where_python_may_not(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    assert tables(folder) == text_of(folder)
    assert written(folder) == []


def test_what_cannot_be_written_is_read_from_the_files(folder: Path) -> None:
    folder.parent.joinpath("compiled").write_text("no folder", "utf-8")

    assert tables(folder) == text_of(folder)


def test_file_that_is_no_toml_is_left_to_who_asks_for_it(folder: Path) -> None:
    folder.joinpath("transports.toml").write_text("= =", "utf-8")

    assert "transports.toml" not in dict(compiled.tables.__wrapped__(folder))


def test_other_files_are_read_as_they_are(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_text("a = 1\n", "utf-8")

    assert compiled.table_of(file) == {"a": 1}
    assert compiled.table_of(rules_folder() / "releases.toml")["releases"]
    with pytest.raises(OSError, match=r"gone\.toml"):
        compiled.table_of(rules_folder() / "gone.toml")
