"""Tasks are read with their options and retries, and judged by what is certain of them."""

from __future__ import annotations

import pytest

from celerylint.options.table import Options
from tests.judged import found, judged

RETRIES = "CEL609", "CEL610", "CEL611", "CEL612", "CEL613", "CEL614", "CEL615", "CEL616"
HEAD = "from celery import Celery, Task, shared_task, current_task\napp = Celery('x')\n"


def codes(text: str, *selected: str, target: str = "5.6", head: str = HEAD) -> list[str]:
    """Return what is found in a module of tasks: lines behind the head, with codes."""
    report = judged({"tasks.py": head + text}, Options(select=selected, target_version=target))
    assert report.crashes == ()
    lines = head.count("\n")
    return [
        f"{int(number) - lines} {code}"
        for number, code, _ in (each.split(" ", 2) for each in found(report))
    ]


def body(text: str, options: str = "bind=True") -> str:
    """Return a task with a body of one statement, or several that begin lines of their own."""
    inner = text.replace("\n", "\n    ")
    return f"@app.task({options})\ndef f(self):\n    {inner}\n"


TRY = "try:\n    raise self.retry()\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{TRY}except Exception:\n    pass", ["4 CEL610"]),
        (f"{TRY}except:\n    pass", ["4 CEL610"]),
        (f"{TRY}except (ValueError, BaseException) as e:\n    log(e)", ["4 CEL610"]),
        (f"{TRY}except ValueError:\n    pass\nexcept Exception:\n    pass", ["4 CEL610"]),
        (f"{TRY}except ValueError:\n    pass", []),
        (f"{TRY}except Retry:\n    raise\nexcept Exception:\n    pass", []),
        (f"{TRY}except ERRORS:\n    raise\nexcept Exception:\n    pass", []),
        (f"{TRY}except errors():\n    raise\nexcept Exception:\n    pass", []),
        (f"{TRY}except Exception:\n    if f():\n        raise", []),
        (f"{TRY}except Exception as e:\n    self.retry(exc=e)", []),
        (f"{TRY}except Exception:\n    def g():\n        raise ValueError", ["4 CEL610"]),
        ("try:\n    self.retry(throw=False)\nexcept Exception:\n    pass", []),
        ("try:\n    f()\nexcept Exception:\n    self.retry()", []),
        ("try:\n    f()\nexcept ValueError:\n    pass\nelse:\n    self.retry()", []),
        (
            (
                "try:\n    try:\n        self.retry()\n    except ValueError:\n        pass\n"
                "except Exception:\n    pass"
            ),
            ["5 CEL610"],
        ),
        (
            (
                "try:\n    try:\n        f()\n    except Exception:\n        self.retry()\n"
                "except Exception:\n    pass"
            ),
            ["7 CEL610"],
        ),
    ],
)
def test_swallowed_retry_is_found(text: str, expected: list[str]) -> None:
    assert codes(body(text), "CEL610") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@shared_task(bind=True)\ndef f(task):\n    task.retry(max_retries=None)", ["3 CEL615"]),
        ("@shared_task\ndef f():\n    f.retry(max_retries=None)", ["3 CEL615"]),
        ("@app.task()\ndef f():\n    current_task.retry(max_retries=None)", ["3 CEL615"]),
        ("@app.task()\ndef f():\n    other.retry(max_retries=None)", []),
        ("@app.task()\ndef f(self):\n    self.retry(max_retries=None)", []),
        ("@app.task()\ndef f():\n    pass\nf.retry(max_retries=None)", []),
        ("@app.task(bind=True, base=B)\ndef f(t):\n    t.retry(max_retries=None)", []),
        ("@app.task(bind=True, **o)\ndef f(t):\n    t.retry(max_retries=None)", []),
        ("@g.task(bind=True)\ndef f(t):\n    t.retry(max_retries=None)", []),
        ("@app.task.x(bind=True)\ndef f(t):\n    t.retry(max_retries=None)", []),
        ("class T(Task):\n    def run(self):\n        self.retry(max_retries=None)", ["3 CEL615"]),
        (
            (
                "class T(Task):\n    max_retries = 5\n    x: int\n    def run(self):\n"
                "        self.retry(max_retries=None)"
            ),
            ["5 CEL615"],
        ),
        (
            (
                "class T(Task):\n    max_retries = None\n    def run(self):\n"
                "        self.retry(max_retries=None)"
            ),
            [],
        ),
        ("class T(Other):\n    def run(self):\n        self.retry(max_retries=None)", []),
        ("class T(Task):\n    def go(self):\n        self.retry(max_retries=None)", []),
        (body("self.retry(max_retries=None)", "bind=True, max_retries=g()"), []),
        (body("self.retry(max_retries=9)"), []),
        ("app.Task = C\n" + body("self.retry(max_retries=None)"), []),
        ("class A(Celery):\n    task_cls = 'x'\n" + body("self.retry(max_retries=None)"), []),
        ("b = Celery(task_cls='x')\n" + body("self.retry(max_retries=None)"), []),
    ],
)
def test_tasks_and_their_retries_are_read(text: str, expected: list[str]) -> None:
    assert codes(text, "CEL615") == expected


