"""Options of transports and result backends that nothing reads, or that are missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from celerylint.analysis.app_view import AppView
from celerylint.analysis.definitions import Defined, defined
from celerylint.analysis.effective import Kind
from celerylint.catalogue.transports import Connections, Option, Transport, UnknownOption
from celerylint.facts import Constant, Entry, Table
from celerylint.finding import Edit, Finding, Fix, Label, Place
from celerylint.fixes.edits.plan import Plan
from celerylint.fixes.offers import unsafe
from celerylint.rulebook.rule import Rule
from celerylint.values import Answer

_OPTIONS = "broker_transport_options"
_BACKEND_OPTIONS = "result_backend_transport_options"
_SENTINEL = frozenset({"sentinel"})
# The result backends that read options of their own there.
_READING = frozenset({"redis", "rediss", "sentinel"})
_CLOSE = 0.85


def sentinel_without_master_name(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the Sentinel brokers and result backends that do not say which master they want."""
    for outcome in view.outcomes:
        for kind, options in ((outcome.broker, _OPTIONS), (outcome.backend, _BACKEND_OPTIONS)):
            used = kind.definition
            unnamed = outcome.of(f"{options}.master_name").is_set is Answer.NO
            if used and unnamed and kind.among(_SENTINEL) is Answer.YES:
                where = outcome.of(options).definition
                yield rule.finding(
                    used.place,
                    setting=used.name,
                    labels=(Label(where.place, "not among these options"),) if where else (),
                    name=where.name if where else view.spelling(options),
                )


def unknown_transport_option(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the transport options that no transport reads."""
    connections = view.rulebook.connections
    known = _all_options(connections)
    for each, entry, name in _keys(view, _OPTIONS):
        if name in known:
            continue
        transports = _transports(connections, each.outcome.broker)
        near = get_close_matches(name, known, n=1, cutoff=_CLOSE)
        if near or (transports and all(map(_is_dropping, transports))):
            yield _finding(view, rule, each, entry, name, near[0] if near else None)


def transport_option_of_another(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the options that other transports read, and the one that is used does not."""
    connections = view.rulebook.connections
    known = _all_options(connections)
    for each, entry, name in _keys(view, _OPTIONS):
        transports = _transports(connections, each.outcome.broker)
        strange = (name not in connections.options(t) and _is_dropping(t) for t in transports)
        if name in known and transports and all(strange):
            readers = [t for t in connections.transports.values() if name in t.options]
            names = ", ".join(transport.name for transport in readers[:3])
            yield _finding(view, rule, each, entry, name, names=names)


def unknown_backend_option(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the options of result backends that the one that is used does not read."""
    known = view.rulebook.connections.backend_options
    for each, entry, name in _keys(view, _BACKEND_OPTIONS):
        used = each.outcome.backend.names
        if used and used <= _READING and not _is_read(known, name, used):
            near = get_close_matches(name, known, n=1, cutoff=_CLOSE)
            yield _finding(view, rule, each, entry, name, near[0] if near else None)


def _is_read(known: Mapping[str, Option], name: str, used: frozenset[str]) -> bool:
    option = known.get(name)
    return option is not None and (not option.backends or bool(used & set(option.backends)))


def _all_options(connections: Connections) -> Mapping[str, Option]:
    """Return the options of all transports together."""
    return {
        name: option
        for transport in connections.transports.values()
        for name, option in connections.options(transport).items()
    }


def _transports(connections: Connections, broker: Kind) -> list[Transport]:
    return [connections.transports[name] for name in broker.names]


def _is_dropping(transport: Transport) -> bool:
    """Return whether the transport takes no notice of what it does not know."""
    return transport.unknown is UnknownOption.IGNORED


def _keys(view: AppView, setting: str) -> Iterator[tuple[Defined, Entry, str]]:
    """Yield the keys of a dict literal that is the value of a setting."""
    for each in defined(view, (setting,)):
        table = each.definition.value
        for entry in table.entries if isinstance(table, Table) else ():
            if isinstance(entry.key, Constant) and isinstance(entry.key.value, str):
                yield each, entry, entry.key.value


def _finding(  # noqa: PLR0913, PLR0917 - what it is about has that many sides
    view: AppView,
    rule: Rule,
    each: Defined,
    entry: Entry,
    name: str,
    near: str | None = None,
    names: str = "",
) -> Finding:
    path = each.definition.place.path
    kind = each.outcome.broker if names else Kind(frozenset())
    labels = (Label(kind.definition.place, "this broker"),) if kind.definition else ()
    fix = _renamed(view, path, entry, near) if near else Fix()
    key = entry.key.span if entry.key else entry.span
    return rule.finding(
        Place(path, key),
        setting=name,
        labels=labels,
        fix=fix.change_set,
        names=names,
        broker=each.outcome.broker.scheme,
        backend=each.outcome.backend.scheme,
        advice=f"Write `{near}`" if near else "Delete it",
    )


def _renamed(view: AppView, path: str, entry: Entry, near: str) -> Fix:
    key = entry.key
    if not isinstance(key, Constant) or key.inner is None:
        return Fix()
    plan = Plan((Edit(Place(path, key.inner), near),))
    return unsafe(view, plan, f"Write `{near}`", "an option that was dropped is read")
