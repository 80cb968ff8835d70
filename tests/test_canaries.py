"""No secret of a project reaches an output, wherever it stands and whatever is asked for."""

from __future__ import annotations

import itertools
import json
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from celerylint.cli import main
from celerylint.options.table import PLAN_FORMATS, OutputFormat
from celerylint.rulebook.book import Rule
from celerylint.text.hiding import Hidden
from celerylint.text.masking import MASK, Known, hidden_texts, mask, masked_slice, secrets
from tests.judged import knowledge
from tests.oracle import python_of

MARK = "~"
"""Stands in these files where each run has a secret of its own."""

CANARY = re.compile(r"hUnter\d{3}x", re.IGNORECASE)

SETTINGS = """\
import os, ssl
from celery.schedules import crontab
from kombu import Exchange, Queue
from .keys import PASSWORD, TOKEN, broker_password as pw

BROKER_URL = "redis://:~@h:6379/0;redis://u:~@h2/1"
BROKER_READ_URL = ["amqp://u:~@a//", "amqp://u:~@b//"]
BROKER_WRITE_URL = os.environ.get("BROKER", "redis://:~@h/0")
BROKER_FAILOVER = os.getenv("BROKER") or "redis:/:~@h/0"
CELERY_BROKER_URL = f"amqp://{os.environ['USER']}:~@{os.environ['HOST']}//"
BROKER_PASSWORD = "~"  # before: amqp://u:~@h
BROKER_PASWORD = "~"
BROKER_HOST = "u:~@h"
BROKER_USER = "guest"
BROKER_LOGIN = ("guest", "~")
BROKER_LOGIN_METHOD = "redis://:~@h"
BROKER_HEARTBEAT = "amqp://u:~@h"
BROKER_POOL_LIMIT = TOKEN
BROKER_USE_SSL = {"keyfile": "/etc/k.pem", "password": "~", "ssl_keyfile_password": "~"}
BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": "amqp://u:~@h",
    "visibilty_timeout": 3600,
    "sentinel_kwargs": {"password": "~"},
    "pasword": "~",
    "predefined_queues": {"q": {"url": "https://u:~@sqs/q", "secret_access_key": "~"}},
    "auth": ("u", "~"),
}
CELERY_RESULT_BACKEND = "db+postgresql://u:" + "~" + "@h/db"
CELERY_RESULT_DBURI = "mysql://%s:%s@h/db" % ("u", "~")
CELERY_RESULT_ENGINE_OPTIONS = {"connect_args": {"passwd": "~"}, "echo": True}
CELERY_REDIS_PASSWORD = "~"
REDIS_PASSWORD = "~"
CELERY_REDIS_BACKEND_USE_SSL = {"ssl_keyfile": "k", "ssl_password": b"~"}
CELERY_MONGODB_BACKEND_SETTINGS = {"user": "u", "password": "~", "database": "d", "taskmeta": 1}
CELERY_COUCHBASE_BACKEND_SETTINGS = {"username": "u", "password": "~"}
CELERY_CASSANDRA_AUTH_KWARGS = {"username": "u", "password": "~"}
CASSANDRA_AUTH_KWARGS = dict(username="u", password="~")
CELERY_CACHE_BACKEND = "memcached://{}:{}@h/".format("u", "~")
CELERY_CACHE_BACKEND_OPTIONS = {"binary": True, "behaviors": {"token": "~"}}
S3_ACCESS_KEY_ID = "~"
S3_SECRET_ACCESS_KEY = "~"
AZUREBLOCKBLOB_URL = "azureblockblob://DefaultEndpointsProtocol=https;AccountKey=~;EndpointSuffix=x"
CELERY_SECURITY_KEY = "/etc/key.pem"
CELERY_SECURITY_KEY_PASSWORD = "~"
CELERY_SECURITY_CERTIFICATE = '''-----BEGIN PRIVATE KEY-----
~
-----END PRIVATE KEY-----'''
EMAIL_HOST_PASSWORD = os.environ.get("P", "~")
CELERY_TASK_SERIALIZER = PASSWORD
CELERY_RESULT_SERIALIZER = "amqp://u:~@h"
CELERY_ACCEPT_CONTENT = ["json", "amqp://u:~@h", TOKEN]
CELERY_TASK_RESULT_EXPIRES = "redis://:~@h"
CELERY_TIMEZONE = TOKEN
CELERYD_POOL = "redis://:~@h"
CELERYD_CONCURRENCY = TOKEN
CELERYD_LOG_FORMAT = "redis://:~@h"
CELERY_ALWAYS_EAGER = TOKEN
CELERY_ROUTES = {"shop.tasks.add": {"queue": "a", "headers": {"api_key": "~"}}}
CELERY_ANNOTATIONS = {"*": {"rate_limit": "amqp://u:~@h"}}
CELERY_QUEUES = (Queue("a", Exchange("a"), queue_arguments={"x-token": "~"}),)
CELERY_DEFAULT_QUEUE = TOKEN
CELERY_IMPORTS = ("shop.tasks", "redis://:~@h")
# BROKER_URL = "redis://:~@old/0"
# REDIS_PASSWORD = "~"
# password is ~, so is "redis:/:~@h"
CELERYBEAT_SCHEDULE = {
    "a": {
        "task": "shop.tasks.add",
        "schedule": crontab(minute="redis://:~@h"),
        "kwargs": {"password": "~", "url": "https://u:~@h"},
        "args": ("redis://:~@h",),
        "options": {"queue": "a", "headers": {"Authorization": "Bearer ~"}, "exprires": 3},
    },
    "redis://:~@h": {"task": "amqp://u:~@h", "schedule": 30, "tsak": pw},
}
CELERYBEAT_SCHEDULER = "amqp://u:~@h"
CELERY_ENABLE_UTC = TOKEN
"""

