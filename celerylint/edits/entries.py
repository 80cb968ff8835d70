"""Give a setting that is a dict further entries, or other values."""

from __future__ import annotations

import re
from collections.abc import Mapping

from celerylint.edits.assigning import is_literal, next_to
from celerylint.edits.plan import Obstacle, Plan
from celerylint.facts import BindingKind, Constant, Table
from celerylint.finding import Edit, Place
from celerylint.model import Setting

# What may follow the last entry; a comment there is about it, and brackets are a part of it.
_END = re.compile(r"\s*,?\s*\}")


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


def _joined(entries: Mapping[str, str], style: str = '"') -> str:
    quote = "'" if style == "'" else '"'
    return ", ".join(f"{quote}{key}{quote}: {value}" for key, value in entries.items())


def _blocked(definition: Setting) -> Plan:
    reason = f"`{definition.name}` is no plain dict that can be added to"
    return Plan((), (Obstacle(definition.place, reason),))
