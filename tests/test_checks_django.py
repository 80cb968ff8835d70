"""Settings that come through Django are judged as Celery sees them: upper case, and a namespace."""

from __future__ import annotations

import pytest

from celerylint.finding import Safety, Severity
from celerylint.options.table import Options
from tests.judged import TARGET, fixed, found, judged, knowledge

MANAGE = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n"
APP = "from celery import Celery\napp = Celery('shop')\n"
NAMESPACED = APP + "app.config_from_object('django.conf:settings', namespace='CELERY')\n"
PLAIN = APP + "app.config_from_object('django.conf:settings')\n"
OBJECT = "from django.conf import settings\n" + APP + "app.config_from_object(settings)\n"


def site(settings: str, app: str = NAMESPACED, **more: str) -> dict[str, str]:
    files = {"manage.py": MANAGE, "shop/celery.py": app, "shop/settings.py": settings}
    return {**files, "shop/__init__.py": "", **{f"shop/{k}.py": text for k, text in more.items()}}


def test_old_name_is_dead_under_the_namespace_of_the_app() -> None:
    report = judged(site("CELERY_TASK_SERIALIZER = 'json'\nCELERY_ACKS_LATE = True\n"))

    assert found(report) == ["2 CEL115 CELERY_ACKS_LATE"]
    assert report.findings[0].fix is not None
    assert report.findings[0].fix.safety is Safety.UNSAFE


def test_dead_name_comes_to_life_on_request() -> None:
    options = Options(target_version="5.6", unsafe_fixes=True)

    changes = fixed(site("CELERY_ACKS_LATE = True\n"), options).changes

    assert changes == {"shop/settings.py": b"CELERY_TASK_ACKS_LATE = True\n"}


@pytest.mark.parametrize("app", [PLAIN, OBJECT])
def test_old_names_without_a_namespace_move_under_one(app: str) -> None:
    report = judged(site("CELERY_ACKS_LATE = True\n", app))
    changes = fixed(site("CELERY_ACKS_LATE = True\n", app)).changes

    assert [f.code for f in report.findings] == ["CEL116", "CEL101"]
    assert changes["shop/settings.py"] == b"CELERY_TASK_ACKS_LATE = True\n"
    assert b"namespace='CELERY')" in changes["shop/celery.py"]


def test_prefixed_name_without_a_namespace_is_dead() -> None:
    report = judged(site("CELERY_BROKER_URL = 'memory://'\n", PLAIN))

    assert found(report) == ["1 CEL106 CELERY_BROKER_URL"]


def test_lower_case_names_of_a_settings_module_are_no_settings() -> None:
    report = judged(site("broker_url = 'memory://'\ntimezone = 'UTC'\n", PLAIN))

    assert found(report) == ["1 CEL118 broker_url"]


def test_lower_case_variable_that_the_settings_use_is_no_setting_gone_wrong() -> None:
    text = "broker_url = 'memory://'\nCELERY_BROKER_URL = broker_url\n"

    assert found(judged(site(text))) == []


def test_names_of_the_site_are_left_alone() -> None:
    text = "EMAIL_HOST = 'mail'\nS3_BUCKET = 'b'\nTASK_MAX_RETRIES = 3\nWORKER_TIMEOUTS = 4\n"

    assert found(judged(site(text))) == []


def test_misspelt_name_with_the_prefix_is_found() -> None:
    report = judged(site("CELERY_BROKER_URLL = 'memory://'\n"))

    assert found(report) == ["1 CEL104 CELERY_BROKER_URLL"]


def test_tests_that_override_a_dead_name_follow_it_to_life() -> None:
    tests = "from django.test import override_settings\n@override_settings(CELERY_ACKS_LATE=1)\n"
    options = Options(target_version="5.6", unsafe_fixes=True)
    files = site("CELERY_ACKS_LATE = True\n", tests=tests + "def test(): pass\n")

    changes = fixed(files, options).changes

    assert changes["shop/settings.py"] == b"CELERY_TASK_ACKS_LATE = True\n"
    assert b"@override_settings(CELERY_TASK_ACKS_LATE=1)" in changes["shop/tests.py"]