FILES = {
    "pyproject.toml": "[project]\nname = 'shop'\ndependencies = ['celery==5.6.3', 'x @ https://u:~@h/x']\n",
    "requirements.txt": "--extra-index-url https://u:~@h/simple\ncelery @ https://u:~@h/celery-5.6.3.tar.gz\n",
    "Procfile": "worker: REDIS_PASSWORD=~ BROKER_URL=redis://:~@h celery -A shop.app:app worker\n",
    "module/__init__.py": "",
    "module/keys.py": "PASSWORD = '~'\nTOKEN = '~'\nbroker_password = '~'\n",
    "module/celeryconfig.py": SETTINGS,
    "module/app.py": """\
from celery import Celery
app = Celery("a")
app.config_from_object("module.celeryconfig")
""",
    "calls/app.py": """\
from celery import Celery
from os import environ as env
app = Celery("a", broker="redis://:~@h/0", backend="redis:/:~@h/1", include=["redis://:~@h"])
app.conf.update(BROKER_PASSWORD="~", CELERY_ACKS_LATE=True, broker_urll="redis://:~@h")
app.conf.update({"broker_password": "~", "CELERYD_PREFETCH_MULTIPLIER": "amqp://u:~@h"})
app.conf.BROKER_URL = "amqp://u:~@h//"
app.conf["CELERY_RESULT_BACKEND"] = "redis://:%s@h" % "~"
app.conf["CELERY_TASK_RESULT_EXPIRES"] = env.get("SECRET", "~")
app.conf.setdefault("CELERY_SECURITY_KEY_PASSWORD", "~")
setattr(app.conf, "BROKER_PASSWORD", "~")
broker = Credentials("~", kind="password")

class Config:
    BROKER_URL = "redis://:~@h/0"
    BROKER_PASSWORD = password = "~"
    CELERY_RESULT_BACKEND = "redis://:{password}@h/0".format(password="~")
    CELERY_ACKS_LATE = "redis://:~@h" and True

other = Celery("b")
other.config_from_object(Config)

@app.task(name="redis://:~@h", exprires="amqp://u:~@h", autoretry_for="amqp://u:~@h")
def add(token="~"):
    pass

add.apply_async(kwargs={"password": "~"}, countdown="redis://:~@h", headers={"token": "~"}, eat=1)
add.delay("redis://:~@h")
""",
    "site/manage.py": """\
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
""",
    "site/site1/__init__.py": "",
    "site/site1/settings.py": """\
import environ
SECRET_KEY = "~"
INSTALLED_APPS = ["django.contrib.auth", "djcelery"]
DATABASES = {"default": {"NAME": "d", "PASSWORD": "~", "HOST": "u:~@h"}}
CACHES = {"default": {"LOCATION": "redis://:~@h/0", "OPTIONS": {"PASSWORD": "~"}}}
BROKER_URL = environ.Env().str("BROKER_URL", default="redis://:~@h/0")
CELERY_BROKER_PASSWORD = "~"
CELERY_BROKER_PASWORD = "~"
CELERY_BROKER_URL = environ.Env(BROKER=(str, "redis://:~@h")).str("BROKER")
CELERY_RESULT_BACKEND = "redis://:" "~" "@h/0"
CELERYD_TASK_TIME_LIMIT = "redis:/:~@h"
CELERY_ALWAYS_EAGER = SECRET_KEY
""",
    "site/site1/celery.py": """\
from celery import Celery
app = Celery("site1", broker="redis://:~@h")
app.config_from_object("django.conf:settings", namespace="CELERY")
""",
    "web/app.py": """\
from celery import Celery
from flask import Flask
flask = Flask(__name__)
flask.config["CELERY_BROKER_URL"] = "redis://:~@h/0"
flask.config.update(CELERY_RESULT_BACKEND="redis://:~@h", BROKER_PASSWORD="~", CELERY_ACKS_LATE=1)
flask.config["CELERY"] = {"BROKER_URL": "amqp://u:~@h", "pasword": "~", "broker_password": "~"}
celery = Celery("web", broker=flask.config["CELERY_BROKER_URL"])
celery.conf.update(flask.config)
celery.conf.update(flask.config["CELERY"])
""",
    "old/celeryconfig.py": """\
BROKER_PASSWORD = "~"
print "redis://:~@h", BROKER_PASSWORD
CELERY_ACKS_LATE = True
BROKER_URL = "redis://:~@h
except Exception, e: BROKER_PASSWORD = '~'
CELERYD_FORCE = 0644; BROKER_PASSWORD = u'~'
BROKER_URL = redis:/:~@h
<<<<<<< HEAD
BROKER_PASSWORD = "~"
=======
BROKER_URL = 'redis://:~@h'
>>>>>>> other
CELERY_SEND_TASK_ERROR_EMAILS = {{ broker_password | default("~") }}
BROKER_PASSWORD "~"
CELERYD_CONCURRENCY = `"redis://:~@h"`
""",
    "pieces/app.py": """\
from celery import Celery
from .urls import make
KEPT = "~"
OTHER = "~"
def url(user, password, host):
    return f"amqp://{user}:{password}@{host}"
app = Celery("pieces", broker="amqp://u:" + KEPT + "@h")
app.conf.CELERY_RESULT_BACKEND = url("u", "~", "h")
app.conf.CELERY_TIMEZONE = KEPT
app.conf.CELERYD_CONCURRENCY = OTHER
app.conf.BROKER_URL = make("shop", "~", "mq.internal", 5672)
app.conf.update(CELERY_TASK_RESULT_EXPIRES="ghp_~~~~", CELERYD_POOL="xoxb-~-~")
app.conf.CELERY_CACHE_BACKEND = "amqp://%s:%s@h" % ("u", OTHER)
""",
    "tokens/celeryconfig.py": """\
BROKER_PASSWORD = "~"
CELERYBEAT_SCHEDULE = {
    "purge-tokens": {"task": "a.b", "schedule": 30, "kwargs": {"password": "~"}},
}
CELERYBEAT_SCHEDULE["renew-secret"] = {"task": "a.b", "options": {"headers": {"token": "~"}}}
CELERY_ROUTES = {"a.reset_password": {"queue": "q", "headers": {"Authorization": "Bearer ~"}}}
""",
    "orphan/settings.py": """\
CELERYD_PASSWORD = "~"
CELERYD_FORCE_EXECV = "redis://:~@h"
BROKER_URL = "redis://:~@h"
""",
    "nothing.py": b"\xff\xfe".decode("latin-1") + "celery BROKER_PASSWORD = '~'\n",
}


