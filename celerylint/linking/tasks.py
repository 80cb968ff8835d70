"""Which functions and classes are tasks, with what options, and where they ask for another try."""

from __future__ import annotations

from collections.abc import Iterator

from celerylint.facts import (
    Binding,
    BindingKind,
    Call,
    CallSite,
    ClassFact,
    Constant,
    Expression,
    FunctionFact,
)
from celerylint.finding import Place
from celerylint.linking.index import FileIndex
from celerylint.linking.project import Project
from celerylint.model import App, Entity, Option, Task

_DECORATORS = frozenset(
    (
        "celery.shared_task",
        "celery.app.shared_task",
        "celery.task",
        "celery.task.task",
        "celery.task.periodic_task",
        "celery.task.base.periodic_task",
        "celery.decorators.task",
        "celery.decorators.periodic_task",
    )
)
CLASSES = frozenset({"celery.Task", "celery.app.task.Task"})
_CURRENT = frozenset({"celery.current_task", "celery.current_app.current_task"})
_MADE_BY_APP = "app.task"


def tasks(project: Project) -> tuple[Task, ...]:
    """Return the tasks of the files that were read, by place."""
    plain = not _has_own_classes(project)
    found = (t for index in project.facts.roots() for t in _in_file(project, index, plain=plain))
    return tuple(sorted(found, key=lambda task: task.place))


def _has_own_classes(project: Project) -> bool:
    """Return whether an app may make its tasks of another class than Celery's."""
    return any(
        any(write.name in {"Task", "task_cls"} for write in index.facts.writes)
        or any(binding.name == "task_cls" for binding in index.facts.bindings)
        or any(use.name == "task_cls" for use in index.facts.uses)
        for index in project.facts.roots()
    )


def _in_file(project: Project, index: FileIndex, *, plain: bool) -> Iterator[Task]:
    for function in index.facts.functions:
        for decorator in function.decorators:
            task = _decorated(project, index, function, decorator, plain=plain)
            if task:
                yield task
    for fact in index.facts.classes:
        task = _class(project, index, fact)
        if task:
            yield task


def _decorated(
    project: Project,
    index: FileIndex,
    function: FunctionFact,
    decorator: Expression,
    *,
    plain: bool,
) -> Task | None:
    path, scope = index.facts.path, function.where.scope
    call = decorator if isinstance(decorator, Call) else None
    named = call.function if call else decorator
    made_by, app = _maker(project, path, scope, named)
    if not made_by:
        return None
    arguments = call.arguments if call else ()
    options = tuple(
        Option(a.name, Place(path, a.name_span or a.span), a.value) for a in arguments if a.name
    )
    own = any(option.name == "base" for option in options)
    closed = not any(a.stars for a in arguments)
    bound = any(option.name == "bind" for option in options)
    receivers = {function.name, *(function.parameters[:1] if bound else ())}
    retries = tuple(_retries(project, index, function, receivers))
    place = Place(path, named.span)
    return Task(place, function, made_by, app, options, plain and not own, closed, retries)


def _maker(
    project: Project, path: str, scope: str, decorator: Expression
) -> tuple[str, App | None]:
    """Return what makes a task of a function, and by which app; empty where nothing is known to."""
    target = project.names.of_expression(path, scope, decorator)
    if target and target.entity.external and target.entity.name in _DECORATORS:
        return target.entity.name, None
    found = project.apps.of(path, scope, decorator)
    return (_MADE_BY_APP, found[0]) if found and found[1] == ("task",) else ("", None)


def _class(project: Project, index: FileIndex, fact: ClassFact) -> Task | None:
    """Return the task that a class makes which has nothing but Celery's own class above it."""
    path = index.facts.path
    run = index.functions.get(f"{fact.scope}.run()")
    bases = [project.names.of_expression(path, fact.where.scope, base) for base in fact.bases]
    names = [base.entity.name for base in bases if base and base.entity.external and not base.rest]
    if run is None or len(fact.bases) != 1 or len(names) != 1 or names[0] not in CLASSES:
        return None
    options = tuple(_option(path, b) for b in index.in_scope(fact.scope) if _is_option(b))
    retries = tuple(_retries(project, index, run, set(run.parameters[:1])))
    place = index.bindings[fact.where.scope, fact.name][-1].span
    return Task(
        Place(path, place), run, names[0], None, options, plain=True, closed=True, retries=retries
    )


def _is_option(binding: Binding) -> bool:
    return binding.kind is BindingKind.ASSIGN and binding.value is not None


def _option(path: str, binding: Binding) -> Option:
    value = binding.value or Constant(binding.span, None)
    return Option(binding.name, Place(path, binding.span), value)


def _retries(
    project: Project, index: FileIndex, function: FunctionFact, receivers: set[str]
) -> Iterator[CallSite]:
    """Yield the calls of `retry` on the task itself, within its own body."""
    for site in index.facts.calls:
        owner, _, method = site.call.dotted.rpartition(".")
        if method != "retry" or not _is_within(site.where.scope, function.scope):
            continue
        if owner in receivers or _is_current(project, index.facts.path, site, owner):
            yield site


def _is_within(scope: str, outer: str) -> bool:
    return scope == outer or scope.startswith(f"{outer}.")


def _is_current(project: Project, path: str, site: CallSite, owner: str) -> bool:
    target = project.names.resolve(path, site.where.scope, owner)
    return target.entity == Entity("", "", target.entity.name) and target.entity.name in _CURRENT
