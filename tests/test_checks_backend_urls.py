"""Which result backends are said to be unusable."""

from __future__ import annotations

import pytest

from celerylint.options.table import Options
from tests.judged import judged

OPTIONS = Options(select=("CEL226",), target_version="5.6")
VERIFYING = "CERT_NONE, CERT_OPTIONAL, CERT_REQUIRED, none, optional, required"
TRUTHS = Options(select=("CEL202",), target_version="5.6")


def said(text: str, options: Options = OPTIONS) -> list[str]:
    """Return what is said of a configuration."""
    report = judged({"celeryconfig.py": f"import os\n{text}\n"}, options)
    return [finding.message for finding in report.findings]


@pytest.mark.parametrize(
    ("backend", "reason"),
    [
        ("sentinel:pw@h:26379/0", "`//` is missing behind `sentinel:`"),
        ("db:postgresql://u@h/d", "`//` is missing behind `db:`"),
        ("db+postgres://u@h/d", "SQLAlchemy calls it `postgresql`"),
        ("db+postgres+psycopg2://u@h/d", "SQLAlchemy calls it `postgresql`"),
        ("db+postgresql+asyncpg://u@h/d", "`asyncpg` is an asynchronous driver"),
        ("db+sqlite+aiosqlite:///x.db", "`aiosqlite` is an asynchronous driver"),
        ("cache+redis://h", "there is no cache `redis`: memcache, memcached, memory, pylibmc"),
        ("cache", "`cache` alone has no URL"),
        ("database", "`database` alone has no URL"),
        ("redis://h:6379/results", "the database of Redis is no number"),
        ("rediss://h:6379/0/1", "the database of Redis is no number"),
        ("rediss://h/0?ssl_cert_reqs=CERT_SOME", f"`ssl_cert_reqs` is one of {VERIFYING}"),
    ],
)
def test_backend_that_raises_is_found(backend: str, reason: str) -> None:
    text = f"result_backend = {backend!r}"

    assert said(text) == [f"Celery cannot use `result_backend`: {reason}"]


@pytest.mark.parametrize(
    "text",
    [
        "result_backend = 'redis://h:6379/0'",
        "result_backend = 'redis://h:6379'",
        "result_backend = 'redis://h/'",
        "result_backend = 'rediss://h/0?ssl_cert_reqs=required'",
        "result_backend = 'redis+socket:///run/redis.sock'",
        "result_backend = 'redis'",
        "result_backend = 'rpc://'",
        "result_backend = 'django-db'",
        "result_backend = 'shop.results:Backend'",
        "result_backend = 'cache+memcached://h/'",
        "result_backend = 'db+postgresql+psycopg2://u@h/d'",
        "result_backend = 'database'\ndatabase_url = 'sqlite://'",
        "result_backend = 'cache'\ncache_backend = 'memory'",
        "result_backend = 'redis://h/' + os.environ['DATABASE']",
        "result_backend = 'redis://h/x' if os.name else 'redis://h/0'",
        "result_backend = None",
        "result_backend = 'db+postgres://u@h/d'\noverride_backends = {'db': 'shop:Kept'}",
    ],
)
def test_other_backends_are_left_alone(text: str) -> None:
    assert said(text) == []


@pytest.mark.parametrize(
    ("value", "count"),
    [
        ("bool(os.environ.get('LATE', 'False'))", 1),
        ("bool(os.getenv('LATE', '0'))", 1),
        ("bool('no')", 1),
        ("bool(os.environ.get('LATE'))", 0),
        ("bool(os.environ.get('LATE', ''))", 0),
        ("bool(int(os.environ.get('LATE', '0')))", 0),
        ("bool()", 0),
        ("truth(os.environ.get('LATE', 'False'))", 0),
    ],
)
def test_truth_of_any_text_is_found(value: str, count: int) -> None:
    message = "`task_acks_late` is true for any text, as `bool('False')` is"

    assert said(f"task_acks_late = {value}", TRUTHS) == [message] * count
