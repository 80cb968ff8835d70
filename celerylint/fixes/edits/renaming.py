"""Rename settings: their definitions, whatever the shape, and all that mentions them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from celerylint.facts import BindingKind, Reference, Shape, Use, UseKind, Write
from celerylint.finding import Blocker, Edit, Place, Span
from celerylint.fixes.edits.collisions import collisions, holds_names
from celerylint.fixes.edits.django_uses import OVERRIDES, Hosted, follow
from celerylint.fixes.edits.dynamic_access import hidden
from celerylint.fixes.edits.import_aliases import in_all, is_unaliased
from celerylint.fixes.edits.module_names import ModuleNames
from celerylint.fixes.edits.plan import Plan, Step, doubt
from celerylint.fixes.edits.reflection import in_strings, lineage
from celerylint.fixes.edits.unknown_owners import unfollowed
from celerylint.linking.index import FileIndex, scopes
from celerylint.linking.project import Project, index_of
from celerylint.model import Entity, FoundBy, Grade, Setting

_NAMESPACES = frozenset({"globals()", "vars()", "locals()"})
_WHOLESALE = frozenset(
    (
        "copy",
        "items",
        "iteritems",
        "iterkeys",
        "itervalues",
        "keys",
        "pop",
        "popitem",
        "table",
        "values",
        "without_defaults",
    )
)
# An app found otherwise is the module or class that holds the settings.
_OBJECTS = frozenset({FoundBy.CALL, FoundBy.BEHAVIOUR})
_LOOKUPS = frozenset({UseKind.ITEM, UseKind.GET, UseKind.GETATTR, UseKind.ATTRIBUTE})
# How a setting is written that a file hands over, rather than holds.
_GIVEN = frozenset({Shape.KEY, Shape.KEYWORD})


class Rename(NamedTuple):
    """A name of a owner (a module, a class, a dict, an app) that is to become another."""

    owner: Entity
    old: str
    new: str


def rename(
    project: Project,
    settings: Iterable[Setting],
    renames: Iterable[Rename],
    hosted: Hosted | None = None,
) -> Plan:
    """Return how to carry out `renames` among the settings of one app, all of them at once."""
    work = _Renaming(project, tuple(settings), tuple(renames), hosted)
    steps = tuple(_unless_shown(project, step) for step in work.steps())
    edits = sorted({step for step in steps if isinstance(step, Edit)})
    blockers = sorted({step for step in steps if isinstance(step, Blocker)})
    return Plan(tuple(edits), tuple(blockers))


def _unless_shown(project: Project, step: Step) -> Step:
    """Return an edit, or an blocker where the old name is part of a text."""
    shown = index_of(project, step.place.path).facts.shown if isinstance(step, Edit) else ()
    if any(span.holds(step.place.span) for span in shown):
        return Blocker(step.place, "the name is part of a text here")
    return step


def readers(project: Project, settings: Iterable[Setting], setting: Setting) -> Iterator[Blocker]:
    """Yield the mentions of a setting besides its definitions: all that a rename would edit."""
    known = tuple(settings)
    itself = Rename(setting.owner, setting.name, setting.name)
    definitions = {each.place for each in known if each.name == setting.name}
    for step in dict.fromkeys(_Renaming(project, known, (itself,)).mentions()):
        if isinstance(step, Blocker):
            yield step
        elif step.place not in definitions:
            yield Blocker(step.place, f"`{setting.name}` is used here")


class _Renaming:
    """The work of one change: each method yields edits and blockers."""

    def __init__(
        self,
        project: Project,
        settings: tuple[Setting, ...],
        renames: tuple[Rename, ...],
        hosted: Hosted | None = None,
    ) -> None:
        self._project = project
        self._hosted = hosted
        self._names = project.names
        self._renames = renames
        self._new = {(r.owner, r.old): r.new for r in renames}
        self._by_old = {r.old: r.new for r in renames}
        self._on_conf = hosted.on_conf if hosted else self._by_old
        self._settings = tuple(s for s in settings if (s.owner, s.name) in self._new)
        self._modules = ModuleNames(project, self._new)
        heirs = {(Entity(path), old): new for (path, old), new in self._modules.heirs.items()}
        self._new |= heirs
        owners = (s.owner for s in self._settings)
        self._homes = tuple(dict.fromkeys((*owners, *(owner for owner, _ in heirs))))
        self._paths = frozenset(s.place.path for s in settings)
        self._places = frozenset(s.place for s in settings)
        self._apps = frozenset(
            c.app for c in project.configurations if any(s in self._settings for s in c.settings)
        )
        made = (app for app in self._apps if app.found_by in _OBJECTS)
        self._app_homes = frozenset(app.entity for app in made)

    def steps(self) -> Iterator[Step]:
        """Yield everything there is to do, and everything in the way."""
        for setting in self._settings:
            yield from self._definition(setting)
        for owner in self._homes:
            yield from self._deletions(owner)
            wanted = {new for (each, _), new in self._new.items() if each == owner}
            index = index_of(self._project, owner.path)
            yield from collisions(index, owner, sorted(wanted), self._loaded_with(owner))
        yield from self._modules.rebindings()
        yield from self._modules.clashes()
        yield from self.mentions()

    def _loaded_with(self, owner: Entity) -> tuple[Setting, ...]:
        """Return the settings of the configurations that those of a owner are part of.

        Django's settings are looked at by what gives them a namespace.
        """
        every = () if self._hosted else self._project.configurations
        together = (c.settings for c in every if any(s.owner == owner for s in c.settings))
        return tuple(setting for settings in together for setting in settings)

    def mentions(self) -> Iterator[Step]:
        """Yield what to do about every mention, and everything that may mention any name."""
        for index in list(self._project.facts.roots()):
            asked = frozenset(self._modules.asked(index))
            for use in index.facts.uses:
                if use.span not in asked:
                    yield from self._use(index, use)
            for write in index.facts.writes:
                yield from self._write(index.facts.path, write)
            named = tuple(self._modules.named(index))
            if not self._hosted:
                yield from self._modules.imports(index, self._places)
                yield from in_strings(index, self._by_old, {edit.place.span for edit in named})
            yield from self._calls(index)
            yield from named
        names = self._hosted.on_settings if self._hosted else self._by_old
        if self._hosted:
            paths = {s.place.path for s in self._settings if s.shape not in _GIVEN}
            yield from follow(self._project, names, paths)
        yield from hidden(self._project, self._homes, self._apps, self._by_old)
        hosted = self._hosted is not None
        yield from unfollowed(self._project, self._homes, names, self._apps, hosted=hosted)

    # --- definitions ----------------------------------------------------------------------------

    def _definition(self, setting: Setting) -> Iterator[Step]:
        new = self._new[setting.owner, setting.name]
        place = setting.place
        if setting.kind is BindingKind.IMPORT:
            yield from self._imported(setting, new)
        elif place.span.end - place.span.start != len(setting.name):
            yield Blocker(place, f"`{setting.name}` is not written as one plain string")
        else:
            yield Edit(place, new)

    def _imported(self, setting: Setting, new: str) -> Iterator[Step]:
        bindings = index_of(self._project, setting.place.path).facts.bindings
        binding = next(b for b in bindings if b.span == setting.place.span)
        path = setting.place.path
        if self._hosted and self._is_handed_on(path, binding.target):
            return
        if is_unaliased(binding) and self._modules.taken(path, binding):
            return
        if is_unaliased(binding):
            end = setting.place.span.end
            yield Edit(Place(setting.place.path, Span(end, end)), f" as {new}")
        else:
            yield Edit(setting.place, new)

    def _is_handed_on(self, path: str, target: str) -> bool:
        """Return whether an import takes a setting from another module with settings."""
        found = self._names.imported(path, target, ())
        return Entity(found.entity.path) in self._homes

    def _deletions(self, owner: Entity) -> Iterator[Step]:
        index = index_of(self._project, owner.path)
        for binding in index.in_scope(owner.inner_scope if owner.name else ""):
            place = Place(owner.path, binding.span)
            taken_over = (owner.path, binding.name) in self._modules.heirs
            new = None if taken_over else self._new.get((owner, binding.name))
            if new is not None and binding.kind is BindingKind.DELETE:
                yield Edit(place, new)
            elif new is not None and place not in self._places:
                yield Blocker(place, f"`{binding.name}` is deleted again")

    # --- mentions -------------------------------------------------------------------------------

    def _use(self, index: FileIndex, use: Use) -> Iterator[Step]:
        """Yield what to do about a mention; only a name as such can be edited."""
        plain = use.span.end - use.span.start == len(use.name)
        for step in self._mention(index, use):
            if plain or isinstance(step, Blocker):
                yield step
            else:
                yield Blocker(step.place, f"`{use.name}` is not written as one plain string")

    def _mention(self, index: FileIndex, use: Use) -> Iterator[Step]:
        if use.kind in (UseKind.NAME, UseKind.OWNER):
            yield from self._plain(index, use)
        elif use.kind is UseKind.STRING:
            yield from self._string(index, use)
        elif use.kind in _LOOKUPS and (use.name in self._by_old or use.name in self._on_conf):
            yield from self._lookup(index, use)
        elif use.kind is UseKind.KEYWORD and use.name in self._by_old and use.owner:
            yield from self._argument(index.facts.path, use)

    def _plain(self, index: FileIndex, use: Use) -> Iterator[Step]:
        path = index.facts.path
        for owner in self._homes:
            new = self._new.get((owner, use.name))
            if new is not None and holds_names(index, owner):
                yield from self._in_home(index, owner, use, new)
            elif self._is_whole(index, owner, use) and not self._is_followed(path, use.span):
                yield doubt(Place(path, use.span), f"`{use.name}` is used as a whole")

    def _is_whole(self, index: FileIndex, owner: Entity, use: Use) -> bool:
        """Return whether an owner itself is mentioned, so that any of its names may be read."""
        if use.kind is not UseKind.NAME or owner in self._app_homes:
            return False
        return self._is_home(index, owner, use)

    def _in_home(self, index: FileIndex, owner: Entity, use: Use, new: str) -> Iterator[Step]:
        """Rename a plain mention in the module or class that defines the name."""
        scope = owner.inner_scope if owner.name else ""
        place = Place(index.facts.path, use.span)
        for inner in scopes(use.where.scope):
            bound = _is_bound(index, inner, use)
            if index.facts.path == owner.path and inner == scope and (bound or not inner):
                yield Edit(place, new)
                return
            if bound:
                return
            if (inner, new) in index.bindings:
                reason = f"`{new}` means something else here"
                yield Blocker(place, reason, remedy="give one of the two another name")
                return
        if not owner.name and self._modules.renamed(index.facts.path, use.name) == new:
            yield Edit(place, new)

    def _is_home(self, index: FileIndex, owner: Entity, use: Use) -> bool:
        """Return whether a plain mention names an owner, or the function that makes one."""
        wanted = _makers(owner)
        if owner.is_module and use.name not in index.imported:
            return False
        if not owner.is_module and all(maker.name != use.name for maker in wanted):
            return False
        target = self._names.resolve(index.facts.path, use.where.scope, use.name)
        return not target.rest and target.entity in wanted

    def _is_followed(self, path: str, span: Span) -> bool:
        followed = self._project.sources.followed
        return any(place.path == path and place.span.holds(span) for place in followed)

    def _string(self, index: FileIndex, use: Use) -> Iterator[Step]:
        path = index.facts.path
        new = self._new.get((Entity(path), use.name))
        if new is not None and in_all(index.facts, use.span):
            yield Edit(Place(path, use.span), new)
        elif not self._hosted:
            yield from self._modules.mentioned(path, use)

    def _lookup(self, index: FileIndex, use: Use) -> Iterator[Step]:
        path = index.facts.path
        place = Place(path, use.span)
        if use.owner in _NAMESPACES:
            yield from self._in_namespace(index, use)
            return
        if not use.owner:
            return
        app = self._app_conf(path, use)
        if app and use.name in self._on_conf:
            yield Edit(place, self._on_conf[use.name])
            return
        target = self._names.resolve(path, use.where.scope, use.owner)
        owner = target.entity
        new = self._new.get((self._defining(owner, use.name), use.name))
        if new is None and owner.is_module:
            new = self._modules.renamed(owner.path, use.name)
        if new is None or target.rest or owner.external:
            return
        yield Edit(place, new)
        if target.grade is not Grade.CERTAIN and path not in self._paths:
            yield doubt(place, f"`{use.owner}` is likely, not certain, to be the settings here")

    def _in_namespace(self, index: FileIndex, use: Use) -> Iterator[Step]:
        """Rename a name that is looked up in `globals()`, be it from a star import."""
        path, scope = index.facts.path, "" if use.owner == "globals()" else use.where.scope
        for owner in self._homes:
            new = self._new.get((owner, use.name))
            here = (owner.path, owner.inner_scope if owner.name else "") == (path, scope)
            starred = not (owner.name or scope) and self._modules.renamed(path, use.name)
            if new is not None and (here or starred):
                yield Edit(Place(path, use.span), new)

    def _argument(self, path: str, use: Use) -> Iterator[Step]:
        """Yield the keyword arguments by which a class of settings is given values of its own."""
        if not self._hosted and use.owner.rpartition(".")[2] in OVERRIDES:
            yield doubt(Place(path, use.span), f"`{use.name}` is overridden here")
        target = self._names.resolve(path, use.where.scope, use.owner)
        owner = self._defining(target.entity, use.name)
        if not target.rest and (owner, use.name) in self._new and owner not in self._app_homes:
            yield doubt(Place(path, use.span), f"`{use.name}` is given here")

    def _app_conf(self, path: str, use: Use) -> bool:
        reference = Reference(use.span, use.owner)
        found = self._project.apps.of(path, use.where.scope, reference)
        return found is not None and found[1] == ("conf",) and found[0] in self._apps

    def _defining(self, entity: Entity, name: str) -> Entity:
        """Return the owner that a lookup on `entity` ends in: the class itself or a base of it."""
        classes = dict.fromkeys(lineage(self._project, entity))
        return next((each for each in classes if (each, name) in self._new), entity)

    def _write(self, path: str, write: Write) -> Iterator[Step]:
        """Yield the writes that give or take a name from outside of what has it."""
        place = Place(path, write.span)
        if place in self._places or not (write.name in self._by_old or write.name.isupper()):
            return
        scope = write.where.scope
        target = self._names.of_expression(path, scope, write.owner)
        found = self._project.apps.of(path, scope, write.owner)
        on_conf = found and found[0] in self._apps and found[1] == ("conf",)
        on_home = target and not target.rest and self._defining(target.entity, write.name)
        new = self._on_conf.get(write.name) if on_conf else None
        if on_home and not new:
            shared = on_home.is_module and self._modules.renamed(on_home.path, write.name)
            new = self._new.get((on_home, write.name)) or shared or None
        if new and write.span.end - write.span.start == len(write.name):
            yield Edit(place, new)
        elif new:
            yield Blocker(place, f"`{write.name}` is not written as one plain string")
        elif on_home in self._homes:
            yield doubt(place, f"`{write.name}` is set here from outside")

    def _calls(self, index: FileIndex) -> Iterator[Step]:
        """Yield the calls that read all names of a dict or of `conf`: `items()` and the like."""
        path = index.facts.path
        for site in index.facts.calls:
            owner, _, method = site.call.dotted.rpartition(".")
            if method not in _WHOLESALE or not owner:
                continue
            use = Use(method, UseKind.ATTRIBUTE, site.call.span, owner, site.where)
            target = self._names.resolve(path, site.where.scope, owner)
            wholesale = not target.rest and target.entity in self._homes
            if (wholesale or self._app_conf(path, use)) and not self._is_followed(
                path, site.call.span
            ):
                place = Place(path, site.call.span)
                yield doubt(place, f"`{owner}.{method}()` reads all names")


def _is_bound(index: FileIndex, scope: str, use: Use) -> bool:
    """Return whether a mention finds its name in a scope.

    The body of a class runs from top to bottom: before the name is bound there, the one around the
    class is meant, as in `NAME = NAME`.
    """
    bindings = index.bindings.get((scope, use.name), [])
    if scope not in index.classes:
        return bool(bindings)
    return any(binding.where.statement.end <= use.span.start for binding in bindings)


def _makers(owner: Entity) -> frozenset[Entity]:
    """Return the owner, and the function whose dict it is."""
    if not owner.scope.endswith("()"):
        return frozenset({owner})
    outer, _, name = owner.scope.removesuffix("()").rpartition(".")
    return frozenset({owner, Entity(owner.path, outer, name)})