def planted(text: str, numbers: Iterator[int]) -> str:
    """Return a text with a secret of its own in each place."""
    return re.sub(MARK, lambda _: f"hUnter{next(numbers):03}x", text)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the root of a project with a secret wherever a value can stand."""
    root = tmp_path_factory.mktemp("shop")
    numbers = itertools.count()
    for path, text in FILES.items():
        root.joinpath(path).parent.mkdir(parents=True, exist_ok=True)
        root.joinpath(path).write_text(planted(text, numbers), "latin-1")
    return root


LOADED = {
    "setup.cfg": "",
    "celeryconfig.py": """\
SECRET = "~"
BROKER_URL = "redis:/:~@h"
CELERYD_TIME_LIMIT = SECRET
CELERYD_SOFT_TIME_LIMIT = "redis:/:~@h"
CELERY_ROUTES = {"a": {"queue": "q", "pasword": "~", "x": ("password", "~")}}
""",
    "one.py": "from celery import Celery\nPASSWORD = '~'\napp = Celery('a')\nint(PASSWORD)\n",
    "three.py": (
        "from celery import Celery\napp = Celery('a')\napp.config_from_object('celeryconfig')\n"
    ),
    "two.py": """\
import os
from celery import Celery
app = Celery("a")
int(os.environ["DB_PASSWORD"])
""",
}


UPGRADE = ("--upgrading-from", "3.1", "--target-version", "5.6", "--extend-select", "ALL")
RUNS: Sequence[Sequence[str]] = (
    *(("check", "--output-format", kind.value) for kind in OutputFormat),
    ("check", "--statistics", "--diff", "--unsafe-fixes"),
    ("check", "--show-project"),
    ("check", "--show-project", "--output-format", "json"),
    *(("plan", "--output-format", kind) for kind in PLAN_FORMATS),
)
WRITING: Sequence[Sequence[str]] = (
    ("--write-baseline", "baseline.json"),
    ("--fix", "--unsafe-fixes"),
    ("--add-ignore",),
)
URL = "redis://:~@h/0"
MISTAKES: Sequence[Sequence[str]] = (
    ("check", URL),
    ("check", "redis:/:~@h/0"),
    ("check", "--config", URL),
    ("check", "--baseline", URL),
    ("check", "--output", f"json:{URL}/x/y"),
    ("check", "--output", URL),
    ("check", "--select", URL),
    ("check", "--target-version", URL),
    ("check", "--namespace", "password=~"),
    ("check", f"--bogus={URL}"),
    ("check", "--fail-on", URL),
    ("verify", "--python", URL),
    ("rule", URL),
    ("setting", URL),
    (URL,),
)
OPTIONS = (
    f"{URL!r} = 1",
    f"target-version = {URL!r}",
    f"select = [{URL!r}]",
    "namespace = {password = '~'}",
    "broker_password = '~'",
    f"fail-on = {URL!r}",
    f"output = [{URL!r}]",
    f"rule-paths = [{URL!r}]",
    f"baseline = {URL!r}",
    f"per-file-ignores = {{ {URL!r} = 1 }}",
    "apps = [{app = 'password=~', pasword = '~'}]",
    "password = '~",
)
RULES = (
    "password = '~'",
    "password = '~",
    f"code = {URL!r}",
    f"code = 'ABC001'\nname = 'a'\ntitle = {URL!r}\nmessage = '{{x}}'",
)


def canaries(text: str) -> list[str]:
    """Return the secrets in a text."""
    return sorted(set(CANARY.findall(text)))


def said(capsys: pytest.CaptureFixture[str]) -> str:
    """Return what was printed, which is to be something."""
    text = "".join(capsys.readouterr())
    assert text
    return text


@pytest.mark.parametrize("path", [path for path in FILES if path.endswith(".py")])
def test_whatever_is_shown_of_a_file_shows_no_secret(path: str, project: Path) -> None:
    text = project.joinpath(path).read_text("latin-1")

    shown = masked_slice(text, secrets(text), 0, len(text))

    assert canaries(shown) == []
    assert bool(canaries(text)) == (MARK in FILES[path])


@pytest.mark.parametrize("args", RUNS, ids=" ".join)
def test_no_run_tells_a_secret(
    args: Sequence[str],
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(project)

    main([*args, *UPGRADE])

    text = said(capsys)
    assert "celeryconfig.py" in text
    assert canaries(text) == []


def test_cache_keeps_no_secret(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)

    main(["check", "--cache-dir", str(tmp_path / "kept"), *UPGRADE])

    entries = [file.read_bytes() for file in tmp_path.rglob("*.facts")]
    assert len(entries) >= sum(path.endswith(".py") for path in FILES) / 2
    assert canaries(b"".join(entries).decode("latin-1")) == []


@pytest.mark.parametrize("args", WRITING, ids=" ".join)
def test_no_run_that_writes_tells_a_secret(
    args: Sequence[str],
    project: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(shutil.copytree(project, tmp_path / "copy"))

    main(["check", *args, *UPGRADE])

    written = Path("baseline.json")
    text = said(capsys) + (written.read_text("utf-8") if written.exists() else "")
    assert canaries(text) == []


@pytest.mark.parametrize("args", MISTAKES, ids=" ".join)
def test_no_mistake_on_the_command_line_is_quoted_with_its_secret(
    args: Sequence[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)

    main([planted(arg, itertools.count()) for arg in args])

    assert canaries(said(capsys)) == []


@pytest.mark.parametrize("file", ["celerylint.toml", "rule.toml"])
def test_no_mistake_in_a_file_is_quoted_with_its_secret(
    file: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    tmp_path.joinpath("app.py").touch()
    args = ["--rule-paths", "rule.toml"] if file == "rule.toml" else []

    for text in RULES if args else OPTIONS:
        tmp_path.joinpath(file).write_text(planted(text, itertools.count()), "utf-8")
        assert main(["check", *args]) == 2
        assert canaries(said(capsys)) == []


@pytest.mark.oracle
def test_verify_tells_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    numbers = itertools.count()
    for name, text in LOADED.items():
        tmp_path.joinpath(name).write_text(planted(text, numbers), "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DB_PASSWORD", "hUnter999x")

    main(["verify", "--python", str(python_of("5.6.3")), "--unsafe-fixes", *UPGRADE[:4]])

    text = said(capsys)
    assert "task_time_limit: None -> '***'" in text
    assert text.count("'***', at ") == 2
    assert canaries(text) == []


NAMES_LIKE_SECRETS = {
    "celeryconfig.py": """\
