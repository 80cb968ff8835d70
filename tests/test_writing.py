"""Files are written together: all of them, or none."""

from __future__ import annotations

from pathlib import Path

import pytest

from celerylint.options.table import UsageError
from celerylint.writing.files import NewFile, write


def test_failure_in_the_middle_takes_back_what_was_written(tmp_path: Path) -> None:
    old, new, folder = (tmp_path / name for name in ("old", "new", "folder"))
    old.write_bytes(b"before")
    folder.mkdir()
    files = (
        NewFile("old", old, b"before", b"after"),
        NewFile("new", new, None, b"after"),
        NewFile("folder", folder, None, b"after"),
    )

    with pytest.raises(UsageError, match=r"^folder cannot be written: Is a directory; nothing"):
        write(files)

    assert old.read_bytes() == b"before"
    assert {path.name for path in tmp_path.iterdir()} == {"old", "folder"}
