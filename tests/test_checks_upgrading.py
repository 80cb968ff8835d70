"""What an upgrade changes for a project: when the rules of CEL8 speak, and when they do not."""

from __future__ import annotations

import pytest

from celerylint.options.table import Options
from tests.judged import fixed, found, judged

DJANGO = """
import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
app = Celery("shop")
app.config_from_object("django.conf:settings", namespace="CELERY")
"""
VIENNA = 'TIME_ZONE = "Europe/Vienna"\n'
NAMESPACED = """
from celery import Celery

app = Celery("shop")
app.config_from_object("celeryconfig", namespace="CELERY")
"""


def upgrading(before: str, target: str, *codes: str) -> Options:
    """Return the options of an upgrade, for some rules alone."""
    return Options(select=codes or ("CEL8",), upgrading_from=before, target_version=target)


def codes(text: str, before: str, target: str) -> set[str]:
    """Return the codes of what is found in a configuration."""
    report = judged({"celeryconfig.py": text}, upgrading(before, target))
    assert report.crashes == ()
    return {finding.code for finding in report.findings}


def site(settings: str, before: str, target: str) -> list[str]:
    """Return what is found about the time zone of a Django site."""
    files = {"app.py": DJANGO, "settings.py": settings}
    return found(judged(files, upgrading(before, target, "CEL806")))


# --- which upgrade ------------------------------------------------------------------------------


def test_without_an_upgrade_there_are_no_hazards() -> None:
    report = judged({"celeryconfig.py": "CELERY_ACKS_LATE = True\n"}, Options(select=("CEL8",)))

    assert report.findings == ()


@pytest.mark.parametrize(
    ("before", "target", "is_passed"),
    [
        ("3.1", "4.4", True),
        ("3.1", "5.6", True),
        ("4.0", "5.6", False),
        ("3.1", "3.1.25", False),
        ("3.1-4.1", "5.6", False),
        ("3.1", ">=3.1.25,<5", False),
    ],
)
def test_hazard_shows_where_its_release_is_passed_for_certain(
    before: str, target: str, *, is_passed: bool
) -> None:
    assert ("CEL805" in codes("CELERY_ACKS_LATE = True\n", before, target)) is is_passed


def test_current_release_of_the_requirements_is_no_upgrade() -> None:
    files = {"celeryconfig.py": "task_acks_late = True\n", "requirements.txt": "celery==5.2.7\n"}
    options = Options(select=("CEL8",), target_version="5.6")

    assert judged(files, options).findings == ()


# --- what is set --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CELERY_ACKS_LATE = True\n", True),
        ('CELERY_ACCEPT_CONTENT = ["json", "pickle"]\n', True),
        ('CELERY_ACCEPT_CONTENT = ["json"]\n', False),
        ("CELERY_ACCEPT_CONTENT = unknown()\n", False),
        ('CELERY_ACCEPT_CONTENT = "json"\n', False),
        ('CELERY_TASK_SERIALIZER = "json"\n', False),
        ("from elsewhere import *\nCELERY_ACKS_LATE = True\n", False),
    ],
)
def test_pickle_is_missed_where_it_was_the_default(text: str, *, expected: bool) -> None:
    assert ("CEL804" in codes(text, "3.1", "5.6")) is expected


def test_pin_leaves_what_is_set() -> None:
    text = 'accept_content = ["pickle"]\nresult_serializer = "yaml"\n'

    result = fixed(
        {"celeryconfig.py": text},
        Options(select=("CEL804",), upgrading_from="3.1", target_version="5.6", unsafe_fixes=True),
    )

    lines = result.changes["celeryconfig.py"].decode().splitlines()
    assert sorted(lines) == sorted([*text.splitlines(), 'task_serializer = "pickle"'])


def test_pin_stands_in_no_branch() -> None:
    text = (
        "import sys\n\nif sys.argv:\n    task_default_queue = 'shop'\nelse:\n"
        "    task_default_queue = 'bar'\ntask_acks_late = True\n"
    )

    result = fixed(
        {"celeryconfig.py": text},
        Options(select=("CEL807",), upgrading_from="3.1", target_version="5.6", unsafe_fixes=True),
    )

    after = result.changes["celeryconfig.py"].decode()
    assert after == f'{text}task_default_exchange = "celery"\ntask_default_routing_key = "celery"\n'


def test_pin_needs_something_to_stand_beside() -> None:
    files = {"app.py": 'from celery import Celery\n\napp = Celery("shop")\n'}

    (finding,) = judged(files, upgrading("3.1", "5.6", "CEL805")).findings

    assert finding.fix is None


def test_pin_says_what_is_in_its_way() -> None:
    text = "CELERY_ACKS_LATE = CELERY_IGNORE_RESULT = True\n"

    (finding,) = judged({"celeryconfig.py": text}, upgrading("3.1", "5.6", "CEL805")).findings

    assert finding.fix is None
    assert finding.notes


