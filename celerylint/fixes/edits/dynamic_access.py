"""What may read or write settings by names that are not plain to see."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator
from pathlib import PurePosixPath

from celerylint.facts import (
    Call,
    Constant,
    DynamicAccessKind,
    Expression,
    Member,
    Operation,
    Reference,
    Sequence,
    UseKind,
)
from celerylint.finding import Blocker, Place
from celerylint.fixes.edits.plan import doubt
from celerylint.fixes.edits.reflection import handed_on, reflection
from celerylint.linking.index import FileIndex
from celerylint.linking.project import Project, index_of
from celerylint.model import App, Entity

_IMPORTERS = frozenset({"import_module", "__import__", "load_module", "run_module", "run_path"})
_UPDATERS = frozenset({"update", "add_defaults", "setdefault"})
# What may bind a name that is not seen, but says nothing about those that are.
_BINDING = frozenset({DynamicAccessKind.EXEC, DynamicAccessKind.UNREAD})
_MAGIC = frozenset({"__dir__", "__getattr__", "__getattribute__", "__slots__"})


def hidden(
    project: Project, owners: Collection[Entity], apps: Collection[App], names: Collection[str]
) -> Iterator[Blocker]:
    """Yield the places that may use these names of the owners without saying which."""
    for index in list(project.facts.roots()):
        yield from _computed(project, index, apps)
        yield from _unknown_conf(project, index)
        yield from _imported_by_name(project, index, owners)
        yield from _looked_up(project, index, owners)
        yield from _spelt_otherwise(index, names)
    yield from reflection(project, owners)
    yield from handed_on(project, owners)
    for owner in owners:
        yield from _mingled(project, owner)
        yield from _holes(project, owner)
        yield from _magic(project, owner)
        yield from _computed_exports(project, owner)


def _looked_up(project: Project, index: FileIndex, owners: Collection[Entity]) -> Iterator[Blocker]:
    """Yield what takes a module from `sys.modules`, reads it as a file, or asks for its names."""
    path = index.facts.path
    for use in index.facts.uses:
        if use.kind is UseKind.ITEM and use.owner.endswith("sys.modules"):
            found = project.names.modules.find(use.name, path)
            if found and Entity(found.path) in owners:
                yield doubt(Place(path, use.span), f"`{use.name}` is taken from sys.modules")
        elif use.kind is UseKind.ATTRIBUTE and use.name == "__dict__" and use.owner:
            target = project.names.resolve(path, use.where.scope, use.owner)
            if target.entity in owners:
                yield doubt(Place(path, use.span), f"`{use.owner}.__dict__` holds all names")
    files = {PurePosixPath(owner.path).name for owner in owners if owner.is_module}
    for site in index.facts.calls:
        for argument in site.call.arguments:
            text = argument.value.value if isinstance(argument.value, Constant) else None
            if isinstance(text, str) and PurePosixPath(text).name in files:
                place = Place(path, argument.value.span)
                yield doubt(place, f"`{text}` is used as a file")


def _spelt_otherwise(index: FileIndex, names: Collection[str]) -> Iterator[Blocker]:
    """Yield the names that Python takes for these although they are written with other letters."""
    mentions = [(binding.name, binding.span) for binding in index.facts.bindings]
    mentions += [(use.name, use.span) for use in index.facts.uses]
    for name, span in mentions:
        if not name.isascii() and unicodedata.normalize("NFKC", name) in names:
            place = Place(index.facts.path, span)
            yield Blocker(place, f"`{name}` is the same name in other letters")


def _magic(project: Project, owner: Entity) -> Iterator[Blocker]:
    """Yield the special names by which a module or class answers for its names itself."""
    index = index_of(project, owner.path)
    if not (owner.is_module or owner.inner_scope in index.classes):
        return
    for binding in index.in_scope(owner.inner_scope if owner.name else ""):
        if binding.name in _MAGIC:
            yield doubt(Place(owner.path, binding.span), f"`{binding.name}` decides about names")


def _computed_exports(project: Project, owner: Entity) -> Iterator[Blocker]:
    """Yield the assignments to `__all__` that are no plain list of strings."""
    index = index_of(project, owner.path)
    for binding in index.bindings.get(("", "__all__"), ()) if owner.is_module else ():
        if binding.value is not None and not _lists_plainly(binding.value):
            yield doubt(Place(owner.path, binding.span), "`__all__` is computed")


def _lists_plainly(expression: Expression) -> bool:
    match expression:
        case Sequence():
            return all(isinstance(i, Constant) and i.inner for i in expression.items)
        case Operation(operator="+"):
            return all(map(_lists_plainly, expression.operands))
        case Reference():
            return expression.name.endswith(".__all__")
        case _:
            return False


def _computed(project: Project, index: FileIndex, apps: Collection[App]) -> Iterator[Blocker]:
    """Yield the writes to `conf` whose name is computed."""
    path = index.facts.path
    for write in index.facts.writes:
        found = project.apps.of(path, write.where.scope, write.owner) if not write.name else None
        if found and found[0] in apps and found[1] == ("conf",):
            yield doubt(Place(path, write.span), "a setting is written by a computed name")


def _unknown_conf(project: Project, index: FileIndex) -> Iterator[Blocker]:
    """Yield the writes of upper-case names to the `conf` of something that may be the app."""
    path = index.facts.path
    for write in index.facts.writes:
        owner = write.owner
        name = owner.name if isinstance(owner, (Reference, Member)) else ""
        suspicious = name.endswith(".conf") and write.name.isupper()
        if suspicious and not project.apps.of(path, write.where.scope, owner):
            yield doubt(Place(path, write.span), f"`{name}` may be that of the app")
    for site in index.facts.calls:
        owner_name, _, method = site.call.dotted.rpartition(".")
        if method not in _UPDATERS or not owner_name.endswith(".conf"):
            continue
        reference = Reference(site.call.span, owner_name)
        if _names_upper(site.call) and not project.apps.of(path, site.where.scope, reference):
            yield doubt(Place(path, site.call.span), f"`{owner_name}` may be that of the app")


def _names_upper(call: Call) -> bool:
    return any(argument.name is None or argument.name.isupper() for argument in call.arguments)


def _imported_by_name(
    project: Project, index: FileIndex, owners: Collection[Entity]
) -> Iterator[Blocker]:
    """Yield the imports of a module by a string."""
    path = index.facts.path
    for site in index.facts.calls:
        followed = Place(path, site.call.span) in project.sources.followed
        if followed or site.call.dotted.rpartition(".")[2] not in _IMPORTERS:
            continue
        name = site.call.positional(0)
        text = name.value if isinstance(name, Constant) else None
        if not isinstance(text, str) or not text:
            continue
        found = project.names.modules.find(text, path)
        if found and Entity(found.path) in owners:
            yield doubt(Place(path, site.call.span), f"`{text}` is imported by its name")


def _mingled(project: Project, owner: Entity) -> Iterator[Blocker]:
    """Yield what runs a module in the names of another one: either may use those of the other."""
    place = project.sources.modules.mingled.get(owner.path)
    if place and owner.is_module:
        yield doubt(place, "a file is run in the names of another one here")


def _holes(project: Project, owner: Entity) -> Iterator[Blocker]:
    """Yield the constructs that read or bind any name of a module or class."""
    index = index_of(project, owner.path)
    if not (owner.is_module or owner.inner_scope in index.classes):
        return
    for access in index.facts.dynamic:
        inside = owner.is_module or access.where.scope == owner.inner_scope
        if inside and not (access.kind in _BINDING and access.writes):
            yield doubt(Place(owner.path, access.span), "names are read or set wholesale here")
