"""The queues that a configuration declares, and where its routes send tasks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from celerylint.analysis.effective import Effective
from celerylint.values import Made, items, part

PAIR = 2
"""How many items a route has in a list: the task and where it goes."""


class Route(NamedTuple):
    """Where the tasks of a name, or of a pattern, go: a queue or a dict with options."""

    task: str
    to: object


def declared_queues(declared: Effective) -> tuple[str, ...] | None:
    """Return the names of the queues in `task_queues`, None where any of them is not known."""
    found = [name for pattern in declared.value.patterns for name in _names(pattern)]
    names = tuple(name for name in found if name)
    return names if names == tuple(found) else None


def _names(pattern: object) -> Iterator[str | None]:
    """Yield the names of the queues in a list or a dict, None for what is not known."""
    if isinstance(pattern, dict):
        yield from (key if isinstance(key, str) else None for key in pattern)
        return
    for item in items(pattern) or (None,):
        yield _name(item.patterns[0]) if item and len(item.patterns) == 1 else None


def _name(pattern: object) -> str | None:
    """Return the name of a queue that is made here."""
    if not isinstance(pattern, Made) or not is_queue(pattern):
        return None
    name = pattern.positional[0] if pattern.positional else pattern.keywords.get("name")
    return name.text if name else None


def is_queue(made: Made) -> bool:
    """Return whether a call makes a queue of kombu."""
    return made.name.endswith(".Queue")


def target_queue(to: object) -> str | None:
    """Return the queue that a route names."""
    queue = part(to.get("queue")) if isinstance(to, dict) else part(to)
    return queue.text


def known_routes(routes: Effective) -> Iterator[Route]:
    """Yield the routes that are certain: those of one definition, known in full."""
    if len(routes.definitions) == 1 and len(routes.value.patterns) == 1:
        yield from routes_of(routes.value.patterns[0]) or ()


def routes_of(pattern: object) -> tuple[Route, ...] | None:
    """Return the routes of a dict, or of a list of such; None where a function may decide."""
    if isinstance(pattern, dict):
        return tuple(Route(str(task), only(to)) for task, to in pattern.items())
    found: list[Route] = []
    for item in items(pattern) or (None,):
        inside = only(item)
        inner = routes_of(inside) if isinstance(inside, dict) else _pairs(inside)
        if inner is None:
            return None
        found += inner
    return tuple(found)


def _pairs(pattern: object) -> tuple[Route, ...] | None:
    """Return the routes of a list of pairs."""
    pairs = [tuple(items(only(item)) or ()) for item in items(pattern) or (None,)]
    if any(len(pair) != PAIR or pair[0].text is None for pair in pairs):
        return None
    return tuple(Route(pair[0].text or "", only(pair[1])) for pair in pairs)


def only(item: object) -> object:
    """Return the one pattern of a value; what may be several things is only that value."""
    value = part(item)
    return value.patterns[0] if len(value.patterns) == 1 else value
