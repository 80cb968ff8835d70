"""What the hazards of upgrades claim about Celery 5.6 and 5.7, shown on Celery itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from celerylint.catalogue.imports import load_imports
from celerylint.rulebook.book import rules_folder
from tests.oracle import CELERY_VERSIONS, ask, python_of
from tests.oracle.upgrade import RECORD, as_json, job_for
from tests.test_evidence import Trial

GONE = load_imports(rules_folder())

APP = """
from celery import Celery

app = Celery("x", broker="memory://")
app.conf.update({settings})
{rest}
"""

RETRIED = """
from kombu.utils.functional import retry_over_time

class Enough(Exception):
    pass

calls = []
def connect():
    calls.append(1)
    if len(calls) > 2:
        raise Enough
    raise OSError
try:
    retry_over_time(connect, (OSError,), (), {{}}, None, {limit}, 0, 0, 0)
except (OSError, Enough) as error:
    outcome = type(error).__name__
"""

JSON = """
import uuid
from kombu.utils import json

outcome = type(json.loads(json.dumps(uuid.uuid4()))).__name__
"""

CONTROL = """
from celery.exceptions import ImproperlyConfigured
outcome = "starts"
try:
    app.control
except ImproperlyConfigured:
    outcome = "raises"
"""

QUEUE = """
queue = app.amqp.queues[app.conf.task_default_queue]
outcome = f"{queue.exchange.name} {queue.routing_key}"
"""

PROTOCOL = """
outcome = app.amqp.create_task_message.__name__
"""

ROUTED = """
from kombu import Exchange, Producer, Queue

app.conf.task_default_queue = "shop"
app.conf.task_queues = [
    Queue("shop", Exchange("shop", {kind!r}), routing_key="shop"),
    Queue("mail", Exchange("shop", {kind!r}), routing_key="mail"),
]

@app.task({of_task})
def remind():
    pass

sent = []
def publish(self, body, routing_key=None, exchange=None, **others):
    sent.append((getattr(exchange, "name", exchange), routing_key))
usual, Producer.publish = Producer.publish, publish
remind.apply_async({of_call})
Producer.publish = usual
outcome = repr(sent)
"""

CLASSES = """
from celery import Task

class Base(Task):
    abstract = True

class Send(Base):
    def run(self):
        pass

app.finalize()
outcome = repr((Send.name, [name for name in app.tasks if "Send" in name]))
if {registers}:
    outcome = app.register_task(type("Named", (Send,), {{"name": "send"}})()).name in app.tasks
"""

LOADER = """
import os

os.environ["CELERY_LOADER"] = "django"
try:
    Celery("y").loader
    outcome = "loads"
except (ImportError, TypeError):
    outcome = "raises"
del os.environ["CELERY_LOADER"]
"""

VERIFIED = """
import ssl
from unittest import mock
from amqp.transport import SSLTransport

asked = []
def wrap(context, **options):
    asked.append(context.verify_mode.name)
with mock.patch.object(ssl.SSLContext, "wrap_socket", wrap):
    SSLTransport("localhost:5671", ssl={options})._wrap_socket(None, **{options})
outcome = asked[0]
"""

ACCEPT = """
from kombu.serialization import prepare_accept_content
outcome = len(prepare_accept_content(["json", "pickle", "msgpack", "yaml"]))
"""

USER = """
from kombu import Connection

with Connection("redis://shop:secret@localhost/0") as connection:
    outcome = connection.userid
"""

IMPORTS = """
import importlib

def there(name):
    module, _, attribute = name.rpartition(".")
    try:
        return hasattr(importlib.import_module(module), attribute)
    except ImportError:
        return False
