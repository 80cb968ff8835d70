"""The record of files that are being written: a lock while a run holds it, a way back afterwards.

It lies in the root of the project while files are written, and no longer: who finds one that no
process holds has found a run that was killed. The lock is the operating system's, which takes it
away from a process that dies.
"""

from __future__ import annotations

import base64
import contextlib
import errno
import hashlib
import json
import os
import re
import stat
import sys
import time
from collections.abc import Iterable, Iterator
from io import FileIO
from pathlib import Path
from typing import NamedTuple

from celerylint.files.roots import shown
from celerylint.files.walking import JOURNAL
from celerylint.options.table import UsageError

_PATIENCE = 5
"""Seconds to wait for another run, which takes a moment to write its files."""

_PAUSE = 0.05
TEMPORARY = ".celerylint-"
"""How the names of temporary files begin."""

_TEMPORARY_NAME = re.compile(re.escape(TEMPORARY) + r"[0-9a-f]+-\d+")
_NOT_FOLLOWED = getattr(os, "O_NOFOLLOW", 0)
BINARY = getattr(os, "O_BINARY", 0)
_LOCKS_UNKNOWN = frozenset({errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP})

if sys.platform == "win32":
    import msvcrt

    _FAR = 1 << 30  # Windows lets nobody read what is locked, so this lies beyond the text.

    def _try_lock(handle: int) -> None:
        os.lseek(handle, _FAR, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        os.lseek(handle, 0, os.SEEK_SET)
else:
    import fcntl

    def _try_lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


class Entry(NamedTuple):
    """One file that is written: its path relative to the root, and its two contents.

    `temporary` is the name of the file beside it that is to take its place, `before` the content to
    go back to, `after` the digest of the new one.
    """

    path: str
    temporary: str
    before: bytes
    after: str


class Journal:
    """The journal of one project, held by this process."""

    def __init__(self, root: Path, stream: FileIO) -> None:
        """Take the opened file."""
        self.root = root
        self.path = root / JOURNAL
        self._stream = stream

    def entries(self) -> tuple[Entry, ...]:
        """Return what a run was about to write.

        There is nothing where it was killed before its journal was complete: it had written no
        other file by then. Raise UsageError for a text that is no journal of ours.
        """
        self._stream.seek(0)
        text, _, end = self._stream.read().rpartition(b"\n")
        if not text or digest(text).encode() != end:
            return ()
        try:
            return tuple(map(_entry, json.loads(text)))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            message = f"{shown(self.path)} is not a journal of celerylint; remove it"
            raise UsageError(message) from error

    def record(self, entries: Iterable[Entry]) -> None:
        """Note what is about to be written; on return the disk has it."""
        text = json.dumps([_data(entry) for entry in entries]).encode()
        self._replace(text + b"\n" + digest(text).encode())
        sync_folder(self.root)

    def clear(self) -> None:
        """Forget the way back: what is written now counts."""
        self._replace(b"")

    def _replace(self, text: bytes) -> None:
        self._stream.seek(0)
        self._stream.truncate()
        written = 0
        while written < len(text):
            written += self._stream.write(text[written:])
        os.fsync(self._stream.fileno())

    def discard(self) -> None:
        """Remove the file if nothing is noted in it.

        It goes while it is locked, where the system allows that: afterwards it might be another's.
        """
        if self.entries():
            return
        if sys.platform == "win32":
            self._stream.close()
        with contextlib.suppress(OSError):
            self.path.unlink()


@contextlib.contextmanager
def locked(root: Path) -> Iterator[Journal]:
    """Hold the journal of a project, made where there is none and removed where it ends up empty.

    Raise UsageError where another run holds it, OSError where it cannot be made.
    """
    with _held(root / JOURNAL, os.O_RDWR | os.O_CREAT) as stream:
        journal = Journal(root, stream)
        try:
            yield journal
        finally:
            journal.discard()


def pending(root: Path) -> tuple[Entry, ...]:
    """Return what a killed run left in the journal of a project; nothing is changed.

    Raise UsageError where another run goes on writing for too long.
    """
    try:
        with _held(root / JOURNAL, os.O_RDONLY) as stream:
            return Journal(root, stream).entries()
    except FileNotFoundError:
        return ()


@contextlib.contextmanager
def _held(path: Path, flags: int) -> Iterator[FileIO]:
    deadline = time.monotonic() + _PATIENCE
    mode = "r" if flags == os.O_RDONLY else "r+"
    while True:
        handle = os.open(path, flags | _NOT_FOLLOWED | BINARY, 0o600)
        with FileIO(handle, mode) as stream:
            if _is_ours(path, handle):
                yield stream
                return
        if time.monotonic() > deadline:
            message = f"Another run is writing the files of {shown(path.parent)}; run again later"
            raise UsageError(message)
        time.sleep(_PAUSE)


def _is_ours(path: Path, handle: int) -> bool:
    """Return whether the lock was free, and whoever had it before has not removed the file."""
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is not a regular file", str(path))
    # In a folder that all may write to, anybody could have us write what he likes.
    if hasattr(os, "geteuid") and status.st_uid not in {os.geteuid(), 0, path.parent.stat().st_uid}:
        raise OSError(errno.EPERM, f"{path.name} belongs to another user", str(path))
    try:
        _try_lock(handle)
    except OSError as error:
        # Some network file systems know no locks: there the check of the bytes has to do.
        return error.errno in _LOCKS_UNKNOWN
    return os.fstat(handle).st_nlink > 0


def digest(content: bytes) -> str:
    """Return what tells one content from another."""
    return hashlib.sha256(content).hexdigest()


def sync_folder(folder: Path) -> None:
    """Make sure that the disk has the names of a folder, where the system can be asked to."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _data(entry: Entry) -> dict[str, str]:
    before = base64.b64encode(entry.before).decode()
    return {**entry._asdict(), "before": before}


def _entry(data: dict[str, str]) -> Entry:
    """Return an entry; raise ValueError where it names a file that no run makes."""
    temporary = data["temporary"]
    if not _TEMPORARY_NAME.fullmatch(temporary):
        raise ValueError(temporary)
    return Entry(data["path"], temporary, base64.b64decode(data["before"]), data["after"])
