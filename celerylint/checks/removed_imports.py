"""Imports of what Celery no longer has. They belong to the project, not to one of its apps."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from celerylint.checks.work import Work
from celerylint.facts import Binding, BindingKind
from celerylint.finding import ChangeSet, Edit, Finding, Place, Safety, Span
from celerylint.imports import Gone, find
from celerylint.linking.index import FileIndex
from celerylint.names import Release, release_text
from celerylint.rulebook import Rulebook
from celerylint.source import Source

_CODE = "CEL802"
_FROM = re.compile(r"from\s+(?P<module>[\w.]+)\s+import\s+(?P<names>.*)", re.DOTALL)
_PLAIN = re.compile(r"\w+(\s+as\s+\w+)?(\s*,\s*\w+(\s+as\s+\w+)?)*")


def removed_imports(work: Work) -> Iterator[Finding]:
    """Yield the imports that raise ImportError at every release that their file is judged for."""
    for index in work.project.facts.roots():
        path = index.facts.path
        target = work.versions(path).target
        yield from _of_file(work.rulebook, index, work.sources[path], target)


def _of_file(
    rulebook: Rulebook, index: FileIndex, source: Source, target: tuple[Release, ...]
) -> Iterator[Finding]:
    lacking = dict(_lacking(rulebook, index, target))
    statements = defaultdict[Span, list[Binding]](list)
    for binding in index.facts.bindings:
        if binding.kind is BindingKind.IMPORT:
            statements[binding.where.statement].append(binding)
    fixes = {s: _fix(source, s, bound, lacking) for s, bound in statements.items()}
    for binding, gone in lacking.items():
        yield rulebook[_CODE].finding(
            Place(source.path, binding.span),
            module=_shown(binding, gone),
            version=release_text(target[-1][:2]),
            fix=fixes[binding.where.statement],
            help=gone.instead,
        )


def _lacking(
    rulebook: Rulebook, index: FileIndex, target: tuple[Release, ...]
) -> Iterator[tuple[Binding, Gone]]:
    """Yield the imports of what no release judged has; one in a branch may well be guarded."""
    for binding in index.facts.bindings:
        if binding.kind is BindingKind.IMPORT and not binding.where.branch:
            gone = find(rulebook.gone, binding.target)
            if gone and gone.gone <= target[0]:
                yield binding, gone


def _shown(binding: Binding, gone: Gone) -> str:
    """Return what is lacking: the module, or the name that is imported from one that is there."""
    return gone.name if gone.names or not gone.to else binding.target


def _fix(
    source: Source, span: Span, bindings: list[Binding], lacking: Mapping[Binding, Gone]
) -> ChangeSet | None:
    """Return how to import all of a statement's names from where they are now."""
    moved = [lacking[b].moved(b.target) if b in lacking else "" for b in bindings]
    modules = {new.rpartition(".")[0] for new in moved}
    statement = _FROM.fullmatch(source.text[span.start : span.end])
    if not all(moved) or len(modules) > 1 or statement is None:
        return None
    place = Place(source.path, span)
    module = modules.pop()
    if all(
        new.rpartition(".")[2] == b.target.rpartition(".")[2]
        for b, new in zip(bindings, moved, strict=True)
    ):
        start = span.start + statement.start("module")
        place = Place(source.path, Span(start, span.start + statement.end("module")))
        return _change(module, Edit(place, module), bindings, lacking)
    if not _PLAIN.fullmatch(statement["names"]):
        return None
    names = ", ".join(_import(new, b.name) for new, b in zip(moved, bindings, strict=True))
    return _change(module, Edit(place, f"from {module} import {names}"), bindings, lacking)


def _import(new: str, bound: str) -> str:
    name = new.rpartition(".")[2]
    return name if name == bound else f"{name} as {bound}"


def _change(
    module: str, edit: Edit, bindings: list[Binding], lacking: Mapping[Binding, Gone]
) -> ChangeSet:
    exact = all(lacking[binding].exact for binding in bindings)
    title = f"Import from `{module}`"
    if exact:
        return ChangeSet(title, Safety.SAFE, (edit,))
    return ChangeSet(title, Safety.UNSAFE, (edit,), "what is imported is not quite the same")


WORK_CHECKS = {_CODE: removed_imports}
