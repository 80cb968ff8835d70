"""What the rules on acknowledgement, queues and surroundings claim, shown on Celery itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from celerylint.rulebook.book import Rulebook, rules_folder
from tests.evidence import Trials, collected, outcomes, wanted
from tests.oracle import CELERY_VERSIONS, python_of

LOST = "WorkerLostError('gone')"
FAILED = "ValueError('wrong')"

FAILURE = """
from billiard.einfo import ExceptionInfo
from celery import Celery
from celery.exceptions import WorkerLostError
from celery.worker.request import Request

app = Celery("x", broker="memory://", backend="cache+memory://")
app.conf.update({settings})

@app.task(name="t")
def task(): ...

class Message:
    headers = {{"id": "1", "task": "t"}}
    body = payload = ((), {{}}, {{}})
    properties, delivery_info = {{}}, {{"redelivered": True}}
    content_type, content_encoding = "application/json", "utf-8"

done = []
request = Request(
    Message(),
    app=app,
    task=task,
    headers=Message.headers,
    body=Message.body,
    decoded=True,
    on_ack=lambda *args: done.append("acknowledged"),
    on_reject=lambda log, errors, requeue: done.append("put back" if requeue else "dropped"),
)
try:
    raise {error}
except Exception:
    request.on_failure(ExceptionInfo(), return_ok=True)
outcome = ", ".join(done)
"""

RECONNECT = """
import warnings

from celery import Celery
from celery.worker.consumer import Consumer, consumer

warnings.simplefilter("ignore")
app = Celery("x", broker="memory://")
app.conf.update({settings})

class Worker:
    is_green = True
    use_eventloop = False
    num_processes = 1

class Task:
    acks_late = True

class Running:
    task = Task
    acknowledged = False
    outcome = "runs on"
    def cancel(self, pool):
        self.outcome = "cancelled"

running = Running()
consumer.active_requests.add(running)
connected = Consumer(lambda *args: None, app=app, pool=Worker(), controller=Worker())
connected.on_connection_error_after_connected(OSError())
outcome = running.outcome
"""

PREFETCH = """
from celery import Celery

app = Celery("x", broker="memory://")
app.conf.update({settings})
worker = app.Worker(concurrency=2, pool="solo", hostname="x@y")
outcome = worker.consumer.initial_prefetch_count
"""

SHUTDOWN = """
from celery import Celery
from celery.worker import worker

app = Celery("x", broker="memory://")
app.conf.update({settings})
slept = []
worker.sleep = slept.append

class Idle:
    app = app

worker.WorkController.wait_for_soft_shutdown(Idle())
outcome = repr(slept)
"""

SENDING = """
from celery import Celery
from kombu import Queue

app = Celery("x", broker="memory://")

@app.task(name="shop.bill")
def bill(): ...

try:
    app.conf.update({settings})
    consumed = sorted(app.amqp.queues.consume_from)
    bill.delay()
    channel = app.connection().default_channel
    sent = [name for name in ("celery", "mails", "other") if channel._has_queue(name)]
    sent = [name for name in sent if channel._size(name)]
    outcome = "{{}} are consumed, {{}} has the task".format(consumed, *sent)
except Exception as error:
    outcome = type(error).__name__
"""

DEAD = """
from celery import Celery
from kombu import Queue

app = Celery("x", broker="memory://")
app.conf.task_queues = [Queue("celery"), Queue("dead_letter")]
queues = app.amqp.queues
outcome = repr((sorted(queues.consume_from), queues["dead_letter"].queue_arguments))
"""

TIMEZONE = """
from celery import Celery

class Settings:
    TIME_ZONE = "Europe/Paris"

app = Celery("x")
app.config_from_object(Settings, namespace="CELERY")
outcome = str(app.timezone)
"""

EAGER = """
import threading

from celery import Celery

app = Celery("x", broker="memory://")
app.conf.task_always_eager = True
ran_in = []

@app.task
def task():
    ran_in.append(threading.current_thread())