def test_settings_module_that_is_not_there_leaves_the_others_orphaned() -> None:
    files = {"shop/celery.py": NAMESPACED, "shop/options.py": "CELERYD_CONCURRENCY = 4\n"}

    assert found(judged(files)) == ["1 CEL003 None", "1 CEL101 CELERYD_CONCURRENCY"]


@pytest.mark.parametrize(
    ("base", "heir"),
    [
        ("", "from .settings import *\n{} = 8\n"),
        ("", "from .settings import *\nfor {} in (4, 8):\n    pass\n"),
        ("", "from .settings import *\nglobals()['{}'] = 8\n"),
        ("from .live import *\n", "{} = 8\n"),
    ],
)
def test_dead_name_that_another_module_overrides_comes_to_life_in_both(
    base: str, heir: str
) -> None:
    options = Options(target_version="5.6", unsafe_fixes=True)
    old, new = "CELERYD_CONCURRENCY", "CELERY_WORKER_CONCURRENCY"
    before = f"{old} = 4\n{base}"

    result = fixed(site(before, live=heir.format(old)), options)

    assert result.changes == {
        "shop/settings.py": before.replace(old, new).encode(),
        "shop/live.py": heir.format(new).encode(),
    }
    assert len(result.applied) == 1


def test_dead_name_that_is_overridden_on_conf_comes_to_life_in_both() -> None:
    options = Options(target_version="5.6", unsafe_fixes=True)
    app = NAMESPACED + "app.conf.CELERYD_CONCURRENCY = 8\n"

    changes = fixed(site("CELERYD_CONCURRENCY = 4\n", app), options).changes

    assert changes == {
        "shop/settings.py": b"CELERY_WORKER_CONCURRENCY = 4\n",
        "shop/celery.py": app.replace("CELERYD", "CELERY_WORKER").encode(),
    }


def test_dead_name_that_cannot_be_renamed_where_it_is_overridden_stays_dead() -> None:
    options = Options(target_version="5.6", unsafe_fixes=True)
    app = NAMESPACED + "app.conf.update({'CELERYD_' 'CONCURRENCY': 8})\n"

    assert fixed(site("CELERYD_CONCURRENCY = 4\n", app), options).changes == {}


def test_every_settings_module_is_judged() -> None:
    live = "from .settings import *\nCELERY_ROUTES = {}\n"
    report = judged(site("CELERY_TASK_SERIALIZER = 'json'\n", live=live), TARGET)

    assert found(report) == ["2 CEL115 CELERY_ROUTES"]


def test_settings_module_that_is_loaded_as_a_plain_one_is_not_followed_into_tests() -> None:
    app = APP + "app.config_from_object('shop.settings')\n"
    tests = "override_settings(CELERY_ACKS_LATE=1)\n"

    changes = fixed(site("CELERY_ACKS_LATE = True\n", app, tests=tests)).changes

    assert changes == {}


def test_dead_name_in_settings_that_are_guessed_is_a_warning_with_an_unsafe_fix() -> None:
    files = site("INSTALLED_APPS = []\nCELERY_ACKS_LATE = True\n")
    del files["manage.py"]
    (finding,) = judged(files).findings

    assert (finding.code, finding.severity) == ("CEL115", Severity.WARNING)
    assert finding.fix is not None
    assert finding.fix.safety is Safety.UNSAFE


def test_names_that_are_right_either_way_are_judged_by_nothing() -> None:
    """These are the names that an unknown namespace leaves in peace."""
    catalogue = knowledge()[1]
    either = [
        name
        for name in sorted(catalogue.identifiers)
        if name.isupper()
        and all(catalogue.meaning(name, (5, 6), space).honoured for space in (None, "CELERY"))
    ]
    app = APP + "app.config_from_object('django.conf:settings', namespace=f())\n"
    settings = "".join(f"{name} = f()\n" for name in either)
    options = Options(
        target_version="5.6", select=("CEL101", "CEL104", "CEL106", "CEL115", "CEL121")
    )

    assert len(either) == 57
    assert found(judged(site(settings, app), options)) == ["3 CEL121 None"]
