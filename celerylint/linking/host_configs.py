"""What hosts of an app such as Flask hold in their configuration, and who writes to it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from celerylint.facts import (
    BindingKind,
    Call,
    CallSite,
    Constant,
    Expression,
    Item,
    Member,
    Reference,
    Where,
    Write,
)
from celerylint.files import marks
from celerylint.linking.django_modules import SETTINGS, Search
from celerylint.linking.index import FileIndex
from celerylint.linking.names import Names
from celerylint.model import Entity

_LOADERS = frozenset({"from_object", "from_mapping", "from_pyfile", "update", "setdefault"})
# Flask fills these from files or the environment, of which nothing is known.
_FROM_OUTSIDE = frozenset({"from_envvar", "from_file", "from_json", "from_prefixed_env"})
_VALUES = frozenset({BindingKind.ASSIGN, BindingKind.CLASS})


class Held(NamedTuple):
    """One definition of a key of a host: the expression or class that is its value."""

    path: str
    where: Where
    value: Expression | Entity
    owner: Entity


class Hosts:
    """Find the configuration of the Flask application that an app is part of.

    A project has one such configuration as far as can be told from outside: which of several
    applications a factory is given is only known at run time.
    """

    def __init__(self, names: Names, search: Search) -> None:
        """Look in what `names` reads, and in the bytes of all files."""
        self._names = names
        self._search = search

    @cached_property
    def is_there(self) -> bool:
        """Return whether the project has to do with Flask."""
        return any(True for _ in self._search.marked(marks.FLASK))

    def is_config(self, path: str, scope: str, expression: Expression) -> bool:
        """Return whether an expression is the `config` of a Flask application."""
        name = expression.name if isinstance(expression, Reference | Member) else ""
        plain = isinstance(expression, Reference) and "." not in name
        if plain or name.rpartition(".")[2] != "config":
            return False
        target = self._names.of_expression(path, scope, expression)
        if target is None:
            return self.is_there
        loose = target.rest == ("config",) or target.entity.external
        return loose and self.is_there

    def files(self, path: str, asking: str) -> tuple[str, ...]:
        """Return the file that a path means, as seen from another file."""
        return self._names.modules.files(path, asking)

    def events(self) -> Iterator[tuple[str, Write | CallSite]]:
        """Yield what fills the configuration: writes to it and calls of its loaders."""
        for path in self._search.marked(marks.LOADS):
            # Who fills the configuration need not speak of Celery.
            self._names.facts.of(path)
        for path, write in self._names.facts.writes():
            if self.is_config(path, write.where.scope, write.owner):
                yield path, write
        for path, site in self._names.facts.call_sites():
            owner, method = site.call.method or (None, "")
            fills = owner is not None and method in _LOADERS | _FROM_OUTSIDE
            if fills and owner and self.is_config(path, site.where.scope, owner):
                yield path, site

    def key(self, path: str, scope: str, expression: Expression) -> str | None:
        """Return the key in `app.config['KEY']`, `app.config.get('KEY')` or `config.KEY`."""
        owner, key = _asked(expression) or (None, "")
        return key if owner and self._is_host(path, scope, owner) else None

    def is_known(self, path: str, scope: str, expression: Expression) -> bool:
        """Return whether a key is looked up in what can only be Flask's or Django's settings."""
        owner, _ = _asked(expression) or (expression, "")
        target = self._names.of_expression(path, scope, owner)
        django = target is not None and target.entity.name == SETTINGS
        return django or self.is_config(path, scope, owner)

    def _is_host(self, path: str, scope: str, owner: Expression) -> bool:
        """Return whether something is the configuration of a host, of Flask or any other."""
        name = owner.name if isinstance(owner, Reference | Member) else ""
        if name.rpartition(".")[2] not in {"config", "settings"}:
            return False
        target = self._names.of_expression(path, scope, owner)
        return target is None or bool(target.rest) or target.entity.external

    def held(self, key: str) -> Iterator[Held]:
        """Yield every definition of a key of that name, in whatever module, class or call."""
        for index in list(self._names.facts.roots()):
            yield from self._bound(index, key)
            path = index.facts.path
            for write in index.facts.writes:
                if write.name == key and write.value and self._holds(index, write):
                    source_owner = Entity(path, write.where.scope, f"<{write.span.start}>")
                    yield Held(path, write.where, write.value, source_owner)
            for site in index.facts.calls:
                value = site.call.keyword(key)
                owner, method = site.call.method or (None, "")
                filled = (
                    method in _LOADERS and owner and self._is_host(path, site.where.scope, owner)
                )
                if filled and value:
                    source_owner = Entity(path, site.where.scope, f"<{value.span.start}>")
                    yield Held(path, site.where, value, source_owner)

    def _holds(self, index: FileIndex, write: Write) -> bool:
        """Return whether a write is to a host's configuration, or to what may become one."""
        on_self = any(write in writes for writes in index.instance_writes.values())
        return on_self or self._is_host(index.facts.path, write.where.scope, write.owner)

    def _bound(self, index: FileIndex, key: str) -> Iterator[Held]:
        """Yield the names of modules and classes, which a host may load as a whole."""
        path = index.facts.path
        for binding in index.facts.bindings:
            scope = binding.where.scope
            if binding.name == key and binding.kind in _VALUES and "()" not in scope:
                owner = Entity(path, scope, key)
                yield Held(path, binding.where, binding.value or owner, owner)


def _asked(expression: Expression) -> tuple[Expression, str] | None:
    """Return of what a key is asked, and the key, where that is plain text."""
    match expression:
        case Item(owner=owner, key=Constant(value=str(key))):
            return owner, key
        case Call(method=(owner, "get")):
            asked = expression.positional(0)
            text = asked.value if isinstance(asked, Constant) else None
            return (owner, text) if isinstance(text, str) else None
        case Reference():
            name, _, key = expression.name.rpartition(".")
            return (Reference(expression.span, name), key) if key.isupper() else None
        case _:
            return None


def is_from_outside(method: str) -> bool:
    """Return whether a loader of Flask reads what is not part of the project."""
    return method in _FROM_OUTSIDE
