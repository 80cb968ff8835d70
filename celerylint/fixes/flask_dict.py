"""The way out of Flask's configuration: a dict `CELERY` in it, which the app loads alone.

Flask loads upper-case names only, so the names of Celery 4 cannot stand there one by one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from celerylint.analysis.app_view import AppView
from celerylint.facts import BindingKind, CallSite, Reference, StarImport, UseKind, Write
from celerylint.finding import Blocker, Edit, Place, Span
from celerylint.fixes.django_namespace import unread
from celerylint.fixes.edits.dynamic_access import hidden
from celerylint.fixes.edits.flask_uses import Moved, Readers, bases, handed_on, load_key
from celerylint.fixes.edits.nested_dict import KEY, Entry, nest
from celerylint.fixes.edits.plan import Plan, Step, doubt
from celerylint.linking.host_configs import is_from_outside
from celerylint.linking.pass_through import passed_on
from celerylint.linking.settings_source import SettingsSource
from celerylint.model import Carrier, Entity, Grade, Layer, Setting

_OF_HOST = "<config>"
_CHOSEN = (":choice", ":default", ":return", ":key")


class _Event(NamedTuple):
    """What fills Flask's configuration: a write, or a call of a loader, with what it gives."""

    path: str
    at: Write | CallSite
    given: SettingsSource

    @property
    def place(self) -> Place:
        """Return where it stands."""
        return Place(self.path, self.at.span if isinstance(self.at, Write) else self.at.call.span)

    def holds(self, place: Place) -> bool:
        """Return whether a place is a part of it."""
        return place.path == self.path and self.place.span.holds(place.span)

    @property
    def group(self) -> tuple[str, str]:
        """Return the file and scope, within which one follows the other."""
        return self.path, self.at.where.scope

    def excludes(self, other: _Event) -> bool:
        """Return whether the two stand in different arms of a statement."""
        if self.group != other.group:
            return False
        arms = zip(self.at.where.branch, other.at.where.branch, strict=False)
        first = next(((one, two) for one, two in arms if one != two), None)
        return first is not None and first[0].split(":")[0] == first[1].split(":")[0]

    @property
    def loads(self) -> bool:
        """Return whether it loads an object, a module or a dict from elsewhere."""
        return any(s.owner.name != _OF_HOST for s in self.given.settings)


def is_held(setting: Setting) -> bool:
    """Return whether a setting comes through the configuration of Flask."""
    return setting.carrier is Carrier.HOST


def nested(view: AppView, wanted: dict[Setting, tuple[str, str]]) -> Plan:
    """Return how definitions move into a dict; `wanted` has for each the setting and the new key.

    All that Celery reads there moves, and with it what `Celery(broker=...)` takes from there.
    """
    work = _Nesting(view, wanted)
    steps = tuple(dict.fromkeys(work.steps()))
    edits = tuple(sorted(step for step in steps if isinstance(step, Edit)))
    return Plan(edits, tuple(sorted(step for step in steps if isinstance(step, Blocker))))


def losses(view: AppView) -> Iterator[str]:
    """Yield what the app is without, once it loads the dict alone."""
    yield "the other keys of Flask's configuration no longer arrive in `conf`"
    written = (s for s in view.settings if s.layer is Layer.CHANGE and not is_held(s))
    first = next(written, None)
    if first:
        yield (
            f"`{first.name}` ({view.where(first.place)}) is lost if it is set before the "
            "configuration is loaded, and after it was read"
        )


