"""What the rules on apps, queues and environments claim about Celery, shown on Celery itself."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.evidence import outcomes, wanted
from tests.oracle import CELERY_VERSIONS, python_of

QUEUES = """
from celery import Celery

app = Celery("shop", broker="memory://")
app.conf.task_routes = {{"shop.mail": {{"queue": "mails"}}}}

@app.task(name="shop.mail")
def mail(to):
    pass

@app.task(name="shop.resize", queue="images")
def resize(picture):
    pass

@app.task(name="shop.purge")
def purge():
    pass

def routed(task, **options):
    return app.amqp.router.route({{**task._get_exec_options(), **options}}, task.name)["queue"].name

app.amqp.queues.select({selected})
outcome = repr(sorted(app.amqp.queues.consume_from))
sent = [routed(mail), routed(resize)]
"""

ENVIRONMENT = """
import os

os.environ["CELERY_BROKER_URL"] = "redis://queues/0"
os.environ["CELERY_RESULT_BACKEND"] = "redis://queues/5"

from celery import Celery

app = Celery("shop", broker="redis://a/0", backend="redis://a/1")
app.config_from_object({"broker_url": "redis://b/0"})
app.conf.result_backend = "redis://c/0"
outcome = repr([app.connection_for_write().hostname, app.backend.as_uri()])
del os.environ["CELERY_BROKER_URL"], os.environ["CELERY_RESULT_BACKEND"]
"""

LIMITS = """
from celery import Celery, Task, VERSION

app = Celery("shop", broker="memory://")
app.conf.task_time_limit = 100
app.conf.task_annotations = {"annotated": {"time_limit": 5, "soft_time_limit": 9}}

def run():
    pass

class Based(Task):
    time_limit = 5
    soft_time_limit = 9

made = [
    app.task(name="own", time_limit=5, soft_time_limit=9)(run),
    app.task(name="annotated")(run),
    app.task(name="based", base=Based)(run),
    app.task(name="against a setting", soft_time_limit=200)(run),
]

def raised(task, **options):
    try:
        task.apply_async(**options)
    except ValueError:
        return True
    return False

seen = [raised(task) for task in made]
seen.append(raised(app.task(name="call")(run), time_limit=5, soft_time_limit=9))
outcome = repr({outcome})
"""

EXPIRY = """
import time

from celery import Celery, signals
from celery.contrib.testing.worker import start_worker

app = Celery("shop", broker="memory://", backend="cache+memory://")
app.conf.broker_connection_retry_on_startup = True
revoked = []
signals.task_revoked.connect(lambda request, **_: revoked.append(request.id), weak=False)

@app.task(name="remind")
def remind():
    return "run"

with start_worker(app, perform_ping_check=False, loglevel="ERROR"):
    remind.apply_async(countdown=2, expires=1, task_id="late")
    early = remind.apply_async(countdown=1, expires=20).get(timeout=10)
    time.sleep(2)
outcome = repr((early, revoked))
"""

RATES = """
from celery import Celery, Task
from celery.worker.consumer import Consumer

def run():
    pass

class Based(Task):
    rate_limit = "10/day"

def limits(rate=None, annotations=None, **options):
    app = Celery("shop", broker="memory://")
    app.conf.update(task_default_rate_limit=rate, task_annotations=annotations)
    task = app.task(name="mail", shared=False, **options)(run)
    consumer = Consumer.__new__(Consumer)
    consumer.app = app
    try:
        consumer.bucket_for_task(app.tasks["mail"])
    except KeyError:
        return "KeyError"
    return "read"

app = Celery("x")
outcome = repr([
    limits(rate="10/day"), limits(annotations={"mail": {"rate_limit": "10/day"}}),
    limits(annotations={"*": {"rate_limit": "10/day"}}), limits(base=Based), limits(rate="10/m"),
])
"""

ENTRIES = """
from celery import Celery
from celery.beat import Scheduler

app = Celery("shop", broker="memory://")
two = {"task": "t", "schedule": 3.0}
three = {**two, "args": ()}

def taken(schedule):
    scheduler = Scheduler(app, lazy=True)
    try:
        scheduler.update_from_dict(schedule)
    except (AttributeError, TypeError, ValueError) as error:
        return type(error).__name__
    return [(entry.task, entry.schedule) for entry in scheduler.schedule.values()]

