"""Choose fixes, apply them until none is left, write the result."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import stat
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from celerylint.catalogue import Catalogue
from celerylint.engine import judge
from celerylint.files import Tree
from celerylint.finding import ChangeSet, Safety
from celerylint.memory import Memory
from celerylint.options import Options, UsageError
from celerylint.report import Fixed, Report
from celerylint.rulebook import Rulebook
from celerylint.selection import touch
from celerylint.source import OverlapError, Source, UnreadableError, apply, decode

# Each round makes at least one fix; so many of them can only be a circle.
_ROUNDS = 10_000

_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


def fix(tree: Tree, options: Options, rulebook: Rulebook, catalogue: Catalogue) -> Fixed:
    """Return the project after its fixes: the safe ones, and the unsafe ones where asked for.

    Nothing is written. Fixes are made until none is left, for one may open the way for another.
    """
    memory: Memory = {}
    before = report = judge(tree, options, rulebook, catalogue, memory)
    sources = dict(before.sources)
    contents: dict[str, bytes] = {}
    applied: list[ChangeSet] = []
    refused: set[ChangeSet] = set()
    rounds = itertools.count()
    unsafe = options.unsafe_fixes
    while next(rounds) < _ROUNDS and (chosen := _choose(report, refused, unsafe=unsafe)):
        try:
            contents |= _applied(report, chosen)
        except (UnreadableError, OverlapError):
            # A fix that leaves something unreadable is a defect of ours, and is not made.
            refused.update(chosen)
            continue
        applied += chosen
        report = judge(tree.overlaid(contents), options, rulebook, catalogue, memory)
        sources = {**report.sources, **sources}
    changed = {p: raw for p, raw in contents.items() if raw != _content(sources[p])}
    crashes = tuple(sorted(f"`{each.title}` would leave a broken file" for each in refused))
    report = report._replace(crashes=(*report.crashes, *crashes))
    return Fixed(report, before._replace(sources=sources), changed, tuple(applied))


def _content(source: Source) -> bytes:
    return source.encode(source.text)


def _choose(report: Report, refused: set[ChangeSet], *, unsafe: bool) -> list[ChangeSet]:
    """Return the change sets of the next round: all safe ones that go together, else one unsafe.

    Unsafe ones are made one at a time, since two of them may want the same name.
    """
    fixes = dict.fromkeys(f.fix for f in report.findings if f.fix and f.fix not in refused)
    safe = [each for each in fixes if each.safety is Safety.SAFE]
    chosen: list[ChangeSet] = []
    for each in safe:
        if not any(_overlap(each, other) for other in chosen):
            chosen.append(each)
    if chosen or not unsafe:
        return chosen
    return [each for each in fixes if each.safety is Safety.UNSAFE][:1]


def _overlap(one: ChangeSet, other: ChangeSet) -> bool:
    return any(touch(mine.place, theirs.place) for mine in one.edits for theirs in other.edits)


def _applied(report: Report, chosen: Iterable[ChangeSet]) -> dict[str, bytes]:
    """Return the new content of every file that the change sets edit.

    Raise UnreadableError where one of them could no longer be parsed.
    """
    from celerylint.reading.reader import read  # noqa: PLC0415 - LibCST is heavy

    edits = [edit for change_set in chosen for edit in change_set.edits]
    contents: dict[str, bytes] = {}
    for path in sorted({edit.place.path for edit in edits}):
        source = report.sources[path]
        text = apply(source.text, [edit for edit in edits if edit.place.path == path])
        try:
            contents[path] = source.encode(text)
        except UnicodeEncodeError as error:
            raise UnreadableError(str(error.reason)) from error
        read(decode(path, contents[path]))
    return contents


# --- writing -----------------------------------------------------------------------------------


class _Rewrite(NamedTuple):
    """One file to be replaced: how the user knows it, where it really is, and its fix."""

    name: str
    target: Path
    fixed: Fixed
    path: str

    @property
    def original(self) -> bytes:
        """Return the content that was judged."""
        return _content(self.fixed.before.sources[self.path])

    @property
    def content(self) -> bytes:
        """Return the content that is to be written."""
        return self.fixed.changes[self.path]


def check(fixes: Iterable[Fixed]) -> None:
    """Raise UsageError where the new contents of one of the projects cannot be written.

    That is so where a file has changed since it was read, is read-only, lies elsewhere, or is to be
    written in two ways.
    """
    _checked(fixes)


def write(fixes: Iterable[Fixed]) -> None:
    """Write the new contents into the files of the projects: all of them, or none.

    Each file is replaced in one step and keeps its mode and owner; a link stays a link. Raise
    UsageError as `check` does, and where a file cannot be written.
    """
    rewrites = _checked(fixes)
    with contextlib.ExitStack() as stack:
        prepared: list[tuple[_Rewrite, Path]] = []
        for rewrite in rewrites:
            with _told(rewrite.name):
                temporary = stack.enter_context(_prepared(rewrite.target, rewrite.content))
            prepared.append((rewrite, temporary))
        _replace_all(prepared)


def _checked(fixes: Iterable[Fixed]) -> tuple[_Rewrite, ...]:
    rewrites: dict[Path, _Rewrite] = {}
    for rewrite in _rewrites(fixes):
        _check(rewrite)
        other = rewrites.setdefault(rewrite.target, rewrite)
        if other is not rewrite and other.content != rewrite.content:
            problem = "are one file that is to be changed in two ways; nothing was written"
            message = f"{other.name} and {rewrite.name} {problem}"
            raise UsageError(message)
    return tuple(rewrites.values())


def _rewrites(fixes: Iterable[Fixed]) -> Iterator[_Rewrite]:
    """Yield the changes, by path; raise UsageError for a link that leaves the project."""
    for fixed in fixes:
        root = Path(os.path.realpath(fixed.before.tree.root))
        for path in sorted(fixed.changes):
            name, target = _name(root / path), Path(os.path.realpath(root / path))
            if not target.is_relative_to(root):
                message = f"{name} is a link to a file outside the project; nothing was written"
                raise UsageError(message)
            yield _Rewrite(name, target, fixed, path)


def _name(path: Path) -> str:
    """Return the path from the current directory, or the whole of it where that is elsewhere."""
    here = Path(os.path.realpath(Path.cwd()))
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else str(path)


def _check(rewrite: _Rewrite) -> None:
    with _told(rewrite.name):
        if rewrite.target.read_bytes() != rewrite.original:
            problem = "has changed since it was read; nothing was written, run again"
            message = f"{rewrite.name} {problem}"
            raise UsageError(message)
        # Root may write anything, but a file that nobody may write is meant to stay as it is.
        writable = rewrite.target.stat().st_mode & _WRITABLE
        if not (writable and os.access(rewrite.target, os.W_OK)):
            message = f"{rewrite.name} is read-only; nothing was written"
            raise UsageError(message)


@contextlib.contextmanager
def _told(path: str) -> Iterator[None]:
    """Turn what the system says about a file into what the user is told."""
    try:
        yield
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror}; nothing was written"
        raise UsageError(message) from error


@contextlib.contextmanager
def _prepared(target: Path, content: bytes) -> Iterator[Path]:
    """Write the content beside the file it is to replace; remove it if it is not used."""
    handle, name = tempfile.mkstemp(prefix=".celerylint-", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        status = target.stat()
        # Only root may give a file away, and Windows has no owners of this kind.
        with contextlib.suppress(PermissionError, AttributeError):
            os.chown(temporary, status.st_uid, status.st_gid)
        shutil.copymode(target, temporary)
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def _replace_all(prepared: Iterable[tuple[_Rewrite, Path]]) -> None:
    done: list[_Rewrite] = []
    try:
        for rewrite, temporary in prepared:
            with _told(rewrite.name):
                temporary.replace(rewrite.target)
            done.append(rewrite)
    except UsageError:
        for rewrite in done:
            rewrite.target.write_bytes(rewrite.original)
        raise