class _Nesting:
    """The work of one change."""

    def __init__(self, view: AppView, wanted: dict[Setting, tuple[str, str]]) -> None:
        self._view = view
        self._project = view.project
        sources = view.project.sources
        self._events = tuple(
            _Event(path, at, sources.host_settings.given(path, at))
            for path, at in list(sources.hosts.events())
        )
        self._wanted = {**wanted, **dict(self._alive(wanted))}
        self._wanted |= dict(self._handed_on())

    def _alive(self, wanted: Iterable[Setting]) -> Iterator[tuple[Setting, tuple[str, str]]]:
        """Yield what Celery reads there under a name that is right already."""
        done = frozenset(wanted)
        for setting in filter(is_held, self._view.settings):
            meant = self._view.setting_of(setting.name)
            if setting not in done and meant and self._view.is_setting(setting):
                yield setting, (meant, setting.name)

    def _handed_on(self) -> Iterator[tuple[Setting, tuple[str, str]]]:
        """Yield the constants that `Celery(broker=...)` takes, if nothing else is in the way."""
        taken = {key for _, key in self._wanted.values()}
        keywords = dict(self._keywords())
        for name, meant in keywords.items():
            held = [s for s in self._view.settings if s.name == name and is_held(s)]
            if meant in taken or any(s in self._wanted for s in held) or not held:
                continue
            found = dict.fromkeys(held, (meant, meant))
            if not any(isinstance(s, Blocker) for s in self._readers(found).steps()):
                yield from found.items()
                taken.add(meant)

    def _keywords(self) -> Iterator[tuple[str, str]]:
        """Yield the constants that the call that makes the app takes, with their settings."""
        for configuration in self._view.configurations:
            for setting in configuration.settings:
                name = passed_on(setting.value)
                if setting.kind is BindingKind.PARAMETER and name and name.startswith("CELERY"):
                    yield name, setting.name

    def _readers(self, wanted: dict[Setting, tuple[str, str]]) -> Readers:
        names = {s.name: key for s, (_, key) in wanted.items()}
        owners = frozenset(s.owner for s in wanted)
        defined = frozenset(s.place for s in wanted)
        extents = frozenset(Place(s.place.path, s.extent) for s in wanted)
        moved = Moved(names, owners, defined, extents, self._optional)
        return Readers(self._project, moved, self._view.text)

    @cached_property
    def _homes(self) -> dict[Entity, list[Setting]]:
        owners = defaultdict[Entity, list[Setting]](list)
        for setting in self._wanted:
            owners[setting.owner].append(setting)
        return owners

    @property
    def _loaders(self) -> list[_Event]:
        return [event for event in self._providing if event.loads]

    @cached_property
    def _providing(self) -> list[_Event]:
        """Return the events that set something of what is moved."""
        places = {setting.place for setting in self._wanted}
        return [e for e in self._events if any(s.place in places for s in e.given.settings)]

    @cached_property
    def _optional(self) -> bool:
        """Return whether one of several objects is loaded, of which one may lack the dict."""
        loaders = [event for event in self._events if event.loads]
        return any(event.at.where.branch for event in loaders) or any(
            any(mark in arm for mark in _CHOSEN for arm in setting.where.branch)
            for event in loaders
            for setting in event.given.settings
        )

    def steps(self) -> Iterator[Step]:
        """Yield everything there is to do, and everything in the way."""
        yield from self._loading()
        yield from self._rivals()
        yield from self._unknown()
        yield from self._order()
        yield from self._heirs()
        yield from self._made_elsewhere()
        yield from self._mixed_modules()
        for owner, settings in self._homes.items():
            yield from self._nest(owner, settings)
        yield from self._readers(self._wanted).steps()
        yield from self._asked_of_conf()
        names = {s.name for s in self._wanted}
        for step in hidden(self._project, tuple(self._homes), (self._view.app,), names):
            # Flask runs a file that it is given by its name.
            if not any(event.holds(step.place) for event in self._events):
                yield step

    # --- what loads ----------------------------------------------------------------------------

    def _loading(self) -> Iterator[Step]:
        """Yield how the app comes to load the dict, and nothing else."""
        found: list[Place] = []
        for path, site in list(self._project.facts.call_sites()):
            given = handed_on(self._project, self._view.app, path, site)
            if given:
                found.append(Place(path, given.value.span))
                text = self._view.text(path)
                yield from load_key(path, site.call, given, text, optional=self._optional)
                yield from self._late((path, site.where.scope), found[-1])
        if not found:
            reason = "no plain call hands Flask's configuration on"
            yield Blocker(next(iter(self._wanted)).place, reason)
        for configuration in self._view.configurations:
            for loading in configuration.loadings:
                if loading.place not in found:
                    yield Blocker(loading.place, "the app loads something else as well")

    def _late(self, group: tuple[str, str], loading: Place) -> Iterator[Blocker]:
        """Yield what is set in the same scope after Flask's configuration was handed on."""
        for event in self._providing:
            if event.group == group and event.place > loading:
                reason = "this is set after Flask's configuration is handed on"
                yield Blocker(event.place, reason)

    def _rivals(self) -> Iterator[Blocker]:
        """Yield what sets the same outside Flask's configuration, and counts before a source."""
        moved = {setting.name for setting in self._wanted}
        meant = {setting for setting, _ in self._wanted.values()}
        for configuration in self._view.configurations:
            for other in configuration.settings:
                same = not is_held(other) and self._view.setting_of(other.name) in meant
                if same and passed_on(other.value) not in moved:
                    yield Blocker(other.place, f"`{other.name}` is set here too")

    def _unknown(self) -> Iterator[Blocker]:
        """Yield what may set the same names without our seeing it, and names that are taken."""
        for event in self._events:
            site = event.at if isinstance(event.at, CallSite) else None
            method = site.call.method[1] if site and site.call.method else ""
            outside = is_from_outside(method) or event.given.grade is Grade.UNKNOWN
            lost = method == "from_pyfile" and not event.given.settings
            computed = not event.loads and event.given.unresolved
            if outside or lost or computed:
                yield doubt(
                    event.place,
                    "what is loaded here cannot be followed, and may set the same names",
                )
        yield from unread(self._view, {setting.name for setting in self._wanted})
        for setting in filter(is_held, self._view.settings):
            if setting.name == KEY:
                yield Blocker(setting.place, f"`{KEY}` is already in use")
        for owner in self._homes:
            bound = self._view.index_of(owner.path).bindings
            for binding in bound.get((owner.inner_scope if owner.name else "", KEY), ()):
                yield Blocker(Place(owner.path, binding.span), f"`{KEY}` is already in use")

    # --- what is loaded ------------------------------------------------------------------------

    def _order(self) -> Iterator[Blocker]:
        """Yield the loads of which the later one would take the place of the earlier one's dict."""
        loaders = self._loaders
        for number, event in enumerate(loaders):
            for earlier in loaders[:number]:
                if event.excludes(earlier):
                    continue
                if event.group == earlier.group or not self._is_one_family(event, earlier):
                    place = self._view.where(earlier.place)
                    reason = f"a dict loaded here would take the place of the one from {place}"
                    yield Blocker(event.place, reason)
        groups = {e.group for e in self._providing if not e.loads}
        for event in self._providing:
            alone = groups == {event.group} and not loaders
            after = [e for e in loaders if e.group == event.group and e.place < event.place]
            if not event.loads and not alone and (not after or self._optional):
                reason = f"it is not certain that `{KEY}` is in Flask's configuration by then"
                yield Blocker(event.place, reason)

    def _stars(self, owner: Entity) -> list[StarImport]:
        """Return the star imports by which a module takes over something of what is moved."""
        modules = self._project.sources.modules
        found = []
        for star in self._view.index_of(owner.path).facts.star_imports:
            module = self._project.names.modules.find(star.module, owner.path)
            files = modules.reached.get(module.path, {module.path}) if module else ()
            if any(each.is_module and each.path in files for each in self._homes if each != owner):
                found.append(star)
        return found

    def _mixed_modules(self) -> Iterator[Blocker]:
        """Yield the star imports that do not plainly come before what a module sets itself."""
        for owner in self._homes:
            stars = self._stars(owner) if owner.is_module else []
            first = min(s.extent.start for s in self._homes[owner])
            for star in stars:
                statement = star.where.statement
                if len(stars) > 1 or star.where.branch or statement.start > first:
                    reason = "settings of Celery come from here and from other places"
                    yield Blocker(Place(owner.path, statement), reason)

    def _made_elsewhere(self) -> Iterator[Blocker]:
        """Yield the classes that a base from another package fills in its own way."""
        names = self._project.names
        for each in dict.fromkeys(each for owner in self._homes for each in self._lineage(owner)):
            fact = self._view.index_of(each.path).classes.get(each.inner_scope)
            for base in fact.bases if fact else ():
                target = names.of_expression(each.path, each.scope, base)
                if target is None or (target.entity.external and target.entity.name != "object"):
                    reason = f"a class from outside decides what `{each.name}` holds"
                    yield Blocker(Place(each.path, base.span), reason)

    def _heirs(self) -> Iterator[Blocker]:
        """Yield the classes with two bases that have settings: they get the dict of the first."""
        for index in list(self._project.facts.roots()):
            for fact in index.facts.classes:
                entity = Entity(index.facts.path, fact.where.scope, fact.name)
                for span in self._bases_with_settings(entity)[1:]:
                    reason = "two base classes have settings of Celery"
                    yield Blocker(Place(entity.path, span), reason)

    def _is_one_family(self, one: _Event, other: _Event) -> bool:
        """Return whether all classes loaded have the settings of one that they all derive from."""
        moved = self._homes
        owners = {s.owner for e in (one, other) for s in e.given.settings if s.owner in moved}
        return any(all(root in self._lineage(owner) for owner in owners) for root in owners)

    def _lineage(self, entity: Entity) -> tuple[Entity, ...]:
        """Return a class and all that it derives from."""
        found = [entity]
        for each in found:
            found += [base for base, _ in bases(self._project, each) if base not in found]
        return tuple(found)

    def _nest(self, owner: Entity, settings: list[Setting]) -> Iterator[Step]:
        """Yield how the settings of one owner become a dict."""
        index, path = self._view.index_of(owner.path), owner.path
        spread = self._spread(owner)
        moved = {setting.name for setting in self._wanted}
        reads = [
            use.span
            for use in index.facts.uses
            if use.name in moved and use.kind in {UseKind.NAME, UseKind.OWNER}
        ]
        entries = []
        for setting in dict.fromkeys(settings):
            value = setting.value
            made = value is not None and any(value.span.holds(span) for span in reads)
            apart = made or self._in_branch(setting)
            entries.append(Entry(setting, self._wanted[setting][1], apart))
        text = self._view.text(path)
        yield from nest(path, text, entries, spread)

    def _spread(self, owner: Entity) -> str | None:
        """Return the dict whose entries come first, as Python; see `nest`."""
        if owner.name == _OF_HOST:
            group = owner.path, owner.scope
            return "" if any(e.group == group for e in self._loaders) else None
        if owner.is_module:
            return KEY if self._stars(owner) else None
        spans = self._bases_with_settings(owner)
        text = self._view.text(owner.path)
        return f"{text[spans[0].start : spans[0].end]}.{KEY}" if spans else None

    def _bases_with_settings(self, entity: Entity) -> list[Span]:
        """Return where the bases of a class are named that have something of what is moved."""
        moved = self._homes
        found = ((self._lineage(base), span) for base, span in bases(self._project, entity))
        return [span for lineage, span in found if any(each in moved for each in lineage)]

    def _in_branch(self, setting: Setting) -> bool:
        """Return whether a definition stands in a branch of its own file."""
        facts = self._view.index_of(setting.place.path).facts
        statement = setting.where.statement
        return any(
            each.where.branch
            for part in (facts.bindings, facts.writes, facts.calls)
            for each in part
            if each.where.statement == statement
        )

    def _asked_of_conf(self) -> Iterator[Blocker]:
        """Yield the keys of Flask that code asks the app's configuration for."""
        held = {setting.name for setting in filter(is_held, self._view.settings)}
        for index in list(self._project.facts.roots()):
            path = index.facts.path
            for use in index.facts.uses:
                if use.name not in held or not use.owner.endswith("conf"):
                    continue
                owner = Reference(use.span, use.owner)
                found = self._project.apps.of(path, use.where.scope, owner)
                if found and found[0] == self._view.app:
                    reason = f"`{use.name}` is read from the app's configuration here"
                    yield Blocker(Place(path, use.span), reason)
