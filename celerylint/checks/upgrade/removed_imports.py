"""Imports of what Celery no longer has. They belong to the project, not to one of its apps."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from celerylint.analysis.code_view import CodeView
from celerylint.catalogue.imports import Gone, find
from celerylint.catalogue.names import Release, release_text
from celerylint.facts import Binding, BindingKind, Call, Reference, UseKind
from celerylint.finding import ChangeSet, Edit, Finding, Place, Safety, Span
from celerylint.linking.index import FileIndex
from celerylint.rulebook.book import Rulebook
from celerylint.rulebook.rule import Rule
from celerylint.text.source import Source

_FROM = re.compile(r"from\s+(?P<module>[\w.]+)\s+import\s+(?P<names>.*)", re.DOTALL)
_DOTTED = re.compile(r"\w+(\.\w+)*")
_PLAIN = re.compile(r"\w+(\s+as\s+\w+)?(\s*,\s*\w+(\s+as\s+\w+)?)*")


def removed_import(work: CodeView, rule: Rule) -> Iterator[Finding]:
    """Yield the imports that raise ImportError at every release that their file is judged for."""
    for index in work.project.facts.roots():
        path = index.facts.path
        target = work.versions(path).target
        yield from _of_file(work.rulebook, rule, index, work.sources[path], target)


def _of_file(
    rulebook: Rulebook, rule: Rule, index: FileIndex, source: Source, target: tuple[Release, ...]
) -> Iterator[Finding]:
    lacking = dict(_lacking(rulebook, index, source, target))
    statements = defaultdict[Span, list[Binding]](list)
    for binding in index.facts.bindings:
        if binding.kind is BindingKind.IMPORT:
            statements[binding.where.statement].append(binding)
    decorators = frozenset(_decorators(index))
    fixes = {s: _fix(source, s, b, lacking, decorators) for s, b in statements.items()}
    for binding, gone in lacking.items():
        yield rule.finding(
            Place(source.path, binding.span),
            module=_shown(binding, gone),
            version=release_text(target[-1][:2]),
            fix=fixes[binding.where.statement],
            help=gone.instead,
        )


def _lacking(
    rulebook: Rulebook, index: FileIndex, source: Source, target: tuple[Release, ...]
) -> Iterator[tuple[Binding, Gone]]:
    """Yield the imports of what no release judged has; one in a branch may well be guarded."""
    for binding in index.facts.bindings:
        if binding.kind is BindingKind.IMPORT and not binding.where.branch:
            gone = find(rulebook.gone, _imported(source, binding))
            if gone and gone.gone <= target[0]:
                yield binding, gone


def _imported(source: Source, binding: Binding) -> str:
    """Return the dotted name of what is imported: `import a.b` binds `a` alone."""
    plain = binding.target == binding.name
    dotted = _DOTTED.match(source.text, binding.span.start) if plain else None
    return dotted[0] if dotted else binding.target


def _decorators(index: FileIndex) -> Iterator[str]:
    """Yield the names in a file that decorate functions, and that nothing is looked up on."""
    owners = {use.name for use in index.facts.uses if use.kind is UseKind.OWNER}
    for function in index.facts.functions:
        for decorator in function.decorators:
            named = decorator.function if isinstance(decorator, Call) else decorator
            if isinstance(named, Reference) and named.name not in owners:
                yield named.name


def _shown(binding: Binding, gone: Gone) -> str:
    """Return what is lacking: the module, or the name that is imported from one that is there."""
    return gone.name if gone.names or not gone.to else binding.target


def _fix(
    source: Source,
    span: Span,
    bindings: list[Binding],
    lacking: Mapping[Binding, Gone],
    decorators: frozenset[str],
) -> ChangeSet | None:
    """Return how to import all of a statement's names from where they are now."""
    moved = [_moved(binding, lacking.get(binding), decorators) for binding in bindings]
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


def _moved(binding: Binding, gone: Gone | None, decorators: frozenset[str]) -> str:
    """Return where what an import binds is found now; empty where it is not known."""
    if gone is None:
        return binding.target
    if gone.called and binding.target == gone.name:
        return gone.called if binding.name in decorators else ""
    return gone.moved(binding.target)


def _import(new: str, bound: str) -> str:
    name = new.rpartition(".")[2]
    return name if name == bound else f"{name} as {bound}"


def _change(
    module: str, edit: Edit, bindings: list[Binding], lacking: Mapping[Binding, Gone]
) -> ChangeSet:
    exact = all(gone.exact for gone in map(lacking.get, bindings) if gone)
    title = f"Import from `{module}`"
    if exact:
        return ChangeSet(title, Safety.SAFE, (edit,))
    return ChangeSet(title, Safety.UNSAFE, (edit,), "what is imported is not quite the same")
