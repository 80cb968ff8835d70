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
from celerylint.dependencies.companions import pinned
from celerylint.dependencies.versions import current_releases, target_releases
from celerylint.engine import projects
from celerylint.engine.projects import Project
from celerylint.engine.run import judge
from celerylint.finding import Finding, Place, Severity
from celerylint.options.loading import Wanted
from celerylint.options.table import UsageError
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
    memory = Memory()
    stops = _stops(project, catalogue)
    lines = tuple(pinned(project.tree))
    seen: set[tuple[str, Place, Severity]] = set()
    # What is wrong before the upgrade has nothing to do with it.
    for first, last in ((stops[0], stops[0]), *pairwise(stops)):
        options = replace(project.options, upgrading_from=first, target_version=last)
        report = judge(project.tree, options, rulebook, catalogue, memory, project.known)
        new = tuple(each for each in report.findings if _key(each) not in seen)
        seen.update(map(_key, report.findings))
        if first != last:
            yield Stage(first, last, report._replace(findings=new), lines)
            lines = ()


def _key(finding: Finding) -> tuple[str, Place, Severity]:
    # A name that is renamed in one stage is not there any more in the next.
    if finding.code.startswith(_NAMES) and finding.severity is not Severity.INFO:
        return _NAMES, finding.place, Severity.ERROR
    return finding.code, finding.place, finding.severity


def _stops(project: Project, catalogue: Catalogue) -> tuple[str, ...]:
    """Return the releases of an upgrade: where it begins, where to stop, where it ends.

    It begins at the oldest release that the dependency files allow, and ends at the newest known,
    unless the user says otherwise.
    """
    options = project.options
    start = options.upgrading_from or _pin(project, catalogue)
    end = options.target_version or release_text(catalogue.newest[:2])
    if not start:
        message = "A plan needs --upgrading-from, such as 3.1: no dependency file names a Celery"
        raise UsageError(message)
    known = catalogue.releases
    before, target = (target_releases(text, known)[0] for text in (start, end))
    if before[-1] >= target[0]:
        message = f"--upgrading-from {start} is not older than --target-version {end}"
        raise UsageError(message)
    return (start, *_between(before[-1], target[0], catalogue), end)


def _pin(project: Project, catalogue: Catalogue) -> str:
    found = current_releases(project.tree, catalogue.releases)
    return release_text(found.releases[0]) if found else ""


def _between(first: Release, last: Release, catalogue: Catalogue) -> Iterator[str]:
    for stop in catalogue.stops:
        if first < stop < last and stop[:2] not in {first[:2], last[:2]}:
            yield release_text(stop)
