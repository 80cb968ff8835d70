"""What is written to a dict, a class or a module after it was made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from celerylint.facts import CallSite, Write
from celerylint.linking.index import FileIndex
from celerylint.linking.names import Names
from celerylint.model import Entity

_UPDATERS = frozenset({"update", "setdefault"})

_Event = Write | CallSite


class Additions:
    """The writes and updates of every file that was read, by what they change."""

    def __init__(self, names: Names) -> None:
        """Find what is changed with the help of names."""
        self._names = names
        self._by_path: dict[str, dict[Entity, list[_Event]]] = {}

    def of(self, entity: Entity) -> Iterator[tuple[str, _Event]]:
        """Yield what changes an entity, with the path of the file: its own file comes first."""
        indexes = sorted(self._names.facts.roots(), key=lambda i: i.facts.path != entity.path)
        for index in indexes:
            for event in self._in(index).get(entity, ()):
                yield index.facts.path, event

    def _in(self, index: FileIndex) -> dict[Entity, list[_Event]]:
        path = index.facts.path
        if path not in self._by_path:
            found = defaultdict[Entity, list[_Event]](list)
            for entity, event in self._events(index):
                found[entity].append(event)
            self._by_path[path] = dict(found)
        return self._by_path[path]

    def _events(self, index: FileIndex) -> Iterator[tuple[Entity, _Event]]:
        path = index.facts.path
        # What a method writes to `self` changes an instance, not the class.
        on_instances = {w.span for writes in index.instance_writes.values() for w in writes}
        for write in index.facts.writes:
            target = self._names.of_expression(path, write.where.scope, write.owner)
            if target and not target.rest and write.span not in on_instances:
                yield target.entity, write
        for site in index.facts.calls:
            owner, _, method = site.call.dotted.rpartition(".")
            if owner and method in _UPDATERS:
                target = self._names.resolve(path, site.where.scope, owner)
                if not target.rest:
                    yield target.entity, site
