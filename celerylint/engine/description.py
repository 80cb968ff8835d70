"""What is understood of a project, as plain data: what `--show-project` tells."""

from __future__ import annotations

from typing import NamedTuple

from celerylint.files.walking import Tree


class Gap(NamedTuple):
    """A place that could not be followed, and why."""

    where: str
    reason: str


class DescribedSource(NamedTuple):
    """One thing that an app loads.

    `module` is empty where nothing was found; `named` says how a settings module of Django is known
    to be one, `at` where. `files` are those it is made of, `settings` how many of Celery's it has.
    """

    module: str
    grade: str
    loaded_at: str
    named: str
    at: str
    files: tuple[str, ...]
    settings: int


class DescribedApp(NamedTuple):
    """One app, or what Celery makes its default app from.

    `namespace` is None where there is none, `namespace_known` says whether that is certain, and
    `namespace_at` where it is given. `alternatives` says that any of the sources may be the one.
    `passed` are constants of the project whose values become settings.
    """

    name: str
    where: str
    found_by: str
    grade: str
    namespace: str | None
    namespace_known: bool
    namespace_at: tuple[str, ...]
    celery: str
    celery_before: str
    celery_from: str
    sources: tuple[DescribedSource, ...]
    alternatives: bool
    on_conf: int
    passed: tuple[str, ...]
    gaps: tuple[Gap, ...]


class ProjectDescription(NamedTuple):
    """One project root: its apps, and settings that no app is seen to load."""

    apps: tuple[DescribedApp, ...]
    unloaded: tuple[str, ...]
    notes: tuple[str, ...]


class Description(NamedTuple):
    """Where a project lies, and what is understood of it."""

    tree: Tree
    seen: ProjectDescription
