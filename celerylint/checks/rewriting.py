"""Unsafe fixes within a value that is written as one literal: a URL, or the keys of a dict."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from celerylint.checks.effective import Effective
from celerylint.checks.migration import Fix
from celerylint.checks.offers import unsafe
from celerylint.checks.view import View
from celerylint.edits.plan import Plan
from celerylint.facts import Call, Constant, Expression, Table
from celerylint.finding import Edit, Place, Span
from celerylint.values import Value

_REASON = "the connection is made in another way"


def insert(
    view: View, given: Effective, title: str, inserted: Callable[[str], tuple[int, str] | None]
) -> Fix:
    """Return how to insert something into a text; `inserted` says where, and what.

    Nothing is offered where the text is no plain literal, or may not be what counts.
    """
    value = given.definitions[0].value
    if not _is_only(view, given) or not isinstance(value, Constant) or value.inner is None:
        return Fix()
    path, inner = given.definitions[0].place.path, value.inner
    found = inserted(view.sources[path].text[inner.start : inner.end])
    if found is None:
        return Fix()
    at = inner.start + found[0]
    return unsafe(Plan((Edit(Place(path, Span(at, at)), found[1]),)), title, _REASON)


def rename_keys(view: View, given: Effective, names: Mapping[str, str]) -> Fix:
    """Return how to rename keys of a dict; none is offered unless all stand there as written."""
    definition = given.definitions[0]
    spans = {name: span for name, _, span in entries(definition.value) if span and name in names}
    taken = keys_of(given.value) & set(names.values())
    if not _is_only(view, given) or spans.keys() != names.keys() or taken:
        return Fix()
    path = definition.place.path
    edits = tuple(Edit(Place(path, span), names[name]) for name, span in spans.items())
    return unsafe(Plan(edits), f"Rename keys of `{definition.name}`", _REASON)


def keys_of(value: Value) -> frozenset[object]:
    """Return the keys that a dict has in any case; none where it may be something else."""
    tables = [frozenset(each) for each in value.patterns if isinstance(each, dict)]
    return frozenset.intersection(*tables) if len(tables) == len(value.patterns) else frozenset()


def entries(expression: Expression | None) -> Iterator[tuple[str, Expression, Span | None]]:
    """Yield what a dict holds, as written: plain keys, their values, and where the key stands."""
    if isinstance(expression, Table):
        for entry in expression.entries:
            if isinstance(entry.key, Constant) and isinstance(entry.key.value, str):
                yield entry.key.value, entry.value, entry.key.inner
    elif isinstance(expression, Call) and expression.dotted == "dict":
        for each in expression.arguments:
            if each.name:
                yield each.name, each.value, each.name_span


def _is_only(view: View, given: Effective) -> bool:
    return view.certain and len(given.definitions) == 1
