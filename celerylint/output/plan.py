"""An upgrade in stages: what is automatic, what is to be decided, what is to be watched."""

from __future__ import annotations

import json
import shlex
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from itertools import chain, repeat
from pathlib import Path
from typing import NamedTuple

from celerylint.dependencies.companions import Line
from celerylint.finding import Safety, Severity
from celerylint.options.table import OutputFormat
from celerylint.output import json_document, markdown
from celerylint.output.rendered import Told, told
from celerylint.output.screen import WIDTH, columns, shown_path, visible, wrapped
from celerylint.report import Report

_VERSION = 1
_HAZARDS = "CEL8"
_HOW = (
    "An unsafe fix changes what counts today, or keeps what counted before: make those you decide "
    "for with `celerylint check --fix --unsafe-fixes --select CODE` and the versions of their stage"
)


class Stage(NamedTuple):
    """One step of the upgrade of a project; the report has what is found first in it.

    The first step of a project has the lines of its dependency files that are to be changed.
    """

    before: str
    target: str
    report: Report
    dependencies: tuple[Line, ...] = ()


class Part(Enum):
    """What is to be done about a finding."""

    AUTOMATIC = "Automatic"
    DECIDE = "To decide or to do by hand"
    WATCH = "To watch"


def lines(
    kind: OutputFormat, stages: Sequence[Stage], cwd: Path, paths: Sequence[str]
) -> Iterator[str]:
    """Yield the plan; `paths` are those that the commands in it are to be run on."""
    writers: dict[OutputFormat, Callable[[Sequence[_Told]], Iterator[str]]] = {
        OutputFormat.JSON: _json,
        OutputFormat.MARKDOWN: _markdown,
    }
    yield from writers.get(kind, _full)([_told(stage, cwd, paths) for stage in stages])


class _Told(NamedTuple):
    """A stage as it is told; `root` is the folder of its project."""

    root: str
    before: str
    target: str
    command: str
    findings: tuple[Told, ...]
    unseen: int
    dependencies: tuple[tuple[str, str], ...]

    @property
    def unjudged(self) -> str:
        """Return what is to be said of places that were not followed, nothing if there is none."""
        places = "1 place" if self.unseen == 1 else f"{self.unseen} places"
        said = f"Not judged: what comes from {places} that could not be followed"
        return f"{said} (see `celerylint check --show-project`)" if self.unseen else ""

    @property
    def title(self) -> str:
        where = "" if self.root == "." else f" of {visible(self.root)}"
        return f"Celery {self.before} to {self.target}{where}"

    def part(self, part: Part) -> tuple[Told, ...]:
        return tuple(each for each in self.findings if _part(each) is part)


def _told(stage: Stage, cwd: Path, paths: Sequence[str]) -> _Told:
    words = ("celerylint", "check", "--fix", *paths)
    versions = ("--upgrading-from", stage.before, "--target-version", stage.target)
    return _Told(
        shown_path(stage.report.tree.root, ".", cwd),
        stage.before,
        stage.target,
        visible(shlex.join((*words, *versions))),
        tuple(told((stage.report,), cwd)),
        stage.report.summary.unseen,
        tuple(
            (f"{shown_path(stage.report.tree.root, path, cwd)}:{line}", visible(text))
            for path, line, text in stage.dependencies
        ),
    )


def _part(each: Told) -> Part:
    """Return what is to be done; all that has to be mended without a fix is mended by hand."""
    if each.fix and each.fix.safety is Safety.SAFE:
        return Part.AUTOMATIC
    hazard = each.finding.code.startswith(_HAZARDS)
    if each.fix or not hazard or each.finding.severity is Severity.ERROR:
        return Part.DECIDE
    return Part.WATCH


def _groups(findings: Sequence[Told]) -> Iterator[tuple[Told, ...]]:
    """Yield the findings that are mended in one go, or in one way, in the order of the first."""
    shared = Counter(each.fix.change_set for each in findings if each.fix)
    groups: dict[tuple[str, ...], list[Told]] = {}
    for each in findings:
        key: tuple[str, ...] = (each.finding.code, *each.advice)
        if each.fix:
            together = shared[each.fix.change_set] > 1
            key = (each.fix.change_set,) if together else (*key, each.fix.title, each.fix.reason)
        groups.setdefault(key, []).append(each)
    yield from map(tuple, groups.values())


