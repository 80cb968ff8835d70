"""The options that tasks are given, wherever they stand: one model for all rules about them.

Options stand in decorators and task classes, in the classes that tasks are based on, in
`task_annotations` and in the calls that send a task.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import NamedTuple

from celerylint.analysis.app_view import AppView
from celerylint.facts import BindingKind, Expression
from celerylint.finding import Place
from celerylint.linking.beat_schedule import entries
from celerylint.linking.index import FileIndex
from celerylint.linking.project import Project
from celerylint.linking.tasks import CLASSES
from celerylint.model import Task
from celerylint.rulebook.rule import Need
from celerylint.values import Value

_SENDS = "apply_async"
_EVERY = "*"


class Level(Enum):
    """Where options are given: a later level outweighs an earlier one."""

    CLASS = "class"
    TASK = "task"
    ANNOTATION = "annotation"
    CALL = "call"


class Given(NamedTuple):
    """One option: where its name stands, and what it is worth."""

    place: Place
    value: Value


class OptionSet(NamedTuple):
    """Options that are given together; `task` is the one they are for, where that is known."""

    level: Level
    options: Mapping[str, Given]
    task: Task | None = None


def option_sets(
    project: Project, tasks: tuple[Task, ...], apps: Iterable[AppView]
) -> Iterator[OptionSet]:
    """Yield the options that tasks are given, by level."""
    for index in project.facts.roots():
        yield from _of_classes(project, index, tasks)
    for task in tasks:
        scope = task.function.where.scope
        yield OptionSet(
            Level.TASK,
            {
                option.name: _given(project, option.place, scope, option.value)
                for option in task.options
            },
            task,
        )
    for app in apps:
        yield from _annotations(app, tasks) if app.meets(Need.LOADED) else ()
    yield from _of_calls(project, tasks)


def _given(project: Project, place: Place, scope: str, value: Expression) -> Given:
    return Given(place, project.evaluator.value(place.path, scope, value))


def _of_classes(project: Project, index: FileIndex, tasks: tuple[Task, ...]) -> Iterator[OptionSet]:
    """Yield the options of classes that tasks are based on, but for those that are tasks."""
    path = index.facts.path
    known = {task.function.scope for task in tasks if task.place.path == path and task.is_class}
    for fact in index.facts.classes:
        bases = [project.names.of_expression(path, fact.where.scope, base) for base in fact.bases]
        named = {base.entity.name for base in bases if base and base.entity.external}
        if named & CLASSES and f"{fact.scope}.run()" not in known:
            options = {
                binding.name: _given(project, Place(path, binding.span), fact.scope, binding.value)
                for binding in index.in_scope(fact.scope)
                if binding.kind is BindingKind.ASSIGN and binding.value
            }
            yield OptionSet(Level.CLASS, options)


def _annotations(app: AppView, tasks: tuple[Task, ...]) -> Iterator[OptionSet]:
    """Yield the annotations for tasks of the project, and those for every task."""
    for outcome in app.outcomes:
        for definition in outcome.of("task_annotations").definitions:
            for entry in entries(app.project, definition):
                scope = entry.where.scope
                options = {
                    part.name: _given(app.project, part.place, scope, part.value)
                    for part in entry.parts
                }
                task = next((t for t in tasks if is_called(app.project, t, entry.name)), None)
                if task or entry.name == _EVERY:
                    yield OptionSet(Level.ANNOTATION, options, task)


def _of_calls(project: Project, tasks: tuple[Task, ...]) -> Iterator[OptionSet]:
    """Yield the options of calls that send a task of the project."""
    by_entity = {task.entity: task for task in tasks}
    for path, site in project.facts.call_sites():
        owner, _, method = site.call.dotted.rpartition(".")
        if method != _SENDS or not owner:
            continue
        target = project.names.resolve(path, site.where.scope, owner)
        task = None if target.rest else by_entity.get(target.entity)
        if task:
            scope = site.where.scope
            options = {
                argument.name: _given(project, Place(path, argument.span), scope, argument.value)
                for argument in site.call.arguments
                if argument.name
            }
            yield OptionSet(Level.CALL, options, task)


def is_called(project: Project, task: Task, name: str) -> bool:
    """Return whether a task certainly has a name: its own, or that of its module and function."""
    option = task.option("name")
    if option:
        scope = task.function.where.scope
        return project.evaluator.value(task.place.path, scope, option.value).text == name
    module, _, function = name.rpartition(".")
    found = project.names.modules.find(module, task.place.path) if module else None
    return function == task.function.name and found is not None and found.path == task.place.path
