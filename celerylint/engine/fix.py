"""Choose fixes, apply them until none is left, and say what is to be written for them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from celerylint.cache.memory import Memory
from celerylint.catalogue.settings import Catalogue
from celerylint.engine.choose import choose
from celerylint.engine.run import judge
from celerylint.files.walking import Tree
from celerylint.finding import ChangeSet, Edit, Safety
from celerylint.options.table import Options
from celerylint.report import Fixed, Report
from celerylint.rulebook.book import Rulebook
from celerylint.suppressions.adding import additions, is_within
from celerylint.suppressions.baseline import EMPTY, Baseline
from celerylint.text.source import OverlapError, Source, UnreadableError, apply, decode
from celerylint.writing.rewriting import Changes

# Far more than there are fixes; rules of a user may always find something more to add.
_ROUNDS = 1_000

# No safe fix may leave old and new names side by side, a name that is ignored, or a reader behind.
_SPOILT = frozenset({"mixed-setting-names", "old-name-under-namespace", "unset-name-read"})


def fix(
    tree: Tree,
    options: Options,
    rulebook: Rulebook,
    catalogue: Catalogue,
    known: Baseline = EMPTY,
) -> Fixed:
    """Return the project after its fixes: the safe ones, and the unsafe ones where asked for.

    Nothing is written. Fixes are made until none is left, for one may open the way for another; one
    that leads back to what was there before, as rules of a user may, is left out.
    """
    memory = Memory()
    before = report = judge(tree, options, rulebook, catalogue, memory, known)
    sources = dict(before.sources)
    contents: dict[str, bytes] = {}
    states = [contents]
    applied: list[ChangeSet] = []
    refused: set[ChangeSet] = set()
    circling: set[ChangeSet] = set()
    spoiling: set[ChangeSet] = set()
    names, alone = catalogue.settings.keys(), False
    while chosen := choose(
        report.findings, refused | circling | spoiling, names, unsafe=options.unsafe_fixes
    )[: 1 if alone else None]:
        result = _result(report, sources, contents, chosen)
        if result is None or result in states or len(states) == _ROUNDS:
            # One of several may be to blame: they are made one by one then.
            if len(chosen) == 1:
                # A fix that leaves something unreadable is a defect of ours, and is not made.
                (refused if result is None else circling).update(chosen)
            alone = True
            continue
        judged = judge(tree.overlaid(result), options, rulebook, catalogue, memory, known)
        if _is_spoilt(report, judged, chosen):
            spoiling.update(chosen if len(chosen) == 1 else ())
            alone = True
            continue
        alone = False
        states.append(result)
        contents = result
        applied += chosen
        report = judged
        sources = {**report.sources, **sources}
    crashes = tuple(sorted(f"`{each.title}` would leave a broken file" for each in refused))
    left = tuple(sorted(f"`{each.title}` is not made: {_WHY_SPOILT}" for each in spoiling))
    report = report._replace(crashes=(*report.crashes, *crashes), notes=(*report.notes, *left))
    return Fixed(report, before._replace(sources=sources), contents, tuple(applied))


_WHY_SPOILT = "Celery would ignore or refuse a setting afterwards; please report this"


def _is_spoilt(before: Report, after: Report, chosen: Iterable[ChangeSet]) -> bool:
    """Return whether fixes that are safe have brought up what no safe fix may."""
    found, was = (
        Counter(finding.name for finding in report.findings if finding.name in _SPOILT)
        for report in (after, before)
    )
    return bool(found - was) and all(each.safety is Safety.SAFE for each in chosen)


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
    memory = Memory()
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
    left = (f.code for f in report.findings if not is_within(f, report.sources))
    codes = ", ".join(sorted(set(left)))
    if not codes:
        return report
    note = f"No comment was added for {codes}: put right the file or the comment, or use --ignore"
    return report._replace(notes=(*report.notes, note))


def _content(source: Source) -> bytes:
    return source.encode(source.text)


def _result(
    report: Report,
    sources: Mapping[str, Source],
    contents: Mapping[str, bytes],
    chosen: Iterable[ChangeSet],
) -> dict[str, bytes] | None:
    """Return what differs from the first contents once these are made, None where they cannot."""
    try:
        return _changes(sources, {**contents, **_applied(report, chosen)})
    except (UnreadableError, OverlapError):
        return None


def _applied(report: Report, chosen: Iterable[ChangeSet]) -> dict[str, bytes]:
    """Return the new content of every file that the change sets edit.

    Raise UnreadableError where one of them could be parsed no longer, or less of it than before.
    """
    from celerylint.reading.reader import left_out  # noqa: PLC0415 - LibCST is heavy

    edits = defaultdict[str, list[Edit]](list)
    for edit in (edit for change_set in chosen for edit in change_set.edits):
        edits[edit.place.path].append(edit)
    contents: dict[str, bytes] = {}
    for path in sorted(edits):
        source = report.sources[path]
        text = apply(source.text, edits[path])
        try:
            contents[path] = source.encode(text)
        except UnicodeEncodeError as error:
            raise UnreadableError(str(error.reason)) from error
        lost = left_out(decode(path, contents[path]))
        if lost and lost != left_out(source):
            raise UnreadableError("A statement could no longer be read")
    return contents


def _changes(sources: Mapping[str, Source], contents: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the contents that are not what was there at first."""
    return {path: raw for path, raw in contents.items() if raw != _content(sources[path])}


def changes(fixed: Fixed) -> Changes:
    """Return what is to be written for the fixes of a project."""
    sources = fixed.before.sources
    files = {path: (_content(sources[path]), raw) for path, raw in fixed.changes.items()}
    return Changes(fixed.before.tree.root, files)