AUTO = "autoretry_for=(OSError,)"


@pytest.mark.parametrize(
    ("options", "text", "expected"),
    [
        (f"{AUTO}, retry_backoff=True", "self.retry()", ["3 CEL609"]),
        (f"{AUTO}, retry_backoff=True", "self.retry(countdown=3)", []),
        (f"{AUTO}, retry_backoff=True", "self.retry(**options)", []),
        (f"{AUTO}, retry_backoff=True, default_retry_delay=3", "self.retry()", []),
        (f"{AUTO}, retry_backoff=f()", "self.retry()", []),
        (f"{AUTO}, retry_backoff=True, base=B", "self.retry()", []),
        ("retry_backoff=True", "self.retry()", []),
        (AUTO, "pass", ["1 CEL611"]),
        (f"{AUTO}, base=B", "pass", []),
        (f"{AUTO}, **options", "pass", []),
        (f"{AUTO}, retry_backoff=True, retry_jitter=False", "pass", ["1 CEL612"]),
        ("retry_backoff=True, retry_jitter=False", "pass", []),
        (f"{AUTO}, retry_backoff=1, retry_kwargs=dict(countdown=3)", "pass", ["1 CEL613"]),
        (f"{AUTO}, retry_backoff=0, retry_kwargs=dict(countdown=3)", "pass", []),
        (f"{AUTO}, retry_backoff=1, retry_kwargs=f()", "pass", []),
        (f"{AUTO}, retry_backoff=1, retry_kwargs=None", "pass", []),
        (f"{AUTO}, retry_backoff=1, retry_kwargs={{}}", "pass", []),
        (f"{AUTO}, retry_backoff=1, max_retries=None", "pass", ["1 CEL614"]),
        ("max_retries=None", "self.retry()", ["1 CEL614"]),
        ("max_retries=None", "pass", []),
        ("autoretry_for=[Exception, OSError], retry_backoff=1", "pass", ["1 CEL616"]),
        ("autoretry_for=(Exception,), retry_backoff=1, dont_autoretry_for=(KeyError,)", "", []),
        ("autoretry_for=ERRORS, retry_backoff=1", "pass", []),
    ],
)
def test_options_of_retries_are_judged(options: str, text: str, expected: list[str]) -> None:
    assert codes(body(text or "pass", f"bind=True, {options}"), *RETRIES) == expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("max_retrys=3", ["1 CEL608"]),
        ("ignore_results=True", ["1 CEL608"]),
        ("retries=3", ["1 CEL608"]),
        ("max_retries=3", []),
        ("my_own=3", []),
        ("max_retrys=3, base=Other", []),
        ("is_read_below=3", []),
        ("time_limits=3", []),
    ],
)
def test_option_near_to_a_real_one_is_found(options: str, expected: list[str]) -> None:
    text = body("return self.time_limits", options)

    assert codes(text, "CEL608") == expected


def test_attributes_of_a_class_are_its_own_business() -> None:
    text = "class T(Task):\n    max_retrys = 3\n    def run(self): pass\n"

    assert codes(text, "CEL608") == []


