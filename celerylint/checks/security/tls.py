"""Connections that are meant to be encrypted, and are not, or not so that it helps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from urllib.parse import parse_qsl

from celerylint.analysis.app_view import AppView
from celerylint.analysis.effective import AMQP, REDIS, Effective, EffectiveConfig, Kind
from celerylint.analysis.wording import shown
from celerylint.catalogue.names import release_text
from celerylint.facts import Constant, Expression
from celerylint.finding import Finding, Fix, Label, Severity
from celerylint.fixes.edits.dict_entries import rename, spelled
from celerylint.fixes.edits.literals import insert
from celerylint.fixes.offers import set_setting, unsafe
from celerylint.model import Setting
from celerylint.rulebook.rule import Rule
from celerylint.urls import Url
from celerylint.values import Answer, is_a, is_on, keys_of

# What py-amqp and redis-py call the same things.
_KEYS = {
    "keyfile": "ssl_keyfile",
    "certfile": "ssl_certfile",
    "ca_certs": "ssl_ca_certs",
    "cert_reqs": "ssl_cert_reqs",
}
_OTHERS = {new: old for old, new in _KEYS.items()}
_REQS = "ssl_cert_reqs"
_UNVERIFIED = frozenset({"CERT_NONE", "none"})
_NO_CHECK = frozenset({"ssl.CERT_NONE", "ssl.VerifyMode.CERT_NONE"})
_CHECKED = '{"ssl_cert_reqs": "required"}'
_NO_FIX = Fix()
_REASON = "the connection is made in another way"
# From here on a result backend takes `redis://` beside redis_backend_use_ssl.
_TAKES_REDIS = (5, 7)


def redis_ssl_is_plain_text(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield where TLS for a Redis broker is asked for in a way that kombu throws away."""
    for outcome in _judged(view):
        wanted = outcome.of("broker_use_ssl")
        is_true = wanted.value.ask(is_on), wanted.value.ask(lambda each: is_a(each, (bool, int)))
        on_redis = outcome.broker.among(REDIS) is Answer.YES
        # TLS parameters of the URL count instead of the setting.
        if (
            wanted.definition
            and set(is_true) == {Answer.YES}
            and on_redis
            and _bare(outcome.broker)
        ):
            fix = Fix()
            if view.certain and len(wanted.definitions) == 1:
                fix = set_setting(view, wanted.definition, None, wanted.setting, _CHECKED)
            yield _finding(view, rule, wanted, fix, outcome.broker.definition)


