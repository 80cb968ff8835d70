"""What the rules on results, serializers and TLS claim, shown on Celery 5.6 and 5.7 themselves."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.oracle import CELERY_VERSIONS, ask, python_of
from tests.test_evidence import Trial

MISSING = "no module"
"""What a program comes to where the client library that it needs is not installed."""

PROGRAM = """
import ssl
import warnings

from celery import Celery

warnings.simplefilter("ignore")
app = Celery("x", broker={broker!r}, backend={backend!r})
app.conf.update({settings})

def look():
    {look}

try:
    import redis, sqlalchemy
    outcome = look()
except ImportError:
    outcome = "no module"
except Exception as error:
    outcome = type(error).__name__
"""

LISTEN = """import socket
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(5)
    url = "{scheme}://127.0.0.1:%d//" % server.getsockname()[1]
    with app.connection(url, connect_timeout=1) as connection:
        {act}
"""

FIRST_BYTE = """import threading
        seen = []
        def answer():
            peer, _ = server.accept()
            seen.append(peer.recv(1))
            peer.close()
            server.close()
        thread = threading.Thread(target=answer)
        thread.start()
        try:
            connection.default_channel.client.ping()
        except Exception:
            pass  # What was asked is known; there is no broker to answer.
        thread.join()
    return {b"*": "plain", b"\\x16": "TLS"}[seen[0]]"""

BRIEF = "broker_transport_options={'socket_timeout': 1, 'max_retries': 0}"
TRUE = f"broker_use_ssl=True, {BRIEF}"
CERT_REQS = "ssl_cert_reqs=required"
CHECKED = "{'ssl_cert_reqs': 'required'}"
NO_CHECK = "redis_backend_use_ssl={'ssl_cert_reqs': ssl.CERT_NONE}"


def program(
    look: str, settings: str = "", broker: str = "memory://", backend: str | None = None
) -> str:
    """Return a program that makes an app and looks at it."""
    return PROGRAM.format(look=look, settings=settings, broker=broker, backend=backend)


def first_byte(scheme: str, settings: str) -> str:
    """Return a program that looks at what a broker gets first."""
    return program(LISTEN.replace("{scheme}", scheme).replace("{act}", FIRST_BYTE), settings)


def connecting(scheme: str, settings: str) -> str:
    """Return a program that connects to a broker that does not answer."""
    return program(LISTEN.format(scheme=scheme, act="connection.connect()"), settings)


def checking(url: str, settings: str = "") -> str:
    """Return a program that looks at how a result backend checks certificates."""
    return program("return app.backend.connparams['ssl_cert_reqs'].name", settings, backend=url)


def compression(url: str) -> str:
    """Return a program that looks at the compression of a result backend of 5.7."""
    look = "return getattr(app.backend, 'compression', 'unread')"
    return program(look, "result_compression='gzip'", backend=url)


def beat(url: str) -> str:
    """Return a program that looks at what beat adds to its schedule."""
    look = """from celery.beat import Scheduler
    scheduler = Scheduler(app, lazy=True)
    scheduler.install_default_entries({})
    return repr(list(scheduler.data))"""
    return program(look, backend=url)


ENGINE = "return repr(sorted(app.backend.engine_options))"
PERSISTENT = "return app.backend.persistent"
BROKER_CHECK = "return app.connection().ssl['ssl_cert_reqs'].name"
NAMES = """other = Celery("y", broker="memory://", backend="rpc://")
    return app.backend.binding.name == other.backend.binding.name"""

TRIALS: Mapping[str, tuple[str, object]] = {
    "True is plain text on redis://": (first_byte("redis", TRUE), "plain"),
    "True is plain text on rediss://": (first_byte("rediss", TRUE), "plain"),
    "a dict is TLS": (first_byte("redis", f"broker_use_ssl={CHECKED}, {BRIEF}"), "TLS"),
    "rediss:// as a backend is refused": (checking("rediss://h/0"), "ValueError"),
    "rediss:// as a backend checks": (checking(f"rediss://h/0?{CERT_REQS}"), "CERT_REQUIRED"),
    "the fix of a backend checks": (
        checking("rediss://h/0?ssl_cert_reqs=CERT_REQUIRED"),
        "CERT_REQUIRED",
    ),
    "none is none": (checking("rediss://h/0?ssl_cert_reqs=none"), "CERT_NONE"),
    "rediss:// as a broker checks nothing": (
        program(BROKER_CHECK, broker="rediss://h/0"),
        "CERT_NONE",
    ),
    "the fix of a broker checks": (
        program(BROKER_CHECK, broker="rediss://h/0?ssl_cert_reqs=CERT_REQUIRED"),
        "CERT_REQUIRED",
    ),
    "redis:// with TLS parameters is refused": (checking(f"redis://h/0?{CERT_REQS}"), "ValueError"),
    "keys for AMQP on Redis": (
        program(
            "return app.connection().default_channel.client.connection_pool.make_connection()",
            "broker_use_ssl={'cert_reqs': ssl.CERT_NONE}",
            broker="redis://127.0.0.1:1/0",
        ),
        "TypeError",
    ),
    "keys for Redis on AMQP": (
        connecting("amqp", "broker_use_ssl={'ssl_cert_reqs': ssl.CERT_NONE}"),
        "TypeError",
    ),
    "keys for AMQP on a backend": (
        program(
            "return app.backend.client.connection_pool.make_connection()",
            "redis_backend_use_ssl={'cert_reqs': ssl.CERT_NONE}",
            backend="rediss://h/0?ssl_cert_reqs=none",
        ),
        "TypeError",
    ),
    "auth without its call": (
        program("return app.send_task('x')", "task_serializer='auth'"),
        "SerializerNotInstalled",
    ),
    "rpc keeps nothing": (program(PERSISTENT, backend="rpc://"), False),
    "rpc may keep": (program(PERSISTENT, "result_persistent=True", backend="rpc://"), True),
    "each sender has a queue": (program(NAMES, backend="rpc://"), False),
    "beat cleans a database": (beat("db+sqlite://"), "['celery.backend_cleanup']"),
    "beat cleans files": (beat("file:///tmp"), "['celery.backend_cleanup']"),
    "beat leaves Redis": (beat("redis://h"), "[]"),
    "own engine options": (
        program(ENGINE, "database_engine_options={'echo': False}", backend="db+sqlite://"),
        "['echo']",
    ),
    "engine options": (
        program(ENGINE, backend="db+sqlite://"),
        "['pool_pre_ping', 'pool_recycle']",
    ),
}
"""Programs by what they show, each with what their `outcome` is to be."""

OF_VERSIONS: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "TLS beside redis://": (
        checking("redis://h/0", NO_CHECK),
        {"5.6.3": "ValueError", "5.7.0": "CERT_NONE"},
    ),
    "Redis compresses": (compression("redis://h"), {"5.6.3": "unread", "5.7.0": "gzip"}),
    "files compress": (compression("file:///tmp"), {"5.6.3": "unread", "5.7.0": "gzip"}),
    "rpc does not": (compression("rpc://"), {"5.6.3": "unread", "5.7.0": None}),
    "databases do not": (compression("db+sqlite://"), {"5.6.3": "unread", "5.7.0": None}),
}
"""The same, where the releases differ."""

PROGRAMS = {**TRIALS, **OF_VERSIONS}


@pytest.fixture(scope="module", params=CELERY_VERSIONS)
def seen(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Mapping[str, object]]:
    """Return a Celery and what it made of the programs."""
    scratch = tmp_path_factory.mktemp("results")
    trials = [Trial(text, "app:main:app", ("main:outcome",)) for text, _ in PROGRAMS.values()]
    jobs = [trial.job(scratch / str(number)) for number, trial in enumerate(trials)]
    answers = ask(python_of(request.param), jobs).answers
    assert [answer.error for answer in answers if answer.error] == []
    found = [answer.watched["main:outcome"] for answer in answers]
    return request.param, dict(zip(PROGRAMS, found, strict=True))


@pytest.mark.parametrize("claim", PROGRAMS)
def test_celery_does_what_the_rules_say(seen: tuple[str, Mapping[str, object]], claim: str) -> None:
    celery, outcomes = seen
    if outcomes[claim] == ["str", repr(MISSING)]:
        pytest.skip("redis-py or SQLAlchemy is not installed beside this Celery")
    given = PROGRAMS[claim][1]
    expected = given[celery] if isinstance(given, Mapping) else given

    assert outcomes[claim] == [type(expected).__name__, repr(expected)]