outcome = repr([name for name in {names} if there(name) is not {expected}])
"""

DATABASE = "{'pool_pre_ping': True, 'pool_recycle': 3600}"


def conf(*settings: str) -> str:
    """Return a program that looks at what settings are where nothing sets them."""
    values = ", ".join(f"app.conf.{setting}" for setting in settings)
    return app("", f"outcome = repr(({values},))")


def app(settings: str, rest: str) -> str:
    """Return a program that makes an app with settings and goes on."""
    return APP.replace("{settings}", settings).replace("{rest}", rest)


def routed(of_call: str, kind: str = "direct", of_task: str = "") -> str:
    """Return a program that sends a task, and says to which exchange and with which routing key."""
    return app("", ROUTED.format(of_call=of_call, kind=kind, of_task=of_task))


SHOP = "task_default_queue='shop'"
PINNED = f"{SHOP}, task_default_exchange='celery', task_default_routing_key='celery'"
FOUND = tuple(
    name
    for gone in GONE.values()
    if gone.to
    for name in ([f"{gone.to}.{each}" for each in sorted(gone.names)] or [gone.to])
)

TRIALS: Mapping[str, tuple[str, object]] = {
    "defaults of 4.0": (
        conf("task_serializer", "result_serializer", "accept_content", "task_protocol"),
        "('json', 'json', ('json',), 2)",
    ),
    "limits of 4.0": (conf("broker_heartbeat", "redis_socket_timeout"), "(120, 120.0)"),
    "all old content is known": (app("", ACCEPT), 4),
    "default queue": (app(SHOP, QUEUE), "shop shop"),
    "pinned default queue": (app(PINNED, QUEUE), "celery celery"),
    "protocol 2": (app("", PROTOCOL), "as_task_v2"),
    "pinned protocol": (app("task_protocol=1", PROTOCOL), "as_task_v1"),
    "0 retries are none": (app("", RETRIED.format(limit=0)), "OSError"),
    "None is for ever": (app("", RETRIED.format(limit=None)), "Enough"),
    "JSON keeps a UUID": (app("", JSON), "UUID"),
    "engine options": (conf("database_engine_options"), f"({DATABASE},)"),
    "pinned durable queue": (
        app("control_queue_durable=True, control_queue_exclusive=False", CONTROL),
        "starts",
    ),
    "routing key alone": (routed("routing_key='mail'"), "[('', 'shop')]"),
    "exchange alone": (routed("exchange='news'"), "[('', 'shop')]"),
    "routing key on the task": (routed("", of_task="routing_key='mail'"), "[('', 'shop')]"),
    "exchange and routing key": (
        routed("exchange='shop', routing_key='mail'"),
        "[('shop', 'mail')]",
    ),
    "queue": (routed("queue='mail'"), "[('', 'mail')]"),
    "routing key of a topic": (routed("routing_key='mail'", "topic"), "[('shop', 'mail')]"),
    "class of a task": (app("", CLASSES.format(registers=False)), "(None, [])"),
    "class that is registered": (app("", CLASSES.format(registers=True)), True),
    "loader of django-celery": (app("", LOADER), "raises"),
    "certificate": (app("", VERIFIED.replace("{options}", "{}")), "CERT_REQUIRED"),
    "limits of events": (conf("event_queue_ttl", "event_queue_expires"), "(5.0, 60.0)"),
    "user of a Redis URL": (app("", USER), "shop"),
    "gone": (app("", IMPORTS.format(names=tuple(GONE), expected=False)), "[]"),
    "found elsewhere": (app("", IMPORTS.format(names=FOUND, expected=True)), "[]"),
}
"""Programs by what they show, each with what their `outcome` is to be."""

CHANGED: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "exclusive queues": (
        conf("control_queue_exclusive", "event_queue_exclusive"),
        {"5.6.3": "(False, False)", "5.7.0": "(True, True)"},
    ),
    "durable queue": (
        app("control_queue_durable=True", CONTROL),
        {"5.6.3": "starts", "5.7.0": "raises"},
    ),
}
"""As `TRIALS`, with an outcome for each release."""


@pytest.fixture(scope="module", params=CELERY_VERSIONS)
def outcomes(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, tuple[object, object]]:
    """Return what one Celery made of the programs, and what it was to make."""
    scratch = tmp_path_factory.mktemp("upgrading")
    programs = {
        **TRIALS,
        **{name: (text, each[request.param]) for name, (text, each) in CHANGED.items()},
    }
    trials = [Trial(text, "app:main:app", ("main:outcome",)) for text, _ in programs.values()]
    jobs = [trial.job(scratch / str(number)) for number, trial in enumerate(trials)]
    answers = ask(python_of(request.param), jobs).answers
    assert [answer.error for answer in answers if answer.error] == []
    return {
        name: (answer.watched["main:outcome"], expected)
        for (name, (_, expected)), answer in zip(programs.items(), answers, strict=True)
    }


@pytest.mark.parametrize("claim", [*TRIALS, *CHANGED])
def test_celery_does_what_the_hazards_say(
    outcomes: Mapping[str, tuple[object, object]], claim: str
) -> None:
    seen, expected = outcomes[claim]

    assert seen == [type(expected).__name__, repr(expected)]


NOT_AS_BEFORE: Mapping[str, str] = {
    "broker_connection_max_retries": "0 is None now: to try for ever",
    "broker_heartbeat": "it is wanted more often than not, and CEL812 tells of it",
    "database_engine_options": "no result is stored in a database, of which CEL823 tells",
    "event_queue_expires": "nothing here reads events, of which CEL822 tells",
    "event_queue_ttl": "as above",
    "result_cache_max": "how many results a process keeps in its memory",
    "worker_concurrency": "0 and None are both as many processes as there are processors",
}
"""The settings that are not what they were on Celery 3.1 after all fixes, and why that is right."""


@pytest.mark.parametrize("celery", CELERY_VERSIONS)
def test_pinned_project_behaves_as_on_celery_3(celery: str, tmp_path: Path) -> None:
    (answer,) = ask(python_of(celery), [job_for(tmp_path, fixed=True)]).answers
    recorded, now = json.loads(RECORD.read_text("utf-8")), as_json(answer)

    before, after = recorded["settings"], now["settings"]
    assert {name for name in before if before[name] != after.get(name)} == set(NOT_AS_BEFORE)

    # The fields of a message that were added mean nothing to those that do not know them.
    fields = now["observed"]["message"][0][0]
    assert set(fields) >= set(recorded["observed"]["message"][0][0])
    now["observed"]["message"][0][0] = recorded["observed"]["message"][0][0]
    assert now["observed"] == recorded["observed"]
