"""When it is said that the environment overrides a broker, and when it is not."""

from __future__ import annotations

import pytest

from celerylint.options.table import Options
from tests.judged import judged

OPTIONS = Options(select=("CEL334",), target_version="5.6")
READ = 'broker=os.getenv("REDIS_URL", "redis://a/0")'
WORKER = "command: celery -A shop worker\n"
K8S = """
command: ["celery", "-A", "shop", "worker"]
env:
  - name: REDIS_URL
    value: redis://a/0
  - name: CELERY_BROKER_URL
    value: "redis://b/0"
"""
COMPOSE = "docker-compose.yml"


def said(arguments: str, files: dict[str, str]) -> list[tuple[str, str]]:
    """Return the severity and the message of what is said of an app."""
    app = f"import os\nfrom celery import Celery\n\napp = Celery('shop', {arguments})\n"
    report = judged({"shop.py": app, **files}, OPTIONS)
    return [(each.severity.value, each.message) for each in report.findings]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (COMPOSE, f"{WORKER}REDIS_URL: redis://a/0\nCELERY_BROKER_URL: redis://b/0\n"),
        (COMPOSE, f"{WORKER}- REDIS_URL=redis://a/0\n- CELERY_BROKER_URL=redis://b/0\n"),
        ("k8s.yaml", K8S),
        ("Dockerfile", "ENV REDIS_URL redis://c CELERY_BROKER_URL redis://b\nCMD celery worker\n"),
        (".env", "REDIS_URL=redis://c\nCELERY_BROKER_URL='redis://b'\n"),
        (
            "w.conf",
            'command=celery worker\nenvironment=REDIS_URL="redis://",CELERY_BROKER_URL="a://"',
        ),
    ],
)
def test_variable_beside_the_one_that_is_read_is_a_warning(path: str, text: str) -> None:
    message = f"`CELERY_BROKER_URL` in `{path}` overrides `broker_url`"

    assert said(READ, {path: text}) == [("warning", message)]


def test_variable_beside_one_without_a_default_is_a_warning() -> None:
    files = {".env": "REDIS_URL=redis://c\nCELERY_BROKER_URL=redis://b\n"}

    ((severity, _),) = said("broker=os.environ['REDIS_URL']", files)
    assert severity == "warning"


@pytest.mark.parametrize(
    ("arguments", "variable", "setting"),
    [
        ("broker='redis://a/0'", "CELERY_BROKER_URL", "broker_url"),
        ("backend='redis://a/0'", "CELERY_RESULT_BACKEND", "result_backend"),
        ("broker=os.environ['URL'] or 'redis://a/0'", "CELERY_BROKER_URL", "broker_url"),
        ("broker='redis://' + 'a/0'", "CELERY_BROKER_URL", "broker_url"),
    ],
)
def test_variable_beside_a_url_is_an_info(arguments: str, variable: str, setting: str) -> None:
    message = f"`{variable}` in `{COMPOSE}` overrides `{setting}`"
    files = {COMPOSE: f"{WORKER}{variable}: redis://b/0\n"}

    assert said(arguments, files) == [("info", message)]


@pytest.mark.parametrize(
    ("arguments", "path", "text"),
    [
        ("broker='redis://a/0'", COMPOSE, f"{WORKER}CELERY_BROKER_URL: redis://a/0\n"),
        ("broker='redis://a/0'", COMPOSE, f"{WORKER}CELERY_BROKER_URL: ${{BROKER}}\n"),
        ("broker='redis://a/0'", COMPOSE, f"{WORKER}# CELERY_BROKER_URL: redis://b/0\n"),
        ("broker='redis://a/0'", COMPOSE, f"{WORKER}MY_CELERY_BROKER_URL: redis://b/0\n"),
        ("broker='redis://a/0'", COMPOSE, f"{WORKER}CELERY_BROKER_URL: broker\n"),
        ("broker='redis://a/0'", COMPOSE, "CELERY_BROKER_URL: redis://b/0\n"),
        ("broker='redis://a/0'", ".env.example", "CELERY_BROKER_URL=redis://b/0\n"),
        ("broker=URL", ".env", "CELERY_BROKER_URL=redis://b/0\n"),
        ("main='x'", ".env", "CELERY_BROKER_URL=redis://b/0\n"),
        (READ, ".env", "REDIS_URL=redis://b/0\nCELERY_BROKER_URL=redis://b/0\n"),
        ("broker=os.environ['CELERY_BROKER_URL']", ".env", "CELERY_BROKER_URL=redis://b/0\n"),
        ("broker='redis://a/0'", "other.py", "from celery import Celery\nb = Celery('b')\n"),
    ],
)
def test_nothing_is_said(arguments: str, path: str, text: str) -> None:
    files = {path: text} if path != "other.py" else {path: text, ".env": "CELERY_BROKER_URL=a://b"}

    assert said(arguments, files) == []