def _messages(group: Sequence[Told]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what is said in a group, each with all the places that it is said of."""
    places: dict[str, list[str]] = {}
    for each in group:
        where = f"{each.spot.path}:{each.spot.start.line}"
        places.setdefault(f"{each.finding.code} {each.message}", []).append(where)
    for message, found in places.items():
        yield message, tuple(dict.fromkeys(found))


def _remedies(each: Told) -> Iterator[tuple[str, str]]:
    """Yield what can be done: the fix on offer, the advice, and what stands in the way of a fix."""
    if each.fix:
        reason = f" ({each.fix.reason})" if each.fix.reason else ""
        yield "unsafe fix", each.fix.title + reason
    yield from zip(chain(("help",), repeat("note")), each.advice, strict=False)


def _edited(findings: Sequence[Told]) -> str:
    """Return how much the fixes of findings edit."""
    fixes = {each.fix.change_set: each.finding.fix for each in findings if each.fix}
    edits = [edit for fix in fixes.values() if fix for edit in fix.edits]
    files = len({edit.place.path for edit in edits})
    plural = ("" if len(edits) == 1 else "s", "" if files == 1 else "s")
    return f"{len(edits)} edit{plural[0]} in {files} file{plural[1]}"


def _next(stages: Sequence[_Told]) -> str:
    """Return the command to run next: that of the first stage in which there is work."""
    working = (stage for stage in stages if stage.findings)
    first = next(working, None)
    if first is None:
        return ""
    return first.command if first.part(Part.AUTOMATIC) else first.command.replace(" --fix", "")


def _counted(findings: Sequence[Told]) -> str:
    files = len({each.spot.path for each in findings})
    return f"{len(findings)} in {files} file{'' if files == 1 else 's'}"


# --- in full ------------------------------------------------------------------------------------


def _full(stages: Sequence[_Told]) -> Iterator[str]:
    for number, stage in enumerate(stages, 1):
        yield from ("",) * (number > 1)
        if stage.dependencies:
            yield "Dependencies to change, to the version of each stage:"
            yield from columns([(f"  {place}", text) for place, text in stage.dependencies])
            yield ""
        yield f"Stage {number}: {stage.title}"
        automatic = stage.part(Part.AUTOMATIC)
        if automatic:
            yield from ("", f"  Automatic: {_edited(automatic)}", "", f"    {stage.command}")
        for part in (Part.DECIDE, Part.WATCH):
            yield from _paragraphs(part, stage.part(part))
        if not stage.findings:
            yield from ("", "  Nothing found" if stage.unseen else "  Nothing to do")
        if stage.unjudged:
            yield from ("", *wrapped(f"  {stage.unjudged}", WIDTH, "  "))
    if any(each.fix for stage in stages for each in stage.part(Part.DECIDE)):
        yield from ("", *wrapped(_HOW, WIDTH, ""))
    if command := _next(stages):
        yield from ("", f"Next: {command}")


def _paragraphs(part: Part, found: Sequence[Told]) -> Iterator[str]:
    if found:
        yield from ("", f"  {part.value}: {_counted(found)}")
    for group in _groups(found):
        yield ""
        for message, places in _messages(group):
            yield from wrapped(f"    {visible(message)}", WIDTH, " " * 11)
            yield from (f"      {visible(place)}" for place in places)
        for word, text in _remedies(group[0]):
            lead = f"      = {word}: "
            yield from wrapped(lead + visible(text), WIDTH, " " * len(lead))


# --- as a checklist -----------------------------------------------------------------------------


def _markdown(stages: Sequence[_Told]) -> Iterator[str]:
    for number, stage in enumerate(stages, 1):
        yield from ("",) * (number > 1)
        if stage.dependencies:
            yield from ("## Dependencies", "")
            yield from (
                f"- [ ] {markdown.code(place)} {markdown.code(text)}"
                for place, text in stage.dependencies
            )
            yield ""
        yield f"## Stage {number}: {markdown.text(stage.title)}"
        automatic = stage.part(Part.AUTOMATIC)
        if automatic:
            yield from ("", f"### {Part.AUTOMATIC.value}", "")
            yield f"- [ ] {_edited(automatic)}: {markdown.code(stage.command)}"
        for part in (Part.DECIDE, Part.WATCH):
            yield from _checklist(part, stage.part(part))
        yield from ("", f"- [ ] {markdown.text(stage.unjudged)}") if stage.unjudged else ()
        yield from ("", f"- [ ] Deploy Celery {markdown.text(stage.target)}")


def _checklist(part: Part, found: Sequence[Told]) -> Iterator[str]:
    if found:
        yield from ("", f"### {part.value}", "")
    for group in _groups(found):
        said = tuple(_messages(group))
        remedies = [f"{word.capitalize()}: {text}" for word, text in _remedies(group[0])]
        (message, places), *others = said
        if others:
            yield f"- [ ] {markdown.text(_kinds(group))}"
            yield from (f"  - [ ] {_at(places)} {markdown.text(each)}" for each, places in said)
        elif len(places) > 1:
            yield f"- [ ] {markdown.text(message)}"
            yield from (f"  - [ ] {markdown.code(place)}" for place in places)
        else:
            yield f"- [ ] {_at(places)} {markdown.text(message)}"
        yield from (f"  - {markdown.text(remedy)}" for remedy in remedies)


def _at(places: Sequence[str]) -> str:
    return ", ".join(map(markdown.code, places))


def _kinds(group: Sequence[Told]) -> str:
    codes = ", ".join(dict.fromkeys(each.finding.code for each in group))
    return f"{codes}: {len(group)} together" if group[0].fix else f"{codes}: {len(group)} alike"


# --- for programs -------------------------------------------------------------------------------


def _json(stages: Sequence[_Told]) -> Iterator[str]:
    document = {
        "version": _VERSION,
        "stages": [
            {
                "root": visible(stage.root),
                "from": stage.before,
                "to": stage.target,
                "command": stage.command,
                "dependencies": [
                    {"place": place, "requirement": text} for place, text in stage.dependencies
                ],
                **{
                    part.name.lower(): [
                        json_document.finding(each, {}) for each in stage.part(part)
                    ]
                    for part in Part
                },
            }
            for stage in stages
        ],
    }
    yield json.dumps(document, indent=2)
