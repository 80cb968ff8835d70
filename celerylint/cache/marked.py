"""The marks of a project's files, kept in one file: what did not change need not be read again."""

from __future__ import annotations

import contextlib
import json
import os
import stat
import time
from collections.abc import Sequence
from pathlib import Path

from celerylint.cache.disk import Cache
from celerylint.files.marks import Has, words

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
        self._known, self._words = _read(self._cache.content(self._key))
        self._unchanged: set[str] = set()
        self._answers: dict[str, dict[str, bool]] = {}
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
        self._unchanged.add(path)
        self._found[path] = known[0]
        return known[0]

    def put(self, path: str, marks: int) -> None:
        """Keep the marks of a file, whose stamp was taken before it was read."""
        self._found[path] = marks
        self._is_new = True

    def anywhere(self, word: str, files: Sequence[str], has: Has) -> bool:
        """Return whether any of these files has a word; what is known of a file is not asked."""
        holders = self._words.get(word)
        answers = self._answers.setdefault(word, {})
        for path in files:
            if path in answers:
                continue
            if holders is not None and path in self._unchanged:
                answers[path] = path in holders
            else:
                self._is_new = True
                answers[path] = has(path)
        return any(map(answers.__getitem__, files))

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
        words = self._words if entries.keys() <= self._unchanged else {}
        asked = {
            word: [path for path, has in answers.items() if has]
            for word, answers in self._answers.items()
            if entries.keys() <= answers.keys()
        }
        kept = {**{word: sorted(holders) for word, holders in words.items()}, **asked}
        self._cache.put(self._key, json.dumps((entries, kept)).encode("ascii"))

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


def _read(content: bytes | None) -> tuple[dict[str, list[int]], dict[str, frozenset[str]]]:
    """Return marks and stamp of each file, and who has a word; nothing where it is damaged."""
    with contextlib.suppress(ValueError, TypeError, AttributeError, RecursionError):
        known, words = json.loads(content or b"")
        holders = {word: frozenset(map(str, paths)) for word, paths in words.items()}
        if all(map(_is_entry, known.values())):
            return known, holders
    return {}, {}


def _is_entry(entry: object) -> bool:
    return isinstance(entry, list) and len(entry) == _LENGTH and {*map(type, entry)} == {int}
