"""What two answers of Celery differ in, and how a value is shown."""

from __future__ import annotations

import ast
from enum import Enum
from typing import Any, NamedTuple

from celerylint.text.masking import NOTHING, Known, masked_slice, secrets
from celerylint.verifying.asking import Answer

_PAIR = 2
_IMPORTING = frozenset({"imports", "include"})


class Kind(Enum):
    """How a setting differs.

    CHANGED and LOST count: LOST was set before, and is no longer; GONE was set, and the later
    Celery has no such setting. DEFAULT is a default of Celery that differs between its releases.
    """

    CHANGED = "changed"
    LOST = "lost"
    GONE = "gone"
    DEFAULT = "default"


class Difference(NamedTuple):
    """One setting that differs, with its values as they may be shown: secrets are masked."""

    setting: str
    kind: Kind
    before: str
    after: str


def differences(
    before: Answer, after: Answer, *, ordered: bool, told: Known = NOTHING
) -> tuple[Difference, ...]:
    """Return the settings that differ, by name; `ordered` says that the order of dicts counts.

    `told` are secrets that are known, whatever setting they have become a value of.
    A setting of the later Celery alone counts where the project sets it there.
    """
    found = []
    names = before.settings.keys() | after.settings.keys()
    # What `Celery(include=...)` names lies among the imports of Celery 3 and is on its own since.
    if _imports(before) == _imports(after):
        names -= _IMPORTING
    for name in sorted(names):
        kind = _kind(name, before, after, ordered=ordered)
        if kind:
            old, new = (shown(name, each.settings.get(name), told) for each in (before, after))
            found.append(Difference(name, kind, old, new))
    return tuple(found)


def _imports(answer: Answer) -> list[object]:
    """Return all that workers import."""
    values = (answer.settings.get(name) for name in _IMPORTING)
    return sorted(
        (item for value in values if isinstance(value, list) for item in value[1]), key=repr
    )


def _kind(name: str, before: Answer, after: Answer, *, ordered: bool) -> Kind | None:
    was_set, is_set = name in before.explicit, name in after.explicit
    if name not in after.settings:
        return Kind.GONE if was_set else None
    if name not in before.settings:
        return Kind.CHANGED if is_set else None
    same = _equal(before.settings[name], after.settings[name], ordered=ordered)
    if was_set and not is_set:
        return Kind.LOST
    if same:
        return None
    return Kind.CHANGED if is_set else Kind.DEFAULT


def _equal(one: object, other: object, *, ordered: bool) -> bool:
    return one == other if ordered else _sorted(one) == _sorted(other)


def _sorted(rendered: object) -> object:
    """Return a rendered value with the items of its dicts in one order."""
    if not isinstance(rendered, list):
        return rendered
    items = [_sorted(each) for each in rendered]
    if len(items) == _PAIR and items[0] == "dict" and isinstance(items[1], list):
        return ["dict", sorted(items[1], key=repr)]
    return items


def shown(name: str, rendered: object, told: Known = NOTHING) -> str:
    """Return a value as a person reads it, with the secrets in it masked."""
    if rendered is None:
        return "no such setting"
    text = f"{name} = {_text(rendered)}"
    masked = masked_slice(text, secrets(text, told), 0, len(text))
    return masked.removeprefix(f"{name} = ")


def _text(rendered: Any) -> str:  # noqa: ANN401 - JSON of the probe
    """Return what the probe rendered: a type with what is in it, or how it is written."""
    kind, inside = rendered[0], rendered[1]
    if isinstance(inside, str):
        return repr(ast.literal_eval(inside)) if kind == "str" else inside
    if kind == "dict":
        return "{" + ", ".join(f"{_text(pair[0])}: {_text(pair[1])}" for pair in inside) + "}"
    if inside and isinstance(inside[0], str):
        return f"{kind}({_text(inside)})"
    items = ", ".join(map(_text, inside))
    if kind == "tuple":
        return f"({items},)" if len(inside) == 1 else f"({items})"
    return f"[{items}]" if kind == "list" else f"{kind}({items})"
