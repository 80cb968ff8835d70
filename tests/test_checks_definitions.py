"""Settings that are read, but not as they look."""

from __future__ import annotations

import pytest

from celerylint.options.table import Options
from tests.judged import fixed, found, judged, notes

PLAIN = 'from celery import Celery\n\napp = Celery("shop")\napp.config_from_object("conf")\n'
NAMESPACED = PLAIN.replace('"conf"', '"conf", namespace="CELERY"')
APP = 'from celery import Celery\n\napp = Celery("shop")\n'
UNSAFE = Options(target_version="5.6", unsafe_fixes=True)


def of(code: str, files: dict[str, str], target: str = "5.6") -> list[str]:
    """Return the findings of one rule in short."""
    return found(judged(files, Options(select=(code,), target_version=target)))


# --- set twice ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "loser"),
    [
        ("broker_url = 1\nBROKER_URL = 2\n", "2 CEL107 BROKER_URL"),
        ("BROKER_URL = 1\nbroker_url = 2\n", "1 CEL107 BROKER_URL"),
        ("broker_url = 1\nbroker_url = 2\n", "1 CEL107 broker_url"),
        ("if x:\n    broker_url = 1\n    BROKER_URL = 2\n", "3 CEL107 BROKER_URL"),
        ("broker_url = 1\nif x:\n    BROKER_URL = 2\n", "3 CEL107 BROKER_URL"),
        ("broker_url = 1\nprint(x)\nbroker_url = 2\n", "1 CEL107 broker_url"),
    ],
)
def test_value_that_never_counts_is_found(text: str, loser: str) -> None:
    assert of("CEL107", {"celeryconfig.py": text}) == [loser]


@pytest.mark.parametrize(
    "text",
    [
        "BROKER_URL = 1\nif x:\n    broker_url = 2\n",
        "BROKER_URL = 1\ndef broker_url():\n    pass\n",
        "if x:\n    broker_url = 1\nelse:\n    broker_url = 2\n",
        "broker_url = 1\nif x:\n    broker_url = 2\n",
        "imports = []\nimports += ['a']\nimports = [*imports]\n",
        "broker_url = 1\nprint(broker_url)\nbroker_url = 2\n",
        "broker_url = 1\nbroker_url = broker_url + 1\n",
        "def f():\n    return broker_url\nbroker_url = 1\nx = f()\nbroker_url = 2\n",
        "broker_url = 1\ndel broker_url\nbroker_url = 2\n",
        "shop = 1\nshop = 2\n",
    ],
)
def test_value_that_may_count_is_let_pass(text: str) -> None:
    assert of("CEL107", {"celeryconfig.py": text}) == []


FIXTURE = "@fixture\ndef eager():\n    app.conf.task_always_eager = 1\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("app.conf.broker_url = 1\napp.conf.broker_url = 2\n", ["4 CEL107 broker_url"]),
        ("app.conf.broker_url = 1\napp.conf.BROKER_URL = 2\n", []),
        ("app.conf.task_always_eager = 1\nrun()\napp.conf.task_always_eager = 0\n", []),
        (f"{FIXTURE}    yield\n    app.conf.task_always_eager = 0\n", []),
    ],
)
def test_later_write_to_conf_wins(text: str, expected: list[str]) -> None:
    assert of("CEL107", {"app.py": APP + text}) == expected


def test_name_with_the_namespace_wins() -> None:
    text = "task_acks_late = 1\nCELERY_TASK_ACKS_LATE = 2\nCELERY_TIMEZONE = 1\ntimezone = 2\n"

    report = judged({"app.py": NAMESPACED, "conf.py": text})

    assert found(report) == ["1 CEL107 task_acks_late"]
    assert report.findings[0].help == (
        "Keep one of the two: Celery asks for `CELERY_TASK_ACKS_LATE` first"
    )
    assert [label.text for label in report.findings[0].labels] == ["this one counts"]


def test_unloaded_module_is_not_judged() -> None:
    text = "CELERYD_CONCURRENCY = 1\nCELERYD_CONCURRENCY = 2\ncassandra_bundle_path = ''\n"

    for code in ("CEL107", "CEL110", "CEL111", "CEL113"):
        assert of(code, {"worker.py": text}) == []


def test_one_module_may_set_again_what_another_set() -> None:
    files = {
        "celeryconfig.py": "from base import *\nbroker_url = 2\n",
        "base.py": "broker_url = 1\n",
    }

    assert of("CEL107", files) == []


