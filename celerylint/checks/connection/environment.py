"""Variables of the environment that Celery takes before what the code says."""

from __future__ import annotations

import re
from collections.abc import Iterator

from celerylint.analysis.app_view import AppView
from celerylint.analysis.effective import EffectiveConfig
from celerylint.facts import Call, Choice, Constant, Expression, Item, Operation
from celerylint.files import marks
from celerylint.finding import Finding, Severity
from celerylint.linking.environment import Variable, variables
from celerylint.model import Setting
from celerylint.rulebook.rule import Rule

_VARIABLES = {"broker_url": "CELERY_BROKER_URL", "result_backend": "CELERY_RESULT_BACKEND"}
_NAME = re.compile(r"[A-Z][A-Z0-9_]+")
_URL = re.compile(r"[\w+.-]+://\S*")


def environment_overrides_broker(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield brokers and result backends in the code that a variable outweighs."""
    for setting, variable in _VARIABLES.items():
        for outcome in view.started if view.alone and not _is_asked_for(view, variable) else ():
            yield from _outweighed(view, rule, outcome, setting, variable)


def _is_asked_for(view: AppView, variable: str) -> bool:
    """Return whether code reads the variable itself, or may."""
    quoted = re.compile(rb"['\"]%s['\"]" % variable.encode())
    search = view.project.search
    # Its name has that of Celery in it.
    return any(quoted.search(search.peek(path)) for path in search.marked(marks.CELERY))


def _outweighed(
    view: AppView, rule: Rule, outcome: EffectiveConfig, setting: str, variable: str
) -> Iterator[Finding]:
    effective = outcome.of(setting)
    options = [option for option in effective.value.options if isinstance(option, str)]
    if len(effective.definitions) != 1:
        return
    (definition,) = effective.definitions
    given = list(_given(view, definition))
    for found in variables(view.project.search, view.project.workers, variable):
        known = {each.value for each in given if each.place.path == found.place.path}
        others = {*options, *known}
        if not others or found.value in others or not _URL.fullmatch(found.value):
            continue
        finding = rule.finding(
            definition.place,
            setting=definition.name,
            name=variable,
            file=found.place.path,
        )
        yield finding if known else finding._replace(severity=Severity.INFO)
        return


def _given(view: AppView, definition: Setting) -> Iterator[Variable]:
    """Yield what files set the variables to that a definition reads."""
    for name in dict.fromkeys(_names(definition.value)):
        yield from variables(view.project.search, view.project.workers, name)


def _names(value: Expression | None) -> Iterator[str]:
    """Yield the names in capitals that the calls and subscripts of an expression hold as texts."""
    match value:
        case Call():
            inner: tuple[Expression, ...] = tuple(a.value for a in value.arguments)
        case Item():
            inner = (value.key,)
        case Choice():
            inner = value.options
        case Operation():
            inner = value.operands
        case Constant(value=str() as text) if _NAME.fullmatch(text):
            yield text
            return
        case _:
            return
    for each in inner:
        yield from _names(each)
