"""The namespace itself: its case, what loses against it, and where it is not known."""

from __future__ import annotations

import pytest

from celerylint.options.table import Options
from tests.judged import fixed, found, judged
from tests.test_checks_django import APP, MANAGE, NAMESPACED, PLAIN, site

LOWER = NAMESPACED.replace("'CELERY'", "'celery'")
SET = "CELERY_TASK_ALWAYS_EAGER = False\n"
WRITE = NAMESPACED + "app.conf.task_always_eager = True\n"
UNSAFE = Options(target_version="5.6", unsafe_fixes=True)


def test_namespace_in_lower_case_finds_nothing_in_django() -> None:
    files = site(SET, LOWER)

    assert found(judged(files)) == ["3 CEL117 celery"]
    assert fixed(files, UNSAFE).changes == {"shop/celery.py": NAMESPACED.encode()}


def test_namespace_that_is_assigned_in_lower_case_has_no_fix() -> None:
    report = judged(site(SET, PLAIN + "app.namespace = 'celery'\n"))
    (finding,) = (each for each in report.findings if each.code == "CEL117")

    assert finding.fix is None


def test_lower_case_name_without_a_setting_of_its_own_is_a_variable() -> None:
    assert found(judged(site("celery_shards = 3\ndef broker_url(): pass\n"))) == []


@pytest.mark.parametrize(
    ("options", "count"),
    [
        (Options(target_version="5.6"), 1),
        (Options(target_version=">=5.4"), 1),
        (Options(target_version="5.7"), 0),
        (Options(target_version="5.7", upgrading_from="5.6"), 1),
        (Options(target_version="3.1"), 0),
    ],
)
def test_write_that_loses_before_5_7_is_found(options: Options, count: int) -> None:
    codes = [finding.code for finding in judged(site(SET, WRITE), options).findings]

    assert codes.count("CEL119") == count


@pytest.mark.parametrize(
    "text",
    [
        NAMESPACED + "app.conf.CELERY_TASK_ALWAYS_EAGER = True\n",
        NAMESPACED + "app.conf.task_acks_late = True\n",
        NAMESPACED + "app.conf.task_always_eager = settings.CELERY_TASK_ALWAYS_EAGER\n",
        NAMESPACED + "app.conf.shards = 3\n",
        NAMESPACED + "app.conf.add_defaults({'task_always_eager': True})\n",
    ],
)
def test_write_that_does_not_lose_is_fine(text: str) -> None:
    assert "CEL119" not in {finding.code for finding in judged(site(SET, text)).findings}


def test_setting_of_one_branch_does_not_outweigh_for_good() -> None:
    settings = f"if 1:\n    {SET}"

    assert "CEL119" not in {each.code for each in judged(site(settings, WRITE)).findings}


def test_namespace_that_is_not_known_is_said_once() -> None:
    app = APP + "app.config_from_object('django.conf:settings', namespace=f())\n"
    files = {**site(SET, app), "shop/live.py": "from .settings import *\n"}

    codes = [finding.code for finding in judged(files).findings]

    assert codes.count("CEL121") == 1


def test_old_name_beside_the_new_one_never_counts() -> None:
    options = Options(target_version=">=5.4")
    report = judged(site("CELERY_ALWAYS_EAGER = True\n" + SET), options)

    assert found(report) == ["1 CEL107 CELERY_ALWAYS_EAGER"]
    message = "`CELERY_ALWAYS_EAGER` never counts beside `CELERY_TASK_ALWAYS_EAGER`"
    assert report.findings[0].message == message


def test_project_without_settings_has_nothing_to_say() -> None:
    assert found(
        judged({"manage.py": MANAGE, "shop/celery.py": LOWER, "shop/settings.py": ""})
    ) == ["3 CEL117 celery"]


@pytest.mark.parametrize(
    ("text", "version", "line"),
    [
        (NAMESPACED, "3.1", 3),
        (NAMESPACED, "4.0", None),
        (PLAIN + "app.namespace = 'CELERY'\n", "3.1", None),
        (NAMESPACED.replace("namespace=", "False, False, "), "3.1", None),
    ],
)
def test_namespace_is_a_type_error_before_celery_4(
    text: str, version: str, line: int | None
) -> None:
    files = {**site(SET, text), "requirements.txt": f"celery=={version}\n"}

    report = judged(files, Options(select=("CEL123",), target_version=version))

    assert found(report) == ([f"{line} CEL123 None"] if line else [])
