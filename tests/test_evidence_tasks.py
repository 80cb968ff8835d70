"""What the rules on tasks and schedules claim about Celery 5.6 and 5.7, shown on Celery itself."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import pytest

from tests.judged import knowledge
from tests.oracle import CELERY_VERSIONS, ask, python_of
from tests.test_evidence import Trial

START = """
import warnings
from celery import VERSION, Celery
from celery.beat import Scheduler, _evaluate_entry_args
from celery.exceptions import Retry
from celery._state import _set_task_join_will_block
from celery.result import denied_join_result
from celery.schedules import crontab
from celery.worker.consumer import Consumer

app = Celery("x", broker="memory://", backend="cache+memory://")
warnings.simplefilter("error")
WARNS = VERSION[:2] >= (5, 7)

def run(task, retries=0):
    sent = []
    task.apply_async, task.signature_from_request = None, lambda *args, **options: (
        sent.append(options.get("countdown")) or type("S", (), {"apply_async": lambda self: None})()
    )
    task.push_request(called_directly=False, is_eager=False, retries=retries, args=(), kwargs={})
    try:
        result = task.run()
    except Exception as error:
        return type(error).__name__, sent
    finally:
        task.pop_request()
    return result, sent

def in_worker(task):
    _set_task_join_will_block(True)  # as the worker does for the pool of prefork
    with denied_join_result():
        return run(task)[0]

def outcome_of(function):
    try:
        return function()
    except Exception as error:
        return type(error).__name__
"""

FAILS = """
@app.task({options})
def fails():
    raise {error}
outcome = repr({outcome})
"""

RETRIES = """
@app.task(bind=True, {options})
def retries(self):
    {body}
outcome = repr({outcome})
"""


def fails(options: str, outcome: str = "run(fails)", error: str = "OSError") -> str:
    """Return a program with a task that raises an exception."""
    return FAILS.format(options=options, error=error, outcome=outcome)


def retries(body: str, options: str = "", outcome: str = "run(retries)") -> str:
    """Return a program with a task that retries itself."""
    indented = textwrap.indent(textwrap.dedent(body).strip(), "    ").strip()
    return RETRIES.format(options=options, body=indented, outcome=outcome)


def says(expression: str) -> str:
    """Return a program that says what an expression comes to, or what it raises."""
    return f"outcome = repr(outcome_of(lambda: {expression}))"


def beat(entry: str, then: str = "None") -> str:
    """Return a program that says what a scheduler makes of an entry."""
    return says(f"[Scheduler(app, lazy=True)._maybe_entry('x', {entry}) for _ in '1'] and {then}")


OPTIONS = """
from celery import Task

known = {known!r}
outcome = repr([
    name
    for name, value in vars(Task).items()
    if name not in known and not name.startswith("_") and not callable(value)
    and not isinstance(value, (classmethod, property))
])
"""
SWALLOWED = """
try:
    raise self.retry(countdown=1)
except Exception:
    return 'done'
"""
ALWAYS = "autoretry_for=(OSError,)"
STEADY = f"{ALWAYS}, retry_jitter=False"
UNTIL_3 = "[run(retries, retries=n)[0] for n in (2, 3)]"

CHORDS = """
from celery import chord

app.conf.update(result_backend="rpc://")

@app.task
def paid(*args):
    pass

def sent(header):
    return outcome_of(lambda: chord(header, paid.s(), app=app).delay().id)

kinds = [sent(header) for header in ([paid.s(), paid.s()], [paid.s()], [])]
outcome = repr([*kinds[:2], type(kinds[2]).__name__])
"""
IN_TRANSACTION = """
import django
from django.conf import settings

databases = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
settings.configure(DATABASES=databases)
django.setup()
from django.db import transaction

@app.task
def paid():
    pass

def waiting():
    with app.connection_for_read() as connection:
        return connection.default_channel._queue_for("celery").qsize()

try:
    with transaction.atomic():
        paid.delay()
        within = waiting()
        raise KeyError
except KeyError:
    outcome = repr((within, waiting()))
"""

UNREGISTERED = """
import logging
from celery.contrib.testing.worker import start_worker

class Keep(logging.Handler):
    def emit(self, record):
        said.append(record.getMessage())

@app.task
def known():
    return "known"

said = []
warnings.simplefilter("ignore")
logging.getLogger("celery.worker.consumer.consumer").addHandler(Keep())
with start_worker(app, perform_ping_check=False):
    app.send_task("main.unknown")
    result = known.delay().get(timeout=30)
