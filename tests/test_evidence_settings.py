"""What the rules about values claim about Celery 5.6 and 5.7, shown on Celery itself."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping

import pytest

from tests.oracle import CELERY_VERSIONS, python_of

SCRIPT = r"""
import json
import resource

from celery import Celery
from kombu import Connection

OUTCOMES = {}


def tell(name, attempt):
    try:
        OUTCOMES[name] = repr(attempt())
    except Exception as error:
        OUTCOMES[name] = f"{type(error).__name__}: {error}"


def app(**settings):
    made = Celery("x", broker="memory://", backend="cache+memory://", set_as_current=False)
    made.conf.update(settings)
    return made


def send(**settings):
    sender = app(**settings)

    @sender.task
    def work():
        return 1

    return type(work.delay()).__name__


def consume(**settings):
    made = app(**settings)
    with made.connection() as connection:
        return made.amqp.TaskConsumer(connection.default_channel).accept


def events(**settings):
    made = app(**settings)
    with made.connection() as connection:
        return made.events.Receiver(connection).queue.durable


def broker(url, **options):
    connection = Connection(url, transport_options=options)
    return connection.transport_cls, connection.hostname


def backend(url):
    return type(Celery("x", backend=url, set_as_current=False).backend).__name__


def channel(option):
    connection = Connection("memory://", transport_options={option: 1})
    return hasattr(connection.connect() and connection.default_channel, option)


for setting, value in JOBS["send"]:
    tell(f"send {setting}={value}", lambda: send(**{setting: value}))
tell("eager tuple", lambda: send(task_always_eager=(False,)))
tell("soft above hard", lambda: send(task_soft_time_limit=60, task_time_limit=30))
tell("connect", lambda: Connection("amqp://127.0.0.1:1", connect_timeout="4").connect())
refused = Connection("amqp://127.0.0.1:1")
tell("retry", lambda: refused.ensure_connection(max_retries="1", interval_start=0))
tell("consume text", lambda: consume(accept_content="json"))
tell("read text", lambda: app(accept_content="json").backend.accept)
tell("consume list", lambda: consume(accept_content=["json"]))
tell("events durable", lambda: events(event_queue_durable=True))
tell("events both", lambda: events(event_queue_durable=True, event_queue_exclusive=True))
tell("control durable", lambda: bool(app(control_queue_durable=True).control.mailbox))
both = dict(control_queue_durable=True, control_queue_exclusive=True)
tell("control both", lambda: bool(app(**both).control.mailbox))
tell("pool", lambda: app(worker_pool="thread").Worker())
for url in JOBS["brokers"]:
    tell(f"broker {url}", lambda: broker(url))
for url in JOBS["backends"]:
    tell(f"backend {url}", lambda: backend(url))
for zone in JOBS["zones"]:
    tell(f"zone {zone}", lambda: app(timezone=zone).timezone.key)
for option in JOBS["options"]:
    tell(f"option {option}", lambda: channel(option))
