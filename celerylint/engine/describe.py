"""From the linked project to what `--show-project` tells of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from celerylint.cache.store import Store
from celerylint.catalogue.settings import Catalogue
from celerylint.dependencies.versions import Versions, spread
from celerylint.engine.description import DescribedApp, DescribedSource, Gap, ProjectDescription
from celerylint.finding import Place
from celerylint.linking.pass_through import passed_on
from celerylint.linking.project import Project
from celerylint.model import App, Configuration, Entry, FoundBy, Grade, Layer, Loading, Naming

# How a configuration was found that no app is seen to load.
_UNLOADED = frozenset({FoundBy.FILE_NAME, FoundBy.VARIABLE, FoundBy.CONTENT})


class _Teller:
    """Turn what linking found into plain data."""

    def __init__(
        self,
        project: Project,
        store: Store,
        catalogue: Catalogue,
    ) -> None:
        self._project = project
        self._store = store
        self._catalogue = catalogue

    def where(self, place: Place) -> str:
        """Return `path:line`; a place at the very start of a file is the file."""
        source = self._store.sources.get(place.path)
        if source is None or place.span.end == 0:
            return place.path
        return f"{place.path}:{source.position(place.span.start).line}"

    def _named_at(self, place: Place) -> str:
        """Return `path:line` of a place that was found by bytes."""
        line = self._store.peek(place.path).count(b"\n", 0, place.span.start) + 1
        return f"{place.path}:{line}"

    def app(self, app: App, versions: Versions) -> DescribedApp:
        """Return one app with all its configurations."""
        found = [c for c in self._project.configurations if c.app == app]
        first = found[0]
        known = all(c.namespace_known and c.namespace == first.namespace for c in found)
        sources = tuple(s for c in found for s in self._source(c))
        gaps = dict.fromkeys(o for c in found for o in c.unresolved)
        every = dict.fromkeys(s for c in found for s in c.settings)
        passed = dict.fromkeys(
            f"{constant} as {s.name}"
            for s in every
            if (constant := passed_on(s.value)) and self._reads(first, s.name)
        )
        return DescribedApp(
            app.entity.name,
            self.where(app.place),
            app.found_by.value,
            _weakest(c.grade for c in found).value,
            first.namespace if known else None,
            known,
            tuple(dict.fromkeys(self.where(p) for c in found for p in c.named_at)),
            spread(versions.target),
            spread(versions.before),
            versions.source,
            sources,
            len(sources) > 1,
            sum(s.layer is not Layer.SOURCE for s in every),
            tuple(passed),
            tuple(Gap(self.where(gap.place), gap.reason) for gap in gaps),
        )

    def _source(self, configuration: Configuration) -> Iterator[DescribedSource]:
        own = [s for s in configuration.settings if s.layer is Layer.SOURCE]
        count = len({s.name for s in own if self._reads(configuration, s.name)})
        for loading in configuration.loadings:
            yield self._loading(loading, count)
        if not configuration.loadings and configuration.app.found_by in _UNLOADED:
            path = configuration.app.entity.path
            files = self._project.sources.modules.reached.get(path, frozenset({path}))
            grade = configuration.grade
            how = "its name" if grade is Grade.CERTAIN else ""
            yield DescribedSource(path, grade.value, "", how, "", tuple(sorted(files)), count)

    def _loading(self, loading: Loading, count: int) -> DescribedSource:
        entry = loading.entry
        return DescribedSource(
            entry.path if entry else next(iter(loading.files), ""),
            loading.grade.value,
            self.where(loading.place),
            entry.named.value if entry else "",
            self._entry_at(entry) if entry else "",
            loading.files,
            count,
        )

    def _entry_at(self, entry: Entry) -> str:
        """Return where something says that a site is started so, if anything does."""
        if entry.named is Naming.CALL:
            return self.where(entry.place)
        return self._named_at(entry.place) if entry.named is Naming.VARIABLE else ""

    def _reads(self, configuration: Configuration, name: str) -> bool:
        newest = self._catalogue.newest
        return self._catalogue.meaning(name, newest, configuration.namespace).setting is not None

    def notes(self) -> Iterator[str]:
        """Yield what is worth knowing besides: modules that are not there, circles, doubles."""
        for missing in self._project.entries.missing:
            yield (
                f"{self._named_at(missing.place)} names the settings module `{missing.name}`, "
                "which is not in the project"
            )
        for path in self._project.facts.unread():
            yield f"{path} cannot be read, so what it has of Celery is not seen"
        for place, path in self._project.sources.modules.circles.items():
            yield f"{self.where(place)} star-imports {path}, which is still being imported"
        for hidden, package in self._project.names.modules.hidden:
            yield f"{hidden} cannot be imported, as {package} has the same name"


def _is_left_over(configuration: Configuration) -> bool:
    """Return whether neither an app nor the user says how a configuration is loaded."""
    return configuration.app.found_by is FoundBy.CONTENT and not configuration.namespace_known


def _weakest(grades: Iterable[Grade]) -> Grade:
    order = tuple(Grade)
    return max(grades, key=order.index)


def seen(
    project: Project, store: Store, catalogue: Catalogue, versions: Mapping[App, Versions]
) -> ProjectDescription:
    """Return what is understood of a project; `versions` are those each app is judged for."""
    tell = _Teller(project, store, catalogue)
    known = {c.app: c for c in project.configurations}
    rest = [app for app, c in known.items() if _is_left_over(c)]
    apps = [app for app in known if app not in rest]
    return ProjectDescription(
        tuple(tell.app(app, versions[app]) for app in apps),
        tuple(dict.fromkeys(tell.where(app.place) for app in rest)),
        tuple(tell.notes()),
    )
