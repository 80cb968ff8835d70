"""What is said about connections, where the examples of the rules do not show it."""

from __future__ import annotations

import pytest

from celerylint.options.table import Options
from tests.judged import fixed, found, judged, notes

REDIS = 'broker_url = "redis://localhost:6379/0"\n'
AMQP = 'broker_url = "amqp://shop@mq.example.com//"\n'
BOTH = f"{REDIS}result_backend = 'redis://localhost:6379/1'\n"
RPC = f"{REDIS}result_backend = 'rpc://'\n"
APP = "celeryconfig.py"


def options(code: str, target: str = "5.6") -> Options:
    """Return the options that judge one rule, with its unsafe fixes."""
    return Options(select=(code,), target_version=target, unsafe_fixes=True)


def findings(code: str, text: str, target: str = "5.6") -> list[str]:
    """Return what a rule finds in a configuration."""
    return found(judged({APP: text}, options(code, target)))


def after(code: str, text: str, target: str = "5.6") -> bytes:
    """Return a configuration after the fixes of a rule."""
    return fixed({APP: text}, options(code, target)).changes.get(APP, text.encode())


@pytest.mark.parametrize(
    ("code", "text", "target"),
    [
        ("CEL305", 'broker_url = "amqp://h//?heartbeat=0"', "5.6"),
        ("CEL305", 'broker_url = "redis://h/0?heartbeat=10"', "5.6"),
        ("CEL305", "import os\nbroker_url = os.environ['URL'] + '?heartbeat=10'", "5.6"),
        ("CEL307", f"{REDIS}redis_db = 5\n# CELERY_RESULT_BACKEND is set on the servers", "5.6"),
        ("CEL307", f"{AMQP}result_backend = 'shop.kept:Backend'\nredis_db = 5", "5.6"),
        ("CEL307", "result_backend = 'rpc://'\nredis_socket_timeout = 5", "5.6"),
        ("CEL307", f"{REDIS}result_backend = 'redis://h/1'\nredis_socket_timeout = 5", "5.6"),
        ("CEL308", f"{REDIS}broker_connection_max_retries = 0", "4.3"),
        ("CEL308", f"{REDIS}broker_connection_max_retries = False", "5.6"),
        ("CEL308", f"{REDIS}broker_connection_max_retries = None", "5.6"),
        ("CEL308", f"{REDIS}broker_connection_max_retries = 5", "5.6"),
        (
            "CEL308",
            f"{REDIS}broker_connection_max_retries = 0\nbroker_connection_retry = False",
            "5.6",
        ),
        ("CEL309", f"{REDIS}broker_connection_max_retries = 100", "5.6"),
        (
            "CEL309",
            f"import os\n{REDIS}broker_connection_max_retries = int(os.environ['N'])",
            "5.6",
        ),
        ("CEL312", REDIS, "4.0"),
        ("CEL312", REDIS, "5.0"),
        ("CEL312", "broker_url = 'memory://'", "4.4"),
        (
            "CEL335",
            f"{BOTH}redis_socket_timeout = 5\nbroker_transport_options = {{'socket_timeout': 9}}",
            "5.6",
        ),
        ("CEL315", f"{REDIS}worker_concurrency = 50", "5.6"),
        ("CEL317", f"{REDIS}task_acks_late = True\ntask_time_limit = 3600", "5.6"),
        ("CEL317", f"{AMQP}task_acks_late = True\ntask_time_limit = 36000", "5.6"),
        ("CEL333", f"{REDIS}result_backend = 'redis://other:6379/0'", "5.6"),
        ("CEL333", f"{REDIS}result_backend = 'redis://localhost:6380/0'", "5.6"),
        ("CEL333", f"{REDIS}result_backend = 'redis://localhost/0?db=3'", "5.6"),
        ("CEL333", "broker_url = result_backend = 'amqp://h//'", "5.6"),
        (
            "CEL333",
            "broker_url = 'redis://a/0;redis://b/0'\nresult_backend = 'redis://a/0'",
            "5.6",
        ),
    ],
)
def test_nothing_is_said(code: str, text: str, target: str) -> None:
    assert findings(code, text, target) == []


@pytest.mark.parametrize(
    ("code", "text", "target"),
    [
        ("CEL307", f"{REDIS}redis_socket_timeout = 5", "5.6"),
        ("CEL307", f"{REDIS}result_backend = 'django-db'\nredis_db = 5", "5.6"),
        ("CEL307", f"{AMQP}result_backend = 'rpc://'\nredis_socket_timeout = 5", "5.6"),
        ("CEL309", f"{REDIS}broker_connection_max_retries = 1", "4.0"),
        ("CEL317", f"{REDIS}task_acks_late = True\ntask_time_limit = 3601", "5.6"),
        (
            "CEL317",
            "broker_url = 'sqs://'\ntask_acks_late = True\ntask_time_limit = 1801",
            "5.6",
        ),
        (
            "CEL326",
            "broker_url = 'sqs://'\nbroker_transport_options = {'wait_time_seconds': 30}",
            "5.6",
        ),
        ("CEL333", f"{REDIS}result_backend = 'redis://'", "5.6"),
        ("CEL333", f"{REDIS}result_backend = 'redis://:secret@127.0.0.1:6379'", "5.6"),
    ],
)
def test_it_is_found(code: str, text: str, target: str) -> None:
    assert len(findings(code, text, target)) == 1


