"""Result backends that Celery does not have, or has no longer."""

from __future__ import annotations

from collections.abc import Iterator

from celerylint.analysis.app_view import AppView
from celerylint.analysis.definitions import Defined, defined, report
from celerylint.catalogue.names import release_text
from celerylint.catalogue.transports import Alias
from celerylint.finding import Finding, Fix
from celerylint.fixes.edits.literals import replace_start
from celerylint.fixes.offers import literal, set_setting, unsafe
from celerylint.rulebook.rule import Rule
from celerylint.urls import urls
from celerylint.values import Answer

_AMQP = frozenset({"pyamqp", "librabbitmq"})
_DATABASE = "db+"


def _backends(view: AppView) -> Iterator[tuple[Defined, str, bool]]:
    """Yield the result backends with the name that chooses each, and whether it is a URL's."""
    for each in defined(view, ("result_backend",)):
        if each.outcome.of("override_backends").definitions:
            continue
        for pattern in each.value.patterns:
            for url in urls(pattern) or ():
                if url.scheme:
                    yield each, url.scheme, True
                elif url.scheme == "" and isinstance(pattern, str):
                    yield each, pattern, False


def removed_result_backend(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the result backends whose module is gone in all releases judged."""
    for each, name, _ in _backends(view):
        alias = view.rulebook.connections.backends.get(name)
        gone = _gone_since(view, alias) if alias else None
        if gone:
            fix = _as_rpc(view, each) if name == "amqp" else Fix()
            yield report(view, rule, each, fix=fix, name=name, version=gone)


def _gone_since(view: AppView, alias: Alias) -> str | None:
    """Return the release without the module of a backend, None where a release judged has it."""
    if any(alias.works_at(release) or release < (4,) for release in view.target):
        return None
    ended = (r for r in view.catalogue.releases if all(span.ended(r) for span in alias.works))
    first = next(ended, None)
    return release_text(first[:2]) if first and first <= view.target[0] else None


def _as_rpc(view: AppView, each: Defined) -> Fix:
    if each.outcome.broker.among(_AMQP) is not Answer.YES or not view.certain:
        return Fix()
    return set_setting(view, each.definition, None, each.setting, literal("rpc://"))


def backend_needs_db_prefix(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the URLs of databases that lack what makes them a result backend."""
    for each, name, is_url in _backends(view):
        short, meant = _meant(view, name)
        if is_url and meant and meant.startswith(_DATABASE):
            fix = _fix(view, each, short, meant)
            yield report(view, rule, each, fix=fix, name=name, new=meant + name[len(short) :])


def unknown_result_backend(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the names that people take for result backends, and that are none."""
    for each, name, is_url in _backends(view):
        short, meant = _meant(view, name)
        if meant is None or (is_url and meant.startswith(_DATABASE)):
            continue
        advice = f"Write `{meant}://`" if meant else "Take one of Celery's result backends"
        fix = _fix(view, each, short, meant) if meant and is_url else Fix()
        yield report(view, rule, each, fix=fix, name=name, advice=advice)


def _meant(view: AppView, name: str) -> tuple[str, str | None]:
    """Return the part of a scheme that is mistaken, and what is meant; None if it is not known."""
    mistaken = view.rulebook.connections.mistaken_backends
    short = name if name in mistaken else name.partition("+")[0]
    return short, mistaken.get(short)


def _fix(view: AppView, each: Defined, short: str, meant: str) -> Fix:
    source = view.sources[each.definition.place.path].text
    plan = replace_start(each.definition, source, short, meant)
    return unsafe(view, plan, f"Write `{meant}` for `{short}`", "another result backend is chosen")
