"""Classes that Celery 3 makes tasks of by itself, and Celery 4 does not."""

from __future__ import annotations

from collections.abc import Iterator

from celerylint.analysis.code_view import CodeView
from celerylint.catalogue.names import Release
from celerylint.facts import BindingKind, Call, ClassFact, Expression, Reference
from celerylint.finding import Finding, Place
from celerylint.linking.project import Project
from celerylint.linking.tasks import CLASSES
from celerylint.model import Entity
from celerylint.rulebook.rule import Rule
from celerylint.values import Answer

_REGISTERS_NO_CLASS: Release = (4,)
_DEPTH = 8
"""How many classes are gone through, from one to its base."""
# With these a class is handed over: to be registered, or to make other tasks with.
_REGISTERING = frozenset({"register_task", "register"})
_TAKING = frozenset({"base", "cls", "task_cls", "Task"})


def task_class_not_registered(work: CodeView, rule: Rule) -> Iterator[Finding]:
    """Yield the classes of tasks that an upgrade to Celery 4 leaves without registration."""
    found = [(path, fact) for path, fact in _classes(work) if _is_task(work.project, path, fact)]
    if not found or _registers_any(work.project):
        return
    taken = set(_taken(work.project))
    for path, fact in found:
        if fact.name not in taken:
            index = work.project.facts.of(path)
            bound = index.bindings.get((fact.where.scope, fact.name), ()) if index else ()
            place = Place(path, bound[-1].span if bound else fact.where.statement)
            yield rule.finding(place, name=fact.name)


def _classes(work: CodeView) -> Iterator[tuple[str, ClassFact]]:
    """Yield the classes of modules whose upgrade is one to Celery 4, with their paths."""
    for index in work.project.facts.roots():
        path = index.facts.path
        if work.versions(path).crosses(_REGISTERS_NO_CLASS) is Answer.YES:
            for fact in index.facts.classes:
                abstract = (fact.scope, "abstract") in index.bindings
                if not fact.where.scope and not fact.where.branch and not abstract:
                    yield path, fact


def _is_task(project: Project, path: str, fact: ClassFact) -> bool:
    """Return whether a class derives from Celery's, and has or inherits a method to run."""
    chain = tuple(_chain(project, Entity(path, fact.where.scope, fact.name)))
    celerys = any(each.external and each.name in CLASSES for each in chain)
    return celerys and any(_runs(project, each) for each in chain)


def _runs(project: Project, entity: Entity) -> bool:
    index = project.facts.of(entity.path)
    return index is not None and f"{entity.inner_scope}.run()" in index.functions


def _chain(project: Project, entity: Entity, depth: int = 0) -> Iterator[Entity]:
    """Yield a class and all that it derives from, as far as it is seen."""
    yield entity
    index = project.facts.of(entity.path)
    fact = index.classes.get(entity.inner_scope) if index else None
    for base in fact.bases if fact and depth < _DEPTH else ():
        target = project.names.of_expression(entity.path, entity.scope, base)
        if target and not target.rest:
            yield from _chain(project, target.entity, depth + 1)


def _registers_any(project: Project) -> bool:
    """Return whether something is registered of which we do not see what class it is of."""
    classes = {fact.name for index in project.facts.roots() for fact in index.facts.classes}
    return any(
        _last(argument.value) not in classes
        for index in project.facts.roots()
        for site in index.facts.calls
        if site.call.dotted.endswith("register_task")
        for argument in site.call.arguments
    )


def _taken(project: Project) -> Iterator[str]:
    """Yield the names of classes that others derive from, or that are handed over."""
    for index in project.facts.roots():
        for fact in index.facts.classes:
            yield from map(_last, fact.bases)
        for site in index.facts.calls:
            registers = site.call.dotted.rpartition(".")[2] in _REGISTERING
            for argument in site.call.arguments:
                if registers or argument.name in _TAKING:
                    yield _last(argument.value)
        for write in index.facts.writes:
            if write.name in _TAKING and write.value:
                yield _last(write.value)
        for binding in index.facts.bindings:
            if binding.kind is BindingKind.ASSIGN and binding.name in _TAKING and binding.value:
                yield _last(binding.value)


def _last(expression: Expression) -> str:
    """Return the last part of the name of a class, or of the class that an instance is made of."""
    if isinstance(expression, Call):
        return _last(expression.function)
    return expression.name.rpartition(".")[2] if isinstance(expression, Reference) else ""
