"""Which brokers and result backends there are, against facts and the real kombu and Celery."""

from __future__ import annotations

from pathlib import Path

import celery
import kombu
import pytest
from celery import concurrency
from celery.app import backends
from kombu import transport

from celerylint.catalogue.settings import Release, parse_release
from celerylint.catalogue.transports import UnknownOption, load_connections

CONNECTIONS = load_connections(Path(__file__).resolve().parents[1] / "rules")
SCHEMES = {name for known in CONNECTIONS.transports.values() for name in known.schemes}


def test_installed_kombu_knows_the_same_schemes() -> None:
    release = parse_release(kombu.__version__)

    ours = {name for name in SCHEMES if CONNECTIONS.transport_at(name, release)}

    assert ours == transport.TRANSPORT_ALIASES.keys()


def test_installed_celery_knows_the_same_result_backends() -> None:
    release = parse_release(celery.__version__)

    ours = {alias.name for alias in CONNECTIONS.backends.values() if alias.listed_at(release)}

    assert ours == backends.BACKEND_ALIASES.keys()


def test_installed_celery_knows_the_same_worker_pools() -> None:
    release = parse_release(celery.__version__)

    ours = {alias.name for alias in CONNECTIONS.pools.values() if alias.listed_at(release)}

    assert ours == concurrency.ALIASES.keys()


@pytest.mark.parametrize(
    ("scheme", "release", "name"),
    [
        ("amqp", (5, 7, 0), "pyamqp"),
        ("redis", (3, 0, 37), "redis"),
        ("rediss", (4, 2, 0), None),
        ("rediss", (4, 3, 0), "redis"),
        ("sqla+sqlite", (4, 0, 2), None),
        ("sqla+sqlite", (4, 1), "sqlalchemy"),
        ("django", (3, 0, 37), "django"),
        ("django", (4, 0, 0), None),
        ("rabbitmq", (5, 7, 0), None),
    ],
)
def test_a_scheme_chooses_a_transport_of_the_release(
    scheme: str, release: Release, name: str | None
) -> None:
    known = CONNECTIONS.transport_at(scheme, release)

    assert (known.name if known else None) == name


def test_a_scheme_of_old_is_recognised_without_a_release() -> None:
    known = CONNECTIONS.transport("beanstalk")

    assert known is not None
    assert known.name == "beanstalk"


@pytest.mark.parametrize(
    ("name", "option", "release", "default"),
    [
        ("redis", "fanout_prefix", (3, 0, 37), "False"),
        ("redis", "fanout_prefix", (5, 7), "True"),
        ("redis", "visibility_timeout", (5, 7), "3600"),
        ("SQS", "visibility_timeout", (5, 7), "1800"),
        ("pyamqp", "confirm_publish", (5, 7), "False"),
        ("pyamqp", "host", (5, 7), None),
    ],
)
def test_an_option_has_the_default_of_the_release(
    name: str, option: str, release: Release, default: str | None
) -> None:
    assert CONNECTIONS.transports[name].options[option].default_at(release) == default


def test_an_option_exists_from_its_first_release_on() -> None:
    option = CONNECTIONS.transports["redis"].options["client_name"]

    assert not option.exists_at((5, 5, 4))
    assert option.exists_at((5, 6))
    assert CONNECTIONS.transports["pyamqp"].options["host"].exists_at((3, 0, 0))


def test_virtual_transports_share_more_options_than_others() -> None:
    redis = CONNECTIONS.options(CONNECTIONS.transports["redis"])
    amqp = CONNECTIONS.options(CONNECTIONS.transports["pyamqp"])

    assert {"visibility_timeout", "polling_interval", "max_retries"} <= redis.keys()
    assert "max_retries" in amqp
    assert "polling_interval" not in amqp


def test_only_amqp_has_heartbeats() -> None:
    having = [known.name for known in CONNECTIONS.transports.values() if known.heartbeats]

    assert having == ["pyamqp"]


def test_sqlalchemy_refuses_options_it_does_not_know() -> None:
    assert CONNECTIONS.transports["sqlalchemy"].unknown is UnknownOption.REFUSED
    assert CONNECTIONS.transports["redis"].unknown is UnknownOption.IGNORED


def test_a_backend_may_be_listed_after_its_module_is_gone() -> None:
    amqp = CONNECTIONS.backends["amqp"]

    assert amqp.listed_at((5, 2, 7))
    assert not amqp.works_at((5, 0, 0))
    assert amqp.works_at((4, 4, 7))
    assert not amqp.listed_at((5, 3, 0))


def test_backend_options_name_the_backends_that_read_them() -> None:
    ordered = CONNECTIONS.backend_options["result_chord_ordered"]

    assert ordered.backends == ("redis", "rediss", "sentinel")
    assert ordered.default_at((4, 4, 7)) == "False"
    assert ordered.default_at((5, 7, 0)) == "True"
    assert CONNECTIONS.backend_options["global_keyprefix"].backends == ()
