"""What brokers and result backends there are, and which options each of them reads.

The facts are those of kombu's and Celery's own tables (`kombu.transport.TRANSPORT_ALIASES`,
`celery.app.backends.BACKEND_ALIASES`, `celery.concurrency.ALIASES`) and of the code behind them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from celerylint.catalogue.names import (
    History,
    Range,
    Release,
    Table,
    history_at,
    parse_release,
    read_each,
    read_history,
    read_ranges,
    read_table,
    whole,
)

DJANGO_BACKENDS = ("django-db", "django-cache")
"""The result backends that django-celery-results registers with Celery."""


class UnknownOption(Enum):
    """What becomes of a transport option that is none."""

    IGNORED = "ignored"
    PASSED = "passed"
    REFUSED = "refused"


class Option(NamedTuple):
    """A key of `broker_transport_options` or `result_backend_transport_options`.

    `since` is the first release of kombu, or of Celery for a backend's, that reads the key;
    None: older than the catalogue. `backends` is empty where not only certain ones read it.
    """

    name: str
    since: Release | None
    defaults: History
    backends: tuple[str, ...]
    note: str | None

    def exists_at(self, release: Release) -> bool:
        """Return whether the release reads the option."""
        return self.since is None or self.since <= whole(release)

    def default_at(self, release: Release) -> str | None:
        """Return the repr of the default, None where it is not a constant."""
        return history_at(self.defaults, release)


class Transport(NamedTuple):
    """A transport of kombu; all releases in it are releases of kombu."""

    name: str
    schemes: Mapping[str, tuple[Range, ...]]
    virtual: bool
    heartbeats: bool
    parses_url: bool
    unknown: UnknownOption
    options: Mapping[str, Option]


class Alias(NamedTuple):
    """A short name for a class: of a result backend, or of a worker pool."""

    name: str
    target: str
    listed: tuple[Range, ...]
    works: tuple[Range, ...]

    def listed_at(self, release: Release) -> bool:
        """Return whether the Celery release knows the name."""
        return any(span.holds(release) for span in self.listed)

    def works_at(self, release: Release) -> bool:
        """Return whether the Celery release has the module behind the name."""
        return any(span.holds(release) for span in self.works)


class Connections(NamedTuple):
    """All transports, result backends and worker pools this linter knows.

    What is mistaken is a scheme that does not exist, with the one that is meant, if there is one.
    """

    transports: Mapping[str, Transport]
    every: Mapping[str, Option]
    virtual: Mapping[str, Option]
    backends: Mapping[str, Alias]
    backend_options: Mapping[str, Option]
    pools: Mapping[str, Alias]
    mistaken_brokers: Mapping[str, str]
    mistaken_backends: Mapping[str, str]

    def transport(self, scheme: str) -> Transport | None:
        """Return the transport that any release of kombu chose for a broker URL's scheme.

        What stands behind a plus sign is the driver's, as in `sqla+sqlite`.
        """
        name = scheme.partition("+")[0]
        found = (known for known in self.transports.values() if name in known.schemes)
        return next(found, None)

    def transport_at(self, scheme: str, kombu: Release) -> Transport | None:
        """Return the transport that a release of kombu chooses for a broker URL's scheme."""
        name = scheme.partition("+")[0]
        known = self.transport(name)
        if known is None or not any(span.holds(kombu) for span in known.schemes[name]):
            return None
        return known

    def backend_kind(self, scheme: str) -> str | None:
        """Return the first of the names that stand for the class of a result backend.

        What stands behind a plus sign is the driver's, as in `db+postgresql`.
        """
        alias = self.backends.get(scheme.partition("+")[0])
        if alias is None:
            return None
        return next(each.name for each in self.backends.values() if each.target == alias.target)

    def options(self, transport: Transport) -> Mapping[str, Option]:
        """Return every key of `broker_transport_options` that the transport reads or read."""
        shared = {**self.every, **(self.virtual if transport.virtual else {})}
        return {**shared, **transport.options}


def load_connections(folder: Path) -> Connections:
    """Read `transports.toml` of the `rules` folder."""
    tables = read_table(folder / "transports.toml")
    options = [{"name": name, **table} for name, table in tables["backend_options"].items()]
    return Connections(
        transports=read_each(tables["transports"], _transport),
        every=_options(tables["common"]["every"]),
        virtual=_options(tables["common"]["virtual"]),
        backends=read_each(tables["backends"], _alias),
        backend_options=_options(options),
        pools=read_each(tables["pools"], _alias),
        mistaken_brokers=tables["mistaken"]["brokers"],
        mistaken_backends=tables["mistaken"]["backends"],
    )


def _transport(name: str, table: Table) -> Transport:
    return Transport(
        name=name,
        schemes={scheme["name"]: read_ranges(scheme["kombu"]) for scheme in table["schemes"]},
        virtual=table["virtual"],
        heartbeats=table.get("heartbeats", False),
        parses_url=table.get("parses_url", False),
        unknown=UnknownOption(table["unknown"]),
        options=_options(table["options"]),
    )


def _options(tables: Iterable[Table]) -> Mapping[str, Option]:
    return {table["name"]: _option(table) for table in tables}


def _option(table: Table) -> Option:
    since = parse_release(table["since"]) if "since" in table else None
    return Option(
        name=table["name"],
        since=since,
        defaults=read_history(table.get("default", ()), since or ()),
        backends=tuple(table.get("backends", ())),
        note=table.get("note"),
    )


def _alias(name: str, table: Table) -> Alias:
    listed = read_ranges(table["listed"])
    works = read_ranges(table["works"]) if "works" in table else listed
    return Alias(name, table["target"], listed, works)