task.delay()
channel = app.connection().default_channel
outcome = ran_in == [threading.current_thread()] and not channel._has_queue("celery")
"""

LATE = "task_acks_late=True"
REJECT = "task_reject_on_worker_lost=True"
CANCEL = "worker_cancel_long_running_tasks_on_connection_loss=True"
IDLE = "worker_enable_soft_shutdown_on_idle=True"
MAILS = "task_queues=[Queue('mails')]"


def failure(error: str, *settings: str) -> str:
    """Return a program that tells what becomes of a task that ends with an error."""
    return FAILURE.format(error=error, settings=", ".join(settings))


def sending(*settings: str) -> str:
    """Return a program that tells where a task goes, and which queues a worker consumes."""
    return SENDING.format(settings=", ".join(settings))


TRIALS: Trials = {
    "CEL601 lost task is gone without late acknowledgement": (failure(LOST, REJECT), ""),
    "CEL601 lost task is put back with it": (failure(LOST, LATE, REJECT), "put back"),
    "CEL602 lost task is acknowledged": (failure(LOST, LATE), "acknowledged"),
    "CEL603 lost task is put back again": (failure(LOST, LATE, REJECT), "put back"),
    "CEL604 running task goes on after a reconnect": (RECONNECT.format(settings=""), "runs on"),
    "CEL604 running task is cancelled if wanted": (RECONNECT.format(settings=CANCEL), "cancelled"),
    "CEL605 failed task is acknowledged": (failure(FAILED, LATE), "acknowledged"),
    "CEL605 failed task is dropped": (
        failure(FAILED, LATE, "task_acks_on_failure_or_timeout=False"),
        "dropped",
    ),
    "CEL606 worker reserves four tasks a process": (PREFETCH.format(settings=""), 8),
    "CEL606 worker reserves one task a process": (
        PREFETCH.format(settings="worker_prefetch_multiplier=1"),
        2,
    ),
    "CEL607 worker does not wait where nothing is set": (SHUTDOWN.format(settings=""), "[]"),
    "CEL607 idle worker does not wait without a time": (SHUTDOWN.format(settings=IDLE), "[]"),
    "CEL607 idle worker waits for the time set": (
        SHUTDOWN.format(settings=f"{IDLE}, worker_soft_shutdown_timeout=20.0"),
        "[20.0]",
    ),
    "CEL701 task without a route goes past the queues": (
        sending(MAILS),
        "['mails'] are consumed, celery has the task",
    ),
    "CEL701 default queue is consumed": (
        sending(MAILS, "task_default_queue='mails'"),
        "['mails'] are consumed, mails has the task",
    ),
    "CEL702 routed task goes past the queues": (
        sending(MAILS, "task_routes={'shop.*': 'other'}"),
        "['mails'] are consumed, other has the task",
    ),
    "CEL702 route is refused": (
        sending(MAILS, "task_routes={'shop.*': 'other'}", "task_create_missing_queues=False"),
        "QueueNotFound",
    ),
    "CEL703 texts are no queues": (sending("task_queues=['mails']"), "AttributeError"),
    "CEL703 text is no list of queues": (sending("task_queues='mails'"), "AttributeError"),
    "CEL703 queue is no list": (sending("task_queues=(Queue('mails'))"), "TypeError"),
    "CEL703 text is no table of options": (sending("task_queues={'mails': 'x'}"), "TypeError"),
    "CEL703 table of options is a queue": (
        sending("task_queues={'mails': {}}"),
        "['mails'] are consumed, celery has the task",
    ),
    "CEL704 pairs are no routers": (
        sending("task_routes=[('shop.bill', {'queue': 'mails'})]"),
        "ValueError",
    ),
    "CEL704 list of pairs is a router": (
        sending("task_routes=([('shop.bill', {'queue': 'mails'})],)"),
        "['celery'] are consumed, mails has the task",
    ),
    "CEL704 None is no route": (sending("task_routes={'shop.bill': None}"), "TypeError"),
    "CEL704 number is no route": (sending("task_routes={'shop.bill': 1}"), "TypeError"),
    "CEL704 misspelt key chooses no queue": (
        sending("task_routes={'shop.bill': {'queu': 'mails'}}"),
        "['celery'] are consumed, celery has the task",
    ),
    "CEL705 queue is like any other": (DEAD, "(['celery', 'dead_letter'], None)"),
    "CEL712 time zone of Django is read from 5.3 on": (TIMEZONE, "Europe/Paris"),
    "CEL714 task runs in the caller": (EAGER, True),
}

SPLIT_IN_5_7 = failure(FAILED, LATE, "task_acks_on_failure=False")


@pytest.mark.parametrize("celery", CELERY_VERSIONS)
def test_celery_does_what_the_rules_say(celery: str, tmp_path: Path) -> None:
    seen = outcomes(python_of(celery), TRIALS, tmp_path)

    assert seen == {name: wanted(outcome) for name, (_, outcome) in TRIALS.items()}


@pytest.mark.parametrize(("celery", "end"), [("5.6.3", "acknowledged"), ("5.7.0", "dropped")])
def test_5_7_has_a_setting_for_failures_alone(celery: str, end: str, tmp_path: Path) -> None:
    seen = outcomes(python_of(celery), {"split": (SPLIT_IN_5_7, end)}, tmp_path)

    assert seen == {"split": wanted(end)}


def test_claims_are_found_by_the_code_of_their_rule() -> None:
    codes = {name.partition(" ")[0] for name in collected()}

    assert codes <= Rulebook(rules_folder()).rules.keys()
