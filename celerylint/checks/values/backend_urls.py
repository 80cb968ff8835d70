"""Result backends that Celery has, written in a way that it cannot read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs

from celerylint.analysis.app_view import AppView
from celerylint.analysis.definitions import Defined, defined, report
from celerylint.finding import Finding
from celerylint.rulebook.rule import Rule
from celerylint.values import Answer

_CACHES = frozenset({"memcache", "memcached", "memory", "pylibmc"})
_REDIS = frozenset({"redis", "rediss"})
_VERIFYING = frozenset(
    ("CERT_NONE", "CERT_OPTIONAL", "CERT_REQUIRED", "none", "optional", "required")
)
_ASYNC = frozenset(("aiomysql", "aiosqlite", "asyncmy", "asyncpg"))
# Names that need a URL, and the setting that it may stand in.
_BARE = {"cache": "cache_backend", "database": "database_url", "db": "database_url"}
# A name with a colon is a module with a class, unless what follows can be no class.
_COLON = re.compile(r"(?P<scheme>[a-z]+)(?:\+\w+)?:(?!//)(?=.*[@/:])")


def result_backend_invalid(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the result backends with which Celery raises as soon as a result is asked for."""
    for each in defined(view, ("result_backend",)):
        wrong = {_wrong(view, each, option) for option in each.value.options}
        reason = wrong.pop() if each.value.complete and len(wrong) == 1 else None
        if reason and not each.outcome.of("override_backends").definitions:
            yield report(view, rule, each, reason=reason)


def _wrong(view: AppView, each: Defined, option: object) -> str | None:
    """Return what is wrong with a result backend, None where nothing is seen to be."""
    text = option if isinstance(option, str) else ""
    colon = _COLON.match(text)
    if colon and colon["scheme"] in view.rulebook.connections.backends:
        return f"`//` is missing behind `{text[: text.index(':') + 1]}`"
    scheme, mark, rest = text.partition("://")
    if not mark:
        return _wrong_name(each, text)
    main, _, driver = scheme.partition("+")
    if main == "db":
        return _wrong_database(driver)
    if main == "cache" and driver not in _CACHES:
        return f"there is no cache `{driver}`: {_listed(_CACHES)}"
    return _wrong_redis(rest) if scheme in _REDIS else None


def _wrong_name(each: Defined, name: str) -> str | None:
    setting = _BARE.get(name)
    if setting and each.outcome.of(setting).is_set is Answer.NO:
        return f"`{name}` alone has no URL"
    return None


def _wrong_database(driver: str) -> str | None:
    dialect, _, library = driver.partition("+")
    if dialect == "postgres":
        return "SQLAlchemy calls it `postgresql`"
    return f"`{library}` is an asynchronous driver" if library in _ASYNC else None


def _wrong_redis(rest: str) -> str | None:
    place, _, query = rest.partition("?")
    database = place.partition("/")[2].strip("/")
    if database and not database.isdigit():
        return "the database of Redis is no number"
    asked = parse_qs(query).get("ssl_cert_reqs", ["required"])
    return None if asked[0] in _VERIFYING else f"`ssl_cert_reqs` is one of {_listed(_VERIFYING)}"


def _listed(words: frozenset[str]) -> str:
    return ", ".join(sorted(words))
