"""Whether a task that is asked for by its name is one of the project."""

from __future__ import annotations

from collections.abc import Mapping

from celerylint.linking.project import Project
from celerylint.model import Grade
from celerylint.text.source import Source


def is_missing(
    project: Project, sources: Mapping[str, Source], path: str, task: str, *, times: int
) -> bool:
    """Return whether the project has the module of a task, and nothing that gives it the name.

    `path` is where the name is asked for, `times` how often it is: written once more, it may well
    be given to a task. A name whose module is no one's here may be another program's.
    """
    if not _lacks(project, path, task):
        return False
    return sum(source.text.count(task) for source in sources.values()) == times


def _lacks(project: Project, path: str, task: str) -> bool:
    """Return whether the module of a task is one of the project, and binds no such name."""
    module, _, name = task.rpartition(".")
    found = project.names.modules.find(module, path) if module else None
    index = project.facts.of(found.path) if found else None
    if found is None or index is None or found.grade is not Grade.CERTAIN:
        return False
    open_ended = index.facts.star_imports or any(access.writes for access in index.facts.dynamic)
    return not open_ended and ("", name) not in index.bindings
