"""What the findings of a run are to a baseline: those that it lists, and what is to become of it.

As many findings count as listed as there are equal entries.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from celerylint.files.roots import shown
from celerylint.files.walking import Tree
from celerylint.finding import Finding
from celerylint.report import Report, Sifted, Silenced
from celerylint.suppressions.baseline import Baseline, Entry
from celerylint.text.hiding import Hidden
from celerylint.text.masking import Known, hidden_texts, mask, masked_slice, secrets
from celerylint.text.source import Source

_LONGEST = 200


class Run(NamedTuple):
    """What was looked at: the tree of a project, and the codes of the rules that were left out."""

    tree: Tree
    left_out: Collection[str]


def sift(
    findings: Iterable[Finding], sources: Mapping[str, Source], tree: Tree, baseline: Baseline
) -> tuple[Sifted, Counter[Entry]]:
    """Return the findings that the baseline does not list, and those that it lists.

    Of more equal findings than it lists, the first in the file count as listed. With them come the
    entries that no finding needs.
    """
    if not baseline.entries:
        return Sifted(tuple(findings), ()), Counter()
    left = Counter(baseline.entries)
    kept: list[Finding] = []
    hidden: list[Silenced] = []
    ordered = sorted(findings, key=lambda finding: (finding.place, finding.code))
    for finding, entry in zip(ordered, entries(ordered, sources, tree, baseline.file), strict=True):
        if not left[entry]:
            kept.append(finding)
            continue
        left[entry] -= 1
        path, span = finding.place
        where = f"{path}:{sources[path].position(span.start).line}"
        about = f" for `{finding.setting}`" if finding.setting else ""
        why = f"{finding.code}{about} is in the baseline ({where}); run with --baseline none"
        hidden.append(Silenced(finding, why))
    return Sifted(tuple(kept), tuple(hidden)), +left


def entries(
    findings: Iterable[Finding], sources: Mapping[str, Source], tree: Tree, file: Path
) -> Iterator[Entry]:
    """Yield how a baseline in `file` lists findings."""
    root = os.path.relpath(os.path.realpath(tree.root), _folder(file))
    texts: dict[str, _Masked] = {}
    for finding in findings:
        path = finding.place.path
        text = texts[path] = texts.get(path) or _Masked(sources[path])
        yield Entry(
            Path(os.path.normpath(Path(root, path))).as_posix(),
            finding.code,
            mask(finding.setting or "", text.told),
            text.first_line(finding),
        )


class _Masked:
    """A source with its secrets, looked for once."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._hidden: tuple[Hidden, ...] = secrets(source.text, python=source.python)
        self.told = Known(hidden_texts(source.text, self._hidden))

    def first_line(self, finding: Finding) -> str:
        """Return what an entry says of the place of a finding."""
        start, end = finding.place.span
        line = self._source.line_span(self._source.position(start).line)
        text = masked_slice(self._source.text, self._hidden, start, min(end, line.end))
        return " ".join(text.split())[:_LONGEST]


def gone(left: Counter[Entry], file: Path, runs: Iterable[Run]) -> Counter[Entry]:
    """Return, of the entries that no finding needs, those whose finding there is no more.

    An entry for a file or a rule that these runs did not look at may hold as well as ever.
    """
    judged = [_Judged(run, _folder(file)) for run in runs]
    return Counter({e: n for e, n in left.items() if any(each.includes(e) for each in judged)})


class _Judged:
    """The entries that one run has something to say about."""

    def __init__(self, run: Run, folder: str) -> None:
        self._run = run
        self._folder = folder
        self._root = os.path.realpath(run.tree.root)
        self._files = frozenset(run.tree.files)

    def includes(self, entry: Entry) -> bool:
        """Return whether the file was looked at, or is gone, and the rule was run."""
        place = Path(os.path.normpath(Path(self._folder, entry.path)))
        if entry.code in self._run.left_out or not place.is_relative_to(self._root):
            return False
        path = place.relative_to(self._root).as_posix()
        if self._run.tree.given is not None:
            return self._run.tree.concerns(path)
        return (path in self._files and self._run.tree.concerns(path)) or not place.exists()


def notes(baseline: Baseline, left: Counter[Entry], run: Run) -> tuple[str, ...]:
    """Return what the user should know: how many findings of the baseline there are no more."""
    number = gone(left, baseline.file, (run,)).total()
    if not number:
        return ()
    name = shown(Path(os.path.relpath(baseline.file)))
    are = (
        "1 finding of the baseline is" if number == 1 else f"{number} findings of the baseline are"
    )
    return (f"{are} no longer found; --write-baseline {name} takes them out",)


def updated(baseline: Baseline, reports: Sequence[tuple[Report, Run]]) -> Baseline:
    """Return the baseline with all findings of the reports, and without what is gone.

    What these runs did not look at stays as it is.
    """
    found = Counter(
        entry
        for report, _ in reports
        for entry in entries(report.findings, report.sources, report.tree, baseline.file)
    )
    before = Counter(baseline.entries)
    outdated = gone(before - found, baseline.file, [run for _, run in reports])
    listed = (before - outdated) | found
    return baseline._replace(entries=tuple(sorted(listed.elements())))


def change(before: Baseline, after: Baseline) -> str:
    """Return what has become of a baseline that is written again."""
    name = shown(Path(os.path.relpath(after.file)))
    old, new = Counter(before.entries), Counter(after.entries)
    counts = (((new - old).total(), "new"), ((old - new).total(), "taken out"))
    details = ", ".join(f"{number} {what}" for number, what in counts if number)
    findings = "1 finding" if new.total() == 1 else f"{new.total()} findings"
    return f"{name} lists {findings}" + (f" ({details})" if details else "")


def _folder(file: Path) -> str:
    return os.path.realpath(file.parent)