@pytest.mark.parametrize(
    ("retries", "words", "severity"),
    [
        (1, "2 s", "warning"),
        (10, "110 s", "warning"),
        (16, "270 s", "warning"),
        (17, "5 minutes", "warning"),
        (18, "5 minutes", "info"),
        (99, "46 minutes", "info"),
    ],
)
def test_message_says_how_long_a_worker_tries(retries: int, words: str, severity: str) -> None:
    text = f"{REDIS}broker_connection_max_retries = {retries}"
    (finding,) = judged({APP: text}, options("CEL309")).findings

    assert finding.message.endswith(f"away for {words}")
    assert finding.severity.value == severity


@pytest.mark.parametrize("code", ["CEL302", "CEL401"])
def test_what_is_unset_is_a_warning(code: str) -> None:
    text = f"{AMQP}result_backend = 'redis://localhost/1'\n"
    (finding,) = judged({APP: text}, options(code)).findings

    assert finding.severity.value == "warning"


def test_broker_in_memory_is_fine_for_tests() -> None:
    text = 'from celery import Celery\n\napp = Celery("x", broker="memory://")\n'

    assert found(judged({"tests/conftest.py": text}, options("CEL330"))) == []
    assert len(judged({"shop/app.py": text}, options("CEL330")).findings) == 1


# --- transport options as fixes ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "result"),
    [
        ("{}", '{"confirm_publish": True}'),
        ('{"max_retries": 3}', '{"max_retries": 3, "confirm_publish": True}'),
        ('{"max_retries": (3)}', '{"max_retries": (3), "confirm_publish": True}'),
        ("{'max_retries': 3,}", "{'max_retries': 3, 'confirm_publish': True,}"),
        ('{"confirm_publish": 0}', '{"confirm_publish": True}'),
        (
            '{\n    "max_retries": 3,\n}',
            '{\n    "max_retries": 3,\n    "confirm_publish": True,\n}',
        ),
    ],
)
def test_entry_is_added_to_a_dict(before: str, result: str) -> None:
    text = f"{AMQP}broker_transport_options = "

    assert after("CEL320", f"{text}{before}\n") == f"{text}{result}\n".encode()


@pytest.mark.parametrize(
    "value",
    [
        '{"max_retries": 3,  # enough\n}',
        "dict(max_retries=3)",
        '{"confirm_publish": bool(0)}',
    ],
)
def test_dict_that_is_not_plain_is_left_alone(value: str) -> None:
    text = f"{AMQP}broker_transport_options = {value}\n"
    report = judged({APP: text}, options("CEL320"))

    assert after("CEL320", text) == text.encode()
    reason = "`broker_transport_options` is not a dict literal"
    assert notes(report) == [f"Not fixed: {reason} (celeryconfig.py:2)"]


def test_setting_that_is_no_literal_is_not_moved() -> None:
    text = f"import os\n{RPC}redis_socket_timeout = int(os.environ['T'])\n"

    assert len(findings("CEL307", text)) == 1
    assert after("CEL307", text) == text.encode()


def test_setting_that_shares_its_line_is_not_moved() -> None:
    text = f"{RPC}redis_socket_timeout = 5; x = 1\n"

    assert after("CEL307", text) == text.encode()
    assert notes(judged({APP: text}, options("CEL307"))) == [
        "Not fixed: `redis_socket_timeout` shares its lines (celeryconfig.py:3)"
    ]


# --- quorum queues and caches ------------------------------------------------------------------


@pytest.mark.parametrize(
    "queues",
    [
        "[Queue('a')]",
        "[Queue('a', queue_arguments={'x-queue-type': 'classic'})]",
        "[Queue('a', queue_arguments={'x-queue-type': 'quorum'}) if x else None]",
        "{'a': {}}",
        "[make()]",
    ],
)
def test_queue_that_is_not_quorum_for_certain_is_left_alone(queues: str) -> None:
    text = f"from kombu import Queue\nfrom shop import make, x\n{AMQP}task_queues = {queues}\n"

    assert findings("CEL321", text, "5.4") == []
    assert findings("CEL322", f"{text}task_queue_max_priority = 5\n") == []


def test_quorum_queue_without_a_known_name_is_found() -> None:
    text = (
        f"from kombu import Queue\n{AMQP}"
        "task_queues = [Queue(queue_arguments={'x-queue-type': 'quorum'})]\n"
    )
    (finding,) = judged({APP: text}, options("CEL321", "5.4")).findings

    assert finding.message.startswith("Workers cannot consume the quorum queue:")


DJANGO = {
    "manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n',
    "shop/__init__.py": "",
    "shop/celery.py": (
        "from celery import Celery\n"
        'app = Celery("shop")\n'
        'app.config_from_object("django.conf:settings", namespace="CELERY")\n'
    ),
}


@pytest.mark.parametrize(
    "caches",
    [
        "",
        "CACHES = make()",
        "CACHES = {'default': make()}",
        "CACHES = {'default': {'BACKEND': 'shop.Cache', 'LOCATION': 'redis://localhost/0'}}",
        "CACHES = {'a': {'BACKEND': 'django_redis.cache.RedisCache', 'LOCATION': make()}}",
        "CACHES = {'a': {'BACKEND': 'django_redis.cache.RedisCache', 'LOCATION': 'redis://h/0'}}",
    ],
)
def test_cache_that_is_not_known_to_be_shared_is_left_alone(caches: str) -> None:
    settings = f"from shop import make\n{caches}\nCELERY_BROKER_URL = 'redis://localhost/0'\n"

    assert judged({**DJANGO, "shop/settings.py": settings}, options("CEL332")).findings == ()
