"""What a name stands for, across scopes, aliases, imports and files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import NamedTuple

from celerylint.facts import (
    Binding,
    BindingKind,
    Call,
    CallSite,
    ClassFact,
    Expression,
    FileFacts,
    FunctionFact,
    Item,
    Member,
    Reference,
    Use,
    Write,
)
from celerylint.linking.modules import Modules
from celerylint.model import (
    Entity,
    Grade,
)

# A chain of aliases longer than this is a loop.
_DEPTH = 24


class FileIndex:
    """The facts of one file, looked up by scope and name."""

    def __init__(self, facts: FileFacts) -> None:
        """Index the facts of one file."""
        self.facts = facts

    @cached_property
    def bindings(self) -> dict[tuple[str, str], list[Binding]]:
        """Return the bindings of each name in each scope, in the order of the text."""
        index = defaultdict[tuple[str, str], list[Binding]](list)
        for binding in self.facts.bindings:
            index[binding.where.scope, binding.name].append(binding)
        return dict(index)

    @cached_property
    def classes(self) -> dict[str, ClassFact]:
        """Return the classes by the scope that their body makes."""
        return {fact.scope: fact for fact in self.facts.classes}

    @cached_property
    def functions(self) -> dict[str, FunctionFact]:
        """Return the functions by the scope that their body makes."""
        return {fact.scope: fact for fact in self.facts.functions}

    def in_scope(self, scope: str) -> Iterator[Binding]:
        """Yield the bindings of one scope, in the order of the text."""
        return (binding for binding in self.facts.bindings if binding.where.scope == scope)


class Facts:
    """The facts of any file of the project, read when they are asked for."""

    def __init__(self, read: Callable[[str], FileFacts | None], roots: tuple[str, ...]) -> None:
        """Keep the reader; `roots` are the files that are read in any case."""
        self._read = read
        self._indexes: dict[str, FileIndex | None] = {}
        self._roots = roots
        self._known = frozenset(roots)

    def of(self, path: str) -> FileIndex | None:
        """Return the indexed facts of a file, None where it cannot be read or is outside."""
        if not path:
            return None
        if path not in self._indexes:
            facts = self._read(path)
            self._indexes[path] = FileIndex(facts) if facts else None
        return self._indexes[path]

    def known(self, path: str) -> FileIndex | None:
        """Return the indexed facts of a root or of a file that was read already."""
        return self.of(path) if path in self._known else self._indexes.get(path)

    def roots(self) -> Iterator[FileIndex]:
        """Yield the facts of all roots, and of whatever else was read so far, by path."""
        for path in sorted({*self._roots, *self._indexes}):
            index = self.of(path)
            if index:
                yield index

    @cached_property
    def mentions(self) -> dict[str, list[Use]]:
        """Return every mention of a name that was read; ask only when linking is done."""
        index = defaultdict[str, list[Use]](list)
        for file in self.roots():
            for use in file.facts.uses:
                index[use.name].append(use)
        return dict(index)

    @cached_property
    def imported_names(self) -> dict[str, frozenset[str]]:
        """Return the files that import each name from some module; ask when linking is done."""
        index = defaultdict[str, set[str]](set)
        for file in self.roots():
            for binding in file.facts.bindings:
                if binding.kind is BindingKind.IMPORT:
                    index[binding.target.rpartition(".")[2]].add(file.facts.path)
        return {name: frozenset(paths) for name, paths in index.items()}

    def call_sites(self) -> Iterator[tuple[str, CallSite]]:
        """Yield every call of every root, with the path of its file."""
        for index in self.roots():
            for site in index.facts.calls:
                yield index.facts.path, site

    def writes(self) -> Iterator[tuple[str, Write]]:
        """Yield every write of every root, with the path of its file."""
        for index in self.roots():
            for write in index.facts.writes:
                yield index.facts.path, write


class Target(NamedTuple):
    """What a dotted name leads to: an entity, and the attributes that are left over."""

    entity: Entity
    rest: tuple[str, ...] = ()
    grade: Grade = Grade.CERTAIN


class Names:
    """Resolve dotted names.

    Following a name may lead into a file that was not read yet. To find apps and mentions no such
    file is read, for it says nothing of Celery; to follow what an app loads, `pulls` reads it.
    """

    def __init__(self, facts: Facts, modules: Modules, *, pulls: bool) -> None:
        """Resolve over these facts and modules."""
        self.facts = facts
        self.modules = modules
        self._pulls = pulls

    def _index(self, path: str) -> FileIndex | None:
        return self.facts.of(path) if self._pulls else self.facts.known(path)

    def of_expression(self, path: str, scope: str, expression: Expression) -> Target | None:
        """Return what a reference, or an attribute of a call, leads to."""
        match expression:
            case Reference():
                return self.resolve(path, scope, expression.name)
            case Member():
                owner = self.of_expression(path, scope, expression.owner)
                return owner and Target(owner.entity, (*owner.rest, expression.name), owner.grade)
            case Call():
                return self._result(path, scope, expression)
            case Item():
                return None
            case _:
                return None

    def resolve(self, path: str, scope: str, dotted: str, depth: int = 0) -> Target:
        """Return what `dotted` stands for in a scope of a file.

        What is bound nowhere in the project is taken for a name from outside.
        """
        first, *rest = dotted.split(".")
        index = self._index(path)
        if index is None or depth > _DEPTH:
            return Target(Entity("", "", dotted))
        for place in scopes(scope):
            bindings = index.bindings.get((place, first))
            if bindings:
                return self._bound(path, place, bindings, tuple(rest), depth)
        return self._through_star(index, first, tuple(rest), depth)

    def _bound(
        self, path: str, scope: str, bindings: list[Binding], rest: tuple[str, ...], depth: int
    ) -> Target:
        binding = _decisive(bindings)
        if binding.kind is BindingKind.IMPORT:
            return self.imported(path, binding.target, rest, depth)
        if binding.kind is BindingKind.PARAMETER and self._is_self(path, scope, binding.name):
            owner = scope.rpartition(".")[0]
            return self._attribute(Target(_class_entity(path, owner), rest), depth)
        if isinstance(binding.value, Reference) and len(_assignments(bindings)) == 1:
            dotted = ".".join((binding.value.name, *rest))
            if binding.value.name.split(".")[0] != binding.name:
                return self.resolve(path, scope, dotted, depth + 1)
        return self._attribute(Target(Entity(path, scope, binding.name), rest), depth)

    def _is_self(self, path: str, scope: str, name: str) -> bool:
        index = self._index(path)
        function = index and index.functions.get(scope)
        owner = scope.rpartition(".")[0]
        if not index or not function or owner not in index.classes:
            return False
        return function.parameters[:1] == (name,)

    def _attribute(self, target: Target, depth: int) -> Target:
        """Follow the first left-over attribute into a class, or the class of an instance."""
        entity, rest = target.entity, target.rest
        index = self._index(entity.path)
        if not rest or index is None:
            return target
        owner = self._class_of(entity, depth)
        if owner is None or not self._has_attribute(owner, rest[0]):
            return target
        inner = Entity(owner.path, owner.inner_scope, rest[0])
        bindings = (
            index.bindings.get((owner.inner_scope, rest[0])) if owner.path == entity.path else None
        )
        if bindings and _decisive(bindings).kind is not BindingKind.FUNCTION:
            return self._bound(owner.path, owner.inner_scope, bindings, rest[1:], depth + 1)
        return Target(inner, rest[1:], target.grade)

    def _class_of(self, entity: Entity, depth: int) -> Entity | None:
        index = self._index(entity.path)
        if index is None or depth > _DEPTH:
            return None
        if entity.inner_scope in index.classes:
            return entity
        bindings = index.bindings.get((entity.scope, entity.name), [])
        calls = [b.value for b in bindings if isinstance(b.value, Call) and b.value.dotted]
        if len(calls) != 1:
            return None
        made_by = self.resolve(entity.path, entity.scope, calls[0].dotted, depth + 1)
        made_index = self._index(made_by.entity.path) if made_by.entity.path else None
        if made_index and not made_by.rest and made_by.entity.inner_scope in made_index.classes:
            return made_by.entity
        return None

    def _has_attribute(self, owner: Entity, name: str) -> bool:
        index = self._index(owner.path)
        if index is None:
            return False
        if (owner.inner_scope, name) in index.bindings:
            return True
        methods = f"{owner.inner_scope}."
        return any(
            write.name == name
            and write.where.scope.startswith(methods)
            and isinstance(write.owner, Reference)
            and write.owner.name == "self"
            for write in index.facts.writes
        )

    def imported(self, path: str, target: str, rest: tuple[str, ...], depth: int = 0) -> Target:
        """Return what an import of the dotted name `target` in a file leads to."""
        parts = target.lstrip(".").split(".") if target.strip(".") else []
        dots = target[: len(target) - len(target.lstrip("."))]
        for count in range(len(parts), -1, -1):
            name = dots + ".".join(parts[:count])
            found = self.modules.find(name, path) if name else None
            if found and found.path != path:
                left = (*parts[count:], *rest)
                return self._in_module(found.path, left, found.grade, depth + 1)
        return Target(Entity("", "", ".".join((*parts, *rest))))

    def _in_module(self, path: str, rest: tuple[str, ...], grade: Grade, depth: int) -> Target:
        if not rest:
            return Target(Entity(path), (), grade)
        index = self._index(path)
        bound = index and ("", rest[0]) in index.bindings
        if not bound:
            submodule = self.modules.find(f".{rest[0]}", path) if _is_package(path) else None
            if submodule:
                return self._in_module(submodule.path, rest[1:], grade, depth + 1)
        if index is None:
            return Target(Entity(path), rest, grade)
        target = self.resolve(path, "", ".".join(rest), depth + 1)
        if target.entity.external and not bound:
            return Target(Entity(path), rest, grade)
        return Target(target.entity, target.rest, weaker(grade, target.grade))

    def _through_star(
        self, index: FileIndex, first: str, rest: tuple[str, ...], depth: int
    ) -> Target:
        for star in reversed(index.facts.star_imports):
            found = self.modules.find(star.module, index.facts.path)
            if not found or found.path == index.facts.path:
                continue
            target = self.resolve(found.path, "", ".".join((first, *rest)), depth + 1)
            if not target.entity.external:
                return target
        return Target(Entity("", "", ".".join((first, *rest))))

    def _result(self, path: str, scope: str, call: Call) -> Target | None:
        """Return what a call gives: the entity that a function of the project returns."""
        function = self.of_expression(path, scope, call.function)
        if function is None or function.rest or function.entity.external:
            return None
        index = self._index(function.entity.path)
        fact = index and index.functions.get(f"{function.entity.inner_scope}()")
        if not fact:
            return None
        found = {
            self.resolve(function.entity.path, fact.scope, returned.name)
            for returned in fact.returns
            if isinstance(returned, Reference)
        }
        return found.pop() if len(found) == 1 and len(fact.returns) == 1 else None


def scopes(scope: str) -> Iterator[str]:
    """Yield the scopes in which Python looks a name up, from the inside out.

    The body of a class is only seen from itself, not from its methods.
    """
    yield scope
    while scope:
        scope = scope.rpartition(".")[0]
        if not scope or scope.endswith("()"):
            yield scope


def weaker(one: Grade, other: Grade) -> Grade:
    """Return the less certain of two grades."""
    order = tuple(Grade)
    return max(one, other, key=order.index)


def _decisive(bindings: list[Binding]) -> Binding:
    """Return the binding that says what a name is: the last that gives it a value."""
    given = [b for b in bindings if b.kind is not BindingKind.DELETE and not _is_none(b)]
    return (given or bindings)[-1]


def _is_none(binding: Binding) -> bool:
    return binding.value is not None and getattr(binding.value, "value", 0) is None


def _assignments(bindings: list[Binding]) -> list[Binding]:
    return [b for b in bindings if b.kind is not BindingKind.DELETE]


def _class_entity(path: str, scope: str) -> Entity:
    outer, _, name = scope.rpartition(".")
    return Entity(path, outer, name)


def _is_package(path: str) -> bool:
    return path.endswith("__init__.py")