# --- the time zone of Django --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "before", "target", "expected"),
    [
        (VIENNA, "3.1", "4.4", ["1 CEL806 TIME_ZONE"]),
        (VIENNA, "5.2", "5.6", ["1 CEL806 TIME_ZONE"]),
        (VIENNA, "3.1", "5.6", []),
        (VIENNA, "5.3", "5.6", []),
        ('TIME_ZONE = "UTC"\n', "3.1", "4.4", []),
        ("import os\n\nTIME_ZONE = os.environ['TZ']\n", "3.1", "4.4", []),
        (f'{VIENNA}CELERY_TIMEZONE = "UTC"\n', "3.1", "4.4", []),
        (f"{VIENNA}CELERY_ENABLE_UTC = False\n", "5.2", "5.6", []),
        (f"{VIENNA}from .local import *\n", "3.1", "4.4", []),
    ],
)
def test_time_zone_of_django(settings: str, before: str, target: str, expected: list[str]) -> None:
    assert site(settings, before, target) == expected


def test_time_zone_that_shares_its_statement_is_left() -> None:
    files = {"app.py": DJANGO, "settings.py": 'TIME_ZONE = OTHER = "Europe/Vienna"\n'}

    (finding,) = judged(files, upgrading("3.1", "4.4", "CEL806")).findings

    assert finding.fix is None
    assert finding.notes


def test_time_zone_without_django_is_left_to_its_owner() -> None:
    assert codes(VIENNA, "5.2", "5.6") == {"CEL809"}


# --- what begins to count -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ("CELERYD_CONCURRENCY = 4\n", ["1 CEL801 CELERYD_CONCURRENCY"]),
        ("CELERYD_CONCURRENCY = 4\nCELERY_WORKER_CONCURRENCY = 2\n", []),
        ("CELERY_WORKER_CONCURRENCY = 2\n", []),
    ],
)
def test_old_name_under_a_namespace(config: str, expected: list[str]) -> None:
    files = {"app.py": NAMESPACED, "celeryconfig.py": config}

    assert found(judged(files, upgrading("5.6", "5.7", "CEL801"))) == expected
    assert found(judged(files, upgrading("3.1", "5.7", "CEL801"))) == []


@pytest.mark.parametrize(
    ("keyword", "codes"),
    [
        ("task_protocol=1", []),
        ("task_protocol=2", ["6 CEL820 task_protocol"]),
        ("result_expires=86400", []),
        ("redis_socket_timeout=None", []),
        ("redis_socket_timeout=3", ["6 CEL820 redis_socket_timeout"]),
    ],
)
def test_keyword_with_the_value_of_a_fix_is_silent(keyword: str, codes: list[str]) -> None:
    head = 'from celery import Celery\n\napp = Celery(\n    "shop",\n    include=["shop.tasks"],\n'

    judgement = judged({"app.py": f"{head}    {keyword},\n)\n"}, upgrading("3.1", "5.6", "CEL820"))

    assert found(judgement) == codes


def test_keyword_that_was_kept_earlier_is_silent() -> None:
    text = 'from celery import Celery\n\napp = Celery("shop", broker_use_ssl=True)\n'

    assert found(judged({"app.py": text}, upgrading("4.4", "5.2", "CEL820"))) == []


@pytest.mark.parametrize(
    ("url", "is_found"),
    [
        ("redis://shop:secret@localhost/0", True),
        ("sentinel://shop:secret@localhost/0", True),
        ("redis://:secret@localhost/0", False),
        ("redis://localhost/0", False),
        ("amqp://shop:secret@localhost//", False),
    ],
)
def test_user_name_in_a_redis_url(url: str, *, is_found: bool) -> None:
    text = f'broker_url = "{url}"\n'

    report = judged({"celeryconfig.py": text}, upgrading("5.0", "5.2", "CEL819"))

    assert bool(report.findings) is is_found
    assert all("secret" not in finding.message for finding in report.findings)


# --- what is no worker --------------------------------------------------------------------------


def test_apps_of_tests_wait_for_nothing() -> None:
    files = {"tests/test_shop.py": "from celery import Celery\n\napp = Celery()\n"}

    assert found(judged(files, upgrading("3.1", "5.6"))) == []


def test_module_that_only_holds_an_app_is_no_configuration() -> None:
    files = {"celery_config.py": "from celery import Celery\n\ndef make():\n    return Celery()\n"}

    assert found(judged(files, upgrading("3.1", "5.6", "CEL804"))) == ["4 CEL804 task_serializer"]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("docs/conf.py", "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'bare'\n", []),
        ("pytest.ini", "[pytest]\nDJANGO_SETTINGS_MODULE = bare\n", []),
        ("run.sh", "export DJANGO_SETTINGS_MODULE=bare\n", ["7 CEL804 CELERY_TASK_SERIALIZER"]),
    ],
)
def test_settings_of_tests_and_documentation_may_leave_out(
    path: str, text: str, expected: list[str]
) -> None:
    files = {
        "app.py": DJANGO,
        "settings.py": "CELERY_TASK_SERIALIZER = 'json'\n",
        "bare.py": "DEBUG = True\n",
        path: text,
    }

    assert found(judged(files, upgrading("3.1", "5.6", "CEL804"))) == expected