left = app.connection_for_read().channel().queue_declare("celery", passive=True).message_count
outcome = repr((result, left, [text.partition("\\n")[0] for text in said]))
"""

TRIALS: Mapping[str, tuple[str, str]] = {
    "task of no name is dropped": (
        UNREGISTERED,
        "('known', 0, [\"Received unregistered task of type 'main.unknown'.\"])",
    ),
    "unknown option is an attribute": (
        fails("max_retrys=9", "(fails.max_retrys, fails.max_retries)"),
        "(9, 3)",
    ),
    "retry raises Retry": (retries("raise self.retry(countdown=1)"), "('Retry', [1])"),
    "broad except swallows Retry": (retries(SWALLOWED), "('done', [1])"),
    "backoff rules automatic retries": (
        fails(f"{STEADY}, retry_backoff=5"),
        "('Retry', [5])",
    ),
    "retry by hand knows no backoff": (
        retries("raise self.retry()", f"{STEADY}, retry_backoff=5"),
        "('Retry', [180])",
    ),
    "pace is fixed without backoff": (
        fails(ALWAYS, "[run(fails, retries=n) for n in (0, 2)]"),
        "[('Retry', [180]), ('Retry', [180])]",
    ),
    "no jitter, no chance": (
        fails(f"{STEADY}, retry_backoff=4", "{run(fails)[1][0] for _ in range(40)}"),
        "{4}",
    ),
    "jitter is on by default": (
        fails(f"{ALWAYS}, retry_backoff=400", "len({run(fails)[1][0] for _ in range(40)}) > 1"),
        "True",
    ),
    "backoff overrides the countdown": (
        fails(f"{STEADY}, retry_backoff=4, retry_kwargs={{'countdown': 77}}"),
        "('Retry', [4])",
    ),
    "countdown counts without backoff": (
        fails(f"{ALWAYS}, retry_kwargs={{'countdown': 77}}"),
        "('Retry', [77])",
    ),
    "no limit is for ever": (
        fails(f"{ALWAYS}, max_retries=None", "run(fails, retries=1000)[0]"),
        "'Retry'",
    ),
    "three retries and no more": (
        fails(ALWAYS, "[run(fails, retries=n)[0] for n in (2, 3)]"),
        "['Retry', 'OSError']",
    ),
    "None is no limit of a retry": (
        retries("raise self.retry(exc=OSError(), max_retries=None)", "", UNTIL_3),
        "['Retry', 'OSError']",
    ),
    "programming errors are retried": (
        fails("autoretry_for=(Exception,)", "run(fails)[0]", "KeyError"),
        "'Retry'",
    ),
    "rate in minutes": (
        fails(
            "rate_limit='10/minute'", "outcome_of(lambda: Consumer.bucket_for_task(None, fails))"
        ),
        "'KeyError'",
    ),
    "rate in m": (
        fails("rate_limit='10/m'", "Consumer.bucket_for_task(None, fails).fill_rate"),
        repr(10 / 60),
    ),
    "rate in words": (
        fails("rate_limit='ten'", "outcome_of(lambda: Consumer.bucket_for_task(None, fails))"),
        "'ValueError'",
    ),
    "5.7 warns about routing": (
        fails(
            "queue='q'",
            "(outcome_of(lambda: fails.name) == 'CDeprecationWarning') == WARNS",
        ),
        "True",
    ),
    "hour without minute": (says("len(crontab(hour=7).minute)"), "60"),
    "day without hour": (says("len(crontab(day_of_week=1).hour)"), "24"),
    "line of cron": (says("crontab('0 7 * * *')"), "'ValueError'"),
    "minute 60": (says("crontab(minute=60)"), "'ValueError'"),
    "hour 24": (says("crontab(hour='24')"), "'ValueError'"),
    "Sunday is not 7": (says("crontab(day_of_week=7)"), "'ValueError'"),
    "empty field": (says("crontab(hour='')"), "'ParseException'"),
    "no such field": (says("crontab(day=1)"), "'TypeError'"),
    "float": (says("crontab(minute=0.0)"), "'TypeError'"),
    "None": (says("crontab(minute=None)"), "'TypeError'"),
    "text in a list": (says("crontab(minute=['0'])"), "'TypeError'"),
    "good entry": (beat("{'task': 't', 'schedule': 60, 'options': {'queue': 'q'}}"), "None"),
    "entry with a queue": (beat("{'task': 't', 'schedule': 60, 'queue': 'q'}"), "'TypeError'"),
    "entry with text": (beat("{'task': 't', 'schedule': '0 7 * * *'}"), "'AttributeError'"),
    "entry without schedule": (
        says("Scheduler(app, lazy=True)._maybe_entry('x', {'task': 't'}).is_due()"),
        "'AttributeError'",
    ),
    "entry of an unknown task": (beat("{'task': 'gone', 'schedule': 60}"), "None"),
    "task that nobody registered": (says("app.tasks['gone']"), "'NotRegistered'"),
    "result awaited in a worker": (
        retries("return outcome_of(app.AsyncResult('1').get)", "", "in_worker(retries)"),
        "'RuntimeError'",
    ),
    "entry does not expire by itself": (
        """
from celery.beat import ScheduleEntry

sent = []
app.send_task = lambda *args, **options: sent.append(options.get("expires"))
scheduler = Scheduler(app, lazy=True)
for options in ({}, {"expires": 9}):
    scheduler.apply_async(ScheduleEntry("x", "t", schedule=60, options=options, app=app))
outcome = repr(sent)
""",
        "[None, 9]",
    ),
    "chord on rpc": (CHORDS, "['NotImplementedError', 'NotImplementedError', 'str']"),
    "task is sent before the transaction ends": (IN_TRANSACTION, "(1, 1)"),
    "text as arguments": (says("_evaluate_entry_args('abc')"), "['a', 'b', 'c']"),
    "options are known": (OPTIONS.format(known=knowledge()[0].task_options.names), "[]"),
    "number as arguments": (says("_evaluate_entry_args(16)"), "'TypeError'"),
}
"""Programs by what they show, each with what their `outcome` is to be."""


@pytest.fixture(scope="module", params=CELERY_VERSIONS)
def outcomes(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, object]:
    """Return what one Celery made of the programs."""
    scratch = tmp_path_factory.mktemp("tasks")
    trials = [Trial(START + text, "app:main:app", ("main:outcome",)) for text, _ in TRIALS.values()]
    jobs = [trial.job(scratch / str(number)) for number, trial in enumerate(trials)]
    answers = ask(python_of(request.param), jobs).answers
    assert [answer.error for answer in answers if answer.error] == []
    return {
        name: answer.watched["main:outcome"] for name, answer in zip(TRIALS, answers, strict=True)
    }


@pytest.mark.parametrize("claim", TRIALS)
def test_celery_does_what_the_rules_say(outcomes: Mapping[str, object], claim: str) -> None:
    expected = TRIALS[claim][1]

    assert outcomes[claim] == ["str", repr(expected)]
