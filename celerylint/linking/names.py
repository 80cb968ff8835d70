"""What a name stands for, across scopes, aliases, imports and files."""

from __future__ import annotations

from typing import NamedTuple

from celerylint.facts import (
    Binding,
    BindingKind,
    Call,
    Constant,
    Expression,
    FunctionFact,
    Member,
    Reference,
)
from celerylint.linking.index import Facts, FileIndex, scopes
from celerylint.linking.modules import Modules, is_outside
from celerylint.model import Entity, Grade

# A chain of aliases longer than this is a loop.
_DEPTH = 24


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
        self._returning: dict[tuple[str, str], Target | None] = {}
        self._resolved: dict[tuple[str, str, str], Target] = {}
        self._pulled = 0

    def _index(self, path: str) -> FileIndex | None:
        return self.facts.of(path) if self._pulls else self.facts.known(path)

    def of_expression(
        self, path: str, scope: str, expression: Expression, depth: int = 0
    ) -> Target | None:
        """Return what a reference, or an attribute of a call, leads to."""
        match expression:
            case Reference():
                return self.resolve(path, scope, expression.name, depth)
            case Member():
                owner = self.of_expression(path, scope, expression.owner, depth)
                return owner and Target(owner.entity, (*owner.rest, expression.name), owner.grade)
            case Call():
                return self._result(path, scope, expression, depth)
            case _:
                return None

    def resolve(self, path: str, scope: str, dotted: str, depth: int = 0) -> Target:
        """Return what `dotted` stands for in a scope of a file.

        What is bound nowhere in the project is taken for a name from outside.
        """
        if depth:
            return self._resolve(path, scope, dotted, depth)
        if self._pulled != self.facts.pulled:
            # A further file may say more of a name.
            self._resolved.clear()
            self._pulled = self.facts.pulled
        key = path, scope, dotted
        if key not in self._resolved:
            self._resolved[key] = self._resolve(path, scope, dotted, 0)
        return self._resolved[key]

    def _resolve(self, path: str, scope: str, dotted: str, depth: int) -> Target:
        first, *rest = dotted.split(".")
        index = self._index(path)
        if index is None or depth > _DEPTH:
            return Target(Entity("", "", dotted))
        for place in scopes(scope):
            bindings = index.bindings.get((place, first))
            if bindings:
                return self._bound(path, place, bindings, tuple(rest), depth)
        owner = self._star_home(path, first)
        return (
            self.resolve(owner, "", dotted, depth + 1) if owner else Target(Entity("", "", dotted))
        )

    def _bound(
        self, path: str, scope: str, bindings: list[Binding], rest: tuple[str, ...], depth: int
    ) -> Target:
        binding = _decisive(bindings)
        if binding.kind is BindingKind.IMPORT:
            return self._import(path, binding, bindings, rest, depth)
        if binding.kind is BindingKind.PARAMETER and self._is_self(path, scope, binding.name):
            owner = scope.rpartition(".")[0]
            return self._attribute(Target(_class_entity(path, owner), rest), depth)
        if isinstance(binding.value, Reference) and len(_assignments(bindings)) == 1:
            dotted = ".".join((binding.value.name, *rest))
            if binding.value.name.split(".")[0] != binding.name:
                return self.resolve(path, binding.value_scope, dotted, depth + 1)
        return self._attribute(Target(Entity(path, scope, binding.name), rest), depth)

    def _import(
        self, path: str, last: Binding, bindings: list[Binding], rest: tuple[str, ...], depth: int
    ) -> Target:
        """Return what a name is imported from, which may differ from branch to branch.

        The first import that leads into the project is taken, but is not certain then. What comes
        from Celery itself has its place before that: the others are for want of it.
        """
        every = (
            [b for b in bindings if b.kind is BindingKind.IMPORT] if last.where.branch else [last]
        )
        found = [self.imported(path, binding.target, rest, depth) for binding in every]
        inside = [target for target in found if not target.entity.external]
        first = (inside or found)[0]
        if not inside or len(set(found)) == 1:
            return first
        if is_outside(found[0].entity.name) and found[0].entity.external:
            return found[0]
        return first._replace(grade=weaker(first.grade, Grade.LIKELY))

    def _is_self(self, path: str, scope: str, name: str) -> bool:
        index = self._index(path)
        method = index and index.methods.get(scope)
        return bool(method and method.parameters[:1] == (name,))

    def _attribute(self, target: Target, depth: int) -> Target:
        """Follow the first left-over attribute into a class, or the class of an instance."""
        entity, rest = target.entity, target.rest
        made_from = self._class_of(entity, depth) if rest else None
        owner = self._owner(made_from, rest[0], depth) if made_from else None
        index = self._index(owner.path) if owner else None
        if owner is None or index is None:
            return target
        bindings = index.bindings.get((owner.inner_scope, rest[0]))
        if bindings and _decisive(bindings).kind is not BindingKind.FUNCTION:
            return self._bound(owner.path, owner.inner_scope, bindings, rest[1:], depth + 1)
        return Target(Entity(owner.path, owner.inner_scope, rest[0]), rest[1:], target.grade)

    def _class_of(self, entity: Entity, depth: int) -> Entity | None:
        index = self._index(entity.path)
        if index is None or depth > _DEPTH:
            return None
        if entity.inner_scope in index.classes:
            return entity
        bindings = index.bindings.get((entity.scope, entity.name), [])
        calls = [(b.value_scope, b.value) for b in bindings if isinstance(b.value, Call)]
        if len(calls) != 1:
            return None
        scope, call = calls[0]
        made_from = self.of_expression(entity.path, scope, call.function, depth + 1)
        if made_from is None or made_from.rest:
            return None
        index = self._index(made_from.entity.path)
        return made_from.entity if index and made_from.entity.inner_scope in index.classes else None

    def _owner(self, cls: Entity, name: str, depth: int) -> Entity | None:
        """Return the class that gives an attribute to a class: the class itself or a base."""
        index = self._index(cls.path)
        fact = index.classes.get(cls.inner_scope) if index else None
        if index is None or fact is None or depth > _DEPTH:
            return None
        key = cls.inner_scope, name
        if key in index.bindings or key in index.instance_names:
            return cls
        bases = (self.of_expression(cls.path, fact.where.scope, b, depth + 1) for b in fact.bases)
        found = (self._owner(base.entity, name, depth + 1) for base in bases if base)
        return next((owner for owner in found if owner), None)

    def imported(self, path: str, target: str, rest: tuple[str, ...], depth: int = 0) -> Target:
        """Return what an import of the dotted name `target` in a file leads to."""
        bare = target.lstrip(".")
        parts = bare.split(".") if bare else []
        dots = target[: len(target) - len(bare)]
        for count in range(len(parts), -1, -1):
            found = self.modules.find(dots + ".".join(parts[:count]), path)
            if found and found.path != path:
                left = (*parts[count:], *rest)
                package = self._hiding(path, dots, parts[:count])
                if package:
                    left = (parts[count - 1], *left)
                return self._in_module(package or found.path, left, found.grade, depth + 1)
        return Target(Entity("", "", ".".join((*parts, *rest))))

    def _hiding(self, path: str, dots: str, parts: list[str]) -> str:
        """Return the package that binds the name of one of its modules to something else, if so.

        `from .celery import celery` in a package hides its module `celery` from who imports it.
        """
        package = self.modules.find(dots + ".".join(parts[:-1]), path) if parts else None
        if package is None or package.path == path or not _is_package(package.path):
            return ""
        index = self._index(package.path)
        return package.path if index and ("", parts[-1]) in index.bindings else ""

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
        if target.entity.external and not bound and not self._star_home(path, rest[0]):
            return Target(Entity(path), rest, grade)
        return Target(target.entity, target.rest, weaker(grade, target.grade))

    def _star_home(self, path: str, name: str) -> str | None:
        """Return the module from which star imports bring a name into a module.

        Star imports may meet again and may go round in circles.
        """
        seen = {path}
        waiting = [path]
        while waiting and not name.startswith("_"):
            asking = waiting.pop()
            index = self._index(asking)
            if index is None:
                continue
            if asking != path and ("", name) in index.bindings:
                return asking
            for star in index.facts.star_imports:
                found = self.modules.find(star.module, asking)
                if found and found.path not in seen:
                    seen.add(found.path)
                    waiting.append(found.path)
        return None

    def _result(self, path: str, scope: str, call: Call, depth: int) -> Target | None:
        """Return what a call gives: the entity that a function of the project returns."""
        function = self.of_expression(path, scope, call.function, depth)
        if function is None or function.rest or depth > _DEPTH:
            return None
        index = self._index(function.entity.path)
        fact = index and index.functions.get(f"{function.entity.inner_scope}()")
        if not fact:
            return None
        return self.returned(function.entity.path, fact, depth)

    def returned(self, path: str, function: FunctionFact, depth: int = 0) -> Target | None:
        """Return what a function returns, where that is always the same thing or None.

        Each function is looked at once on the way: those that call one another lead to nothing.
        """
        key = path, function.scope
        if key in self._returning:
            return self._returning[key]
        is_first = not self._returning
        self._returning[key] = None
        given = (value for value in function.returns if not is_none(value))
        found = {self.of_expression(path, function.scope, v, depth + 1) for v in given}
        self._returning[key] = answer = found.pop() if len(found) == 1 else None
        if is_first:
            self._returning.clear()
        return answer


def weaker(one: Grade, other: Grade) -> Grade:
    """Return the less certain of two grades."""
    order = tuple(Grade)
    return max(one, other, key=order.index)


def _decisive(bindings: list[Binding]) -> Binding:
    """Return the binding that says what a name is: the last that gives it a value."""
    given = [b for b in bindings if b.kind is not BindingKind.DELETE and not is_none(b.value)]
    return (given or bindings)[-1]


def is_none(expression: Expression | None) -> bool:
    """Return whether an expression is the word None."""
    return isinstance(expression, Constant) and expression.value is None


def _assignments(bindings: list[Binding]) -> list[Binding]:
    return [b for b in bindings if b.kind is not BindingKind.DELETE]


def _class_entity(path: str, scope: str) -> Entity:
    outer, _, name = scope.rpartition(".")
    return Entity(path, outer, name)


def _is_package(path: str) -> bool:
    return path.endswith("__init__.py")
