"""Give an import another name, where its own is wanted for a setting."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from celerylint.facts import Binding, BindingKind, FileFacts, UseKind
from celerylint.finding import Blocker, Edit, Place, Span
from celerylint.fixes.edits.plan import Step
from celerylint.linking.index import FileIndex, scopes


def step_aside(index: FileIndex, bindings: list[Binding], name: str) -> Iterator[Step]:
    """Yield how to give the imports of `name` in a module another name."""
    path = index.facts.path
    module = bindings[0].target.rpartition(".")[0].lstrip(".").rpartition(".")[2]
    other = f"{module or 'imported'}_{name}"
    taken = {binding.name for binding in index.facts.bindings}
    if other in taken or any(use.name == other for use in index.facts.uses):
        yield Blocker(Place(path, bindings[0].span), f"`{name}` and `{other}` are both in use")
        return
    for binding in bindings:
        if is_unaliased(binding):
            end = binding.span.end
            yield Edit(Place(path, Span(end, end)), f" as {other}")
        else:
            yield Edit(Place(path, binding.span), other)
    for use in index.facts.uses:
        plain = use.kind in (UseKind.NAME, UseKind.OWNER) and use.name == name
        inner = itertools.takewhile(bool, scopes(use.where.scope))
        if plain and not any((scope, name) in index.bindings for scope in inner):
            yield Edit(Place(path, use.span), other)
        elif use.kind is UseKind.STRING and use.name == name and in_all(index.facts, use.span):
            yield Blocker(Place(path, use.span), f"`{name}` is exported here")


def is_unaliased(binding: Binding) -> bool:
    """Return whether an import binds the name that it asks for, without saying so again."""
    return not binding.aliased and binding.target.rpartition(".")[2] == binding.name


def can_step_aside(binding: Binding) -> bool:
    """Return whether a binding is an import of a name from a module."""
    return binding.kind is BindingKind.IMPORT and "." in binding.target.lstrip(".")


def in_all(facts: FileFacts, span: Span) -> bool:
    """Return whether a place lies in what is assigned or added to `__all__`."""
    assigned = (b.value.span for b in facts.bindings if b.name == "__all__" and b.value)
    added = (s.call.span for s in facts.calls if s.call.dotted.startswith("__all__."))
    return any(each.holds(span) for each in (*assigned, *added))
