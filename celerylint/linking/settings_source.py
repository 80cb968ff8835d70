"""The settings of a source, and how they are put together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from celerylint.facts import (
    Argument,
    Binding,
    BindingKind,
    CallSite,
    Constant,
    Entry,
    Shape,
    Where,
    Write,
)
from celerylint.finding import Place
from celerylint.linking.names import weaker
from celerylint.model import Carrier, Entity, Grade, Layer, Setting, UnresolvedSource


@dataclass(frozen=True, slots=True)
class SettingsSource:
    """The settings of a source, what keeps it open, and how sure it is that this is the source."""

    settings: tuple[Setting, ...] = ()
    unresolved: tuple[UnresolvedSource, ...] = ()
    grade: Grade = Grade.CERTAIN


def opened(place: Place, reason: str) -> SettingsSource:
    """Return a source from which more settings may come than are seen, and why."""
    return SettingsSource((), (UnresolvedSource(place, reason),))


def unknown(place: Place, reason: str) -> SettingsSource:
    """Return a source of which nothing is known, and why."""
    return SettingsSource((), (UnresolvedSource(place, reason),), Grade.UNKNOWN)


def written(path: str, write: Write, owner: Entity, layer: Layer) -> Setting:
    """Return the setting that an attribute or item write makes."""
    return Setting(
        write.name,
        Place(path, write.span),
        write.shape,
        layer,
        write.kind,
        write.where,
        owner,
        write.where.statement,
        write.value,
    )


def added(path: str, write: Write, owner: Entity) -> SettingsSource:
    """Return the setting that is added to a dict or an instance, or that it is not known."""
    if not write.name:
        return opened(Place(path, write.span), "a name is computed")
    return SettingsSource((written(path, write, owner, Layer.SOURCE),))


def keyed(path: str, entry: Entry, where: Where, owner: Entity) -> SettingsSource:
    """Return the setting that an entry of a dict makes, or that it is not known."""
    key = entry.key
    if not isinstance(key, Constant) or not isinstance(key.value, str):
        span = key.span if key else entry.span
        return opened(Place(path, span), "a key is not a plain string")
    place = Place(path, key.inner or key.span)
    setting = Setting(
        key.value,
        place,
        Shape.KEY,
        Layer.SOURCE,
        BindingKind.ASSIGN,
        where,
        owner,
        entry.span,
        entry.value,
    )
    return SettingsSource((setting,))


def keyword(path: str, argument: Argument, where: Where, owner: Entity) -> SettingsSource:
    """Return the setting that a keyword argument makes."""
    setting = Setting(
        argument.name or "",
        Place(path, argument.name_span or argument.span),
        Shape.KEYWORD,
        Layer.SOURCE,
        BindingKind.ASSIGN,
        where,
        owner,
        argument.span,
        argument.value,
    )
    return SettingsSource((setting,))


def set_default(path: str, site: CallSite, owner: Entity) -> SettingsSource:
    """Return the setting that `setdefault('NAME', value)` makes, or that it is not known."""
    key, value = site.call.positional(0), site.call.positional(1)
    if not isinstance(key, Constant) or not isinstance(key.value, str):
        return opened(Place(path, site.call.span), "a name is computed")
    setting = Setting(
        key.value,
        Place(path, key.inner or key.span),
        Shape.KEY,
        Layer.SOURCE,
        BindingKind.ASSIGN,
        site.where,
        owner,
        site.where.statement,
        value,
    )
    return SettingsSource((setting,))


def bound(binding: Binding, owner: Entity) -> SettingsSource:
    """Return the setting that a name of a module or class makes."""
    if binding.kind is BindingKind.DELETE or binding.name.startswith("__"):
        return SettingsSource()
    shape = Shape.STRING if binding.kind is BindingKind.GLOBALS else Shape.NAME
    setting = Setting(
        binding.name,
        Place(owner.path, binding.span),
        shape,
        Layer.SOURCE,
        binding.kind,
        binding.where,
        owner,
        binding.where.statement,
        binding.value,
    )
    return SettingsSource((setting,))


class Collected:
    """Settings in the making: what is added later counts later, and names can be deleted."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._settings: dict[Place, Setting] = {}
        self._places: dict[str, list[Place]] = {}
        self._openings: dict[UnresolvedSource, None] = {}
        self._grade = Grade.CERTAIN

    def add(self, gathered: SettingsSource) -> None:
        """Add what is loaded next; a definition that comes again moves to the end."""
        for setting in gathered.settings:
            self._settings.pop(setting.place, None)
            self._settings[setting.place] = setting
            self._places.setdefault(setting.name, []).append(setting.place)
        self._openings.update(dict.fromkeys(gathered.unresolved))
        self._grade = weaker(self._grade, gathered.grade)

    def delete(self, name: str) -> None:
        """Take a name away."""
        for place in self._places.pop(name, ()):
            self._settings.pop(place, None)

    def gathered(self) -> SettingsSource:
        """Return what there is by now."""
        return SettingsSource(tuple(self._settings.values()), tuple(self._openings), self._grade)


def together(parts: Iterable[SettingsSource]) -> SettingsSource:
    """Return all parts as one, loaded in this order."""
    found = Collected()
    for part in parts:
        found.add(part)
    return found.gathered()


def in_branch(gathered: SettingsSource, where: Where) -> SettingsSource:
    """Return the settings as they are when they only count in a branch."""
    if not where.branch:
        return gathered
    settings = tuple(
        s._replace(where=s.where._replace(branch=(*where.branch, *s.where.branch)))
        if s.where.branch[: len(where.branch)] != where.branch
        else s
        for s in gathered.settings
    )
    return replace(gathered, settings=settings)


def upper_case(gathered: SettingsSource) -> SettingsSource:
    """Return what a host takes that only looks at upper-case names, as Django and Flask do."""
    return replace(gathered, settings=tuple(s for s in gathered.settings if s.name.isupper()))


def carried(gathered: SettingsSource, carrier: Carrier) -> SettingsSource:
    """Return the settings as names of somebody else who hands them on."""
    settings = tuple(setting._replace(carrier=carrier) for setting in gathered.settings)
    return replace(gathered, settings=settings)


def alternatives(parts: Iterable[SettingsSource], where: Where, branch: str) -> SettingsSource:
    """Return the parts of which only one is loaded; `branch` begins the names of their branches."""
    return together(
        in_branch(part, where._replace(branch=(f"{branch}{number}",)))
        for number, part in enumerate(parts)
    )


def outside(entity: Entity) -> str:
    """Return the reason why something from outside the project cannot be followed."""
    return f"`{entity.name}` comes from outside the project"
