"""One run of all checks over the linked project."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import replace

from celerylint.analysis.app_view import AppView
from celerylint.analysis.code_view import CodeView
from celerylint.cache.store import Store
from celerylint.catalogue.settings import Catalogue
from celerylint.checks import Check, check_of, declared
from celerylint.dependencies.versions import Versions, current_releases, judged
from celerylint.engine import unparsed
from celerylint.engine.describe import seen
from celerylint.engine.description import Description
from celerylint.files.walking import Tree
from celerylint.finding import Finding, Place
from celerylint.linking.django_modules import Search
from celerylint.linking.modules import Layout
from celerylint.linking.project import Project, link
from celerylint.linking.unlinked import said_to_be_loaded
from celerylint.model import App, Configuration
from celerylint.options.table import Options
from celerylint.rulebook.book import Rulebook
from celerylint.rulebook.rule import Rule, Scope
from celerylint.text.masking import defect

_MARKS = ("/pyproject.toml", "/setup.py", "/manage.py")


class Lookup:
    """Which versions a file is judged for, by the folder it lies in."""

    def __init__(self, tree: Tree, options: Options, catalogue: Catalogue) -> None:
        """Look versions up in the dependency files of a tree."""
        self._tree = tree
        self._asked = options.target_version, options.upgrading_from
        self._known = catalogue.releases
        self._by_folder: dict[str, Versions] = {}

    def of(self, path: str) -> Versions:
        """Return the versions that a file is judged for."""
        folder = posixpath.dirname(path)
        if folder not in self._by_folder:
            dependency = current_releases(self._tree, self._known, folder)
            self._by_folder[folder] = judged(*self._asked, dependency, self._known)
        return self._by_folder[folder]

    def spoken(self) -> tuple[str, ...]:
        """Return the versions that were asked for, as a person says them."""
        return tuple(dict.fromkeys(str(versions) for versions in self._by_folder.values()))

    def notes(self) -> tuple[str, ...]:
        """Return what the user should know about the versions."""
        return tuple(dict.fromkeys(v.note for v in self._by_folder.values() if v.note))


class Run:
    """One run of the checks over one project."""

    def __init__(
        self,
        options: Options,
        rulebook: Rulebook,
        catalogue: Catalogue,
        store: Store,
        versions: Lookup,
    ) -> None:
        """Prepare a run; `findings` does it."""
        self._options = options
        self._rulebook = rulebook
        self._catalogue = catalogue
        self._store = store
        self._versions = versions
        self.apps = 0
        self.settings: set[Place] = set()
        self.unseen: set[Place] = set()
        self.crashes: list[str] = []

    def findings(
        self, tree: Tree, roots: tuple[str, ...], selected: frozenset[str]
    ) -> Iterator[Finding]:
        """Yield every finding once, in no particular order."""
        project = self.linked(tree, roots)
        seen: set[tuple[str, Place]] = set()
        for finding in self._every(project, selected):
            if (finding.code, finding.place) not in seen:
                seen.add((finding.code, finding.place))
                yield finding
        if unparsed.UNREADABLE in selected:
            telling = self._catalogue.telling
            patterns = frozenset(tree.copies) - (tree.given or frozenset())
            yield from unparsed.findings(self._store, self._rulebook, telling, patterns)

    def understood(self, tree: Tree, roots: tuple[str, ...]) -> Description:
        """Return what is understood of a project, without checking it."""
        project = self.linked(tree, roots)
        apps = dict.fromkeys(c.app for c in project.configurations)
        versions = {app: self._versions.of(app.place.path) for app in apps}
        return Description(tree, seen(project, self._store, self._catalogue, versions))

    def linked(self, tree: Tree, roots: tuple[str, ...]) -> Project:
        """Return the project with what the user says about it; raise UsageError if it cannot be."""
        self._store.read_ahead(roots, self._options.jobs)
        layout = Layout(tree.links, tree.copies, _nested(tree))
        search = Search(
            tree.files, tree.launchers, self._store.peek, layout, tree.marks, tree.anywhere
        )
        project = link(self._store.facts, roots, self._tells, search, self._options.apps)
        told = tuple(self._told(project, each) for each in project.configurations)
        return replace(project, configurations=told)

    def _every(self, project: Project, selected: frozenset[str]) -> Iterator[Finding]:
        every = [self._rulebook[code] for code in sorted(selected)]
        rules = {scope: [rule for rule in every if rule.scope is scope] for scope in Scope}
        apps = dict.fromkeys(c.app for c in project.configurations)
        views = tuple(self._view(project, app) for app in apps)
        for view in views:
            self._count(view)
            for rule in rules[Scope.APP]:
                if rule.concerns(view.target) and all(map(view.meets, rule.needs)):
                    yield from self._checked(rule, view)
        store = self._store
        launchers = store.launchers
        of = self._versions.of
        work = CodeView(project, self._rulebook, of, store.sources, launchers, views)
        for rule in rules[Scope.CODE]:
            yield from filter(work.concerns, self._checked(rule, work))

    def _view(self, project: Project, app: App) -> AppView:
        return AppView(
            app,
            tuple(c for c in project.configurations if c.app == app),
            project,
            self._catalogue,
            self._versions.of(app.place.path),
            self._rulebook,
            frozenset(self._options.known_settings),
            self._store.sources,
        )

    def _count(self, view: AppView) -> None:
        self.apps += not view.orphaned
        self.settings.update(s.place for s in view.settings if view.is_setting(s))
        if not view.orphaned:
            self.unseen.update(unresolved.place for unresolved in view.unresolved)

    def _checked(self, rule: Rule, view: AppView | CodeView) -> list[Finding]:
        check: Check = check_of(rule) or declared.findings
        try:
            return list(check(view, rule))
        except Exception as error:  # noqa: BLE001 - one rule's defect must not cost the others
            self.crashes.append(f"{rule.code} failed with {defect(error)}")
            return []

    def _tells(self, name: str) -> bool:
        return name in self._catalogue.telling

    def _told(self, project: Project, configuration: Configuration) -> Configuration:
        """Return a configuration with what the user says about an unknown namespace."""
        said = self._options.namespace
        if said is None or configuration.namespace_known:
            return configuration
        told = configuration._replace(namespace=said or None, namespace_known=True)
        if told.loadings:
            return told
        return said_to_be_loaded(told, project.sources, project.entries)


def _nested(tree: Tree) -> frozenset[str]:
    """Return the folders below the root that are projects of their own."""
    marks = (path for path in (*tree.manifests, *tree.files) if path.endswith(_MARKS))
    return frozenset(posixpath.dirname(path) for path in marks) - {""}
