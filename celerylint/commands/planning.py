"""The upgrade of projects in stages that can be deployed one by one; nothing is changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from celerylint.cache.memory import Memory
from celerylint.catalogue.settings import Catalogue, Release, release_text
from celerylint.commands import knowledge
from celerylint.dependencies.versions import target_releases
from celerylint.engine import projects
from celerylint.engine.projects import Project
from celerylint.engine.run import judge
from celerylint.finding import Finding, Place, Severity
from celerylint.options.loading import Wanted
from celerylint.options.table import Options, UsageError
from celerylint.output import plan
from celerylint.output.plan import Stage
from celerylint.output.screen import shown_path
from celerylint.rulebook.book import Rulebook

_NAMES = "CEL1"


class Planned(NamedTuple):
    """What is to be printed: lines on stdout, and defects of celerylint on stderr."""

    lines: tuple[str, ...]
    crashes: tuple[str, ...]


def run(paths: Sequence[Path], wanted: Wanted) -> Planned:
    """Return the plan of the upgrade that the options speak of.

    Raise UsageError where they do not say from what to what, or make no sense.
    """
    found = projects.asked(paths, wanted)
    rulebook, catalogue = knowledge.read(found)
    working = [project for project in found if project.has_work]
    stages = [stage for each in working for stage in _stages(each, rulebook, catalogue)]
    kind = projects.around(wanted).output_format
    named = tuple(shown_path(wanted.cwd, str(path), wanted.cwd) for path in paths)
    crashes = dict.fromkeys(crash for stage in stages for crash in stage.report.crashes)
    return Planned(tuple(plan.lines(kind, stages, wanted.cwd, named)), tuple(crashes))


def _stages(project: Project, rulebook: Rulebook, catalogue: Catalogue) -> Iterator[Stage]:
    """Yield the stages, each with what is found in it for the first time."""
    memory: Memory = {}
    stops = _stops(project.options, catalogue)
    seen: set[tuple[str, Place, Severity]] = set()
    # What is wrong before the upgrade has nothing to do with it.
    for first, last in ((stops[0], stops[0]), *pairwise(stops)):
        options = replace(project.options, upgrading_from=first, target_version=last)
        report = judge(project.tree, options, rulebook, catalogue, memory, project.known)
        new = tuple(each for each in report.findings if _key(each) not in seen)
        seen.update(map(_key, report.findings))
        if first != last:
            yield Stage(first, last, report._replace(findings=new))


def _key(finding: Finding) -> tuple[str, Place, Severity]:
    # A name that is renamed in one stage is not there any more in the next.
    code = _NAMES if finding.code.startswith(_NAMES) else finding.code
    return code, finding.place, finding.severity


def _stops(options: Options, catalogue: Catalogue) -> tuple[str, ...]:
    """Return the releases of an upgrade: where it begins, where to stop, where it ends."""
    start, end = options.upgrading_from, options.target_version
    if not start or not end:
        missing = "--target-version" if start else "--upgrading-from"
        message = f"A plan needs {missing}, such as {'5.6' if start else '3.1'}"
        raise UsageError(message)
    known = catalogue.releases
    before, target = (target_releases(text, known)[0] for text in (start, end))
    if before[-1] >= target[0]:
        message = f"--upgrading-from {start} is not older than --target-version {end}"
        raise UsageError(message)
    return (start, *_between(before[-1], target[0], catalogue), end)


def _between(first: Release, last: Release, catalogue: Catalogue) -> Iterator[str]:
    for stop in catalogue.stops:
        if first < stop < last and stop[:2] not in {first[:2], last[:2]}:
            yield release_text(stop)