outcome = repr([taken({"a": (three,)}), taken({"a": [three]}), taken({"a": (two,)}), taken(({},))])
"""

STEPS = """
from celery import Celery
from celery.schedules import crontab

app = Celery("shop")
outcome = repr([
    crontab(minute="*/120").minute, crontab(hour="*/36").hour,
    crontab(day_of_month="*/40").day_of_month, crontab(minute="*/45").minute,
])
"""

BACKENDS = """
from celery import Celery

def made(backend):
    app = Celery("x", broker="memory://", backend=backend, set_as_current=False)
    try:
        app.backend.get_task_meta("1")
    except Exception as error:
        return type(error).__name__
    return "used"

app = Celery("x")
outcome = repr([made(backend) for backend in {backends}])
"""

NAMES = """
from celery import Celery

app = Celery("shop", broker="memory://")
app.conf.task_routes = {"mail": {"queue": "mails"}}
app.conf.task_annotations = {"mail": {"rate_limit": "3/m"}}

@app.task
def mail(to):
    pass

task = app.tasks[mail.name]
queue = app.amqp.router.route({}, task.name)["queue"].name
outcome = repr([task.name.endswith(".mail"), queue, task.rate_limit])
"""

TRIALS: Mapping[str, tuple[str, object]] = {
    "CEL717 bare names of functions": (NAMES, "[True, 'celery', None]"),
    "CEL226 no slashes": (
        BACKENDS.format(backends=["sentinel:p@h:1", "db:postgresql://u@h/d"]),
        "['ModuleNotFoundError', 'ModuleNotFoundError']",
    ),
    "CEL226 databases and caches": (
        BACKENDS.format(
            backends=["db+postgres://u@h/d", "cache+redis://h", "cache", "database", "db"]
        ),
        repr(["NoSuchModuleError", *["ImproperlyConfigured"] * 4]),
    ),
    "CEL226 databases of Redis": (
        BACKENDS.format(
            backends=["redis://h/abc", "redis://h/0/1", "rediss://h/0?ssl_cert_reqs=CERT_SOME"]
        ),
        "['ValueError', 'ValueError', 'ValueError']",
    ),
    "CEL708 tuples and lists for entries": (
        ENTRIES,
        "['ValueError', 'ValueError', [('schedule', None)], 'AttributeError']",
    ),
    "CEL716 steps beyond the range": (STEPS, "[{0}, {0}, {1}, {0, 45}]"),
    "CEL222 rates at every level": (
        RATES,
        "['KeyError', 'KeyError', 'KeyError', 'KeyError', 'read']",
    ),
    "CEL219 limits at every level": (
        LIMITS.replace("{outcome}", "seen[:3] + seen[4:]"),
        "[True, True, True, False]",
    ),
    "CEL219 limit against a setting": (
        LIMITS.replace("{outcome}", "seen[3] is (VERSION >= (5, 7))"),
        "True",
    ),
    "CEL624 expired before it is due": (EXPIRY, "('run', ['late'])"),
    "CEL334 environment outweighs all": (ENVIRONMENT, "['queues', 'redis://queues/5']"),
    "CEL715 worker without -Q": (QUEUES.format(selected=None), "['celery']"),
    "CEL715 worker with -Q": (QUEUES.format(selected="['mails', 'late']"), "['late', 'mails']"),
    "CEL715 where tasks go": (
        QUEUES.format(selected="['late']") + "\noutcome = repr(sent)",
        "['mails', 'images']",
    ),
    "CEL623 shared task without an app": (
        """
from celery import Celery, shared_task

@shared_task
def ship(order):
    pass

lonely = ship.app.connection().transport_cls, ship.app.conf.broker_url, ship.app.main
app = Celery("shop", broker="redis://redis.example.com/0")
outcome = repr([lonely, (ship.app.conf.broker_url, ship.app.main)])
""",
        "[('amqp', None, 'default'), ('redis://redis.example.com/0', 'shop')]",
    ),
}
"""Programs by the rule that they are for, each with what their `outcome` is to be."""


@pytest.fixture(scope="module", params=CELERY_VERSIONS)
def seen(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, object]:
    """Return what one Celery made of the programs."""
    return outcomes(python_of(request.param), TRIALS, tmp_path_factory.mktemp("trouble"))


@pytest.mark.parametrize("claim", TRIALS)
def test_celery_does_what_the_rules_say(seen: Mapping[str, object], claim: str) -> None:
    assert seen[claim] == wanted(TRIALS[claim][1])
