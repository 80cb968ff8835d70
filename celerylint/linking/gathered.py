"""The settings of a source, and how they are put together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from celerylint.facts import (
    Argument,
    Binding,
    BindingKind,
    Constant,
    Entry,
    Shape,
    Where,
    Write,
)
from celerylint.finding import Place
from celerylint.linking.names import FileIndex, weaker
from celerylint.model import Entity, Grade, Layer, Opening, Setting


@dataclass(frozen=True, slots=True)
class Gathered:
    """The settings of a source, what keeps it open, and how sure it is that this is the source."""

    settings: tuple[Setting, ...] = ()
    openings: tuple[Opening, ...] = ()
    grade: Grade = Grade.CERTAIN

    def __add__(self, other: Gathered) -> Gathered:
        """Return both sources together, the second one loaded after the first."""
        return Gathered(
            self.settings + other.settings,
            self.openings + other.openings,
            weaker(self.grade, other.grade),
        )


def unknown(place: Place, reason: str) -> Gathered:
    """Return a source of which nothing is known, and why."""
    return Gathered((), (Opening(place, reason),), Grade.UNKNOWN)


def written(path: str, write: Write, home: Entity, layer: Layer) -> Setting:
    """Return the setting that an attribute or item write makes."""
    return Setting(
        write.name,
        Place(path, write.span),
        write.shape,
        layer,
        write.kind,
        write.where,
        home,
        write.where.statement,
        write.value,
    )


def added(path: str, write: Write, home: Entity) -> Gathered:
    """Return the setting that is added to a dict or an instance, or the opening that it is."""
    if not write.name:
        return Gathered((), (Opening(Place(path, write.span), "a name is computed"),))
    return Gathered((written(path, write, home, Layer.SOURCE),))


def keyed(path: str, entry: Entry, where: Where, home: Entity) -> Gathered:
    """Return the setting that an entry of a dict makes, or the opening that it is."""
    key = entry.key
    if not isinstance(key, Constant) or not isinstance(key.value, str):
        span = key.span if key else entry.span
        return Gathered((), (Opening(Place(path, span), "a key is not a plain string"),))
    place = Place(path, key.inner or key.span)
    setting = Setting(
        key.value,
        place,
        Shape.KEY,
        Layer.SOURCE,
        BindingKind.ASSIGN,
        where,
        home,
        entry.span,
        entry.value,
    )
    return Gathered((setting,))


def keyword(path: str, argument: Argument, where: Where, home: Entity) -> Gathered:
    """Return the setting that a keyword argument makes."""
    if not argument.name or not argument.name_span:
        return Gathered()
    setting = Setting(
        argument.name,
        Place(path, argument.name_span),
        Shape.KEYWORD,
        Layer.SOURCE,
        BindingKind.ASSIGN,
        where,
        home,
        argument.span,
        argument.value,
    )
    return Gathered((setting,))


def bound(binding: Binding, home: Entity) -> Gathered:
    """Return the setting that a name of a module or class makes."""
    if binding.kind is BindingKind.DELETE or binding.name.startswith("__"):
        return Gathered()
    shape = Shape.STRING if binding.kind is BindingKind.GLOBALS else Shape.NAME
    setting = Setting(
        binding.name,
        Place(home.path, binding.span),
        shape,
        Layer.SOURCE,
        binding.kind,
        binding.where,
        home,
        binding.where.statement,
        binding.value,
    )
    return Gathered((setting,))


def without_deleted(gathered: Gathered, index: FileIndex) -> Gathered:
    """Return the settings without those that a plain `del` takes away again."""
    deleted = {
        binding.name: binding.span
        for binding in index.in_scope("")
        if binding.kind is BindingKind.DELETE and not binding.where.branch
    }
    kept = tuple(
        s
        for s in gathered.settings
        if s.name not in deleted
        or (s.place.path == index.facts.path and s.place.span > deleted[s.name])
    )
    return replace(gathered, settings=kept)


def together(parts: Iterable[Gathered]) -> Gathered:
    """Return all parts as one, loaded in this order."""
    found = Gathered()
    for part in parts:
        found += part
    return found


def in_branch(gathered: Gathered, where: Where) -> Gathered:
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


def outside(entity: Entity) -> str:
    """Return the reason why something from outside the project cannot be followed."""
    return f"`{entity.name}` comes from outside the project"
