"""Crontabs and entries of a schedule are judged as Celery reads them."""

from __future__ import annotations

import pytest

from celerylint.catalogue.crontabs import FIELDS
from celerylint.options.table import Options
from tests.judged import found, judged, line

HEAD = "from celery.schedules import crontab\n"
OPTIONS = Options(select=("CEL706", "CEL707", "CEL708", "CEL709"), target_version="5.6")


def lines(text: str) -> list[str]:
    """Return what is found in a configuration behind its head."""
    report = judged({"celeryconfig.py": HEAD + text}, OPTIONS)
    assert report.crashes == ()
    return [each.removesuffix(" None") for each in found(report)]


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("crontab(hour=7)", ["2 CEL706"]),
        ("crontab(hour='*/2')", ["2 CEL706"]),
        ("crontab(day_of_week='mon')", ["2 CEL706"]),
        ("crontab()", []),
        ("crontab(hour='*')", []),
        ("crontab(hour=f())", []),
        ("crontab(hour='7', minute='*')", []),
        ("crontab(0, hour='7')", []),
        ("crontab(hour=7, **options)", []),
        ("crontab(minute=0)", []),
        ("other.crontab(hour=7)", []),
        ("crontab('0 7 * * *')", ["2 CEL707"]),
        ("crontab(minute=60)", ["2 CEL707"]),
        ("crontab(minute=[0, 60])", ["2 CEL707"]),
        ("crontab(minute=['0'])", ["2 CEL707"]),
        ("crontab(minute=[0, f()])", []),
        ("crontab(minute=None)", ["2 CEL707"]),
        ("crontab(minute=0.5)", ["2 CEL707"]),
        ("crontab(minute=True)", []),
        ("crontab(minute={})", []),
        ("crontab(minute=range(3))", []),
        ("crontab(day=1)", ["2 CEL707"]),
        ("crontab(0, 7, 7)", ["2 CEL707"]),
        ("crontab(0, 0, 0, 1, 1, f)", []),
        ("crontab(*args, hour=99)", []),
        ("crontab(0, nowfun=f)", []),
    ],
)
def test_crontab_is_read_as_celery_does(call: str, expected: list[str]) -> None:
    assert lines(f"every = {call}") == expected


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("*", True),
        ("*/15", True),
        ("1,13,30-45,50-59/2", True),
        ("mon-fri", True),
        ("Monday", True),
        ("55-5", True),
        ("", False),
        ("1,", False),
        ("-1", False),
        ("60", False),
        ("50-60", False),
        ("*/", False),
        ("*/x", False),
        ("*/0", False),
        ("1-5/", False),
        ("noon", False),
    ],
)
def test_text_of_a_field_is_read_as_celery_does(text: str, *, reads: bool) -> None:
    assert FIELDS["minute"].reads(text) == reads


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("{'task': 't', 'schedule': 60}", []),
        ("{'task': 't', 'schedule': crontab(0)}", []),
        ("{'task': 't', 'schedule': 60, 'queue': 'q'}", ["2 CEL708"]),
        ("{'task': 't', 'schedule': '60'}", ["2 CEL708"]),
        ("{'task': 't', 'schedule': {}}", ["2 CEL708"]),
        ("{'task': 't', 'schedule': f()}", []),
        ("{'schedule': 60}", ["2 CEL708"]),
        ("{'task': 't'}", ["2 CEL708"]),
        ("{'task': 't', **more}", []),
        ("f()", []),
        ("{'task': 't', 'schedule': 60, 'args': (16)}", ["2 CEL709"]),
        ("{'task': 't', 'schedule': 60, 'args': ('ab')}", ["2 CEL709"]),
        ("{'task': 't', 'schedule': 60, 'args': str(f())}", ["2 CEL709"]),
        ("{'task': 't', 'schedule': 60, 'args': 'a'}", []),
        ("{'task': 't', 'schedule': 60, 'args': ''}", []),
        ("{'task': 't', 'schedule': 60, 'args': None}", []),
        ("{'task': 't', 'schedule': 60, 'args': (16,)}", []),
        ("{'task': 't', 'schedule': 60, 'args': f()}", []),
    ],
)
def test_entry_is_read_as_beat_does(entry: str, expected: list[str]) -> None:
    assert lines(f"beat_schedule = {{'x': {entry}}}") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["3 CEL708"]),
        ("beat_scheduler = 'celery.beat:PersistentScheduler'", ["3 CEL708"]),
        ("beat_scheduler = 'other:Scheduler'", []),
        ("beat_scheduler = f()", []),
        ("import redbeat; redbeat", []),
        ("from celery.beat import Scheduler", []),
        ("x = ['django_celery_beat']", []),
        ("from gone import *", []),
    ],
)
def test_other_schedulers_may_know_more_keys(text: str, expected: list[str]) -> None:
    entry = "{'task': 't', 'schedule': 60, 'queue': 'q'}"

    assert lines(f"{text}\nbeat_schedule = {{'x': {entry}}}") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("S = {'x': {'task': 't'}}\nbeat_schedule = S", ["2 CEL708"]),
        ("E = {'task': 't'}\nbeat_schedule = {'x': E}", ["3 CEL708"]),
        ("S = {}\nS = {'x': {'task': 't'}}\nbeat_schedule = S", []),
        ("beat_schedule = gone", []),
        ("beat_schedule = dict()", []),
    ],
)
def test_schedule_may_be_bound_to_a_name(text: str, expected: list[str]) -> None:
    assert lines(text) == expected


