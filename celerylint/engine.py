"""From the files of a project to a report: read, link, check, suppress."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from celerylint.catalogue import Catalogue
from celerylint.files import Tree
from celerylint.finding import Finding, Place, Span
from celerylint.model import Configuration, Grade
from celerylint.options import Options
from celerylint.rulebook import Rulebook
from celerylint.source import Source
from celerylint.store import Memory, Store
from celerylint.versions import Versions, current_releases, judged

_UNREADABLE = "CEL001"

# A file that calls one of these has to do with Celery, whatever else it says.
_LOADERS = frozenset({"config_from_object", "config_from_envvar"})


@dataclass(frozen=True, slots=True)
class Summary:
    """How much was looked at: `versions` are the Celery versions judged, as a person says them."""

    apps: int
    settings: int
    files: int
    versions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """All that a run says about one project.

    `findings` are sorted by path, line, column and code; `sources` are the texts of the files that
    were read; `suppressed` counts the findings that a comment or an option hides; `notes` are what
    the user should know besides; `crashes` are defects of celerylint itself.
    """

    tree: Tree
    findings: tuple[Finding, ...]
    sources: Mapping[str, Source]
    suppressed: int
    summary: Summary
    notes: tuple[str, ...] = ()
    crashes: tuple[str, ...] = ()


def judge(
    tree: Tree,
    options: Options,
    rulebook: Rulebook,
    catalogue: Catalogue,
    memory: Memory | None = None,
) -> Report:
    """Return the report on a project. Nothing is written, and nothing of the project is run.

    `memory` keeps the facts of files between runs. Raise UsageError for options without sense.
    """
    selected = rulebook.select(options.select, options.extend_select, options.ignore)
    versions = _Lookup(tree, options, catalogue)
    roots = tree.candidates(catalogue.identifiers | _LOADERS)
    if not roots:
        return Report(tree, (), {}, 0, Summary(0, 0, len(tree.files)))
    from celerylint import selection  # noqa: PLC0415 - most runs meet no configuration

    store = Store(tree, {} if memory is None else memory)
    run = _Run(options, rulebook, catalogue, store, versions)
    findings = tuple(run.findings(tree, roots, selected))
    chosen = selection.choose(findings, tree, store.sources, rulebook, options, selected)
    summary = Summary(run.apps, len(run.settings), len(tree.files), versions.spoken())
    crashes = tuple(run.crashes)
    return Report(
        tree, chosen.shown, store.sources, chosen.hidden, summary, versions.notes(), crashes
    )


class _Lookup:
    """Which versions a file is judged for, by the folder it lies in."""

    def __init__(self, tree: Tree, options: Options, catalogue: Catalogue) -> None:
        self._tree = tree
        self._asked = options.target_version, options.upgrading_from
        self._known = catalogue.releases
        self._by_folder: dict[str, Versions] = {}
        # An option without sense is to be found even where no file asks.
        judged(*self._asked, None, self._known)

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


class _Run:
    """One run of the checks over one project."""

    def __init__(
        self,
        options: Options,
        rulebook: Rulebook,
        catalogue: Catalogue,
        store: Store,
        versions: _Lookup,
    ) -> None:
        self._options = options
        self._rulebook = rulebook
        self._catalogue = catalogue
        self._store = store
        self._versions = versions
        self.apps = 0
        self.settings: set[Place] = set()
        self.crashes: list[str] = []

    def findings(
        self, tree: Tree, roots: tuple[str, ...], selected: frozenset[str]
    ) -> Iterator[Finding]:
        """Yield every finding once, in no particular order."""
        from celerylint.checks import CHECKS  # noqa: PLC0415 - as above
        from celerylint.checks.view import View  # noqa: PLC0415
        from celerylint.linking.project import link  # noqa: PLC0415

        project = link(self._store.facts, tree.files, roots, self._tells)
        told = tuple(self._told(c) for c in project.configurations)
        project = replace(project, configurations=told)
        seen: set[tuple[str, Place]] = set()
        for app in dict.fromkeys(c.app for c in told):
            view = View(
                app,
                tuple(c for c in told if c.app == app),
                project,
                self._catalogue,
                self._versions.of(app.place.path),
                self._rulebook,
                frozenset(self._options.known_settings),
                self._store.sources,
            )
            self.apps += not view.orphaned
            self.settings.update(s.place for s in view.settings if view.is_setting(s))
            for code in sorted(selected & CHECKS.keys()):
                for finding in self._guarded(code, partial(CHECKS[code], view)):
                    if (code, finding.place) not in seen:
                        seen.add((code, finding.place))
                        yield finding
        if _UNREADABLE in selected:
            yield from self._unreadable()

    def _tells(self, name: str) -> bool:
        known = name.isupper() and name in self._catalogue.identifiers
        return known and not self._catalogue.is_generic(name)

    def _told(self, configuration: Configuration) -> Configuration:
        """Return a configuration with what the user says about an unknown namespace."""
        said = self._options.namespace
        if said is None or configuration.namespace_known:
            return configuration
        grade = configuration.grade if configuration.loadings else Grade.CERTAIN
        return replace(configuration, namespace=said or None, namespace_known=True, grade=grade)

    def _guarded(self, code: str, check: Callable[[], Iterable[Finding]]) -> list[Finding]:
        try:
            return list(check())
        except Exception as error:  # noqa: BLE001 - one rule's defect must not cost the others
            self.crashes.append(f"{code} failed with {type(error).__name__}{_line_of(error)}")
            return []

    def _unreadable(self) -> Iterator[Finding]:
        for path, error in self._store.failures.items():
            source = self._store.sources[path]
            line = source.line_span(min(error.line, source.line_count()))
            start = min(line.start + error.column - 1, line.end)
            place = Place(path, Span(start, max(start, line.end)))
            yield self._rulebook[_UNREADABLE].finding(place, reason=error.reason)


def _line_of(error: Exception) -> str:
    """Return where in our code an error arose; its own text may quote the user's."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    if trace is None:
        return ""
    module = trace.tb_frame.f_globals.get("__name__", "")
    return f" in {module}, line {trace.tb_lineno}"
