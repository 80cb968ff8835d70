"""The rules about values: what they find, and where they keep silent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from celerylint.finding import Severity
from celerylint.options.table import Options
from tests.judged import TARGET, fixed, found, judged, notes

CONFIG = "celeryconfig.py"
VALUES = replace(TARGET, select=("CEL2",), ignore=("CEL217", "CEL223", "CEL225"))
SENTINEL = 'broker_url = "sentinel://localhost:26379"\n'
REDIS = 'broker_url = "redis://localhost:6379/0"\n'
AMQP = 'broker_url = "amqp://mq.example.com//"\n'
STORE = 'result_backend = "redis://localhost:6379/1"\n'
READ_NUMBER = "import os\nworker_concurrency = os.environ.get('N')\n"
READ_TRUTH = "import os\ntask_always_eager = os.environ.get('E', False)\n"
OWN_TRANSPORT = "import kombu.transport\nkombu.transport.TRANSPORT_ALIASES['own'] = 'a:B'\n"
APP = "from celery import Celery\na = Celery()\na.config_from_object('proj.shop.settings')\n"


def codes(text: str, options: Options = VALUES) -> list[str]:
    """Return line and code of what is found in a configuration."""
    return [each.rpartition(" ")[0] for each in found(judged({CONFIG: text}, options))]


def after(text: str, options: Options = VALUES) -> str:
    """Return a configuration after all fixes."""
    changes = fixed({CONFIG: text}, replace(options, unsafe_fixes=True)).changes
    return changes[CONFIG].decode() if changes else text


@pytest.mark.parametrize(
    "text",
    [
        # Numbers, and what converts them.
        "import os\nworker_concurrency = int(os.environ['N'])",
        "from environ import Env\nenv = Env()\nworker_concurrency = env('N', default=4)",
        "from environ import Env\nenv = Env()\nworker_concurrency = env('N', default=unknown)",
        "from environ import Env\nenv = Env()\nworker_concurrency = env.int('N')",
        "from environs import Env\nenv = Env()\nworker_concurrency = env.int('N', 4)",
        "from decouple import config\nworker_concurrency = config('N', default=4, cast=int)",
        "from elsewhere import config\nworker_concurrency = config('N', 4)",
        "result_expires = '3600'",
        "worker_concurrency = unknown() or '4'",
        # Read, and converted where it is there.
        f"{READ_NUMBER}if worker_concurrency:\n    worker_concurrency = int(worker_concurrency)",
        f"{READ_TRUTH}if task_always_eager:\n    task_always_eager = task_always_eager == 'yes'",
        # Truths, and what only asks whether a variable is there.
        "task_always_eager = 'True'",
        "import os\ntask_always_eager = os.environ.get('CI')",
        "import os\ntask_always_eager = os.environ.get('CI', '')",
        "import os\ntask_always_eager = os.environ.get('CI', unknown)",
        "import os\ntask_always_eager = os.environ.get('E', 'no') == 'yes'",
        "from environ import Env\nenv = Env()\ntask_always_eager = env('E', default=False)",
        "from decouple import config\ntask_always_eager = config('E', default=False, cast=bool)",
        # Tuples that are meant.
        "imports = 'shop.tasks',",
        "worker_concurrency = 1, 2",
        "worker_concurrency = [1]",
        "broker_url = 'redis://a',",
        # Content types.
        "accept_content = ('json',)",
        "accept_content = unknown",
        "redis_db = '3'",
        # Transports and schemes.
        "broker_url = 'shop.transports.Transport://h'",
        "broker_url = 'Redis://localhost'",
        "broker_url = 'redis+socket:///run/redis.sock?virtual_host=2'",
        "broker_url = 'rabbitmq'",
        "broker_url = ''",
        "broker_url = None",
        "broker_url = 'localhost:6379'\nbroker_transport = 'redis'",
        "import os\nbroker_url = os.environ['BROKER']",
        "import os\nR = os.getenv('R', '')\nif R:\n    broker_url = f'{R}/1'\n",
        f"{OWN_TRANSPORT}broker_url = 'own://h'",
        "broker_url = 'gcpubsub://projects/shop'",
        # Parameters.
        "broker_url = 'amqp://h?heartbeat=60&ssl_cert_reqs=required'",
        "broker_url = 'mongodb://h/db?replicaSet=shop'",
        "broker_url = 'sqla+sqlite:///x?timeout=5'",
        "result_backend = 'redis://h/0?socket_timeout=5'",
        # Passwords.
        "broker_url = 'amqp://shop:%s?key=w@h//' % secret",
        "broker_url = 'amqp://shop:p%2Fw@h//'",
        "broker_url = 'amqp://{user}:{password}@{host}:{port}//'",
        "result_backend = 'db+mysql://shop:p#w@h/d'",
        "broker_url = 'amqp://a//;amqp://b//'",
        # Result backends.
        "result_backend = 'shop.backends.Backend://'",
        "result_backend = 'django-db'",
        "result_backend = 'rpc://'",
        "result_backend = 'db+postgresql://h/d'",
        "result_backend = 'memory://'\noverride_backends = {'memory': 'a:B'}",
        "import os\nresult_backend = f'{os.sep}x'",
        "import os\nresult_backend = f'{os.environ[\"A\"]}://x'",
        # Options.
        SENTINEL + "import os\nbroker_transport_options = {'master_name': os.environ['M']}",
        SENTINEL + "broker_transport_options = unknown",
        "broker_transport_options = {'reconnect_forever': True}",
        "broker_transport_options = {'visibility_timeout': 60}",
        REDIS + "broker_transport_options = {'visibility_timeout': 60, 1: 2, **unknown}",
        REDIS + "broker_transport_options = {'max_retries': 3, 'polling_interval': 1}",
        "broker_url = 'qpid://h'\nbroker_transport_options = {'visibility_timeout': 60}",
        "result_backend_transport_options = {'visibility_timeout': 60}",
        STORE + "result_backend_transport_options = {'global_keyprefix': 'a', 'retry_policy': {}}",
        # Pools and limits.
        "worker_pool = 'gevent'",
        "worker_pool = 'shop.pools:Pool'",
        "worker_pool = unknown",
        "task_soft_time_limit = 30\ntask_time_limit = 60",
        "task_soft_time_limit = 30",
        "task_soft_time_limit = 30\ntask_time_limit = None",
        "task_soft_time_limit = unknown\ntask_time_limit = 60",
        "worker_pool = 'solo'\ntask_time_limit = None",
        "worker_pool = 'gevent'\ntask_time_limit = 60",
        # Time zones.
        "timezone = 'Europe/Berlin'",
        "timezone = 'US/Pacific'",
        "timezone = ''",
        "timezone = '/etc/localtime'",
        "timezone = unknown",
    ],
)
def test_value_is_left_alone(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import os\nworker_concurrency = os.environ['N']", ["2 CEL201"]),
        ("import os\nworker_concurrency = os.getenv('N')", ["2 CEL201"]),
        (
            "import os\nif 'N' in os.environ:\n    worker_concurrency = os.environ['N']",
            ["3 CEL201"],
        ),
        ("import os\ntask_always_eager = os.environ['E']", ["2 CEL202"]),
        ("import os\ntask_always_eager = os.environ.get('E', 'False')", ["2 CEL202"]),
        ("import os\ntask_always_eager = os.environ.get('E', True)", ["2 CEL202"]),
        ("from decouple import config\ntask_acks_late = config('E', default=True)", ["2 CEL202"]),
        ("worker_concurrency = 4,", ["1 CEL203"]),
        ("task_default_queue = 'shop',", ["1 CEL203"]),
        ("import os\nresult_accept_content = os.environ['A']", ["2 CEL204"]),
        ("broker_url = 'redis+sentinel://h:26379'", ["1 CEL205"]),
        ("broker_url = ['amqp://a', 'rabbitmq://b']", ["1 CEL205"]),
        ("import os\nbroker_url = os.environ.get('B', 'django://')", ["2 CEL205"]),
        ("broker_url = 'postgresql://h/d'", ["1 CEL205"]),
        ("broker_url = 'guest@localhost//'", ["1 CEL206"]),
        ("broker_url = 'amqp://h?heartbeat=5&pool=3'", ["1 CEL207"]),
        ("broker_url = 'amqp://a//;amqp://u:p/w@h//'", ["1 CEL208"]),
        ("result_backend = 'redis://:p#w@h/0'", ["1 CEL208"]),
        ("result_backend = 'amqp'", ["1 CEL209"]),
        ("result_backend = 'mysql'", ["1 CEL211"]),
        ("result_backend = 'sqs://'", ["1 CEL211"]),
        (SENTINEL + "broker_transport_options = {'visibility_timeout': 60}", ["1 CEL212"]),
        ("broker_transport_options = {'visibilty_timeout': 60}", ["1 CEL213"]),
        (REDIS + "broker_transport_options = {'confirm_publish': True}", ["2 CEL214"]),
        (STORE + "result_backend_transport_options = {'master_name': 'a'}", ["2 CEL215"]),
        ("worker_pool = 'threads'\nworker_max_memory_per_child = 200000", ["2 CEL221"]),
        ("timezone = 'utc'", ["1 CEL224"]),
    ],
)
def test_value_is_found(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


def test_text_is_an_error_only_where_it_raises_in_any_case() -> None:
    text = (
        "import os\n"
        "broker_pool_limit = '10'\n"
        "worker_eta_task_limit = os.environ.get('N', 10)\n"
        "task_time_limit = '60'\n"
    )

    severities = [each.severity for each in judged({CONFIG: text}, VALUES).findings]

    assert severities == [Severity.ERROR, Severity.WARNING, Severity.INFO]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("broker_connection_timeout = '2.5'\n", "broker_connection_timeout = '2.5'\n"),
        ("task_time_limit = '2.5'\n", "task_time_limit = 2.5\n"),
        ("task_time_limit = ' 060 '\n", "task_time_limit = 60\n"),
        ("broker_pool_limit = 'many'\n", "broker_pool_limit = 'many'\n"),
        (
            "import os\nbroker_pool_limit = os.environ['N']\n",
            "import os\nbroker_pool_limit = os.environ['N']\n",
        ),
        (
            "import os\nN = os.getenv('N', 4)\nbroker_pool_limit = N\n",
            "import os\nN = os.getenv('N', 4)\nbroker_pool_limit = N\n",
        ),
        (
            "import os\nbroker_pool_limit = (os.getenv('N', '4'))\n",
            "import os\nbroker_pool_limit = int((os.getenv('N', '4')))\n",
        ),
        ("accept_content = 'json, yaml'\n", "accept_content = 'json, yaml'\n"),
        ("task_acks_late = True,  # late\n", "task_acks_late = True  # late\n"),
        ("task_acks_late = (True  # late\n,)\n", "task_acks_late = (True  # late\n,)\n"),
        ("task_acks_late = (f(1, 2),)\n", "task_acks_late = (f(1, 2))\n"),
        (
            "broker_url = 'rabbitmq://u:secret@h//'\n",
            "broker_url = 'amqp://u:secret@h//'\n",
        ),
        (
            "broker_url = 'valkey://a;valkey://b'\n",
            "broker_url = 'valkey://a;valkey://b'\n",
        ),
        (
            "import os\nbroker_url = os.getenv('B', 'valkey://a')\n",
            "import os\nbroker_url = os.getenv('B', 'valkey://a')\n",
        ),
        ("result_backend = 'amqp://'\n", "result_backend = 'amqp://'\n"),
        ("result_backend = 'sqlalchemy://h'\n", "result_backend = 'sqlalchemy://h'\n"),
        (
            REDIS + "broker_transport_options = {'visi' 'bilty_timeout': 60}\n",
            REDIS + "broker_transport_options = {'visi' 'bilty_timeout': 60}\n",
        ),
    ],
)
def test_fix_changes_what_is_exact_and_nothing_else(text: str, expected: str) -> None:
    assert after(text) == expected


def test_nothing_is_fixed_where_the_link_is_not_certain() -> None:
    text = (
        "CELERY_ACCEPT_CONTENT = 'json'\n"
        "CELERY_TASK_SERIALIZER = 'json',\n"
        "CELERY_ACKS_LATE = 'False'\n"
        "CELERYD_MAX_TASKS_PER_CHILD = '10'\n"
        "CELERY_RESULT_BACKEND = 'amqp'\n"
        "BROKER_URL = 'amqp://h'\n"
    )
    files = {
        "shop/settings.py": text,
        "app.py": APP,
    }

    report = judged(files, VALUES)

    assert [each.fix for each in report.findings if each.fix] == []


def test_database_keeps_its_driver_behind_the_prefix() -> None:
    text = "result_backend = 'mysql+pymysql://h/d'\n"
    (finding,) = judged({CONFIG: text}, VALUES).findings

    assert finding.help == "Write `db+mysql+pymysql://`"
    assert after(text) == "result_backend = 'db+mysql+pymysql://h/d'\n"


def test_broken_url_is_told_without_its_password() -> None:
    report = judged({CONFIG: "broker_url = 'amqp://shop:very#secret@h//'\n"}, VALUES)
    (finding,) = report.findings

    assert (
        finding.message
        == "The URL in `broker_url` raises ValueError: its password or user has to be quoted"
    )
    assert "very" not in repr(finding)
    assert "secret" not in repr(finding)


def test_url_without_scheme_is_told_without_its_password() -> None:
    (finding,) = judged({CONFIG: "broker_url = 'shop:hidden@h//'\n"}, VALUES).findings

    assert "hidden" not in repr(finding)


@pytest.mark.parametrize(
    ("target", "text", "expected"),
    [
        ("4.4", "result_backend = 'amqp://'", []),
        ("5.0", "result_backend = 'amqp://'", ["1 CEL209"]),
        ("3.1", "CELERY_RESULT_BACKEND = 'amqp://'", []),
        ("5.2", "timezone = 'europe/berlin'", []),
        ("5.2", "timezone = 'Asia/Beijing'", ["1 CEL224"]),
        ("5.6", "event_queue_durable = True", []),
        ("5.7", "control_queue_durable = True", ["1 CEL220"]),
        ("5.7", "worker_concurrency = '4'", []),
        ("3.1", "BROKER_URL = 'django://'", []),
    ],
)
def test_release_decides(target: str, text: str, expected: list[str]) -> None:
    assert codes(text, replace(VALUES, target_version=target)) == expected


def test_name_that_the_newest_release_does_not_read_is_left_alone() -> None:
    options = replace(VALUES, target_version=None)

    assert codes("CELERYD_SEND_EVENTS = 'False'", options) == []
    assert codes("CELERY_SEND_EVENTS = 'False'", options) == ["1 CEL202"]


def test_soft_limit_that_is_too_long_is_refused_from_5_7_on() -> None:
    text = "task_soft_time_limit = 60\ntask_time_limit = 30\n"
    options = replace(VALUES, target_version="5.7")

    messages = [
        judged({CONFIG: text}, each).findings[0].message.rpartition(": ")[2]
        for each in (VALUES, options)
    ]

    assert messages == ["it never takes effect", "sending a task raises ValueError"]


REDUNDANT = replace(TARGET, select=("CEL225",))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("task_acks_late = False", ["1 CEL225"]),
        ("task_acks_late = 0", []),
        ("broker_pool_limit = 10", ["1 CEL225"]),
        ("result_expires = 86400", []),
        ("broker_heartbeat = 120", []),
        ("import os\nif os.sep:\n    task_acks_late = False\nelse:\n    task_acks_late = True", []),
    ],
)
def test_default_that_is_set_is_found_on_request(text: str, expected: list[str]) -> None:
    assert codes(text, REDUNDANT) == expected


def test_obstacles_to_a_fix_are_told() -> None:
    text = "LIMIT = '10'\nbroker_pool_limit = LIMIT\n"

    assert notes(judged({CONFIG: text}, VALUES)) == [
        "Not fixed: the value of `broker_pool_limit` is not a plain literal (celeryconfig.py:2)"
    ]


def test_nothing_is_said_of_a_module_that_nobody_is_seen_to_load() -> None:
    text = "CELERY_TASK_ALWAYS_EAGER = 'False'\nCELERY_ACCEPT_CONTENT = 'json'\n"

    assert found(judged({"shop/settings.py": text}, VALUES)) == []