from celery.schedules import crontab
from kombu import Queue

REDIS_PASSWORD = "hUnter001x"
CELERYBEAT_SCHEDULE = {
    "purge-expired-tokens": {"task": "accounts.tasks.purge", "schedule": crontab(hour=3)},
    "weekly-report": {"task": "reports.tasks.weekly", "schedule": crontab(hour=4, minute=0)},
}
CELERYBEAT_SCHEDULE["rotate-secret"] = {"task": "accounts.rotate", "schedule": 300.0}
CELERY_ROUTES = {
    "accounts.tasks.reset_password": {"queue": "default", "priority": 3},
    "send_token": "slow",
}
CELERY_ANNOTATIONS = {"accounts.renew_tokens": {"rate_limit": "10/m"}}
CELERY_QUEUES = (Queue("default"), Queue("reset_password", routing_key="reset"), Queue("slow"))
CELERY_DEFAULT_QUEUE = "default"
PASSWORD_HASHERS = ["accounts.hashers.Plain"]
AUTH_PASSWORD_VALIDATORS = [{"NAME": "accounts.validators.Length", "OPTIONS": {"minimum": 9}}]
TOKEN_TTL = 300
CELERY_TASK_RESULT_EXPIRES = 300
BROKER_URL = "redis://localhost/0"
""",
    "app.py": "from celery import Celery\napp = Celery()\napp.config_from_object('celeryconfig')\n",
}


@pytest.mark.parametrize("args", RUNS, ids=" ".join)
def test_name_that_is_no_secret_erases_nothing(
    args: Sequence[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for path, text in NAMES_LIKE_SECRETS.items():
        tmp_path.joinpath(path).write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)

    main([*args, *UPGRADE])

    text = said(capsys)
    assert canaries(text) == []
    assert {line.count(MASK) for line in text.splitlines() if "PASSWORD" not in line.upper()} == {0}


def test_diff_of_a_file_with_names_like_secrets_can_be_applied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = NAMES_LIKE_SECRETS["celeryconfig.py"].replace('"hUnter001x"', "None")
    tmp_path.joinpath("celeryconfig.py").write_text(text, "utf-8")
    tmp_path.joinpath("app.py").write_text(NAMES_LIKE_SECRETS["app.py"], "utf-8")
    monkeypatch.chdir(tmp_path)

    main(["check", "--output-format", "json"])
    findings = json.loads(capsys.readouterr().out)["findings"]
    main(["check", "--diff"])
    shown = capsys.readouterr()

    assert MASK not in shown.out
    assert "hides a secret" not in shown.err
    fixes = [finding["fix"] for finding in findings if finding["fix"]]
    assert fixes
    assert all(fix["edits"] for fix in fixes)


@pytest.mark.parametrize("rule", knowledge()[0].rules.values(), ids=lambda rule: rule.code)
def test_our_own_words_show_no_mask(rule: Rule) -> None:
    words = ("celery", "default", "task", "broker", "settings", "minute", "queue", "name", "raises")
    told = Known(hidden_texts("\n".join(words), (Hidden(0, 100),)))

    for text in (rule.title, rule.message, rule.help or "", *rule.why.splitlines()):
        assert mask(text, told) == text