@pytest.mark.parametrize(
    ("rate", "expected"),
    [
        ("'10/minute'", ["1 CEL222"]),
        ("'ten/m'", ["1 CEL222"]),
        ("'10/d'", ["1 CEL222"]),
        ("'10/m'", []),
        ("'0.5'", []),
        ("''", []),
        ("10", []),
        ("None", []),
        ("f()", []),
        ("str(f())", []),
        ("f'{x}/minute'", []),
    ],
)
def test_rate_that_cannot_be_read_is_found(rate: str, expected: list[str]) -> None:
    assert codes(body("pass", f"rate_limit={rate}"), "CEL222") == expected


@pytest.mark.parametrize(("target", "expected"), [("5.7", ["1 CEL618"]), ("5.6", [])])
def test_routing_is_found_where_celery_warns(target: str, expected: list[str]) -> None:
    assert codes(body("pass", "queue='q', name='n'"), "CEL618", target=target) == expected


def test_label_points_at_what_catches_the_retry() -> None:
    text = HEAD + body(f"{TRY}except Exception:\n    pass")

    (finding,) = judged({"tasks.py": text}, Options(select=("CEL610",))).findings

    assert [label.text for label in finding.labels] == ["caught here"]


WAITING = "@app.task\ndef g(): pass\n@app.task\ndef f(x=1):\n    "


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("g.delay().get()", ["5 CEL619"]),
        ("g.apply_async((1,)).get(timeout=3)", ["5 CEL619"]),
        ("r = g.delay()\n    r.get()", ["6 CEL619"]),
        ("app.send_task('x').get()", ["5 CEL619"]),
        ("group(g.s()).delay().get()", ["5 CEL619"]),
        ("group(g.s())().join()", ["5 CEL619"]),
        ("g.delay().get(disable_sync_subtasks=False)", []),
        ("with allow_join_result():\n        g.delay().get()", []),
        ("g.s().get()", []),
        ("other.delay().get()", []),
        ("r = g.delay()\n    r = x\n    r.get()", []),
        ("r = x\n    r.get()", []),
        ("x[0].get()", []),
        ("x.get()", []),
        ("g().get()", []),
        ("x()().get()", []),
        ("get()", []),
        ("x().forget()", []),
        ("def h():\n        g.delay().get()", []),
    ],
)
def test_task_that_waits_for_another_is_found(text: str, expected: list[str]) -> None:
    head = HEAD + "from celery import group\n"

    assert codes(WAITING + text, "CEL619", head=head) == expected


def test_task_may_wait_for_another_before_4_0() -> None:
    assert codes(WAITING + "g.delay().get()", "CEL619", target="3.1") == []


SENDING = "from django.db import transaction\n@app.task\ndef g(): pass\n"
ATOMIC = "def f(x):\n    with transaction.atomic():\n        "


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{ATOMIC}g.delay()", ["6 CEL620"]),
        (f"{ATOMIC}g.apply_async((1,), queue='q')", ["6 CEL620"]),
        (f"{ATOMIC}if x:\n            g.delay(**x)", ["7 CEL620"]),
        ("@transaction.atomic\ndef f(x):\n    g.delay()", ["6 CEL620"]),
        ("@transaction.atomic(using='x')\ndef f(x):\n    g.delay()", ["6 CEL620"]),
        (f"{ATOMIC}pass\n    g.delay()", []),
        (f"{ATOMIC}g.apply_async((1,), countdown=9)", []),
        (f"{ATOMIC}g.apply_async(**x)", []),
        (f"{ATOMIC}g.delay_on_commit()", []),
        (f"{ATOMIC}transaction.on_commit(lambda: g.delay())", []),
        (f"{ATOMIC}transaction.on_commit(g.delay)", []),
        (f"{ATOMIC}other.delay()", []),
        (f"{ATOMIC}g.s().delay()", []),
        ("def f(x):\n    with x.atomic(), x():\n        g.delay()", []),
        ("def f(x):\n    with x[0]():\n        g.delay()", []),
        ("@x\ndef f(x):\n    g.delay()", []),
        ("g.delay()", []),
        ("transaction.atomic()\ng.delay()", []),
    ],
)
def test_task_that_is_sent_in_a_transaction_is_found(text: str, expected: list[str]) -> None:
    assert codes(SENDING + text, "CEL620") == expected


