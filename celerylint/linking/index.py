"""The facts of the files of a project, looked up by scope and name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cached_property

from celerylint.facts import (
    Binding,
    BindingKind,
    CallSite,
    ClassFact,
    FileFacts,
    FunctionFact,
    Reference,
    Use,
    Write,
)
from celerylint.finding import Span

CHANGING = frozenset(
    ("add", "append", "clear", "discard", "extend", "insert", "pop", "remove", "reverse", "sort")
)


class FileIndex:
    """The facts of one file, looked up by scope and name."""

    def __init__(self, facts: FileFacts) -> None:
        """Index the facts of one file."""
        self.facts = facts

    @cached_property
    def bindings(self) -> dict[tuple[str, str], list[Binding]]:
        """Return the bindings of each name in each scope, in the order of the text."""
        index = defaultdict[tuple[str, str], list[Binding]](list)
        for binding in self.facts.bindings:
            index[binding.where.scope, binding.name].append(binding)
        return dict(index)

    @cached_property
    def imported(self) -> frozenset[str]:
        """Return the names that an import binds, in whatever scope."""
        kind = BindingKind.IMPORT
        return frozenset(binding.name for binding in self.facts.bindings if binding.kind is kind)

    @cached_property
    def classes(self) -> dict[str, ClassFact]:
        """Return the classes by the scope that their body makes."""
        return {fact.scope: fact for fact in self.facts.classes}

    @cached_property
    def functions(self) -> dict[str, FunctionFact]:
        """Return the functions by the scope that their body makes."""
        return {fact.scope: fact for fact in self.facts.functions}

    @cached_property
    def changed(self) -> frozenset[tuple[str, str]]:
        """Return the scopes and the names whose lists and dicts are changed where they are."""
        names = (
            (scope, owner)
            for site in self.facts.calls
            for owner, _, method in (site.call.dotted.rpartition("."),)
            if method in CHANGING
            for scope in scopes(site.where.scope)
        )
        return frozenset(name for name in names if name in self.bindings)

    def in_scope(self, scope: str) -> Iterator[Binding]:
        """Yield the bindings of one scope, in the order of the text."""
        return iter(self._by_scope.get(scope, ()))

    @cached_property
    def sites(self) -> dict[Span, CallSite]:
        """Return the calls of the file by their span."""
        return {site.call.span: site for site in self.facts.calls}

    @cached_property
    def _by_scope(self) -> dict[str, list[Binding]]:
        index = defaultdict[str, list[Binding]](list)
        for binding in self.facts.bindings:
            index[binding.where.scope].append(binding)
        return dict(index)

    @cached_property
    def methods(self) -> dict[str, FunctionFact]:
        """Return the functions that stand in a class, by the scope that their body makes."""
        return {
            scope: function
            for scope, function in self.functions.items()
            if scope.rpartition(".")[0] in self.classes
        }

    @cached_property
    def instance_writes(self) -> dict[str, list[Write]]:
        """Return what the methods of a class write to `self`, by the scope of the class."""
        index = defaultdict[str, list[Write]](list)
        for write in self.facts.writes:
            method = next(
                (m for s in scopes(write.where.scope) if (m := self.methods.get(s))), None
            )
            owner = write.owner.name if isinstance(write.owner, Reference) else None
            if method and method.parameters[:1] == (owner,):
                index[method.scope.rpartition(".")[0]].append(write)
        return dict(index)

    @cached_property
    def instance_names(self) -> frozenset[tuple[str, str]]:
        """Return the scopes of classes with the names that their methods write to `self`."""
        return frozenset((s, w.name) for s, writes in self.instance_writes.items() for w in writes)


class Facts:
    """The facts of any file of the project, read when they are asked for."""

    def __init__(self, read: Callable[[str], FileFacts | None], roots: tuple[str, ...]) -> None:
        """Keep the reader; `roots` are the files that are read in any case."""
        self._read = read
        self._indexes: dict[str, FileIndex | None] = {}
        self._roots = roots
        self._known = frozenset(roots)
        self._sorted: tuple[str, ...] = ()
        self.pulled = 0
        """How many files besides the roots were asked for."""

    def of(self, path: str) -> FileIndex | None:
        """Return the indexed facts of a file, None where it cannot be read or is outside."""
        if not path:
            return None
        if path not in self._indexes:
            facts = self._read(path)
            self._indexes[path] = FileIndex(facts) if facts else None
            self.pulled += path not in self._known
        return self._indexes[path]

    def known(self, path: str) -> FileIndex | None:
        """Return the indexed facts of a root or of a file that was read already."""
        return self.of(path) if path in self._known else self._indexes.get(path)

    def roots(self) -> Iterator[FileIndex]:
        """Yield the facts of all roots, and of whatever else was read so far, by path."""
        if len(self._sorted) != len(self._known) + self.pulled:
            self._sorted = tuple(sorted({*self._roots, *self._indexes}))
        for path in self._sorted:
            index = self.of(path)
            if index:
                yield index

    def unread(self) -> Iterator[str]:
        """Yield the roots that cannot be read, by path."""
        return (path for path in sorted(self._roots) if self.of(path) is None)

    @cached_property
    def mentions(self) -> dict[str, list[Use]]:
        """Return every mention of a name that was read; ask only when linking is done."""
        index = defaultdict[str, list[Use]](list)
        for file in self.roots():
            for use in file.facts.uses:
                index[use.name].append(use)
        return dict(index)

    @cached_property
    def imported_names(self) -> dict[str, frozenset[str]]:
        """Return the files that import each name from some module; ask when linking is done."""
        index = defaultdict[str, set[str]](set)
        for file in self.roots():
            for binding in file.facts.bindings:
                if binding.kind is BindingKind.IMPORT:
                    index[binding.target.rpartition(".")[2]].add(file.facts.path)
        return {name: frozenset(paths) for name, paths in index.items()}

    def call_sites(self) -> Iterator[tuple[str, CallSite]]:
        """Yield every call of every root, with the path of its file."""
        for index in self.roots():
            for site in index.facts.calls:
                yield index.facts.path, site

    def writes(self) -> Iterator[tuple[str, Write]]:
        """Yield every write of every root, with the path of its file."""
        for index in self.roots():
            for write in index.facts.writes:
                yield index.facts.path, write


def scopes(scope: str) -> Iterator[str]:
    """Yield the scopes in which Python looks a name up, from the inside out.

    The body of a class is only seen from itself, not from its methods.
    """
    yield scope
    while scope:
        scope = scope.rpartition(".")[0]
        if not scope or scope.endswith("()"):
            yield scope
