"""Choose fixes, apply them until none is left, and say what is to be written for them."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from celerylint import writing
from celerylint.baseline import EMPTY, Baseline
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
from celerylint.suppressions.adding import BEYOND, additions
from celerylint.writing import NewFile, demand_writable, told

# Each round makes at least one fix; so many of them can only be a circle.
_ROUNDS = 10_000


def fix(
    tree: Tree,
    options: Options,
    rulebook: Rulebook,
    catalogue: Catalogue,
    known: Baseline = EMPTY,
) -> Fixed:
    """Return the project after its fixes: the safe ones, and the unsafe ones where asked for.

    Nothing is written. Fixes are made until none is left, for one may open the way for another.
    """
    memory: Memory = {}
    before = report = judge(tree, options, rulebook, catalogue, memory, known)
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
        report = judge(tree.overlaid(contents), options, rulebook, catalogue, memory, known)
        sources = {**report.sources, **sources}
    changed = {p: raw for p, raw in contents.items() if raw != _content(sources[p])}
    crashes = tuple(sorted(f"`{each.title}` would leave a broken file" for each in refused))
    report = report._replace(crashes=(*report.crashes, *crashes))
    return Fixed(report, before._replace(sources=sources), changed, tuple(applied))


def add_ignores(
    tree: Tree,
    options: Options,
    rulebook: Rulebook,
    catalogue: Catalogue,
    known: Baseline = EMPTY,
) -> Fixed:
    """Return the project with comments that suppress its findings; nothing is written.

    Files that the user did not name get none.
    Raise UsageError for a reason that cannot be written.
    """
    memory: Memory = {}
    before = judge(tree, options, rulebook, catalogue, memory, known)
    # A finding may stand in a file that was not named, where its label is in one that was.
    own = [f for f in before.findings if tree.concerns(f.place.path)]
    edits = additions(own, before.sources, rulebook, options.add_ignore or "")
    if not edits:
        return Fixed(_with_remark(before), before, {}, ())
    comments = ChangeSet("Suppress the findings", Safety.SAFE, edits)
    contents = _applied(before, (comments,))
    report = judge(tree.overlaid(contents), options, rulebook, catalogue, memory, known)
    return Fixed(_with_remark(report), before, contents, (comments,))


def _with_remark(report: Report) -> Report:
    """Return a report that says which of its findings no comment answers."""
    codes = ", ".join(sorted({f.code for f in report.findings if f.code in BEYOND}))
    if not codes:
        return report
    note = f"No comment was added for {codes}: put right the file or the comment, or use --ignore"
    return report._replace(notes=(*report.notes, note))


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


def check(fixes: Iterable[Fixed]) -> None:
    """Raise UsageError where the new contents of one of the projects cannot be written.

    That is so where a file has changed since it was read, is read-only, lies elsewhere, or is to be
    written in two ways.
    """
    _checked(fixes)


def write(fixes: Iterable[Fixed], outputs: Iterable[NewFile] = ()) -> None:
    """Write the new contents into the files of the projects, and the outputs: all, or none.

    Each file is replaced in one step and keeps its mode and owner; a link stays a link. Raise
    UsageError as `check` does, and where a file cannot be written.
    """
    writing.write((*_checked(fixes), *outputs))


def _checked(fixes: Iterable[Fixed]) -> tuple[NewFile, ...]:
    rewrites: dict[Path, NewFile] = {}
    for rewrite in _rewrites(fixes):
        _check(rewrite)
        other = rewrites.setdefault(rewrite.target, rewrite)
        if other is not rewrite and other.content != rewrite.content:
            problem = "are one file that is to be changed in two ways; nothing was written"
            message = f"{other.name} and {rewrite.name} {problem}"
            raise UsageError(message)
    return tuple(rewrites.values())


def _rewrites(fixes: Iterable[Fixed]) -> Iterator[NewFile]:
    """Yield the changes, by path; raise UsageError for a link that leaves the project.

    The original is the content that was judged.
    """
    for fixed in fixes:
        root = Path(os.path.realpath(fixed.before.tree.root))
        for path in sorted(fixed.changes):
            name, target = _name(root / path), Path(os.path.realpath(root / path))
            if not target.is_relative_to(root):
                message = f"{name} is a link to a file outside the project; nothing was written"
                raise UsageError(message)
            judged = _content(fixed.before.sources[path])
            yield NewFile(name, target, judged, fixed.changes[path])


def _name(path: Path) -> str:
    """Return the path from the current directory, or the whole of it where that is elsewhere."""
    here = Path(os.path.realpath(Path.cwd()))
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else str(path)


def _check(rewrite: NewFile) -> None:
    with told(rewrite.name):
        if rewrite.target.read_bytes() != rewrite.original:
            problem = "has changed since it was read; nothing was written, run again"
            message = f"{rewrite.name} {problem}"
            raise UsageError(message)
        demand_writable(rewrite.name, rewrite.target)