@pytest.mark.parametrize(
    ("task", "module", "expected"),
    [
        ("shop.tasks.pay", "def paid(): pass", ["1 CEL710"]),
        ("shop.tasks.pay", "def pay(): pass", []),
        ("shop.tasks.pay", "from elsewhere import *", []),
        ("shop.tasks.pay", "globals().update(f())", []),
        ("shop.tasks.pay", "@app.task(name='shop.tasks.pay')\ndef paid(): pass", []),
        ("other.tasks.pay", "", []),
        ("tasks.pay", "", []),
        ("pay", "", []),
    ],
)
def test_entry_for_a_task_that_is_nowhere_is_found(
    task: str, module: str, expected: list[str]
) -> None:
    files = {
        "celeryconfig.py": f"beat_schedule = {{'x': {{'task': '{task}', 'schedule': 60}}}}\n",
        "shop/__init__.py": "",
        "shop/tasks.py": module,
    }
    report = judged(files, Options(select=("CEL710",)))

    assert [each.removesuffix(" None") for each in found(report)] == expected


def test_entry_without_a_known_task_is_left_alone() -> None:
    text = "beat_schedule = {'x': {'task': f()}, 'y': {'schedule': 60}}\n"

    assert judged({"celeryconfig.py": text}, Options(select=("CEL710",))).findings == ()


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("{'task': 't', 'schedule': 60}", ["3 CEL711"]),
        ("{'task': 't', 'schedule': timedelta(minutes=15), 'options': {}}", ["3 CEL711"]),
        ("{'task': 't', 'schedule': 60, 'options': {'expires': 50}}", []),
        ("{'task': 't', 'schedule': 60, 'options': f()}", []),
        ("{'task': 't', 'schedule': 60, **more}", []),
        ("{'task': 't', 'schedule': 901}", []),
        ("{'task': 't', 'schedule': 0}", []),
        ("{'task': 't', 'schedule': crontab()}", []),
        ("{'task': 't'}", []),
        ("{'task': f(), 'schedule': 60}", []),
        ("{'task': 'shop.tasks.poll', 'schedule': 60}", []),
    ],
)
def test_entry_that_is_often_due_is_to_expire(entry: str, expected: list[str]) -> None:
    files = {
        "celeryconfig.py": "from datetime import timedelta\nfrom celery.schedules import crontab\n"
        f"beat_schedule = {{'x': {entry}}}\n",
        "tasks.py": "from celery import shared_task\n@shared_task(expires=9)\ndef poll(): pass\n",
    }
    report = judged(files, Options(select=("CEL711",)))

    assert [each.removesuffix(" None") for each in found(report)] == expected


@pytest.mark.parametrize(
    ("scheduler", "apps", "count"),
    [
        ("'django_celery_beat.schedulers:DatabaseScheduler'", "['shop']", 1),
        ("'django'", "['shop']", 1),
        ("'django'", "['shop', 'django_celery_beat']", 0),
        ("'django'", "f()", 0),
        ("'django'", "['own.Beat']  # made of django_celery_beat.apps", 0),
        ("'shop:Scheduler'", "['shop']", 0),
        ("f()", "['shop']", 0),
    ],
)
def test_app_of_the_scheduler_is_missed_where_all_apps_are_known(
    scheduler: str, apps: str, count: int
) -> None:
    files = {
        "manage.py": "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'settings'\n",
        "settings.py": f"INSTALLED_APPS = {apps}\nCELERY_BEAT_SCHEDULER = {scheduler}\n",
        "app.py": "from celery import Celery\napp = Celery('x')\n"
        "app.config_from_object('django.conf:settings', namespace='CELERY')\n",
    }

    assert len(judged(files, Options(select=("CEL713",))).findings) == count


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "beat_schedule = {'a': {'task': 't', 'schedule': 3}},",
            "2 A tuple stands for a dict: take",
        ),
        ("beat_schedule = [{'a': {'task': 't', 'schedule': 3}}]", "2 A list stands for a dict"),
        ("beat_schedule = {'a': [{'task': 't'}]}", "2 A list stands for a dict"),
        ("beat_schedule = {}\nbeat_schedule['a'] = {'task': 't'},", "3 A tuple stands for a dict"),
    ],
)
def test_comma_behind_an_entry_is_found(text: str, expected: str) -> None:
    report = judged({"celeryconfig.py": f"broker_url = 'redis://h'\n{text}\n"}, OPTIONS)

    (finding,) = report.findings
    reason = finding.message.partition("entry: ")[2]
    assert f"{line(report, finding)} {reason}".startswith(expected)


@pytest.mark.parametrize(
    "text",
    [
        "beat_schedule = {}\nbeat_schedule['a'] = {'task': 't', 'schedule': 3}",
        "beat_schedule = {}\nOTHERS['a'] = {'task': 't'},",
        "beat_schedule = {}\nbeat_schedule.copy()['a'] = {'task': 't'},",
        "beat_schedule = {**OTHERS}",
    ],
)
def test_other_entries_are_left_alone(text: str) -> None:
    assert lines(f"{text}\n") == []


@pytest.mark.parametrize(
    ("arguments", "messages"),
    [
        ("minute='*/120'", ["`*/120` as `minute` matches 0 alone"]),
        ("0, '*/36'", ["`*/36` as `hour` matches 0 alone"]),
        ("0, 0, day_of_month='*/32'", ["`*/32` as `day_of_month` matches 1 alone"]),
        ("minute='*/60'", []),
        ("minute='*/45'", []),
        ("minute=STEP", []),
        ("0, 0, month_of_year='*/12'", []),
    ],
)
def test_steps_beyond_their_field(arguments: str, messages: list[str]) -> None:
    text = f"from celery.schedules import crontab\n\nx = crontab({arguments})\n"
    report = judged({"a.py": text}, Options(select=("CEL716",), target_version="5.6"))

    assert [finding.message for finding in report.findings] == messages
