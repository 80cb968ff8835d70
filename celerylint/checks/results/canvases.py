"""Canvases that the result backend cannot run."""

from __future__ import annotations

from collections.abc import Iterator

from celerylint.analysis.app_view import AppView
from celerylint.facts import CallSite, Sequence
from celerylint.finding import Finding, Label, Place
from celerylint.rulebook.rule import Rule
from celerylint.values import Answer, is_on

_CHORDS = frozenset({"celery.chord", "celery.canvas.chord"})
_RPC = frozenset({"rpc"})


def chord_on_rpc(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the chords of a project all of whose results go over `rpc://`."""
    backends = [outcome.backend for outcome in view.outcomes]
    eager = [outcome.of("task_always_eager").value.ask(is_on) for outcome in view.outcomes]
    rpc = all(backend.among(_RPC) is Answer.YES for backend in backends)
    if not rpc or not view.alone or any(each is not Answer.NO for each in eager):
        return
    labels = [Label(b.definition.place, "this backend") for b in backends[:1] if b.definition]
    for path, site in view.project.facts.call_sites():
        if _is_chord(view, path, site):
            place = Place(path, site.call.function.span)
            yield rule.finding(place, labels=labels)


def _is_chord(view: AppView, path: str, site: CallSite) -> bool:
    """Return whether a call makes a chord; one of no tasks asks nothing of a backend."""
    header = site.call.positional(0)
    empty = header is None or (isinstance(header, Sequence) and not header.items)
    target = view.project.names.of_expression(path, site.where.scope, site.call.function)
    named = target is not None and target.entity.external and not target.rest
    return not empty and target is not None and named and target.entity.name in _CHORDS
