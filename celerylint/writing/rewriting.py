"""The one place that writes the user's files: all of a project's, or none, even when it is killed.

New contents are written beside the files that they are to replace; then these are replaced, one
step each. A journal holds the old contents meanwhile. A run that fails rolls back by it, and where
a run was killed, the next one does.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from celerylint.files.roots import shown
from celerylint.options.table import UsageError
from celerylint.writing.files import NewFile, demand_writable, dress, told
from celerylint.writing.files import write as write_outputs
from celerylint.writing.journal import (
    BINARY,
    TEMPORARY,
    Entry,
    Journal,
    digest,
    locked,
    pending,
    sync_folder,
)

_FOREIGN = frozenset({".bzr", ".git", ".hg", ".svn", "site-packages"})
"""Folders in which nothing is written, whatever a link or a journal says."""


class Changes(NamedTuple):
    """What is to be written in one project: the content that was read, and the new one, by path.

    Paths are relative to the root, with forward slashes.
    """

    root: Path
    files: Mapping[str, tuple[bytes, bytes]]


class _Rewrite(NamedTuple):
    """One file to be replaced: how the user knows it, where it really is, and its contents."""

    name: str
    target: Path
    before: bytes
    after: bytes


_Held = tuple[Journal, list[_Rewrite]]
"""The journal of a project, held by this run, and what it is to write there."""


def check(changes: Iterable[Changes]) -> None:
    """Raise UsageError where the new contents of one of the projects cannot be written.

    That is so where a file has changed since it was read, is read-only, lies elsewhere, or is to be
    written in two ways.
    """
    for rewrites in _by_root(changes).values():
        for rewrite in rewrites:
            _check(rewrite)


def write(changes: Iterable[Changes], outputs: Sequence[NewFile] = ()) -> None:
    """Write the new contents into the files of the projects, and the outputs: all, or none.

    A file keeps its mode, its owner and its extended attributes; a link stays a link. Where it has
    several names (hard links), the others keep the old content. Raise UsageError as `check` does,
    and where a file cannot be written or another run is about to.
    """
    by_root = _by_root(changes)
    with contextlib.ExitStack() as stack:
        held: list[_Held] = []
        for root, rewrites in by_root.items():
            with told(shown(root)):
                held.append((stack.enter_context(locked(root)), rewrites))
        for journal, rewrites in held:
            _demand_none(journal.root, journal.entries())
            for rewrite in rewrites:
                _check(rewrite)
        _write_all(held, outputs)


def settle(roots: Iterable[Path], *, may_write: bool) -> Iterator[str]:
    """Roll back what killed runs left in these projects, and yield what was done.

    Raise UsageError where nothing may be written, or where a file is no longer as such a run left
    it.
    """
    for root in roots:
        with told(shown(root)):
            if may_write:
                yield from _rolled_back(root)
            else:
                _demand_none(root, pending(root))


def _demand_none(root: Path, entries: Sequence[Entry]) -> None:
    if entries:
        files = "1 file" if len(entries) == 1 else f"{len(entries)} files"
        place = shown(root)
        problem = f"An earlier run was killed while it wrote {files} of {place}"
        message = f"{problem}; `celerylint check --fix {place}` rolls it back"
        raise UsageError(message)


# --- preparing ---------------------------------------------------------------------------------


def _by_root(changes: Iterable[Changes]) -> dict[Path, list[_Rewrite]]:
    """Return what is to be written by root; raise UsageError where two changes contradict."""
    seen: dict[Path, _Rewrite] = {}
    by_root: dict[Path, list[_Rewrite]] = {}
    for each in sorted(changes, key=lambda each: each.root):
        root = Path(os.path.realpath(each.root))
        for rewrite in _rewrites(root, each.files):
            other = seen.setdefault(rewrite.target, rewrite)
            if other is rewrite:
                by_root.setdefault(root, []).append(rewrite)
            elif other.after != rewrite.after:
                problem = "are one file that is to be changed in two ways; nothing was written"
                message = f"{other.name} and {rewrite.name} {problem}"
                raise UsageError(message)
    return by_root


def _rewrites(root: Path, files: Mapping[str, tuple[bytes, bytes]]) -> Iterator[_Rewrite]:
    for path in sorted(files):
        target = _inside(root, path)
        if target is None:
            message = f"{_name(root / path)} is a link to a file outside the project"
            raise UsageError(f"{message}; nothing was written")
        before, after = files[path]
        if before != after:
            yield _Rewrite(_name(root / path), target, before, after)


def _inside(root: Path, path: str) -> Path | None:
    """Return where a file of the project really is, None where that is none of its places."""
    target = Path(os.path.realpath(root / path))
    if not target.is_relative_to(root) or not _FOREIGN.isdisjoint(target.relative_to(root).parts):
        return None
    return target


def _name(path: Path) -> str:
    """Return the path from the current directory, or the whole of it where that is elsewhere."""
    here = Path(os.path.realpath(Path.cwd()))
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else str(path)


def _check(rewrite: _Rewrite) -> None:
    with told(rewrite.name):
        if rewrite.target.read_bytes() != rewrite.before:
            problem = "has changed since it was read; nothing was written, run again"
            message = f"{rewrite.name} {problem}"
            raise UsageError(message)
        demand_writable(rewrite.name, rewrite.target)


@contextlib.contextmanager
def _to_be_continued(root: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        place = shown(root)
        problem = f"The files of {place} cannot be rolled back: {error.strerror}"
        message = f"{problem}; `celerylint check --fix {place}` tries again"
        raise UsageError(message) from error


# --- writing -----------------------------------------------------------------------------------


def _write_all(held: Sequence[_Held], outputs: Sequence[NewFile]) -> None:
    try:
        steps = [step for journal, rewrites in held for step in _noted(journal, rewrites)]
        for rewrite, temporary in steps:
            with told(rewrite.name):
                _fill(temporary, rewrite.after, rewrite.target)
        for rewrite, temporary in steps:
            _check(rewrite)
            with told(rewrite.name):
                temporary.replace(rewrite.target)
        # Whoever is killed after this has reports of fixes that are rolled back: they are no loss.
        write_outputs(outputs)
    except BaseException:
        for journal, _ in held:
            with _to_be_continued(journal.root):
                _roll_back(journal)
        raise
    for folder in {rewrite.target.parent for rewrite, _ in steps}:
        sync_folder(folder)
    for journal, _ in held:
        journal.clear()


def _noted(journal: Journal, rewrites: Sequence[_Rewrite]) -> list[tuple[_Rewrite, Path]]:
    """Note all changes of a project in its journal, and return each with its temporary file."""
    entries, steps = [], []
    mark = os.urandom(4).hex()
    for number, rewrite in enumerate(rewrites):
        temporary = rewrite.target.with_name(f"{TEMPORARY}{mark}-{number}")
        path = rewrite.target.relative_to(journal.root).as_posix()
        entries.append(Entry(path, temporary.name, rewrite.before, digest(rewrite.after)))
        steps.append((rewrite, temporary))
    with told(_name(journal.path)):
        journal.record(entries)
    return steps


def _fill(temporary: Path, content: bytes, like: Path) -> None:
    """Write a new file that has all that another has besides its content and its time."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | BINARY
    with os.fdopen(os.open(temporary, flags, 0o600), "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    dress(temporary, like)


# --- rolling back ------------------------------------------------------------------------------


def _rolled_back(root: Path) -> Iterator[str]:
    with locked(root) as journal:
        entries = journal.entries()
        for entry in entries:
            target = _inside(root, entry.path)
            if target is None or _state(target, entry) is None:
                name = _name(root / entry.path)
                problem = f"{name} is no longer as a run left it that was killed; restore the files"
                message = f"{problem} from version control and remove {_name(journal.path)}"
                raise UsageError(message)
        with _to_be_continued(root):
            names = _roll_back(journal)
    if entries:
        what = f"restored {', '.join(names)}" if names else "it had changed no file"
        yield f"celerylint: note: rolled back a run that was killed in {shown(root)}: {what}"


def _roll_back(journal: Journal) -> tuple[str, ...]:
    """Give every file its old content again that has the new one, and return their names.

    The journal is emptied when all is done: whoever is killed meanwhile leaves the rest to others.
    """
    names = []
    for entry in journal.entries():
        target = journal.root / entry.path
        temporary = target.with_name(entry.temporary)
        temporary.unlink(missing_ok=True)
        if _state(target, entry):
            _fill(temporary, entry.before, target)
            temporary.replace(target)
            names.append(_name(target))
    journal.clear()
    return tuple(names)


def _state(target: Path, entry: Entry) -> bool | None:
    """Return whether a file holds the new content; None where it holds neither."""
    try:
        content = target.read_bytes()
    except OSError:
        return None
    if content == entry.before:
        return False
    return True if digest(content) == entry.after else None
