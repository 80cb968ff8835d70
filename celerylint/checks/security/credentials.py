"""Passwords in the code: of one's own, or known to everybody. None of them is ever shown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from celerylint.analysis.app_view import AppView
from celerylint.analysis.effective import EffectiveConfig
from celerylint.facts import Call, Choice, Constant, Expression
from celerylint.finding import Finding
from celerylint.model import Setting
from celerylint.rulebook.rule import Rule
from celerylint.urls import urls
from celerylint.values import Text

_URLS = ("broker_url", "broker_read_url", "broker_write_url", "result_backend")
_HERE = frozenset({"", "localhost", "127.0.0.1", "[::1]", "0.0.0.0"})  # noqa: S104 - no binding
_GUEST = re.compile(r"(?:py)?amqps?://guest:guest@(?P<host>[^/?:;]+)", re.IGNORECASE)


def credentials_in_code(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield URLs of another machine that are written with a password in them."""
    for outcome, definition in _definitions(view):
        written = tuple(_literals(definition.value))
        if any(_tells_password(outcome, definition, each) for each in written if each.masked):
            yield rule.finding(definition.place, setting=definition.name)


def default_credentials(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield URLs of another machine with the account that every RabbitMQ begins with."""
    for _, definition in _definitions(view):
        found = (_GUEST.search(str(each.value)) for each in _literals(definition.value))
        if any(match and match["host"] not in _HERE for match in found):
            yield rule.finding(definition.place, setting=definition.name)


def _definitions(view: AppView) -> Iterator[tuple[EffectiveConfig, Setting]]:
    for outcome in view.outcomes:
        for name in _URLS:
            yield from ((outcome, definition) for definition in outcome.of(name).definitions)


def _literals(expression: Expression | None) -> Iterator[Constant]:
    """Yield the texts that a setting may have as they are: also what stands in for a variable."""
    match expression:
        case Constant():
            yield expression
        case Choice():
            for option in expression.options:
                yield from _literals(option)
        case Call():
            for argument in expression.arguments:
                yield from _literals(argument.value)


def _tells_password(outcome: EffectiveConfig, definition: Setting, literal: Constant) -> bool:
    path, scope = definition.place.path, definition.where.scope
    value = outcome.evaluator.value(path, scope, literal)
    return any(
        bool(url.password) and _host(url.host) not in {None, *_HERE}
        for pattern in value.patterns
        if isinstance(pattern, Text)
        for url in urls(pattern) or ()
    )


def _host(authority: str | None) -> str | None:
    """Return the host without its port."""
    return None if authority is None else re.sub(r":\d*$", "", authority)
