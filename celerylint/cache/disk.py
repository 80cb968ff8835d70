"""The cache of facts: what was read of a file is kept until the file, or the reader, changes.

An entry is known by the content of the file alone, and holds nothing of what is in quotes there.
Whatever is wrong with an entry, or with the folder, the file is read anew.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
import time
from functools import cache
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path

from celerylint import __version__

READERS = (
    "facts.py",
    "files/marks.py",
    "finding.py",
    "misspelt.py",
    "cache/codec/*.py",
    "reading/*.py",
    "text/*.py",
)
"""Our own files that decide what is read and how it is kept."""

_DAY = 24 * 60 * 60
_TOUCHED_EACH = 7 * _DAY
_KEPT_FOR = 30 * _DAY
_ENTRY, _UNFINISHED = ".facts", ".new"
_ENDINGS = (_ENTRY, _UNFINISHED)
_DIGEST = 16
_NOTES = {
    ".gitignore": "*\n",
    "CACHEDIR.TAG": "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# This folder is made by celerylint, and may be deleted at any time.\n",
}


class Cache:
    """The facts of files that were read before, by any run; parallel runs do not disturb it."""

    def __init__(self, folder: Path | None) -> None:
        """Keep facts in a folder, which is made when there are some; with None keep nothing."""
        self._folder = folder
        self._is_new = True

    @property
    def is_open(self) -> bool:
        """Return whether facts are kept."""
        return self._folder is not None

    def content(self, key: bytes) -> bytes | None:
        """Return what is kept under a key, None where there is nothing or it is damaged."""
        if self._folder is None:
            return None
        place = self.place(key)
        try:
            status = os.stat(place)  # noqa: PTH116 - as in Tree.read
            if not stat.S_ISREG(status.st_mode):
                return None
            with open(place, "rb") as stream:  # noqa: PTH123 - as in Tree.read
                content = _content(key, stream.read())
        except OSError:
            return None
        if time.time() - status.st_mtime > _TOUCHED_EACH:
            with contextlib.suppress(OSError):
                os.utime(place)
        return content

    def put(self, key: bytes, content: bytes) -> None:
        """Keep something, such as the facts of a file under what is in it.

        Where that cannot be done, nothing is kept from now on.
        """
        if self._folder is None:
            return
        try:
            if self._is_new:
                self._is_new = False
                _prepare(self._folder)
            _write(self.place(key), _signed(key, content))
        except OSError:
            self._folder = None

    def place(self, key: bytes) -> str:
        """Return where what is kept under a key lies."""
        return f"{self._folder}{os.sep}{_readers()}{os.sep}{digest(key).hex()}{_ENTRY}"


# --- entries ------------------------------------------------------------------------------------


def _signed(key: bytes, content: bytes) -> bytes:
    return digest(digest(key) + digest(content)) + content


def _content(key: bytes, entry: bytes) -> bytes | None:
    """Return what an entry says, None where it is damaged or foreign."""
    content = entry[_DIGEST:]
    return content if entry == _signed(key, content) else None


def digest(content: bytes) -> bytes:
    """Return what tells a content from others."""
    return blake2b(content, digest_size=_DIGEST).digest()


@cache
def _readers() -> str:
    """Return a name for all that decides what is read: celerylint, LibCST and Python."""
    said = [f"{sys.version}{sys.byteorder}".encode()]
    spec = find_spec("libcst")
    # To ask LibCST itself would be to import it.
    version = Path(spec.origin).with_name("_version.py") if spec and spec.origin else Path()
    package = Path(__file__).parents[1]
    own = (file for pattern in READERS for file in sorted(package.glob(pattern)))
    for file in (version, *own):
        with contextlib.suppress(OSError):
            said.append(digest(file.read_bytes()))
    return f"{__version__}-{digest(b''.join(said)).hex()}"


# --- the folder ---------------------------------------------------------------------------------


def _prepare(folder: Path) -> None:
    """Make the folder where there is none, and tidy it up; raise OSError where that cannot be."""
    own = folder / _readers()
    own.mkdir(parents=True, exist_ok=True)
    if own.is_symlink():
        # Whoever made it would decide where we write.
        raise OSError(errno.ELOOP, "it is a link", str(own))
    for name, text in _NOTES.items():
        with contextlib.suppress(FileExistsError), (folder / name).open("x") as note:
            note.write(text)
    for inner in folder.iterdir():
        if inner.is_dir() and not inner.is_symlink():
            _tidy(inner)


def _tidy(folder: Path) -> None:
    """Delete what was not used for long, and the folder of other readers when it is empty."""
    oldest = time.time() - _KEPT_FOR
    # Another run may tidy up as well.
    with contextlib.suppress(OSError):
        for file in folder.iterdir():
            if file.suffix in _ENDINGS and file.lstat().st_mtime < oldest:
                file.unlink(missing_ok=True)
    if folder.name != _readers():
        with contextlib.suppress(OSError):
            folder.rmdir()


def _write(place: str, entry: bytes) -> None:
    """Write an entry so that another run sees all of it or nothing."""
    new = Path(f"{place}.{os.getpid()}{_UNFINISHED}")
    try:
        with new.open("xb") as stream:
            stream.write(entry)
        new.replace(place)
    except OSError:
        new.unlink(missing_ok=True)
        raise
