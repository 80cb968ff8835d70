"""A database of Redis that serves the broker and something else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from celerylint.analysis.app_view import AppView
from celerylint.analysis.effective import EffectiveConfig, Kind
from celerylint.finding import Finding, Label
from celerylint.model import Setting
from celerylint.rulebook.rule import Rule
from celerylint.urls import Url, urls
from celerylint.values import UNKNOWN, Value, entry

_CACHES = "CACHES"
# Both empty the database in `clear()`.
_CLEARING = frozenset(
    ("django_redis.cache.RedisCache", "django.core.cache.backends.redis.RedisCache")
)
_SCHEMES = frozenset({"redis", "rediss"})
_PORT = "6379"


class Database(NamedTuple):
    """A database of a Redis server."""

    host: str
    number: str


def broker_shares_cache(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the broker whose database is emptied with a cache of Django."""
    for outcome in view.outcomes if view.django else ():
        database, broker = _database_of(outcome.broker), outcome.broker.definition
        caches = _caches(outcome)
        if database and broker and caches and database in _cached(outcome.value_of(caches)):
            label = Label(caches.place, "the cache")
            yield rule.finding(
                broker.place, setting=broker.name, labels=[label], value=database.number
            )


def broker_shares_results(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the broker whose database has the results as well."""
    for outcome in view.outcomes:
        database, broker = _database_of(outcome.broker), outcome.broker.definition
        results = outcome.backend.definition
        if database and broker and results and database == _database_of(outcome.backend):
            label = Label(results.place, "the results")
            yield rule.finding(
                broker.place, setting=broker.name, labels=[label], value=database.number
            )


def _database_of(kind: Kind) -> Database | None:
    return _database(kind.urls[0]) if len(kind.urls) == 1 else None


def _database(url: Url) -> Database | None:
    if url.scheme not in _SCHEMES or url.host is None or url.path is None or url.query is None:
        return None
    host, _, port = url.host.partition(":")
    number = url.path.strip("/") or "0"
    name = "localhost" if host in {"", "127.0.0.1"} else host
    known = number.isdigit() and "db=" not in url.query
    return Database(f"{name}:{port or _PORT}", number) if known else None


def _caches(outcome: EffectiveConfig) -> Setting | None:
    """Return the one definition of Django's caches, None where there are several or none."""
    found = [each for each in outcome.configuration.settings if each.name == _CACHES]
    return found[0] if len(found) == 1 and found[0].unconditional else None


def _cached(caches: Value) -> Iterator[Database | None]:
    """Yield the databases that a cache empties."""
    tables = caches.patterns[0] if len(caches.patterns) == 1 else None
    for alias in tables if isinstance(tables, dict) else ():
        cache = entry(caches, alias) or UNKNOWN
        backend = entry(cache, "BACKEND") or UNKNOWN
        location = entry(cache, "LOCATION") or UNKNOWN
        if backend.text in _CLEARING and len(location.patterns) == 1:
            yield from map(_database, urls(location.patterns[0]) or ())
