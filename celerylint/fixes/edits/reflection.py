"""Classes that treat their names themselves, and settings that are handed on from outside."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from celerylint.facts import Call, ClassFact, Constant, Reference, Use, UseKind
from celerylint.finding import Blocker, Place, Span
from celerylint.fixes.edits.import_aliases import in_all
from celerylint.fixes.edits.plan import doubt
from celerylint.linking.index import FileIndex
from celerylint.linking.project import Project, index_of
from celerylint.model import Entity

_HARMLESS_DECORATORS = frozenset(
    ("attrs", "dataclass", "define", "final", "frozen", "s", "total_ordering")
)
_HARMLESS_METACLASSES = frozenset(("ABCMeta", "type"))
_MAGIC = frozenset(
    (
        *("__class_getitem__", "__dir__", "__getattr__", "__getattribute__", "__getitem__"),
        *("__init_subclass__", "__new__", "__setattr__", "__slots__"),
    )
)
_LOOKUPS = frozenset(("delattr", "getattr", "hasattr", "setattr"))


def lineage(project: Project, entity: Entity, below: tuple[Entity, ...] = ()) -> Iterator[Entity]:
    """Yield an entity and, where it is a class, its bases; no class stands above itself."""
    yield entity
    fact = index_of(project, entity.path).classes.get(entity.inner_scope)
    if fact is None or entity in below:
        return
    for base in fact.bases:
        target = project.names.of_expression(entity.path, fact.where.scope, base)
        if target and not target.rest:
            yield from lineage(project, target.entity, (*below, entity))


def reflection(project: Project, owners: Collection[Entity]) -> Iterator[Blocker]:
    """Yield what in the classes of settings, their bases and heirs may use any of their names."""
    classes = [
        owner for owner in owners if owner.inner_scope in index_of(project, owner.path).classes
    ]
    for each in dict.fromkeys(_family(project, classes)) if classes else ():
        index = index_of(project, each.path)
        fact = index.classes.get(each.inner_scope)
        if fact:
            yield from _of_class(project, index, fact)


def _family(project: Project, classes: Collection[Entity]) -> Iterator[Entity]:
    """Yield the classes with all that they inherit, and the classes that inherit from them."""
    for each in classes:
        yield from lineage(project, each)
    for index in list(project.facts.roots()):
        for fact in index.facts.classes if _has_heirs(index) else ():
            heir = Entity(index.facts.path, fact.where.scope, fact.name)
            if not set(lineage(project, heir)).isdisjoint(classes):
                yield heir


def _has_heirs(index: FileIndex) -> bool:
    """Return whether some class of a file inherits from another one."""
    return any(fact.bases for fact in index.facts.classes)


def _of_class(project: Project, index: FileIndex, fact: ClassFact) -> Iterator[Blocker]:
    path = index.facts.path
    for decorator in fact.decorators:
        if _last(decorator) not in _HARMLESS_DECORATORS:
            yield doubt(
                Place(path, decorator.span), f"a decorator may use the names of `{fact.name}`"
            )
    for keyword in fact.keywords:
        if not isinstance(keyword, Constant) and _last(keyword) not in _HARMLESS_METACLASSES:
            yield doubt(
                Place(path, keyword.span), f"a metaclass may use the names of `{fact.name}`"
            )
    for binding in index.in_scope(fact.scope):
        if binding.name in _MAGIC:
            yield doubt(Place(path, binding.span), f"`{binding.name}` decides about names")
        elif isinstance(binding.value, Call) and _is_told_its_name(
            project, index, fact, binding.value
        ):
            reason = f"`{binding.name}` is an object that is told its name"
            yield doubt(Place(path, binding.span), reason)
    yield from _in_methods(index, fact)


def _last(expression: object) -> str:
    """Return the last part of the name of a decorator or a metaclass."""
    named = expression.function if isinstance(expression, Call) else expression
    return named.name.rpartition(".")[2] if isinstance(named, Reference) else ""


def _is_told_its_name(project: Project, index: FileIndex, fact: ClassFact, call: Call) -> bool:
    """Return whether a value is of a class of the project with `__set_name__`."""
    target = project.names.of_expression(index.facts.path, fact.scope, call.function)
    if target is None or target.rest or target.entity.external:
        return False
    return any(
        (each.inner_scope, "__set_name__") in index_of(project, each.path).bindings
        for each in lineage(project, target.entity)
    )


def _in_methods(index: FileIndex, fact: ClassFact) -> Iterator[Blocker]:
    """Yield where methods look up names of their class, or of their object, that they compute."""
    path = index.facts.path
    for method in index.methods.values():
        first = method.parameters[:1]
        if method.scope.rpartition(".")[0] != fact.scope or not first:
            continue
        for site in index.facts.calls:
            whole = [a for a in site.call.arguments if _is_named(a.value, first[0])]
            named = site.call.dotted in _LOOKUPS and isinstance(site.call.positional(1), Constant)
            if site.where.scope.startswith(method.scope) and whole and not named:
                reason = f"`{fact.name}` uses its own names here"
                yield doubt(Place(path, site.call.span), reason)
        for use in index.facts.uses:
            if use.name == "__dict__" and use.owner == first[0] and use.where.scope == method.scope:
                yield doubt(Place(path, use.span), f"`{use.owner}.__dict__` holds all names")


def _is_named(expression: object, name: str) -> bool:
    return isinstance(expression, Reference) and expression.name == name


def handed_on(project: Project, owners: Collection[Entity]) -> Iterator[Blocker]:
    """Yield where another module hands on a dict, an object or a class with settings."""
    objects = [owner for owner in owners if not owner.is_module]
    names = {owner.name for owner in objects}
    _pull(project, names)
    for index in list(project.facts.roots()) if objects else ():
        path = index.facts.path
        followed = {place.span for place in project.sources.followed if place.path == path}
        followed |= {each.span for fact in index.facts.functions for each in fact.returns}
        looked_up = {(use.owner, use.where.statement) for use in index.facts.uses}
        for use in index.facts.uses:
            whole = f"{use.owner}.{use.name}"
            if use.kind is not UseKind.ATTRIBUTE or use.name not in names:
                continue
            known = (whole, use.where.statement) in looked_up
            if known or any(span.holds(use.span) for span in followed):
                continue
            if _means(project, index, use, objects):
                yield doubt(Place(path, use.span), f"`{whole}` is used as a whole")


def _pull(project: Project, names: Collection[str]) -> None:
    """Read the files that say one of the names, be it that nothing else in them tells of Celery."""
    words = [name.encode() for name in names]
    for path in project.search.files if words else ():
        raw = project.search.peek(path)
        if any(word in raw for word in words):
            project.facts.of(path)


def _means(project: Project, index: FileIndex, use: Use, owners: Collection[Entity]) -> bool:
    found = project.names.resolve(index.facts.path, use.where.scope, f"{use.owner}.{use.name}")
    return not found.rest and found.entity in owners


def in_strings(
    index: FileIndex, names: Collection[str], renamed: Collection[Span]
) -> Iterator[Blocker]:
    """Yield the strings that are the name of a setting, but for variables of the environment.

    `renamed` are those that go along.
    """
    strings = [use for use in index.facts.uses if use.kind is UseKind.STRING and use.name in names]
    variables = {use.name for use in index.facts.uses if use.owner.endswith("environ")}
    for use in strings:
        told = use.name in variables or _is_variable(use.owner) or in_all(index.facts, use.span)
        if not told and use.span not in renamed:
            yield doubt(Place(index.facts.path, use.span), f"a string names `{use.name}`")


def _is_variable(owner: str) -> bool:
    return any(word in owner.lower() for word in ("env", "config", "secret"))