@pytest.mark.parametrize(
    ("settings", "call", "expected"),
    [
        ("", "chord([g.s()])(g.s())", ["2 CEL406"]),
        ("", "chord(x, g.s()).delay()", ["2 CEL406"]),
        ("", "chord([])(g.s())", []),
        ("", "chord()", []),
        ("", "other(x)", []),
        ("", "x[0](x)", []),
        ("task_always_eager=True", "chord(x, g.s())", []),
        ("task_always_eager=f()", "chord(x, g.s())", []),
        ("result_backend='redis://h'", "chord(x, g.s())", []),
        ("result_backend=f()", "chord(x, g.s())", []),
    ],
)
def test_chord_without_a_backend_for_it_is_found(
    settings: str, call: str, expected: list[str]
) -> None:
    head = (
        "from celery import Celery, chord\napp = Celery('x')\n"
        f"app.conf.update(dict(result_backend='rpc://', {settings}))\n"
    )
    if "result_backend" in settings:
        head = head.replace("result_backend='rpc://', ", "")

    assert codes(f"@app.task\ndef g(): {call}\n", "CEL406", head=head) == expected


def test_chord_of_one_of_several_apps_is_left_alone() -> None:
    head = "from celery import Celery, chord\napp = Celery('x', backend='rpc://')\n"

    assert codes("other = Celery('y')\nchord(x, y)\n", "CEL406", head=head) == []


REDIS = "broker_url='redis://h'"
VISIBLE = "broker_transport_options={'visibility_timeout'"
SQS = "broker_url='sqs://'"


@pytest.mark.parametrize(
    ("settings", "call", "expected"),
    [
        (REDIS, "f.apply_async(queue='q', countdown=3601)", ["6 CEL318"]),
        (REDIS, "f.apply_async(countdown=60 * 60 * 24)", ["6 CEL318"]),
        (REDIS, "f.apply_async(eta=now() + timedelta(days=1))", ["6 CEL318"]),
        (REDIS, "self.retry(countdown=7200)", ["6 CEL318"]),
        (SQS, "f.apply_async(countdown=1801)", ["6 CEL318"]),
        (f"{REDIS}, {VISIBLE}: 9}}", "f.apply_async(countdown=10)", ["6 CEL318"]),
        (f"{REDIS}, {VISIBLE}: 9999}}", "f.apply_async(countdown=3601)", []),
        (f"{REDIS}, {VISIBLE}: x}}", "f.apply_async(countdown=3601)", []),
        (f"{SQS}, {VISIBLE}: 9, 'predefined_queues': x}}", "f.apply_async(countdown=10)", []),
        (REDIS, "f.apply_async(countdown=3600)", []),
        (REDIS, "f.apply_async(countdown=x)", []),
        (REDIS, "f.apply_async(eta=x)", []),
        (REDIS, "f.apply_async(eta=+x)", []),
        (REDIS, "f.apply_async(eta=x - timedelta(days=1))", []),
        (REDIS, "f.apply_async(eta=x + timedelta(days=1))", []),
        (REDIS, "f.apply_async(eta=x() + timedelta(days=1))", []),
        (REDIS, "other.apply_async(countdown=3601)", []),
        (REDIS, "other(countdown=3601)", []),
        ("broker_url='redis://h?x=1'", "f.apply_async(countdown=3601)", []),
        ("broker_url='amqp://h'", "f.apply_async(countdown=3601)", []),
        ("broker_url=x", "f.apply_async(countdown=3601)", []),
    ],
)
def test_delay_that_the_broker_does_not_wait_for_is_found(
    settings: str, call: str, expected: list[str]
) -> None:
    head = "from datetime import timedelta\n" + HEAD
    text = f"app.conf.update(dict({settings}))\n@app.task(bind=True)\ndef f(self):\n    pass\n"

    assert codes(f"{text}\n    {call}\n", "CEL318", head=head) == expected