def rediss_without_cert_reqs(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield URLs with `rediss://` that do not say how the certificate is to be checked."""
    for outcome in _judged(view):
        kind, backend = outcome.backend, outcome.of("result_backend")
        if _is(kind, "rediss") and _says_nothing(kind) and _lacks_reqs(outcome):
            yield _rediss(view, rule, backend, "the first result raises ValueError")
        broker = outcome.of("broker_url")
        off = outcome.of("broker_use_ssl").value.ask(is_on) is Answer.NO
        if _is(outcome.broker, "rediss") and off and _bare(outcome.broker) and broker.definition:
            yield _rediss(view, rule, broker, "no certificate is checked", Severity.WARNING)


def ssl_keys_of_another(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield dicts of TLS parameters that stand under the names of another client library."""
    for outcome in _judged(view):
        broker, backend = outcome.of("broker_use_ssl"), outcome.of("redis_backend_use_ssl")
        cases = (
            (broker, outcome.broker, REDIS, _KEYS, "AMQP"),
            (broker, outcome.broker, AMQP, _OTHERS, "Redis"),
            (backend, outcome.backend, REDIS, _KEYS, "AMQP"),
        )
        for given, kind, kinds, names, other in cases:
            wrong = [key for key in names if key in keys_of(given.value)]
            if wrong and given.definition and kind.among(kinds) is Answer.YES:
                fix = _renamed(view, given, {key: names[key] for key in wrong})
                yield _finding(view, rule, given, fix, kind.definition, name=wrong[0], other=other)


def tls_not_verified(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield where the certificate of the other side is expressly not checked."""
    for outcome in _judged(view):
        for name in ("broker_use_ssl", "redis_backend_use_ssl"):
            given = outcome.of(name)
            if given.definition and any(_checks_nothing(view, d) for d in given.definitions):
                yield _finding(view, rule, given)
        for name, kind in (("broker_url", outcome.broker), ("result_backend", outcome.backend)):
            given = outcome.of(name)
            unverified = [dict(_parameters(url)).get(_REQS) in _UNVERIFIED for url in kind.urls]
            if given.definition and unverified and all(unverified):
                yield _finding(view, rule, given)


def tls_parameters_without_tls(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield result backends with `redis://` and parameters that only `rediss://` may have."""
    for outcome in _judged(view):
        backend, own = outcome.of("result_backend"), outcome.of("redis_backend_use_ssl")
        if not _is(outcome.backend, "redis"):
            continue
        inside = all(_tls(url) for url in outcome.backend.urls)
        beside = view.target[-1] < _TAKES_REDIS and bool(keys_of(own.value) & _OTHERS.keys())
        if inside or beside:
            fix = _inserted(view, backend, "Use `rediss://`", lambda _: (len("redis"), "s"))
            other = own.definition if beside else None
            yield _finding(view, rule, backend, fix, other)


def _judged(view: AppView) -> tuple[EffectiveConfig, ...]:
    return view.outcomes


def _is(kind: Kind, scheme: str) -> bool:
    """Return whether all URLs have a scheme."""
    return bool(kind.urls) and all(url.scheme == scheme for url in kind.urls)


def _parameters(url: Url) -> list[tuple[str, str]]:
    return parse_qsl(url.query or "", keep_blank_values=True)


def _tls(url: Url) -> list[str]:
    return [name for name, _ in _parameters(url) if name.startswith("ssl_")]


def _bare(kind: Kind) -> bool:
    """Return whether no URL has a parameter about TLS, for certain."""
    return all(url.query is not None and not _tls(url) for url in kind.urls)


def _says_nothing(kind: Kind) -> bool:
    """Return whether no URL says how the certificate is to be checked, for certain."""
    return all(url.query is not None and _REQS not in _tls(url) for url in kind.urls)


def _lacks_reqs(outcome: EffectiveConfig) -> bool:
    given = outcome.of("redis_backend_use_ssl")
    inside = outcome.of(f"redis_backend_use_ssl.{_REQS}")
    return Answer.NO in {given.is_set, given.value.ask(is_on), inside.is_set}


def _checks_nothing(view: AppView, definition: Setting) -> bool:
    """Return whether a dict says, as written, that certificates are not to be checked."""
    path, scope = definition.place.path, definition.where.scope
    return any(
        key in {_REQS, _OTHERS[_REQS]} and _is_none(view, path, scope, value)
        for key, value, _ in spelled(definition.value)
    )


def _is_none(view: AppView, path: str, scope: str, value: Expression) -> bool:
    if isinstance(value, Constant):
        return value.value in _UNVERIFIED
    target = view.project.names.of_expression(path, scope, value)
    return bool(target and target.entity.external and target.entity.name in _NO_CHECK)


def _rediss(
    view: AppView, rule: Rule, at: Effective, reason: str, severity: Severity = Severity.ERROR
) -> Finding:
    fix = _inserted(view, at, "Demand a certificate", _demanding)
    return _finding(view, rule, at, fix, severity=severity, reason=reason)


def _demanding(url: str) -> tuple[int, str] | None:
    """Return what to insert into a URL, and where; None where it may be several, or has an end."""
    if set(url) & set("#;,"):
        return None
    return len(url), f"{'&' if '?' in url else '?'}{_REQS}=CERT_REQUIRED"


def _inserted(
    view: AppView, given: Effective, title: str, inserted: Callable[[str], tuple[int, str] | None]
) -> Fix:
    """Return how to insert something into the only URL; `inserted` says where, and what."""
    definition, *others = given.definitions
    if others:
        return _NO_FIX
    plan = insert(definition, view.sources[definition.place.path].text, inserted)
    return unsafe(view, plan, title, _REASON)


def _renamed(view: AppView, given: Effective, names: Mapping[str, str]) -> Fix:
    """Return how to rename keys of the only dict, where it has none of the new ones."""
    definition, *others = given.definitions
    if others or keys_of(given.value) & set(names.values()):
        return _NO_FIX
    title = f"Rename keys of `{definition.name}`"
    return unsafe(view, rename(definition, names), title, _REASON)


def _finding(  # noqa: PLR0913 - what the findings of this module have in common
    view: AppView,
    rule: Rule,
    at: Effective,
    fix: Fix = _NO_FIX,
    beside: Setting | None = None,
    *,
    severity: Severity | None = None,
    **values: str,
) -> Finding:
    definition = at.definitions[0]
    return rule.finding(
        definition.place,
        severity=severity,
        setting=definition.name,
        labels=[Label(beside.place, "used with this")] if beside else [],
        notes=view.blocker_notes(fix.blockers),
        fix=fix.change_set,
        value=shown(at.value),
        version=release_text(view.target[-1][:2]),
        **values,
    )