tell("memory", lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > 20_000)
# A pool with such a limit is kept, and breaks what comes after it.
tell("send broker_pool_limit=10", lambda: send(broker_pool_limit="10"))
tell("send tuple", lambda: send(broker_pool_limit=(10,)))
print(json.dumps(OUTCOMES))
"""

REFUSED_SCHEMES = ("rabbitmq", "valkey", "redis-sentinel", "django", "couchdb")
REFUSED_BACKENDS = (
    *("postgresql://h/d", "mysql://h/d", "sqlite:///x", "memory://", "sqs://", "kafka://"),
    *("rabbitmq://h", "valkey://h", "filesystem:///x", "memcached", "riak://h"),
)
BROKEN = ("amqp://u:p#w@h//", "amqp://u:p/w@h//", "amqp://u:p?w@h//", "amqp://h:port//")
NO_ZONES = ("UTC+3", "utc", "Asia/Beijing", "America/New York")
UNREAD = ("visibility_timeout", "confirm_publish", "reconnect_forever")

JOBS = {
    "send": [
        ("task_always_eager", "False"),
        ("task_protocol", "2"),
        ("task_time_limit", "60"),
    ],
    "brokers": [
        *(f"{scheme}://h" for scheme in REFUSED_SCHEMES),
        *BROKEN,
        *("localhost:6379", "redis", "amqp://h?socket_timeout=5", "memory://?a=1"),
        "amqp://h?heartbeat=5",
    ],
    "backends": [*REFUSED_BACKENDS, "amqp://", "cache+memory://"],
    "zones": [*NO_ZONES, "Europe/Berlin"],
    "options": [*UNREAD, "body_encoding"],
}

Outcomes = Mapping[str, str]


@pytest.fixture(scope="module", params=CELERY_VERSIONS)
def celery(request: pytest.FixtureRequest) -> str:
    """Return a version of Celery."""
    version: str = request.param
    return version


@pytest.fixture(scope="module")
def outcomes(celery: str) -> Outcomes:
    """Return what one Celery made of all attempts: what each gave, or the error it raised."""
    script = f"JOBS = {JOBS!r}\n{SCRIPT}"
    run = subprocess.run(
        [python_of(celery), "-W", "ignore", "-c", script],
        capture_output=True,
        text=True,
        check=True,
    )
    found: Outcomes = json.loads(run.stdout)
    return found


@pytest.mark.parametrize(
    ("attempt", "outcome"),
    [
        ("send broker_pool_limit=10", "TypeError"),
        ("send task_protocol=2", "KeyError"),
        ("send tuple", "TypeError"),
        ("connect", "TypeError"),
        ("retry", "TypeError"),
        ("send task_time_limit=60", "'AsyncResult'"),
        ("send task_always_eager=False", "'EagerResult'"),
        ("eager tuple", "'EagerResult'"),
        ("consume text", "SerializerNotInstalled: No encoder/decoder installed for j"),
        ("read text", "SerializerNotInstalled: No encoder/decoder installed for j"),
        ("consume list", "{'application/json'}"),
        ("events both", "ImproperlyConfigured"),
        ("control both", "ImproperlyConfigured"),
        ("pool", "ModuleNotFoundError"),
        ("memory", "True"),
        ("broker localhost:6379", "('amqp', 'localhost:6379')"),
        ("broker redis", "('amqp', 'redis')"),
        ("broker amqp://h?socket_timeout=5", "TypeError"),
        ("broker memory://?a=1", "TypeError"),
        ("broker amqp://h?heartbeat=5", "('amqp', 'h')"),
        ("backend amqp://", "ImproperlyConfigured"),
        ("backend cache+memory://", "'CacheBackend'"),
        ("zone Europe/Berlin", "'Europe/Berlin'"),
        ("option body_encoding", "True"),
        *((f"broker {scheme}://h", "KeyError") for scheme in REFUSED_SCHEMES),
        *((f"broker {url}", "ValueError") for url in BROKEN),
        *((f"backend {url}", "ModuleNotFoundError") for url in REFUSED_BACKENDS),
        *((f"zone {zone}", "ZoneInfoNotFoundError") for zone in NO_ZONES),
        *((f"option {option}", "False") for option in UNREAD),
    ],
)
def test_value_does_what_its_rule_says(outcomes: Outcomes, attempt: str, outcome: str) -> None:
    assert outcomes[attempt].startswith(outcome)


@pytest.mark.parametrize(
    ("attempt", "before", "now"),
    [
        ("soft above hard", "'AsyncResult'", "ValueError"),
        ("events durable", "True", "ImproperlyConfigured"),
        ("control durable", "True", "ImproperlyConfigured"),
    ],
)
def test_value_is_refused_from_5_7_on(
    outcomes: Outcomes, celery: str, attempt: str, before: str, now: str
) -> None:
    assert outcomes[attempt].startswith({"5.6.3": before, "5.7.0": now}[celery])


def sources(celery: str, folder: str) -> Mapping[str, str]:
    """Return the modules of a part of Celery, by their names."""
    (package,) = python_of(celery).parents[1].glob(f"lib/python*/site-packages/{folder}")
    return {path.stem: path.read_text("utf-8") for path in package.rglob("*.py")}


def test_result_backends_read_no_visibility_timeout(celery: str) -> None:
    modules = sources(celery, "celery/backends")

    assert modules
    assert [name for name, text in modules.items() if "visibility_timeout" in text] == []


@pytest.mark.parametrize("pool", ["solo", "thread", "gevent", "eventlet"])
def test_only_prefork_replaces_its_processes(celery: str, pool: str) -> None:
    modules = sources(celery, "celery/concurrency")

    assert "maxtasksperchild" in modules["prefork"]
    assert "perchild" not in modules[pool].replace("_", "")


@pytest.mark.parametrize("pool", ["solo", "thread"])
def test_pool_without_processes_knows_no_time_limit(celery: str, pool: str) -> None:
    modules = sources(celery, "celery/concurrency")

    assert "timeout" in modules["gevent"]
    assert "soft_timeout" not in modules[pool]
    assert "time_limit" not in modules[pool]


def test_only_the_redis_backend_reads_its_settings(celery: str) -> None:
    read = ("redis_socket_timeout", "redis_max_connections", "redis_backend_health_check_interval")

    def reading(folder: str) -> list[str]:
        modules = sources(celery, folder).items()
        return [name for name, text in modules if any(each in text for each in read)]

    assert reading("celery/backends") == ["redis"]
    assert reading("kombu") == []


def test_sentinel_asks_for_the_name_of_a_master(celery: str) -> None:
    redis = sources(celery, "kombu/transport")["redis"]

    assert "'master_name' transport option must be specified" in redis
