"""The marks of a project's files, kept in one file: what did not change need not be read again."""

from __future__ import annotations

import contextlib
import json
import os
import stat
import time
from pathlib import Path

from celerylint.cache.disk import Cache
from celerylint.files.marks import words

_SETTLED = 2_000_000_000
"""How old a change has to be, in nanoseconds, that another one is sure to have a later time."""

_LENGTH = 5
_Stamp = tuple[int, int, int, int]


class MarksOnDisk:
    """The marks of files that did not change since a run told them."""

    def __init__(self, root: Path, folder: Path) -> None:
        """Look up the files of a root; the marks lie in a cache folder, which may not be there."""
        self._root = str(root)
        self._cache = Cache(folder)
        self._key = key_of(root)
        self._known = _entries(self._cache.content(self._key))
        self._found: dict[str, int] = {}
        self._stamps: dict[str, _Stamp | None] = {}
        self._is_new = False

    def get(self, path: str) -> int | None:
        """Return the marks of a file, None where it is new or has changed."""
        found = self._found.get(path)
        if found is not None:
            return found
        stamp = self._stamps[path] = self._stamp(path)
        known = self._known.get(path)
        if known is None or stamp is None or tuple(known[1:]) != stamp:
            return None
        self._found[path] = known[0]
        return known[0]

    def put(self, path: str, marks: int) -> None:
        """Keep the marks of a file, whose stamp was taken before it was read."""
        self._found[path] = marks
        self._is_new = True

    def save(self) -> None:
        """Keep for the next run what is sure to be told from what it may become."""
        if not self._is_new:
            return
        self._is_new = False
        settled = time.time_ns() - _SETTLED
        stamped = ((path, self._found[path], self._stamps[path]) for path in sorted(self._found))
        entries = {
            path: (found, *stamp)
            for path, found, stamp in stamped
            if stamp is not None and max(stamp[1:3]) < settled
        }
        self._cache.put(self._key, json.dumps(entries).encode("ascii"))

    def _stamp(self, path: str) -> _Stamp | None:
        """Return what changes with a file, None where it is no regular one."""
        try:
            status = os.stat(os.path.join(self._root, path))  # noqa: PTH116, PTH118 - as in Tree.read
        except (OSError, ValueError):
            return None
        if not stat.S_ISREG(status.st_mode):
            return None
        return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def key_of(root: Path) -> bytes:
    """Return what the marks of a root are kept under: other words would make other marks."""
    return b" ".join((os.fsencode(root), *sorted(words())))


def _entries(content: bytes | None) -> dict[str, list[int]]:
    """Return the marks and the stamp of each file; nothing where they are damaged."""
    with contextlib.suppress(ValueError, RecursionError):
        known = json.loads(content or b"")
        if isinstance(known, dict) and all(map(_is_entry, known.values())):
            return known
    return {}


def _is_entry(entry: object) -> bool:
    return isinstance(entry, list) and len(entry) == _LENGTH and {*map(type, entry)} == {int}
