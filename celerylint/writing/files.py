"""How files are written: all that a run has to write, or none of it."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from celerylint.options.table import UsageError

_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


class NewFile(NamedTuple):
    """One file to be written: how the user knows it, where it really is, and what it is to hold.

    `original` is what it holds now, None where it does not exist or is a device.
    """

    name: str
    target: Path
    original: bytes | None
    content: bytes


def demand_writable(name: str, target: Path) -> None:
    """Raise UsageError where a file can neither be replaced nor made; `name` is the user's."""
    if target.is_dir():
        raise UsageError(f"{name} cannot be written: it is a folder; nothing was written")
    if not target.parent.is_dir():
        raise UsageError(f"{name} cannot be written: its folder does not exist")
    # Root may write anything, but a file that nobody may write is meant to stay as it is.
    locked = target.exists() and not target.stat().st_mode & _WRITABLE
    if locked or not os.access(target if target.exists() else target.parent, os.W_OK):
        raise UsageError(f"{name} is read-only; nothing was written")


def is_device(target: Path) -> bool:
    """Return whether a file is there that is written to, but never replaced: a pipe, say."""
    there = target.exists() and not target.is_file() and not target.is_dir()
    return there or target.is_relative_to("/dev")


def real_place(file: Path) -> Path:
    """Return where a file is written that goes by this name."""
    # A link stays a link; what a device is a link to has no name of its own.
    return file if is_device(file) else Path(os.path.realpath(file))


def write(files: Sequence[NewFile]) -> None:
    """Write the files: all of them, or none and raise UsageError.

    Each is replaced in one step and keeps its mode and owner.
    """
    with contextlib.ExitStack() as stack:
        prepared: list[tuple[NewFile, Path]] = []
        for file in files:
            if not is_device(file.target):
                with told(file.name):
                    temporary = stack.enter_context(_prepared(file.target, file.content))
                prepared.append((file, temporary))
        for file in files:
            if is_device(file.target):
                with told(file.name):
                    file.target.write_bytes(file.content)
        _replace_all(prepared)


@contextlib.contextmanager
def told(name: str) -> Iterator[None]:
    """Turn what the system says about a file into what the user is told."""
    try:
        yield
    except OSError as error:
        message = f"{name} cannot be written: {error.strerror}; nothing was written"
        raise UsageError(message) from error


@contextlib.contextmanager
def _prepared(target: Path, content: bytes) -> Iterator[Path]:
    """Write the content beside the file it is to replace; remove it if it is not used."""
    import tempfile  # noqa: PLC0415 - most runs write nothing

    handle, name = tempfile.mkstemp(prefix=".celerylint-", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        dress(temporary, target)
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def dress(temporary: Path, target: Path) -> None:
    """Give a file the mode, owner and attributes of the one it is to replace, or a new file's."""
    if not target.exists():
        mask = os.umask(0)
        os.umask(mask)
        temporary.chmod(0o666 & ~mask)
        return
    status = target.stat()
    # Only root may give a file away, and Windows has no owners of this kind.
    with contextlib.suppress(PermissionError, AttributeError):
        os.chown(temporary, status.st_uid, status.st_gid)
    temporary.chmod(stat.S_IMODE(status.st_mode))
    # Access lists and security labels, which few systems and file systems have.
    with contextlib.suppress(OSError, AttributeError):
        for attribute in os.listxattr(target):
            os.setxattr(temporary, attribute, os.getxattr(target, attribute))


def _replace_all(prepared: Iterable[tuple[NewFile, Path]]) -> None:
    done: list[NewFile] = []
    try:
        for file, temporary in prepared:
            with told(file.name):
                temporary.replace(file.target)
            done.append(file)
    except UsageError:
        for file in done:
            _restore(file)
        raise


def _restore(file: NewFile) -> None:
    if file.original is None:
        file.target.unlink()
    else:
        file.target.write_bytes(file.original)
