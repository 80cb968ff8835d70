"""A declared rule speaks where its condition is certain, and nowhere else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from celerylint.analysis.effective import literal
from celerylint.engine.fix import fix
from celerylint.engine.run import judge
from celerylint.finding import Finding
from celerylint.options.table import Options
from celerylint.rulebook.book import Rulebook, rules_folder
from celerylint.values import UNKNOWN, Value, known
from tests.judged import TARGET, in_memory, knowledge

Check = Callable[..., tuple[Finding, ...]]

HEAD = """code = "OPS001"
name = "rule"
title = "Rule"
message = "{message}"
severity = "error"
safety = "unsafe"
"""
APP = "from celery import Celery\napp = Celery('shop')\n"
REDIS = "redis://localhost/0"
CALLS = "import celery\nfrom celery import chord as c\nbroker_url = 'a'\n"
SPLIT = """import os
if os.name == 'nt':
    broker_heartbeat = 0
else:
    broker_heartbeat = None
"""


@pytest.fixture
def book(tmp_path: Path) -> Callable[[str, str], Rulebook]:
    """Return a function that makes a rulebook with one more rule."""

    def made(declared: str, message: str) -> Rulebook:
        head = HEAD.replace("{message}", message)
        tmp_path.joinpath("rule.toml").write_text(f"{head}{declared}\n", "utf-8")
        return Rulebook(rules_folder(), (tmp_path,))

    return made


@pytest.fixture
def options(tmp_path: Path) -> Options:
    """Return the options that run the rule alone."""
    return replace(TARGET, select=("OPS001",), rule_paths=(str(tmp_path),))


@pytest.fixture
def check(book: Callable[[str, str], Rulebook], options: Options) -> Check:
    """Return a function that gives what a condition finds in a configuration."""

    def found(
        when: str, text: str | Mapping[str, str], message: str = "Found", **more: object
    ) -> tuple[Finding, ...]:
        files = {"celeryconfig.py": text} if isinstance(text, str) else text
        rulebook = book(when if "[when]" in when else f"[when]\n{when}", message)
        said = replace(options, **more)  # type: ignore[arg-type] # any option
        report = judge(in_memory(files), said, rulebook, knowledge()[1])
        assert report.crashes == ()
        return report.findings

    return found


@pytest.mark.parametrize(
    ("when", "text", "found"),
    [
        # Set and unset.
        ("set = 'task_time_limit'", "task_time_limit = 1", True),
        ("set = 'task_time_limit'", "CELERYD_TASK_TIME_LIMIT = 1", True),
        ("set = 'task_time_limit'", "broker_url = 'a'", False),
        ("unset = 'task_time_limit'", "broker_url = 'a'", True),
        ("unset = 'task_time_limit'", "broker_url = 'a'\nfrom gone import *", False),
        ("unset = 'task_time_limit'", "if f(): task_time_limit = 1", False),
        ("set = 'task_time_limit'", "if f(): task_time_limit = 1", False),
        ("set = 'broker_heartbeat'", SPLIT, True),
        ("set = 'broker_heartbeat'", SPLIT.replace("else:", "elif f():"), False),
        ("set = ['task_time_limit', 'broker_url']", "task_time_limit = 1", False),
        # Effective values, defaults included.
        ("off = 'broker_heartbeat'", SPLIT, True),
        ("on = 'broker_heartbeat'", "broker_url = 'a'", True),
        ("on = 'broker_heartbeat'", "broker_heartbeat = 1\nbroker_heartbeat = 0", False),
        ("off = 'broker_heartbeat'", "broker_heartbeat = 1\nbroker_heartbeat = 0", True),
        ("off = 'broker_heartbeat'", "if f(): broker_heartbeat = 0", False),
        ("on = 'broker_heartbeat'", "if f(): broker_heartbeat = 1", True),
        ("equals = { worker_pool = 'solo' }", "worker_pool = 'so' + 'lo'", True),
        ("in = { worker_pool = ['solo', 'gevent'] }", "worker_pool = 'gevent'", True),
        ("in = { worker_pool = ['solo', 'gevent'] }", "worker_pool = f()", False),
        ("below = { result_expires = 86401 }", "broker_url = 'a'", True),
        ("above = { result_expires = 86399 }", "broker_url = 'a'", True),
        ("type = { task_time_limit = 'text' }", "task_time_limit = '1'", True),
        (
            "type = { task_time_limit = 'text' }",
            "import os\ntask_time_limit = os.environ['A']",
            True,
        ),
        ("type = { task_time_limit = 'number' }", "task_time_limit = '1'", False),
        # Words in the project.
        ("unmentioned = 'acks_late'", "task_acks_late = True", True),
        ("unmentioned = 'acks_late'", "broker_url = 'a'  # acks_late", False),
        ("unmentioned = '--queues'", {"celeryconfig.py": "", "run.sh": "w --queues=a"}, False),
        ("unmentioned = ['a', 'b']", "broker_url = 'b'", False),
        # Calls in the project.
        ("uncalled = 'celery.chord'", "broker_url = 'a'  # chord()", True),
        ("uncalled = 'celery.chord'", f"{CALLS}celery.group([])", True),
        ("uncalled = 'celery.chord'", f"{CALLS}celery.chord([])", False),
        ("uncalled = 'celery.chord'", f"{CALLS}c([])", False),
        ("uncalled = ['a.b', 'celery.chord']", f"{CALLS}c([])", False),
        # A key of a dict.
        ("set = 'broker_transport_options.a'", "broker_transport_options = {'a': f()}", True),
        ("unset = 'broker_transport_options.a'", "broker_transport_options = {'b': 1}", True),
        ("unset = 'broker_transport_options.a'", "broker_url = 'a'", True),
        ("unset = 'broker_transport_options.a'", "broker_transport_options = f()", False),
        (
            "equals = { 'broker_transport_options.a' = 1 }",
            "broker_transport_options={'a': 1}",
            True,
        ),
        # Brokers and backends.
        ("broker = 'redis'", f"broker_url = '{REDIS}'", True),
        ("broker = 'redis'", f"broker_url = ['{REDIS}', 'rediss://b']", True),
        ("broker = 'redis'", f"broker_url = '{REDIS};amqp://b'", False),
        ("not = { broker = 'redis' }", f"broker_url = '{REDIS};amqp://b'", False),
        ("not = { broker = 'redis' }", "broker_url = 'amqp://b'", True),
        ("broker = 'redis'", "broker_url = f'redis://{f()}'", True),
        ("broker = 'redis'", "broker_url = f()", False),
        ("not = { broker = 'redis' }", "broker_url = f()", False),
        ("not = { broker = 'redis' }", "task_acks_late = True", False),
        ("not = { broker = 'redis' }", "broker_url = 'magic://h'", False),
        ("not = { broker = 'redis' }", "broker_url = 'localhost'", False),
        ("not = { broker = 'redis' }", "broker_url = None", False),
        ("broker = 'redis'", f"broker_url = '{REDIS}'\nbroker_transport = 'amqp'", False),
        ("broker = 'redis'", f"broker_read_url = broker_write_url = '{REDIS}'", True),
        ("broker = 'redis'", f"broker_read_url = '{REDIS}'", False),
        ("broker = 'redis'", f"broker_url = '{REDIS}'\nbroker_read_url = 'amqp://'", False),
        ("backend = 'database'", "result_backend = 'db+postgresql://h'", True),
        ("backend = 'database'", "result_backend = 'django-db'", False),
        ("not = { backend = 'redis' }", "task_acks_late = True", False),
        # Versions, and more than one condition.
        ("celery = '>=5.6'\nset = 'broker_url'", "broker_url = 'a'", True),
        ("celery = '>5.6.0,<=5.7,==5.6'\nset = 'broker_url'", "broker_url = 'a'", False),
        ("celery = '<5.6'\nset = 'broker_url'", "broker_url = 'a'", False),
        ("any = [{ set = 'include' }, { set = 'broker_url' }]", "broker_url = 'a'", True),
        ("all = [{ set = 'include' }, { set = 'broker_url' }]", "broker_url = 'a'", False),
    ],
)
def test_condition_is_judged(check: Check, when: str, text: str, *, found: bool) -> None:
    assert bool(check(when, text)) is found


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"app.py": "from celery import Celery\napp = Celery('a', broker='amqp://h')\n"}, True),
        ({"app.py": f"{APP}app.conf.broker_url = 'amqp://h'\n"}, True),
        ({"app.py": f"{APP}def f(): app.conf.broker_url = 'amqp://h'\n"}, False),
        ({"app.py": f"{APP}app.conf.update(broker_url='amqp://h')\n"}, True),
        ({"app.py": f"{APP}app.add_defaults(dict(broker_url='amqp://h'))\n"}, True),
        (
            {
                "app.py": f"{APP}app.add_defaults(dict(broker_url='redis://h'))\n"
                "app.conf.broker_url = 'amqp://h'\n"
            },
            True,
        ),
        (
            {
                "app.py": f"{APP}app.config_from_object(dict(broker_url='redis://h'))\n"
                "app.conf.broker_url = 'amqp://h'\n"
            },
            False,
        ),
        (
            {
                "app.py": f"{APP}app.config_from_object('conf')\n",
                "conf.py": "from base import broker_url\n",
                "base.py": "broker_url = 'amqp://h'\n",
            },
            True,
        ),
        ({"app.py": f"{APP}app.conf.broker_url += 'amqp://h'\n"}, False),
        ({"settings.py": "BROKER_URL = 'amqp://h'\nCELERY_ACKS_LATE = True\n"}, False),
    ],
)
def test_setting_is_found_in_every_layer(
    check: Check, files: Mapping[str, str], *, found: bool
) -> None:
    assert bool(check("broker = 'pyamqp'", files)) is found


def test_alternatives_of_one_app_are_judged_each_by_itself(check: Check) -> None:
    files = {
        "app.py": f"{APP}import os\n"
        "if os.name == 'nt':\n    app.config_from_object('one')\n"
        "else:\n    app.config_from_object('two')\n",
        "one.py": "broker_heartbeat = 0\n",
        "two.py": "broker_heartbeat = 60\n",
    }

    (finding,) = check("off = 'broker_heartbeat'", files)

    assert finding.place.path == "one.py"


def test_rule_is_silent_where_a_release_judged_is_outside_of_its_range(check: Check) -> None:
    rule = "celery = '>=5.0'\n[when]\nset = 'broker_url'"

    assert check(rule, "broker_url = 'a'", target_version="5.6")
    assert not check(rule, "broker_url = 'a'", target_version=">=4.4,<5.7")


def test_version_is_not_certain_where_the_releases_differ(check: Check) -> None:
    when = "not = { celery = '>=5.0' }\nset = 'broker_url'"

    assert not check(when, "broker_url = 'a'", target_version=">=4.4,<5.7")
    assert check(when, "broker_url = 'a'", target_version="4.4")


@pytest.mark.parametrize(
    ("when", "message", "text", "said"),
    [
        (
            "unset = 'result_expires'",
            "{setting}: {default}",
            "broker_url = 1",
            "result_expires: 1 day",
        ),
        ("unset = 'result_expires'", "{setting}", "BROKER_URL = 1", "result_expires"),
        ("set = 'broker_url'", "{setting} is {value}", "BROKER_URL = '1'", "BROKER_URL is '1'"),
        (
            "set = 'broker_url'\nunset = 'broker_heartbeat'",
            "{setting} without {other}",
            "BROKER_URL = 'amqp://h'",
            "BROKER_URL without BROKER_HEARTBEAT",
        ),
        (
            "broker = 'redis'\nbackend = 'redis'",
            "{broker} {backend} {version} [{namespace}]",
            f"broker_url = '{REDIS}'\nresult_backend = 'rediss://'",
            "redis rediss 5.6 []",
        ),
        (
            "set = 'broker_transport_options.a'",
            "{setting} is {value}",
            "broker_transport_options = {'a': 1}",
            "a is 1",
        ),
    ],
)
def test_message_is_filled_in(check: Check, when: str, message: str, text: str, said: str) -> None:
    (finding,) = check(when, text, message=message)

    assert finding.message == said


def test_finding_without_a_setting_points_at_the_broker_the_backend_or_the_app(
    check: Check,
) -> None:
    text = f"task_acks_late = True\nbroker_url = '{REDIS}'\nresult_backend = '{REDIS}'\n"

    def at(when: str) -> int:
        (finding,) = check(when, text)
        return finding.place.span.start

    assert at("unset = 'include'\nbroker = 'redis'\nbackend = 'redis'") == text.index("broker_url")
    assert at("unset = 'include'\nbackend = 'redis'") == text.index("result_backend")
    assert at("unset = 'include'") == 0
    assert at("at = 'broker'\n[when]\nset = 'task_acks_late'") == text.index("broker_url")
    assert at("at = 'app'\n[when]\nset = 'broker_url'") == 0
    assert at("at = 'broker_url'\n[when]\nset = 'task_acks_late'") == text.index("broker_url")


def test_label_points_at_what_is_there(check: Check) -> None:
    labels = "[[label]]\nat = 'broker'\ntext = 'here'\n[[label]]\nat = 'include'\ntext = 'there'\n"
    rule = f"[when]\nset = 'task_acks_late'\n{labels}"

    (finding,) = check(rule, f"task_acks_late = True\nbroker_url = '{REDIS}'\n")

    assert [label.text for label in finding.labels] == ["here"]


SET = "[when]\nany = [{ unset = 'task_time_limit' }, { above = { task_time_limit = 60 } }]\n"


@pytest.mark.parametrize(
    ("rule", "before", "after"),
    [
        # Beside another setting, in its shape and its style.
        (SET, "broker_url = 'a'\n", "broker_url = 'a'\ntask_time_limit = 60\n"),
        (SET, "BROKER_URL = 'a'", "BROKER_URL = 'a'\nCELERYD_TASK_TIME_LIMIT = 60"),
        (
            SET,
            "broker_url = (\n  'a')  # x\n",
            "broker_url = (\n  'a')  # x\ntask_time_limit = 60\n",
        ),
        (SET, f"{APP}app.conf.broker_url = 'a'\n", "\napp.conf.task_time_limit = 60\n"),
        (SET, f"{APP}app.conf['broker_url'] = 'a'\n", "\napp.conf['task_time_limit'] = 60\n"),
        (SET, f"{APP}app.conf.update(broker_url='a')\n", "(broker_url='a', task_time_limit=60)"),
        (SET, f"{APP}app.conf.update({{'broker_url': 'a'}})\n", "'a', 'task_time_limit': 60}"),
        (SET, f"{APP}app.conf.update(\n  broker_url='a',\n)\n", "'a',\n  task_time_limit=60,\n)"),
        (SET, "from celery import Celery\napp = Celery(broker='a')", "'a', task_time_limit=60)"),
        # Of a literal, another value.
        (SET, "task_time_limit = 90\n", "task_time_limit = 60\n"),
        (SET, "task_time_limit = +90\n", "task_time_limit = 60\n"),
        ("[when]\nset = 'include'", "include = 'a'\n", 'include = ["a", \'b"\']\n'),
        # Gone.
        ("remove", "broker_url = 'a'\ninclude = ['b']\n", "broker_url = 'a'\n"),
        ("remove", "broker_url = 'a'\ninclude = ['b']", "broker_url = 'a'\n"),
        ("comment-out", "include = ['b']", "# include has no effect here\n# include = ['b']"),
        ("rename", "include = ['b']", "imports = ['b']"),
    ],
)
def test_fix_is_made(
    book: Callable[[str, str], Rulebook], options: Options, rule: str, before: str, after: str
) -> None:
    fixes = {
        SET: "set = { task_time_limit = 60 }",
        "remove": "remove = 'include'",
        "comment-out": "comment-out = 'include'",
        "rename": "rename = { include = 'imports' }",
    }
    when = rule if rule.startswith("[") else "[when]\nset = 'include'"
    fixing = fixes.get(rule, "set = { include = ['a', 'b\"'] }")
    rulebook = book(f"{when}\n[fix]\n{fixing}", "Found")
    path = "app.py" if "Celery" in before else "celeryconfig.py"
    bold = replace(options, unsafe_fixes=True)

    made = fix(in_memory({path: before}), bold, rulebook, knowledge()[1])

    text = made.changes[path].decode()
    assert after in text if path == "app.py" else text == after
    compile(text, path, "exec")


@pytest.mark.parametrize(
    ("rule", "text", "note"),
    [
        (
            SET,
            "task_time_limit = 10 * 9\n",
            "the value of `task_time_limit` is not a plain literal",
        ),
        (SET, "broker_url = a = 'a'\n", "nothing can be added beside `broker_url`"),
        (SET, "a = broker_url = 'a'\n", "`broker_url` is not all that its statement is about"),
        (SET, "broker_url, a = 'a', 'b'\n", "nothing can be added beside `broker_url`"),
        (SET, "broker_url: str = 'a'\n", "nothing can be added beside `broker_url`"),
        (SET, "a = 1; broker_url = 'a'\n", "nothing can be added beside `broker_url`"),
        (SET, "broker_url = 'a'; a = 1\n", "nothing can be added beside `broker_url`"),
        (SET, "globals()['broker_url'] = 'a'\n", "nothing can be added beside `broker_url`"),
        (SET, "if f(): broker_url = 'a'\n", None),
        (SET, "broker_url = 'a'\nif f(): task_time_limit = 90\nelse: task_time_limit = 80", None),
        ("[when]\nunset = 'include'", "broker_url = 'a'\n", None),
        ("[when]\nset = 'include'", "include = 1; a = 2\n", "`include` shares its lines"),
    ],
)
def test_fix_that_cannot_be_made_says_why(
    check: Check, rule: str, text: str, note: str | None
) -> None:
    fixing = "set = { task_time_limit = 60 }" if rule == SET else "remove = 'include'"

    found = check(f"{rule}\n[fix]\n{fixing}", text)

    assert all(finding.fix is None for finding in found)
    notes = [said for finding in found for said in finding.notes]
    assert notes == ([f"Not fixed: {note} (celeryconfig.py:1)"] if note else [])


def test_only_statement_of_a_block_is_not_removed(check: Check) -> None:
    text = f"{APP}class C:\n    include = ['a']\napp.config_from_object(C)\n"

    (finding,) = check("[when]\nset = 'include'\n[fix]\nremove = 'include'", {"app.py": text})

    assert finding.notes == ("Not fixed: `include` is all that its block has (app.py:4)",)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("120", known(120)),
        ("['json']", known(("json",))),
        ("{}", known({})),
        ("datetime.timedelta(days=1)", known(dt.timedelta(days=1))),
        ("datetime.timedelta(seconds=30)", known(dt.timedelta(seconds=30))),
        ("SomeClass", UNKNOWN),
        (None, UNKNOWN),
    ],
)
def test_default_of_the_catalogue_is_understood(text: str | None, value: Value) -> None:
    assert literal(text) == value


@pytest.mark.parametrize(
    ("setting", "added"),
    [
        ("CELERY_BROKER_URL", "CELERY_TASK_TIME_LIMIT"),
        ("broker_url", "CELERY_TASK_TIME_LIMIT"),
        ("BROKER_URL", None),
    ],
)
def test_setting_is_added_under_the_namespace(
    book: Callable[[str, str], Rulebook], options: Options, setting: str, added: str | None
) -> None:
    rulebook = book(f"{SET}\n[fix]\nset = {{ task_time_limit = 60 }}", "Found")
    files = {
        "app.py": f"{APP}app.config_from_object('conf', namespace='CELERY')\n",
        "conf.py": f"{setting} = 'a'\n",
    }

    made = fix(in_memory(files), replace(options, unsafe_fixes=True), rulebook, knowledge()[1])

    expected = {"conf.py": f"{setting} = 'a'\n{added} = 60\n".encode()} if added else {}
    assert made.changes == expected
