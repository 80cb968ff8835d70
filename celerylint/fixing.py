"""Choose fixes, apply them until none is left, write the result."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from celerylint.catalogue import Catalogue
from celerylint.engine import Report, judge
from celerylint.files import Tree
from celerylint.finding import ChangeSet, Safety, Span
from celerylint.options import Options, UsageError
from celerylint.rulebook import Rulebook
from celerylint.source import UnreadableError, apply, decode
from celerylint.store import Memory

# Each round makes at least one fix; a chain longer than this can only be a circle.
_ROUNDS = 200


@dataclass(frozen=True, slots=True)
class Fixed:
    """What the fixes make of a project.

    `before` and `report` are what is found before and after; `changes` are the new contents by
    path; `applied` are the change sets, in the order they were made.
    """

    report: Report
    before: Report
    changes: Mapping[str, bytes]
    applied: tuple[ChangeSet, ...]


def fix(tree: Tree, options: Options, rulebook: Rulebook, catalogue: Catalogue) -> Fixed:
    """Return the project after its fixes: the safe ones, and the unsafe ones where asked for.

    Nothing is written. Fixes are made until none is left, for one may open the way for another.
    """
    memory: Memory = {}
    before = report = judge(tree, options, rulebook, catalogue, memory)
    current = tree
    applied: list[ChangeSet] = []
    refused: set[ChangeSet] = set()
    for _ in range(_ROUNDS):
        chosen = _choose(report, refused, unsafe=options.unsafe_fixes)
        if not chosen:
            break
        try:
            current = current.overlaid(_applied(report, chosen))
        except UnreadableError:
            # A fix that leaves something unreadable is a defect of ours, and is not made.
            refused.update(chosen)
            continue
        applied += chosen
        report = judge(current, options, rulebook, catalogue, memory)
    changed = {p: raw for p, raw in current.overlay.items() if raw != tree.read(p)}
    crashes = tuple(f"`{each.title}` would leave a broken file" for each in refused)
    report = replace(report, crashes=(*report.crashes, *crashes))
    return Fixed(report, before, changed, tuple(applied))


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
    theirs = [edit.place for edit in other.edits]
    return any(
        mine.place.path == place.path and _touch(mine.place.span, place.span)
        for mine in one.edits
        for place in theirs
    )


def _touch(one: Span, other: Span) -> bool:
    return one.start <= other.end and other.start <= one.end


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


def write(tree: Tree, changes: Mapping[str, bytes]) -> None:
    """Write new contents into the files of a tree: all of them, or none.

    Each file is replaced in one step and keeps its mode and owner; a link stays a link. Raise
    UsageError where a file has changed since it was read, or cannot be written.
    """
    targets = {path: Path(os.path.realpath(tree.root / path)) for path in changes}
    for path, target in targets.items():
        _check(tree, path, target)
    with contextlib.ExitStack() as stack:
        prepared = {
            path: stack.enter_context(_prepared(target, changes[path], path))
            for path, target in sorted(targets.items())
        }
        _replace_all(tree, targets, prepared)


def _check(tree: Tree, path: str, target: Path) -> None:
    if not target.is_relative_to(os.path.realpath(tree.root)):
        message = f"{path} is a link to a file outside the project; nothing was written"
        raise UsageError(message)
    if target.read_bytes() != tree.read(path):
        message = f"{path} has changed since it was read; nothing was written, run again"
        raise UsageError(message)
    if not os.access(target, os.W_OK):
        message = f"{path} is read-only; nothing was written"
        raise UsageError(message)


@contextlib.contextmanager
def _prepared(target: Path, content: bytes, path: str) -> Iterator[Path]:
    """Write the content beside the file it is to replace; remove it if it is not used."""
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        temporary = Path(name)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        shutil.copymode(target, temporary)
        _copy_owner(target, temporary)
        yield temporary
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror}; nothing was written"
        raise UsageError(message) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _copy_owner(target: Path, temporary: Path) -> None:
    if hasattr(os, "chown"):
        status = target.stat()
        # Only root may give a file away; a project's own files need not be given away.
        with contextlib.suppress(PermissionError):
            os.chown(temporary, status.st_uid, status.st_gid)


def _replace_all(tree: Tree, targets: Mapping[str, Path], prepared: Mapping[str, Path]) -> None:
    done: list[str] = []
    try:
        for path, temporary in prepared.items():
            temporary.replace(targets[path])
            done.append(path)
    except OSError:
        for path in done:
            targets[path].write_bytes(tree.read(path))
        raise
