"""What is left of django-celery, which ends with Celery 3. It belongs to the project, to no app."""

from __future__ import annotations

import re
from collections.abc import Iterator

from celerylint.analysis.code_view import CodeView
from celerylint.facts import (
    Binding,
    BindingKind,
    Call,
    Choice,
    Constant,
    Expression,
    Operation,
    Reference,
    Sequence,
    Table,
)
from celerylint.finding import Finding, Place
from celerylint.linking.index import FileIndex
from celerylint.rulebook.rule import Rule

_PACKAGE = "djcelery"
_TRANSPORT = "kombu.transport.django"
_APPS = "INSTALLED_APPS"
# A module of the package that settings name, or what one holds.
_MODULE = re.compile(r"djcelery\.(backends|contrib|loaders|schedulers|snapshot|transport)\b[\w.:]*")
# What a site puts into the environment for it: the short name, or its class.
_LOADER = "CELERY_LOADER"
_LOADERS = frozenset({"django"})
_VALUES = frozenset({BindingKind.ASSIGN, BindingKind.AUGMENT})

_APP = "Make an app that loads `django.conf:settings` with `namespace='CELERY'`"
_SCHEDULER = "Install django-celery-beat, write `django_celery_beat.schedulers:DatabaseScheduler`"
_MODELS = "Import from `django_celery_beat.models` and `django_celery_results.models`"
_BROKER = "Remove it, and use Redis or RabbitMQ as the broker"
_LOADED = "Remove it: an app with settings of its own needs no loader"
_INSTALLED = "Take `django_celery_beat` for schedules and `django_celery_results` for results"
# What to do instead, by the beginning of a name; the first that fits counts.
_INSTEAD = (
    ("djcelery.schedulers", _SCHEDULER),
    ("djcelery.backends.database", "Install django-celery-results, write `django-db`"),
    ("djcelery.backends.cache", "Install django-celery-results, write `django-cache`"),
    ("djcelery.models", _MODELS),
    ("djcelery.contrib.test_runner", "Set `task_always_eager` for the tests"),
    ("djcelery.transport", _BROKER),
    (_TRANSPORT, _BROKER),
    ("", _APP),
)


def django_celery(work: CodeView, rule: Rule) -> Iterator[Finding]:
    """Yield what names django-celery, or its broker, where every release judged is too new.

    What stands in a branch may well be guarded, and a project may have a package of that name: both
    are left alone.
    """
    for place, name, instead in dict.fromkeys(_named(work)):
        own = work.project.names.modules.find(name.partition(".")[0], place.path)
        if work.target(place)[0] >= (4,) and own is None:
            yield rule.finding(place, name=name, reason=_reason(name), help=instead)


def _named(work: CodeView) -> Iterator[tuple[Place, str, str]]:
    """Yield where something of django-celery is named, its name, and what to do instead."""
    for index in work.project.facts.roots():
        path = index.facts.path
        bindings = [b for b in index.facts.bindings if not b.where.branch]
        for binding in bindings:
            if binding.kind is BindingKind.IMPORT and _is_of_it(binding.target):
                yield Place(path, binding.span), binding.target, _instead(binding.target)
            elif binding.kind in _VALUES:
                yield from _modules(path, binding.value)
        yield from _installed(index, bindings)
    yield from _loaders(work)
    for configuration in work.project.configurations:
        for setting in configuration.settings:
            if not setting.where.branch:
                yield from _modules(setting.place.path, setting.value)


def _loaders(work: CodeView) -> Iterator[tuple[Place, str, str]]:
    """Yield where the environment is given its loader."""
    for path, where, value in work.project.sources.defaults_of(_LOADER):
        for name, constant in _texts(value):
            if not where.branch and (name in _LOADERS or _MODULE.fullmatch(name)):
                yield Place(path, constant.span), _LOADER, _LOADED


def _modules(path: str, value: Expression | None) -> Iterator[tuple[Place, str, str]]:
    """Yield the texts in a value that name a module of django-celery."""
    for name, constant in _texts(value):
        if _MODULE.fullmatch(name):
            yield Place(path, constant.span), name, _instead(name)


def _installed(index: FileIndex, bindings: list[Binding]) -> Iterator[tuple[Place, str, str]]:
    """Yield the apps of django-celery in the list of apps, and in those it is put together from."""
    lists = {_APPS}
    for binding in reversed(bindings):
        if binding.name in lists and binding.kind in _VALUES:
            lists.update(_references(binding.value))
            for name, constant in _texts(binding.value):
                if name in {_PACKAGE, _TRANSPORT}:
                    instead = _INSTALLED if name == _PACKAGE else _instead(name)
                    yield Place(index.facts.path, constant.span), name, instead


def _texts(value: Expression | None) -> Iterator[tuple[str, Constant]]:
    """Yield the texts that a value is made of, keys left out."""
    if isinstance(value, Constant) and isinstance(value.value, str):
        yield value.value, value
    for part in _parts(value):
        yield from _texts(part)


def _references(value: Expression | None) -> Iterator[str]:
    """Yield the names that a value is made of."""
    if isinstance(value, Reference):
        yield value.name
    for part in _parts(value):
        yield from _references(part)


def _parts(value: Expression | None) -> tuple[Expression, ...]:
    """Return what a value is made of; the pieces of one text are no texts of their own."""
    match value:
        case Sequence():
            return value.items
        case Table():
            return tuple(entry.value for entry in value.entries)
        case Choice():
            return value.options
        case Operation() if value.operator != "f":
            return value.operands
        case Call():
            return tuple(argument.value for argument in value.arguments)
    return ()


def _is_of_it(name: str) -> bool:
    return any(name == each or name.startswith(f"{each}.") for each in (_PACKAGE, _TRANSPORT))


def _instead(name: str) -> str:
    return next(text for start, text in _INSTEAD if name.startswith(start))


def _reason(name: str) -> str:
    if name.startswith(_TRANSPORT):
        return "is gone since kombu 4, which Celery 4 needs"
    if name == _LOADER:
        return "asks for the loader of django-celery, which requires Celery below 4"
    return "is of django-celery, which requires Celery below 4"
