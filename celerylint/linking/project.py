"""The whole project: every app with all that configures it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from celerylint.facts import FileFacts
from celerylint.linking.apps import Apps
from celerylint.linking.configurations import Assembly
from celerylint.linking.default_apps import default_app, started_app
from celerylint.linking.django_modules import Entries, Search
from celerylint.linking.django_settings import Sites
from celerylint.linking.environment import variables
from celerylint.linking.evaluate import Evaluator
from celerylint.linking.host_configs import Hosts
from celerylint.linking.index import CHANGING, Facts, FileIndex
from celerylint.linking.modules import Modules
from celerylint.linking.names import Names
from celerylint.linking.sources import Sources
from celerylint.linking.unlinked import VARIABLE, orphans
from celerylint.linking.user_apps import take
from celerylint.linking.workers import Workers
from celerylint.model import Configuration
from celerylint.options.app_options import AppOption


@dataclass(frozen=True, slots=True)
class Project:
    """What linking found; `names` and `evaluator` answer questions about expressions."""

    configurations: tuple[Configuration, ...]
    apps: Apps
    names: Names
    evaluator: Evaluator
    sources: Sources
    entries: Entries
    search: Search
    workers: Workers

    @property
    def facts(self) -> Facts:
        """Return the facts of the project's files."""
        return self.names.facts

    def calls(self, name: str) -> bool:
        """Return whether any code calls a function of another package, by its dotted name."""
        targets = (
            self.names.of_expression(path, site.where.scope, site.call.function)
            for path, site in self.facts.call_sites()
        )
        outside = (t for t in targets if t and t.entity.external and not t.rest)
        return any(target.entity.name == name for target in outside)

    def changed_on_conf(self) -> frozenset[str]:
        """Return the settings whose list or dict is changed where it is: `conf.x.append(...)`."""
        return frozenset(
            owner.rpartition(".")[2]
            for _, site in self.facts.call_sites()
            for owner, _, method in (site.call.dotted.rpartition("."),)
            if ".conf." in owner and method in CHANGING
        )


def link(
    read: Callable[[str], FileFacts | None],
    roots: tuple[str, ...],
    tells: Callable[[str], bool],
    search: Search,
    said: Iterable[AppOption] = (),
) -> Project:
    """Return the project made of the files of `search`; `read` gives the facts of one of them.

    `roots` are the files that are read in any case; others only where a link leads to them.
    `tells` says of a name whether it can be nothing but a setting of Celery. `search` is also where
    to look for what is found without reading facts. `said` is what the user says about apps; raise
    UsageError where that cannot be.
    """
    facts, modules = Facts(read, roots), Modules(search.files, search.layout)
    names = Names(facts, modules, pulls=False)
    following = Names(facts, modules, pulls=True)
    evaluator = Evaluator(following)
    apps = Apps(names, following)
    sources = Sources(following, evaluator, Hosts(following, search))
    entries = Entries(modules, search)
    sites = Sites(following, sources, entries)
    assembly = Assembly(names, evaluator, apps, sources, sites)
    if not apps.all:
        started_app(apps, following, search)
    taken = take(said, apps, following)
    default = None if apps.all else default_app(names)
    if default:
        apps.add(default)
        assembly.add_default(default)
    linked = tuple(assembly.configurations(taken))
    workers = Workers(search)
    given = variables(search, workers, VARIABLE)
    left_over = tuple(orphans(names, sources, linked, tells, given))
    return Project(linked + left_over, apps, names, evaluator, sources, entries, search, workers)


def index_of(project: Project, path: str) -> FileIndex:
    """Return the facts of a file; there are none in one that cannot be read."""
    return project.facts.of(path) or FileIndex(FileFacts(path))
