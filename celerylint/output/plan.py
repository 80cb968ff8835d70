"""An upgrade in stages: what is automatic, what is to be decided, what is to be watched."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from celerylint.finding import Safety, Severity
from celerylint.options import OutputFormat
from celerylint.output import as_json, markdown
from celerylint.output.screen import shown_path, visible
from celerylint.output.telling import Told, told
from celerylint.report import Report

_VERSION = 1


class Stage(NamedTuple):
    """One step of the upgrade of a project; the report has what is found first in it."""

    before: str
    target: str
    report: Report


class Part(Enum):
    """What is to be done about a finding."""

    AUTOMATIC = "automatic"
    DECIDE = "to decide"
    WATCH = "to watch"


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
    )


def _part(each: Told) -> Part:
    """Return what is to be done; what does not work and has no fix is decided by hand."""
    if each.fix:
        return Part.AUTOMATIC if each.fix.safety is Safety.SAFE else Part.DECIDE
    return Part.DECIDE if each.finding.severity is Severity.ERROR else Part.WATCH


def _counted(findings: Sequence[Told]) -> str:
    files = len({each.spot.path for each in findings})
    return f"{len(findings)} in {files} file{'' if files == 1 else 's'}"


def _place(each: Told) -> str:
    return f"{each.spot.path}:{each.spot.start.line}"


def _remedy(each: Told) -> str:
    """Return what can be done: the fix on offer, or the advice."""
    return f"{each.fix.title}, or: {each.advice[0]}" if each.fix else each.advice[0]


# --- in full ------------------------------------------------------------------------------------


def _full(stages: Sequence[_Told]) -> Iterator[str]:
    for number, stage in enumerate(stages, 1):
        yield from ("",) * (number > 1)
        yield f"Stage {number}: {stage.title}"
        automatic = stage.part(Part.AUTOMATIC)
        if automatic:
            yield f"  Automatic: {_counted(automatic)}"
            yield f"    {stage.command}"
        for part in (Part.DECIDE, Part.WATCH):
            found = stage.part(part)
            if found:
                yield f"  {part.value.capitalize()}: {_counted(found)}"
            for each in found:
                yield f"    {visible(_place(each))}: {each.finding.code} {visible(each.message)}"
                yield f"      {visible(_remedy(each))}"
        if not stage.findings:
            yield "  Nothing to do"


# --- as a checklist -----------------------------------------------------------------------------


def _markdown(stages: Sequence[_Told]) -> Iterator[str]:
    for number, stage in enumerate(stages, 1):
        yield from ("",) * (number > 1)
        yield f"## Stage {number}: {markdown.text(stage.title)}"
        automatic = stage.part(Part.AUTOMATIC)
        if automatic:
            yield from ("", "### Automatic", "")
            yield f"- [ ] {_counted(automatic)}: {markdown.code(stage.command)}"
        for part in (Part.DECIDE, Part.WATCH):
            yield from _checklist(part, stage.part(part))
        yield from ("", f"- [ ] Deploy Celery {markdown.text(stage.target)}")


def _checklist(part: Part, found: Sequence[Told]) -> Iterator[str]:
    if found:
        yield from ("", f"### {part.value.capitalize()}", "")
    for each in found:
        what = f"{each.message} ({each.finding.code}). {_remedy(each)}"
        yield f"- [ ] {markdown.code(_place(each))} {markdown.text(what)}"


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
                **{
                    part.name.lower(): [as_json.finding(each, {}) for each in stage.part(part)]
                    for part in Part
                },
            }
            for stage in stages
        ],
    }
    yield json.dumps(document, indent=2)
