"""Rules hear what is said elsewhere, later, or in another spelling, before they speak."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from celerylint.options.table import Options
from tests.judged import TARGET, Files, fixed, found, judged

APP = "from celery import Celery\napp = Celery('shop')\n"
LOADED = APP + "app.config_from_object('celeryconfig')\n"
DJANGO = (
    "import os\nfrom celery import Celery\n"
    "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\napp = Celery('shop')\n"
    "app.config_from_object('django.conf:settings', namespace='CELERY')\n"
)
RESULTS = "result_backend = 'redis://h/1'\n"


def codes(files: Files, **options: Any) -> list[str]:  # noqa: ANN401 - as Options takes them
    """Return the codes found in a project, each with its setting."""
    report = judged(files, replace(TARGET, **options))
    return [f"{f.code} {f.setting}" if f.setting else f.code for f in report.findings]


# --- the same setting under a spelling that Celery ignores -------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("task_result_expires = 600\n", "CEL104 task_result_expires"),
        ("result_expire = 600\n", "CEL104 result_expire"),
        ("CELERY_RESULT_EXPIRES = 600\n", "CEL105 CELERY_RESULT_EXPIRES"),
    ],
)
def test_ignored_spelling_is_the_only_finding(text: str, expected: str) -> None:
    files = {"app.py": LOADED, "celeryconfig.py": RESULTS + text}

    assert codes(files) == [expected]


@pytest.mark.parametrize(
    ("text", "name", "renamed"),
    [
        ("task_result_expires = 600\n", "celeryconfig.py", "result_expires = 600\n"),
        ("result_expire = 600\n", "celeryconfig.py", "result_expires = 600\n"),
    ],
)
def test_rename_wins_over_the_fix_of_what_is_unset(text: str, name: str, renamed: str) -> None:
    files = {"app.py": LOADED, name: RESULTS + text}

    changes = fixed(files, replace(TARGET, unsafe_fixes=True)).changes

    assert changes == {name: (RESULTS + renamed).encode()}


@pytest.mark.parametrize(
    ("broker", "old", "new"),
    [
        ("amqp://h//", "BROKER_HEARTBEAT = 10\n", "CELERY_BROKER_HEARTBEAT = 10\n"),
        ("redis://h/0", "CELERY_TASK_RESULT_EXPIRES = 600\n", "CELERY_RESULT_EXPIRES = 600\n"),
    ],
)
def test_old_name_under_a_namespace_is_renamed_and_keeps_its_value(
    broker: str, old: str, new: str
) -> None:
    kept = f"INSTALLED_APPS = []\nCELERY_BROKER_URL = {broker!r}\n"
    kept += "CELERY_RESULT_BACKEND = 'redis://h/1'\n" if "EXPIRES" in old else ""
    files = {"app.py": DJANGO, "settings.py": kept + old}

    changes = fixed(files, replace(TARGET, unsafe_fixes=True)).changes

    assert changes == {"settings.py": (kept + new).encode()}


def test_setting_that_no_spelling_mentions_is_unset() -> None:
    files = {"app.py": LOADED, "celeryconfig.py": RESULTS + "ttl = 3\nlogs_path = ''\n"}

    assert codes(files) == ["CEL401 result_expires"]


# --- what is changed after it was set -----------------------------------------------------------

PICKLE = "broker_url = 'redis://h'\ntask_serializer = 'pickle'\naccept_content = ['json']\n"


@pytest.mark.parametrize(
    "files",
    [
        {"app.py": LOADED, "celeryconfig.py": PICKLE + "accept_content.append('pickle')\n"},
        {"app.py": LOADED, "celeryconfig.py": PICKLE + "if X:\n    accept_content.insert(0, Y)\n"},
        {
            "app.py": LOADED + "app.conf.accept_content.append('pickle')\n",
            "celeryconfig.py": PICKLE,
        },
        {
            "app.py": LOADED,
            "celeryconfig.py": PICKLE.replace("['json']", "KINDS").replace(
                "accept", "KINDS = ['json']\nKINDS.extend(MORE)\naccept"
            ),
        },
    ],
)
def test_list_that_is_changed_in_place_is_not_known(files: Files) -> None:
    assert codes(files) == []


@pytest.mark.parametrize("more", ["", "other.append('pickle')\n", "accept_content.index('json')\n"])
def test_list_that_stays_as_it_is_is_known(more: str) -> None:
    assert codes({"app.py": LOADED, "celeryconfig.py": PICKLE + more}) == ["CEL501 task_serializer"]


# --- other claims -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reader", "expected"),
    [
        ("from app import app\nprint(app.conf.shop_limit)\n", []),
        ("LIMIT = 'shop_limit'\n", []),
        ("print(shop_limits)\n", ["CEL104 shop_limit"]),
    ],
)
def test_own_setting_that_a_file_without_celery_reads_is_left_alone(
    reader: str, expected: list[str]
) -> None:
    assert codes({"app.py": APP + "app.conf.shop_limit = 3\n", "report.py": reader}) == expected


SHARED = (
    "from celery import Celery\nimport shared\na = Celery('a')\na.config_from_object('shared')\n"
    "b = Celery('b')\nb.config_from_object(shared, namespace='CELERY')\n"
)


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        # It is ignored for one of the two, which is another finding.
        ("5.6", ["CEL101 BROKER_URL", "CEL115 BROKER_URL"]),
        ("5.7", ["CEL101 BROKER_URL"]),
        (">=5.4", ["CEL101 BROKER_URL"]),
    ],
)
def test_name_that_counts_for_another_app_counts(target: str, expected: list[str]) -> None:
    shared = "BROKER_URL = 'redis://h/1'\nCELERY_BROKER_URL = 'redis://h/2'\n"
    files = {"app.py": SHARED, "shared.py": shared}

    assert codes(files, target_version=target) == expected


def test_settings_that_an_app_loads_are_not_called_unlinked() -> None:
    files = {
        "app.py": LOADED,
        "celeryconfig.py": "BROKER_URL = 'redis://h/1'\nCELERY_IMPORTS = ('shop',)\n",
        "celeryconfig_prod.py": "from celeryconfig import *\nCELERY_IMPORTS += ('more',)\n",
    }
    report = judged(files)

    places = [(f.place.path, f.code) for f in report.findings if f.code == "CEL003"]
    assert places == [("celeryconfig_prod.py", "CEL003")]


def test_default_queue_that_is_declared_has_the_exchange_that_it_declares() -> None:
    queue = "CELERY_DEFAULT_QUEUE = 'shop'\n"
    declared = "from kombu import Exchange, Queue\n" + queue
    declared += "CELERY_QUEUES = (Queue('shop', Exchange('shop'), routing_key='shop'),)\n"
    options = {"upgrading_from": "3.1", "select": ("CEL807",)}

    assert codes({"app.py": LOADED, "celeryconfig.py": queue}, **options) == [
        "CEL807 CELERY_DEFAULT_QUEUE"
    ]
    assert codes({"app.py": LOADED, "celeryconfig.py": declared}, **options) == []


@pytest.mark.parametrize(
    ("url", "expected"),
    [("redis+sentinel://h", []), ("redis-sentinel://h", ["CEL211"]), ("reddis://h", ["CEL211"])],
)
def test_scheme_of_a_result_backend_ends_at_its_plus(url: str, expected: list[str]) -> None:
    report = judged({"app.py": f"from celery import Celery\napp = Celery('a', backend='{url}')\n"})

    assert [f.code for f in report.findings if f.code == "CEL211"] == expected


@pytest.mark.parametrize(
    ("written", "suggested"),
    [
        ("app.conf.enable_uts = False\n", "enable_utc"),
        ("app.conf.update(task_track_start=True)\n", "task_track_started"),
    ],
)
def test_slip_on_conf_is_corrected_to_the_plain_name(written: str, suggested: str) -> None:
    files = {"app.py": DJANGO + written, "settings.py": "INSTALLED_APPS = []\n"}

    message = judged(files).findings[0].message

    assert message.endswith(f"did you mean `{suggested}`?")


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("5.6", "Celery ignores `CELERY_DEFAULT_QUEUE` under the namespace `CELERY`"),
        (
            ">=5.4",
            "Celery ignores `CELERY_DEFAULT_QUEUE` under the namespace `CELERY` before 5.7",
        ),
    ],
)
def test_what_holds_for_part_of_the_range_is_said_so(target: str, message: str) -> None:
    files = {
        "app.py": DJANGO,
        "settings.py": "INSTALLED_APPS = []\nCELERY_DEFAULT_QUEUE = 'q'\n",
    }
    report = judged(files, Options(target_version=target))

    assert found(report) == ["2 CEL115 CELERY_DEFAULT_QUEUE"]
    assert report.findings[0].message == message


KEPT = "from celery import Celery\napp = Celery('a', backend='redis://h')\n"


@pytest.mark.parametrize(
    ("app", "expected"),
    [
        (KEPT, {}),
        (
            f"{KEPT}app.conf.task_acks_late = True\n",
            {"app.conf.redis_socket_timeout = None"},
        ),
    ],
)
def test_none_is_written_where_it_counts(app: str, expected: set[str]) -> None:
    options = replace(TARGET, upgrading_from="3.1", select=("CEL829",), unsafe_fixes=True)

    changes = fixed({"app.py": app}, options).changes

    added = {line for raw in changes.values() for line in raw.decode().splitlines()}
    assert added - set(app.splitlines()) == set(expected)


SITE = (
    "import os\nfrom celery import Celery\n"
    "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'proj.settings')\napp = Celery('proj')\n"
    "app.config_from_object('django.conf:settings', namespace='CELERY')\n"
)


def test_module_that_shares_constants_with_a_site_is_no_settings_module() -> None:
    files = {
        "proj/__init__.py": "",
        "proj/celery.py": SITE,
        "proj/consts.py": "LIMIT = 3\n",
        "proj/helpers.py": "def helper(): return 1\n",
        "proj/settings.py": "from proj.consts import *\nINSTALLED_APPS = []\n",
        "proj/tasks.py": "from proj.consts import *\nfrom proj.helpers import *\nCELERY_ACKS = 1\n",
    }
    report = judged(files)

    assert report.crashes == ()
    assert codes(files, namespace=None) == []
