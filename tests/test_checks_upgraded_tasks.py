"""Tasks whose way, or whose registration, is another one from Celery 4 on."""

from __future__ import annotations

import pytest

from celerylint.options.table import Options
from tests.judged import found, judged

APP = """
from celery import Celery
from kombu import Exchange, Queue

app = Celery("shop", broker="amqp://h//")
{settings}

@app.task{options}
def remind():
    pass

"""
SENT = "remind.apply_async(routing_key='mail')"
DIRECT = (
    "Queue('a', Exchange('x')), Queue('b', Exchange('x', 'direct')), Queue('c', 'x'), Queue('d')"
)


def routed(text: str, before: str = "3.1", target: str = "4.4", **files: str) -> list[str]:
    """Return what is found about the routing of a module, and of others."""
    options = Options(select=("CEL834",), upgrading_from=before, target_version=target)
    report = judged({"app.py": text, **{f"{n}.py": t for n, t in files.items()}}, options)
    assert report.crashes == ()
    return found(report)


def module(call: str = SENT, settings: str = "", options: str = "") -> str:
    """Return a module with an app, a task and a call of it, on its eleventh line."""
    return APP.format(settings=settings, options=options) + call + "\n"


@pytest.mark.parametrize(
    "call",
    [
        SENT,
        "remind.apply_async((), {}, exchange='x')",
        "app.send_task('app.remind', routing_key='mail')",
        "remind.apply_async(routing_key='mail', countdown=3)",
    ],
)
def test_routing_alone_is_dropped(call: str) -> None:
    assert routed(module(call)) == ["12 CEL834 None"]


@pytest.mark.parametrize(
    "call",
    [
        "remind.apply_async(routing_key='mail', exchange='x')",
        "remind.apply_async(routing_key='mail', queue='mail')",
        "remind.apply_async(routing_key='mail', **given)",
        "remind.apply_async(routing_key=None)",
        "remind.apply_async(countdown=3)",
        "publish(routing_key='mail')",
        "producer.publish(routing_key='mail')",
    ],
)
def test_routing_that_chooses_a_queue_is_silent(call: str) -> None:
    assert routed(module(call)) == []


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (f"app.conf.CELERY_QUEUES = [{DIRECT}]", True),
        ("app.conf.CELERY_QUEUES = [Queue('a', Exchange('x', type='direct'))]", True),
        ("app.conf.CELERY_QUEUES = [Queue('a', Exchange('x', type='topic'))]", False),
        ("app.conf.CELERY_QUEUES = [Queue('a', Exchange('x', 'topic'))]", False),
        ("app.conf.CELERY_QUEUES = [Queue('a', unknown())]", False),
        ("app.conf.CELERY_QUEUES = [Queue('a', made_of(unknown))]", False),
        ("app.conf.CELERY_QUEUES = [own()]", False),
        ("app.conf.CELERY_QUEUES = unknown()", False),
        ("app.conf.CELERY_QUEUES = {'a': {}}", False),
        ("app.conf.CELERY_DEFAULT_EXCHANGE_TYPE = 'topic'", False),
        ("app.conf.CELERY_ROUTES = {'app.remind': {'queue': 'mail'}}", False),
        ("other = Celery('other')", False),
    ],
)
def test_only_direct_exchanges_drop_a_routing_key(settings: str, *, expected: bool) -> None:
    assert bool(routed(module(settings=settings))) is expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("(routing_key='mail')", True),
        ("(routing_key='mail', queue='mail')", False),
        ("()", False),
        ("", False),
    ],
)
def test_routing_on_a_task_is_the_same(options: str, *, expected: bool) -> None:
    assert bool(routed(module("", options=options))) is expected


def test_class_of_a_task_is_called_with_nothing() -> None:
    own = "from celery import Task\n\nclass Own(Task):\n    def run(self):\n        pass\n"
    assert routed(module(""), own=own) == []


def test_calls_in_files_that_never_say_celery_are_seen() -> None:
    sender = "from app import remind\n\nremind.apply_async(routing_key='mail')\n"

    assert routed(module(""), sender=sender) == ["3 CEL834 None"]


@pytest.mark.parametrize(("before", "target"), [("4.0", "5.6"), ("3.1-4.1", "5.6")])
def test_other_upgrades_keep_the_way_of_tasks(before: str, target: str) -> None:
    assert routed(module(), before, target) == []


# --- classes ------------------------------------------------------------------------------------


def classes(text: str, before: str = "3.1", **files: str) -> list[str]:
    """Return what is found about the classes of a module, and of others."""
    options = Options(select=("CEL835",), upgrading_from=before, target_version="5.6")
    report = judged({"tasks.py": text, **{f"{n}.py": t for n, t in files.items()}}, options)
    assert report.crashes == ()
    return [finding.message.split("`")[1] for finding in report.findings]


RUN = "    def run(self):\n        pass\n"
TASK = "from celery import Task\n\n"
SEND = f"{TASK}class Send(Task):\n{RUN}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SEND, ["Send"]),
        (f"import celery\n\nclass Send(celery.Task):\n    name = 'send'\n{RUN}", ["Send"]),
        (f"{TASK}class Base(Task):\n    abstract = True\n\nclass Send(Base):\n{RUN}", ["Send"]),
        (f"{TASK}class Base(Task):\n{RUN}\nclass Send(Base):\n    pass\n", ["Send"]),
        (f"{TASK}class Send(Task):\n    abstract = True\n{RUN}", []),
        (f"{TASK}class Send(Task):\n    rate_limit = None\n", []),
        (f"from celery.task import Task\n\nclass Send(Task):\n{RUN}", []),
        (f"from billing import Task\n\nclass Send(Task, object):\n{RUN}", []),
        (f"{TASK}if Task:\n    class Send(Task):\n        def run(self):\n            pass\n", []),
        (f"{TASK}class Send(make(Task)[0]):\n{RUN}", []),
        (f"{TASK}class Send(Send):\n{RUN}", []),
        (f"{SEND}\napp.register_task(Send())\n", []),
        (f"{SEND}\napp.tasks.register(Send)\n", []),
        (f"{SEND}\nfor each in Task.__subclasses__():\n    app.register_task(each())\n", []),
        (f"{SEND}\nclass Other:\n    pass\n\napp.register_task(Other())\n", ["Send"]),
        (f"{SEND}\n@app.task(base=Send)\ndef f():\n    pass\n", []),
        (f"{SEND}\napp.Task = Send\n", []),
        (f"{SEND}\nclass Own(Celery):\n    task_cls = Send\n", []),
        (f"{SEND}\nregister(*'x')\nprint(Send)\napp.main = Send\n", ["Send"]),
    ],
)
def test_classes_that_celery_4_leaves_out(text: str, expected: list[str]) -> None:
    assert classes(text) == expected


def test_base_class_of_another_module_is_followed() -> None:
    base = f"{TASK}class Base(Task):\n    abstract = True\n{RUN}"

    assert classes(
        "import celery\nfrom base import Base\n\nclass Send(Base):\n    pass\n", base=base
    ) == ["Send"]


def test_classes_stay_as_they_are_within_celery_4() -> None:
    assert classes(SEND, "4.1") == []
