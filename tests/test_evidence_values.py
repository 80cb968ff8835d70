"""What the rules on values claim about Celery 5.6 and 5.7, shown on Celery itself."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.oracle import CELERY_VERSIONS, ask, python_of
from tests.test_evidence import Trial

HEARTBEAT = """
from celery import Celery
from celery.worker.consumer import Consumer

app = Celery("x", broker="memory://")
{setting}
class Worker:
    is_green = True
    use_eventloop = False
consumer = Consumer(lambda *args: None, app=app, pool=Worker(), controller=Worker())
outcome = consumer.amqheartbeat
"""

TRANSPORTS = """
from celery import Celery
from kombu.transport import resolve_transport

app = Celery("x")
names = ("amqp", "redis", "sqs", "memory", "filesystem")
having = []
for name in names:
    try:
        transport = resolve_transport(name)
    except ImportError:
        continue
    if transport.implements.heartbeats:
        having.append(name)
outcome = repr(having)
"""

EXPIRES = """
from celery import Celery
from celery.backends.base import Backend

app = Celery("x")
{setting}
outcome = Backend(app=app).prepare_expires(None, type=int)
"""

TASKS = """
from celery import Celery
from kombu.exceptions import ContentDisallowed

app = Celery("x", broker="memory://")
app.conf.update({settings})
refused = []

with app.connection() as connection:
    consumer = app.amqp.TaskConsumer(
        connection.default_channel,
        on_message=lambda message: message.decode(),
        on_decode_error=lambda message, error: refused.append(type(error).__name__),
    )
    with app.amqp.Producer(connection) as producer:
        app.amqp.send_task_message(
            producer, "task", app.amqp.as_task_v2("1", "task", (), {{}}),
            queue="celery", serializer=app.conf.task_serializer,
        )
    with consumer:
        try:
            connection.drain_events(timeout=1)
        except ContentDisallowed as error:
            refused.append(type(error).__name__)
outcome = repr(refused)
"""

RESULTS = """
from celery import Celery
from celery.backends.base import Backend
from kombu.exceptions import ContentDisallowed

app = Celery("x")
app.conf.update({settings})
backend = Backend(app=app)
try:
    backend.decode(backend.encode({{"status": "SUCCESS"}}))
    outcome = "read"
except ContentDisallowed:
    outcome = "refused"
"""


def heartbeat(setting: str = "") -> str:
    """Return a program that asks a worker's consumer for its heartbeat."""
    return HEARTBEAT.replace("{setting}", setting)


def expires(value: object) -> str:
    """Return a program that asks a result backend how long it keeps results."""
    return EXPIRES.format(setting=f"app.conf.result_expires = {value}")


PICKLE = "task_serializer='pickle'"
PICKLED = "result_serializer='pickle'"

TRIALS: Mapping[str, tuple[str, object]] = {
    "CEL302 unset heartbeat is 120": (heartbeat(), 120),
    "CEL303 heartbeat of 0 is none": (heartbeat("app.conf.broker_heartbeat = 0"), 0),
    "CEL303 heartbeat of None is none": (heartbeat("app.conf.broker_heartbeat = None"), None),
    "CEL304 short heartbeat is asked for": (heartbeat("app.conf.broker_heartbeat = 1"), 1),
    "CEL304 long heartbeat is asked for": (heartbeat("app.conf.broker_heartbeat = 3600"), 3600),
    "CEL301 only amqp has heartbeats": (TRANSPORTS, "['amqp']"),
    "CEL401 unset time to keep results is a day": (EXPIRES.format(setting=""), 86400),
    "CEL402 None gives results no time to live": (expires(None), None),
    "CEL402 0 gives results no time to live": (expires(0), 0),
    "CEL403 negative time is handed on": (expires(-1), -1),
    "CEL501 pickled task is refused": (TASKS.format(settings=PICKLE), "['ContentDisallowed']"),
    "CEL501 pickled task is accepted": (
        TASKS.format(settings=f"{PICKLE}, accept_content=['json', 'pickle']"),
        "[]",
    ),
    "CEL502 pickled result is refused": (RESULTS.format(settings=PICKLED), "refused"),
    "CEL502 pickled result is read": (
        RESULTS.format(settings=f"{PICKLED}, result_accept_content=['pickle']"),
        "read",
    ),
}
"""Programs by what they show, each with what their `outcome` is to be."""


@pytest.fixture(scope="module", params=CELERY_VERSIONS)
def outcomes(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, object]:
    """Return what one Celery made of the programs."""
    scratch = tmp_path_factory.mktemp("values")
    trials = [Trial(text, "app:main:app", ("main:outcome",)) for text, _ in TRIALS.values()]
    jobs = [trial.job(scratch / str(number)) for number, trial in enumerate(trials)]
    answers = ask(python_of(request.param), jobs).answers
    assert [answer.error for answer in answers if answer.error] == []
    return {
        name: answer.watched["main:outcome"] for name, answer in zip(TRIALS, answers, strict=True)
    }


@pytest.mark.parametrize("claim", TRIALS)
def test_celery_does_what_the_rules_say(outcomes: Mapping[str, object], claim: str) -> None:
    expected = TRIALS[claim][1]

    assert outcomes[claim] == [type(expected).__name__, repr(expected)]
