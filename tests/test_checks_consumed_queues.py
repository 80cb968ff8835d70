"""When it is said that no worker consumes a queue, and when it is not."""

from __future__ import annotations

import pytest

from celerylint.options.table import Options
from tests.judged import judged, line

APP = """from celery import Celery

app = Celery("shop", broker="redis://h/0")
app.conf.update({settings})


@app.task({options})
def mail(to): ...
"""
OPTIONS = Options(select=("CEL715",), target_version="5.6")
ROUTES = 'task_routes={"shop.mail": "mails"}'
DECLARED = 'task_queues=[Queue("mails"), Queue("images")]'
WORKER = "celery -A shop worker"


def said(command: str, settings: str = "", options: str = "", **more: str) -> list[str]:
    """Return what is said of an app and a Procfile: the line and the message."""
    app = APP.format(settings=settings, options=options)
    app = app.replace("import Celery\n", "import Celery\nfrom kombu import Queue\n", 1)
    files = {"shop.py": app, "Procfile": f"worker: {command}\n", **more}
    report = judged(files, OPTIONS)
    return [f"{line(report, each)} {each.message}" for each in report.findings]


@pytest.mark.parametrize(
    ("command", "settings", "options", "message"),
    [
        (WORKER, ROUTES, "", "5 No worker command consumes queue `mails`: `task_routes` sends"),
        (f"{WORKER} -Q late", ROUTES, "", "5 No worker command consumes queue `mails`"),
        (f"{WORKER} -l $LEVEL -B", ROUTES, "", "5 No worker command consumes queue `mails`"),
        (WORKER, "", 'queue="mails"', "8 No worker command consumes queue `mails`: task `mail`"),
        (f"{WORKER} -Qlate", "", "", "8 No worker command consumes queue `celery`: task `mail`"),
        (
            f"{WORKER} --queues=late",
            'task_default_queue="usual", task_routes={"shop.other": "late"}',
            "",
            "8 No worker command consumes queue `usual`: task `mail` has no route",
        ),
        (
            f"{WORKER} --queues late",
            'task_routes={"billing.*": "late"}',
            'name="shop.mail"',
            "8 No worker command consumes queue `celery`: task `mail` has no route",
        ),
        (
            WORKER,
            'task_routes={"shop.mail": "a", "shop.post": {"queue": "b"}}',
            "",
            "5 No worker command consumes queues `a`, `b`: `task_routes` sends tasks there",
        ),
        ("celeryd -l info", ROUTES, "", "5 No worker command consumes queue `mails`"),
    ],
)
def test_queue_is_found(command: str, settings: str, options: str, message: str) -> None:
    (finding,) = said(command, settings, options)

    assert finding.startswith(message)


def test_queue_of_a_call_is_found() -> None:
    call = "from shop import app, mail\n\nmail.apply_async(queue='post')\napp.send_task(queue=X)\n"

    assert said(WORKER, **{"post.py": call}) == [
        "3 No worker command consumes queue `post`: this `apply_async` sends there"
    ]


def test_queues_of_some_workers_are_those_declared() -> None:
    files = {"late.sh": f"{WORKER} -Q late\n"}

    assert said(WORKER, f"{DECLARED}, {ROUTES}", **files) == []
    assert len(said(WORKER, f'{DECLARED}, task_routes={{"shop.mail": "post"}}', **files)) == 1


def test_near_name_is_proposed() -> None:
    files = {"shop.py": APP.format(settings=ROUTES, options=""), "Procfile": f"w: {WORKER} -Q mail"}
    (finding,) = judged(files, OPTIONS).findings

    assert finding.help.endswith("; did you mean `mail`")


@pytest.mark.parametrize(
    ("command", "settings", "options"),
    [
        (f"{WORKER} -Q mails", ROUTES, ""),
        (f"{WORKER} -Q $QUEUES", ROUTES, ""),
        (f"{WORKER} -Q {{{{ queues }}}}", ROUTES, ""),
        (f"{WORKER} $OPTIONS", ROUTES, ""),
        (f"{WORKER} -X mails", ROUTES, ""),
        ("celery -A shop beat", ROUTES, ""),
        ("celery -A worker beat", ROUTES, ""),
        ("celery", ROUTES, ""),
        ("celery multi start w1 -A shop", ROUTES, ""),
        (WORKER, f"{DECLARED}, {ROUTES}", ""),
        (f"{WORKER} -Q late", "task_routes=route", ""),
        (f"{WORKER} -Q late", 'task_routes={"shop.*": "late"}', ""),
        (f"{WORKER} -Q late", 'task_routes={"shop.mail": "late"}', ""),
        (f"{WORKER} -Q late", 'task_routes={"shop.mail": "late"}', "name=NAME"),
        (f"{WORKER} -Q late", 'task_routes={re.compile("x"): "late"}', ""),
        (f"{WORKER} -Q late", 'task_default_queue="late"', "queue=QUEUE"),
        (f"{WORKER} -Q late", "", "**OPTIONS"),
        (WORKER, "task_default_queue=NAME, " + ROUTES, ""),
    ],
)
def test_nothing_is_said(command: str, settings: str, options: str) -> None:
    assert said(command, settings, options) == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("start.py", "app.worker_main(['worker', '-Q', 'mails'])\n"),
        ("start.py", "subprocess.run(['celery', 'worker', '--queues', 'mails'])\n"),
        ("more.py", "import celery\napp.control.add_consumer('mails')\n"),
        ("other.py", "from celery import Celery\nother = Celery('other', broker='redis://h/1')\n"),
        ("celery.conf", "CELERYD_OPTS='-c 3'\n"),
    ],
)
def test_other_ways_to_consume_are_not_excluded(path: str, text: str) -> None:
    assert said(WORKER, ROUTES, **{path: text}) == []
