"""How the configurations of a project are loaded: which module is imported from where."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from celerylint.linking.modules import is_outside
from celerylint.linking.project import Project
from celerylint.model import Configuration, Entity, FoundBy, Layer, Naming


class Start(NamedTuple):
    """One way in which Celery comes to a configuration.

    `name` is what the user is told. `folder` is the current directory, relative to the root, and
    `path` are the folders that modules are imported from, it being the first. `load` is spelled as
    the probe says, empty where there is no way to load it; `why` says what is in the way. Nothing
    is amiss where what is not `needed` cannot be loaded.
    """

    name: str
    folder: str
    path: tuple[str, ...] = ()
    load: str = ""
    environ: Mapping[str, str] = {}
    django: bool = False
    why: str = ""
    needed: bool = True


def starts(project: Project, files: Sequence[str]) -> tuple[Start, ...]:
    """Return how to load each configuration of a project with these files, each way once."""
    known = frozenset(files)
    found: dict[tuple[str, ...], Start] = {}
    for configuration in project.configurations:
        app = project.apps.attribute(configuration.app)
        start = _start(configuration, app, known)
        found.setdefault((start.name, start.folder, start.load, start.why), start)
    return tuple(found.values())


def _start(configuration: Configuration, app: Entity | None, files: frozenset[str]) -> Start:
    if configuration.app.found_by in {FoundBy.FILE_NAME, FoundBy.VARIABLE, FoundBy.CONTENT}:
        return _orphan(configuration, files)
    if configuration.app.found_by is FoundBy.DEFAULT_APP:
        return Start(configuration.app.place.path, "", why="its app is the default one of djcelery")
    if app is None:
        return _source(configuration, files)
    folder, module = importable(app.path, files)
    name, load = f"{module}:{app.name}", f"app:{module}:{app.name}"
    if not configuration.django:
        return Start(name, folder, (folder,), load)
    return _site(configuration, Start(name, folder, load=load), files)


def _site(configuration: Configuration, app: Start, files: frozenset[str]) -> Start:
    """Return how an app is loaded that a site of Django gives its settings."""
    entry = configuration.loadings[0].entry if configuration.loadings else None
    if entry is None or entry.path not in files:
        why = "the settings module of Django is not found; name it in DJANGO_SETTINGS_MODULE"
        return app._replace(load="", why=why)
    if entry.named is Naming.CALL:
        why = "its settings are given to `settings.configure`, by a program that would have to run"
        return Start(f"{app.name} with {entry.path}", app.folder, why=why, needed=False)
    beside, settings = importable(entry.path, files)
    path = tuple(dict.fromkeys((app.folder, beside)))
    environ = {"DJANGO_SETTINGS_MODULE": settings}
    return app._replace(name=f"{app.name} with {settings}", path=path, environ=environ, django=True)


def _source(configuration: Configuration, files: frozenset[str]) -> Start:
    """Return how a new app loads what an app loads that only a call of a function makes."""
    sources = [s.owner for s in configuration.settings if s.layer is Layer.SOURCE]
    owner = next((each for each in reversed(sources) if not each.scope), None)
    where = configuration.app.entity.path
    if owner is None or configuration.django or not (owner.is_module or owner.name.isidentifier()):
        return Start(where, "", why="its app is made in a function")
    return _object(owner, configuration.namespace, files)


def _orphan(configuration: Configuration, files: frozenset[str]) -> Start:
    owner = configuration.app.entity
    folder, module = importable(owner.path, files)
    if owner.is_module and module == "celeryconfig" and not configuration.namespace:
        return Start(module, folder, (folder,), "default-loader")
    if not configuration.namespace_known:
        why = "no app is seen to load it; --namespace says how one does"
        return Start(module, folder, why=why, needed=False)
    return _object(owner, configuration.namespace, files)


def _object(owner: Entity, namespace: str | None, files: frozenset[str]) -> Start:
    folder, module = importable(owner.path, files)
    name = module if owner.is_module else f"{module}:{owner.name}"
    under = f" namespace={namespace}" if namespace else ""
    return Start(name, folder, (folder,), f"module:{name}{under}")


def importable(path: str, files: frozenset[str]) -> tuple[str, str]:
    """Return the folder from which a file is imported, and the name of its module there.

    That is the folder in which its packages begin. One that holds a module `celery` is a package
    without `__init__.py`: otherwise nobody there could import Celery.
    """
    pure = PurePosixPath(path)
    above = [str(folder) for folder in pure.parents]
    packages = itertools.takewhile(lambda folder: f"{folder}/__init__.py" in files, above)
    depth = len(tuple(packages))
    parts = pure.parts[:-1] if pure.stem == "__init__" else (*pure.parts[:-1], pure.stem)
    level = len(pure.parts) - 1 - depth
    while level > 0 and is_outside(parts[level] if level < len(parts) else ""):
        level -= 1
    return "/".join(pure.parts[:level]) or ".", ".".join(parts[level:])
