"""What is wrong by where it stands is found there, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from celerylint.finding import Severity
from celerylint.options.table import Options
from tests.judged import Files, found, judged

EAGER = Options(select=("CEL714",), target_version="5.6")
ZONES = Options(select=("CEL712",), target_version="5.2")
APP = """from celery import Celery
app = Celery("shop")
app.config_from_object("django.conf:settings", namespace="CELERY")
"""
ON = "CELERY_TASK_ALWAYS_EAGER = True\n"
PARIS = "TIME_ZONE = 'Europe/Paris'\n"


def site(settings: Files, first: str = "shop.settings") -> Files:
    """Return a Django site that is started with a settings module."""
    start = f"import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', '{first}')\n"
    packages = {f"{path.rpartition('/')[0]}/__init__.py": "" for path in settings}
    return {"manage.py": start, "shop/celery.py": APP, **packages, **settings}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (PARIS, ["1 CEL712 TIME_ZONE"]),
        ("TIME_ZONE = 'UTC'", []),
        ("TIME_ZONE = zone()", []),
        (f"{PARIS}CELERY_TIMEZONE = TIME_ZONE", []),
        (f"{PARIS}CELERY_ENABLE_UTC = False", []),
        (f"{PARIS}if zone: TIME_ZONE = 'UTC'", []),
        ("if zone:\n    TIME_ZONE = 'Europe/Paris'", []),
        ("DEBUG = True", []),
    ],
)
def test_time_zone_of_django_counts_only_where_it_is_ignored(
    text: str, expected: list[str]
) -> None:
    assert found(judged(site({"shop/settings.py": text}), ZONES)) == expected


@pytest.mark.parametrize("target", ["3.1", "5.3", ">=5.2,<5.4"])
def test_other_releases_read_the_time_zone_of_django(target: str) -> None:
    files = site({"shop/settings.py": PARIS})

    assert judged(files, replace(ZONES, target_version=target)).findings == ()


def test_time_zone_of_a_module_is_none_of_django() -> None:
    assert judged({"celeryconfig.py": PARIS}, ZONES).findings == ()


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"shop/settings.py": ON}, [Severity.WARNING]),
        ({"shop/settings/production.py": ON}, [Severity.ERROR]),
        ({"shop/settings/local.py": ON}, []),
        ({"shop/settings/testing.py": ON}, []),
        ({"shop/settings.py": "CELERY_TASK_ALWAYS_EAGER = False"}, []),
        ({"shop/settings.py": f"if debug:\n    {ON}"}, []),
        ({"shop/settings.py": "DEBUG = True"}, []),
        (
            {"shop/base.py": ON, "shop/settings.py": "from .base import *\n" + ON[:-5] + "False"},
            [],
        ),
    ],
)
def test_eager_tasks_are_found_outside_of_tests(files: Files, expected: list[Severity]) -> None:
    first = tuple(files)[-1].removesuffix(".py").replace("/", ".")

    findings = judged(site(files, first), EAGER).findings

    assert [finding.severity for finding in findings] == expected


def test_switch_that_only_some_settings_have_is_left_alone() -> None:
    files = {
        "shop/base.py": ON,
        "shop/staging.py": "from .base import *\nCELERY_TASK_ALWAYS_EAGER = False\n",
    }

    assert judged(site(files, "shop.base"), EAGER).findings == ()


def test_settings_that_nothing_is_seen_to_load_are_left_alone() -> None:
    assert judged({"settings.py": "CELERY_ALWAYS_EAGER = True\n"}, EAGER).findings == ()
