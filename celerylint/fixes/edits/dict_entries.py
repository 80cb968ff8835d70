"""Give a setting that is a dict further entries, other values, or other keys."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from celerylint.facts import BindingKind, Call, Constant, Expression, Table
from celerylint.finding import Blocker, Edit, Place, Span
from celerylint.fixes.edits.assigning import is_literal, next_to
from celerylint.fixes.edits.plan import Plan
from celerylint.model import Setting

# What may follow the last entry; a comment there is about it, and brackets are a part of it.
_END = re.compile(r"\s*(?:,\s*)?\}")


def written(entries: Mapping[str, str]) -> str:
    """Return a dict as Python writes it; its values are Python already."""
    return f"{{{_joined(entries)}}}"


def put(definition: Setting, source: str, entries: Mapping[str, str]) -> Plan:
    """Return how to set keys of a dict that stands in `source`, the text of its file.

    The values are Python. A key that is there gets the new value, the others come at the end.
    """
    value, path = definition.value, definition.place.path
    if not isinstance(value, Table) or definition.kind is BindingKind.AUGMENT:
        return _blocked(definition)
    if not value.entries:
        return Plan((Edit(Place(path, value.span), written(entries)),))
    there = {entry.key.value: entry for entry in value.entries if isinstance(entry.key, Constant)}
    changing = [there[key].value for key in entries if key in there]
    if len(there) < len(value.entries) or not all(map(is_literal, changing)):
        return _blocked(definition)
    missing = {key: text for key, text in entries.items() if key not in there}
    added = _joined(missing, source[value.entries[0].span.start])
    changed = [Edit(Place(path, there[k].value.span), v) for k, v in entries.items() if k in there]
    last = value.entries[-1].span
    if added and not _END.fullmatch(source, last.end, value.span.end):
        return _blocked(definition)
    if added:
        changed.append(next_to(path, last, source, added))
    return Plan(tuple(changed))


def rename(definition: Setting, names: Mapping[str, str]) -> Plan:
    """Return how to rename keys of a dict; it is empty unless all stand there as written."""
    found = {key: span for key, _, span in spelled(definition.value) if span and key in names}
    if found.keys() != names.keys():
        return Plan(())
    path = definition.place.path
    return Plan(tuple(Edit(Place(path, span), names[key]) for key, span in found.items()))


def spelled(expression: Expression | None) -> Iterator[tuple[str, Expression, Span | None]]:
    """Yield what a dict holds, as written: plain keys, their values, and where the key stands."""
    if isinstance(expression, Table):
        for entry in expression.entries:
            if isinstance(entry.key, Constant) and isinstance(entry.key.value, str):
                yield entry.key.value, entry.value, entry.key.inner
    elif isinstance(expression, Call) and expression.dotted == "dict":
        for each in expression.arguments:
            if each.name:
                yield each.name, each.value, each.name_span


def _joined(entries: Mapping[str, str], style: str = '"') -> str:
    quote = "'" if style == "'" else '"'
    return ", ".join(f"{quote}{key}{quote}: {value}" for key, value in entries.items())


def _blocked(definition: Setting) -> Plan:
    reason = f"`{definition.name}` is not a dict literal"
    return Plan((), (Blocker(definition.place, reason),))