# --- deprecated, unread, dropped ------------------------------------------------------------------


def test_deprecated_setting_names_its_replacements_as_they_are_spelled_here() -> None:
    files = {"app.py": NAMESPACED, "conf.py": "CELERY_TASK_ACKS_ON_FAILURE_OR_TIMEOUT = 1\n"}

    (finding,) = judged(files, Options(target_version="5.7")).findings

    assert finding.message == "Celery 5.7.0 deprecates `CELERY_TASK_ACKS_ON_FAILURE_OR_TIMEOUT`"
    assert finding.help.startswith(
        "Write `CELERY_TASK_ACKS_ON_FAILURE` and `CELERY_TASK_ACKS_ON_TIMEOUT`: "
    )


def test_deprecation_is_told_only_where_all_releases_have_the_replacement() -> None:
    files = {"celeryconfig.py": "task_acks_on_failure_or_timeout = 1\n"}

    assert of("CEL110", files, "5.7") == ["1 CEL110 task_acks_on_failure_or_timeout"]
    assert of("CEL110", files, "5.6-5.7") == []


def test_setting_that_no_code_reads_says_what_to_do_instead() -> None:
    (finding,) = judged({"celeryconfig.py": "cassandra_bundle_path = ''\n"}).findings

    assert (finding.code, finding.help) == (
        "CEL111",
        "The backend reads cassandra_secure_bundle_path instead",
    )


def test_keyword_of_the_app_is_dropped_before_5_1() -> None:
    files = {
        "app.py": "from celery import Celery\n\napp = Celery(task_acks_late=True, broker='')\n"
    }

    assert of("CEL112", files, "5.0.5") == ["3 CEL112 task_acks_late"]
    assert of("CEL112", files, "5.0-5.2") == []
    assert of("CEL112", {"app.py": APP + "app.conf.task_acks_late = 1\n"}, "4.4") == []


# --- imports --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from datetime import timezone\n", ["1 CEL113 timezone"]),
        ("from django.urls import include\n", ["1 CEL113 include"]),
        ("from datetime import timezone as timezone\n", ["1 CEL113 timezone"]),
        ("from .clock import timezone\n", []),
        ("import timezone\n", []),
        ("from shop import timezone\n", []),
        ("from datetime import timezone\ntimezone = 'UTC'\n", []),
        ("timezone = 'UTC'\n", []),
        ("from datetime import tzinfo\n", []),
    ],
)
def test_import_of_a_library_becomes_a_setting(text: str, expected: list[str]) -> None:
    assert of("CEL113", {"celeryconfig.py": text}) == expected


def test_import_does_no_harm_where_the_setting_is_set() -> None:
    text = "from datetime import timezone\n"
    files = {"app.py": PLAIN + "app.conf.timezone = 'UTC'\n", "conf.py": text}

    assert of("CEL113", files) == []
    assert of("CEL113", {"app.py": NAMESPACED, "conf.py": text + "CELERY_TIMEZONE = ''\n"}) == []


def test_import_is_no_setting_on_celery_3() -> None:
    assert of("CEL113", {"celeryconfig.py": "from datetime import timezone\n"}, "3.1") == []


def test_import_steps_aside_with_all_its_uses() -> None:
    text = (
        "from datetime import timezone\nA = timezone.utc\ndef f(timezone):\n    return timezone\n"
    )

    after = text.replace("import timezone", "import timezone as datetime_timezone")
    after = after.replace("A = timezone", "A = datetime_timezone")
    assert fixed({"celeryconfig.py": text}, UNSAFE).changes == {"celeryconfig.py": after.encode()}


def test_import_under_an_alias_takes_another_alias() -> None:
    text = "from datetime import tzinfo as timezone\nA = timezone\n"

    after = b"from datetime import tzinfo as datetime_timezone\nA = datetime_timezone\n"
    assert fixed({"celeryconfig.py": text}, UNSAFE).changes == {"celeryconfig.py": after}


@pytest.mark.parametrize(
    "more", ["shop_task_routes = 1\n", "x = shop_task_routes\n", "__all__ = ['task_routes']\n"]
)
def test_import_stays_where_it_cannot_be_renamed(more: str) -> None:
    text = "from celery.shop import task_routes\n" + more
    reason = "`task_routes` is exported here"
    if "__all__" not in more:
        reason = "`task_routes` and `shop_task_routes` are both in use"

    (note,) = notes(judged({"celeryconfig.py": text}))

    assert note.startswith(f"Not fixed: {reason}")
