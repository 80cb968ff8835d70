"""Broker URLs that kombu refuses, or takes for something else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from celerylint.analysis.app_view import AppView
from celerylint.analysis.definitions import Defined, defined, report
from celerylint.catalogue.names import Release, parse_release
from celerylint.catalogue.transports import Transport
from celerylint.finding import Finding, Fix
from celerylint.fixes.edits.literals import plain_text, replace_start
from celerylint.fixes.offers import unsafe
from celerylint.rulebook.rule import Rule
from celerylint.urls import Url, urls

_BROKERS = ("broker_url", "broker_read_url", "broker_write_url")
_BACKENDS = ("result_backend",)
# Whoever adds transports to kombu does it here.
_REGISTRY = "TRANSPORT_ALIASES"
_HOST = re.compile(r"[\w.-]+")
# What `kombu.Connection` takes besides the parts of the URL itself.
_PARAMETERS = frozenset(
    {"connect_timeout", "credential_provider", "heartbeat", "insist", "login_method", "ssl"}
)
_FILLED_IN = re.compile(r"[{}<>$*]|%[(s]")
# These read the URL of a result backend as kombu does.
_AS_BROKER = frozenset({"redis", "rediss", "sentinel"})
_ANY = "Take one of kombu's transports"
_ADVICE = {"django": "Run Redis or RabbitMQ: there is no broker in Django's database since kombu 4"}


class _Broker(NamedTuple):
    """A URL that may be used, and the definition that it stands in."""

    each: Defined
    url: Url
    text: str | None


def _brokers(view: AppView) -> Iterator[_Broker]:
    """Yield the broker URLs, unless something else than the scheme chooses the transport."""
    for each in defined(view, _BROKERS):
        if each.outcome.of("broker_transport").definitions:
            continue
        for pattern in each.value.patterns:
            text = pattern if isinstance(pattern, str) else None
            for url in urls(pattern) or ():
                yield _Broker(each, url, text)


def unknown_broker_transport(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the broker URLs with a scheme for which kombu has no transport."""
    if _REGISTRY in view.project.facts.mentions:
        return
    for broker in _brokers(view):
        scheme = broker.url.scheme
        if not scheme or "." in scheme or not _is_missing(view, scheme):
            continue
        meant = _meant(view, scheme)
        advice = f"Write `{meant}://`" if meant else _ADVICE.get(scheme, _ANY)
        fix = _scheme_fix(view, broker.each, scheme, meant)
        yield report(view, rule, broker.each, fix=fix, name=scheme, advice=advice)


def _is_missing(view: AppView, scheme: str) -> bool:
    connections = view.rulebook.connections
    if scheme in connections.mistaken_brokers:
        return True
    name = scheme if "+" in scheme else scheme.lower()
    found = connections.transport(name) or connections.transport(scheme)
    if found is None:
        return True
    spans = found.schemes.get(name.partition("+")[0], ())
    oldest = _oldest_kombu(view)
    return bool(spans and oldest) and all(span.ended(oldest) for span in spans)


def _oldest_kombu(view: AppView) -> Release:
    """Return the first release of kombu that the releases judged can have."""
    asked = view.catalogue.kombu_at(view.target[0])
    return parse_release(asked.removeprefix(">=").partition(",")[0]) if asked else ()


def _meant(view: AppView, scheme: str) -> str:
    return view.rulebook.connections.mistaken_brokers.get(scheme, "")


def _scheme_fix(view: AppView, each: Defined, scheme: str, meant: str) -> Fix:
    source = view.sources[each.definition.place.path].text
    text = plain_text(each.definition.value, source) or ""
    if not meant or text.count("://") > 1:
        return Fix()
    plan = replace_start(each.definition, source, f"{scheme}://", f"{meant}://")
    return unsafe(view, plan, f"Write `{meant}://`", "another transport is chosen")


def broker_url_without_scheme(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the broker URLs without a scheme that cannot be meant for an AMQP host.

    What begins with a slash is half of a URL, whose other half is empty only where it is not used.
    """
    for broker in _brokers(view):
        text = broker.text
        if broker.url.scheme != "" or not text or text.isspace() or text.startswith("/"):
            continue
        transport = view.rulebook.connections.transport(text)
        if not _HOST.fullmatch(text) or (transport and transport.virtual):
            yield report(view, rule, broker.each)


def broker_url_parameter(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the query parameters of broker URLs that make the connection raise TypeError."""
    for broker in _brokers(view):
        url = broker.url
        transport = view.rulebook.connections.transport((url.scheme or "").lower())
        # With an `@` it is a piece of a password.
        if not url.query or "@" in url.query or not transport or not _is_parsed(url, transport):
            continue
        names = [name for name, _ in parse_qsl(url.query) if not _is_parameter(name)]
        if names:
            yield report(view, rule, broker.each, name=names[0])


def _is_parsed(url: Url, transport: Transport) -> bool:
    """Return whether kombu reads the URL for the transport."""
    return not transport.parses_url and "+" not in (url.scheme or "")


def _is_parameter(name: str) -> bool:
    return name in _PARAMETERS or name.startswith("ssl_")


def password_needs_quoting(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the URLs that Python cannot take apart, mostly for what stands in the password."""
    for each in defined(view, (*_BROKERS, *_BACKENDS)):
        text = plain_text(each.definition.value, view.sources[each.definition.place.path].text)
        for url in (text or "").split(";"):
            scheme, mark, rest = url.partition("://")
            reason = _trouble(rest) if mark and _as_kombu(view, each, scheme) else None
            if reason:
                yield report(view, rule, each, reason=reason)


def _as_kombu(view: AppView, each: Defined, scheme: str) -> bool:
    """Return whether the URL is taken apart as kombu does it."""
    if each.setting in _BACKENDS:
        return scheme in _AS_BROKER
    transport = view.rulebook.connections.transport(scheme)
    return transport is not None and not transport.parses_url and "+" not in scheme


def _trouble(rest: str) -> str | None:
    """Return what is wrong with what stands behind the scheme, without a word of it."""
    if _FILLED_IN.search(rest):
        return None
    try:
        _ = urlsplit(f"http://{rest}").port
    except ValueError:
        quoted = "its password or user has to be quoted"
        return quoted if "@" in rest else "its host or port is malformed"
    return None
