"""What the rules on namespaces and Django settings claim, shown on the real Celery and Django."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.oracle import CELERY_VERSIONS, Answer, Job, ask, python_of

SITE = """
import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
app = Celery("shop")
app.config_from_object("django.conf:settings"{namespace})
"""
NAMESPACED = SITE.format(namespace=", namespace='CELERY'")
OVERRIDE = """
from django.conf import settings
from django.test import override_settings

from main import app


def eager(**given):
    with override_settings(**given):
        return app.conf.task_always_eager


def both():
    return [eager(CELERY_ALWAYS_EAGER=True), eager(CELERY_TASK_ALWAYS_EAGER=True)]


def assigned():
    with override_settings():
        settings.CELERY_ALWAYS_EAGER = True
        return app.conf.task_always_eager


def read():
    default = getattr(settings, "CELERY_ALWAYS_EAGER", False)
    try:
        settings.CELERY_ALWAYS_EAGER
    except AttributeError:
        return [default, settings.CELERY_TASK_ALWAYS_EAGER]
"""
DJANGO = "SECRET_KEY = 'for tests'\nUSE_TZ = True\nTIME_ZONE = 'Europe/Oslo'\n"
URL = "redis://localhost/0"

# The app, the settings, and what to look at.
TRIALS: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "lower-case-namespace": (
        NAMESPACED.replace("CELERY", "celery"),
        f"CELERY_BROKER_URL = '{URL}'",
        (),
    ),
    "lower-case-name": (NAMESPACED, f"celery_broker_url = broker_url = '{URL}'", ()),
    "lower-case-name-plain": (SITE.format(namespace=""), f"broker_url = '{URL}'", ()),
    "write": (
        NAMESPACED + "app.conf.task_always_eager = True\n",
        "CELERY_TASK_ALWAYS_EAGER = False",
        ("main:app.conf.task_always_eager",),
    ),
    "write-with-prefix": (
        NAMESPACED + "app.conf.CELERY_TASK_ALWAYS_EAGER = True\n",
        "CELERY_TASK_ALWAYS_EAGER = False",
        ("main:app.conf.task_always_eager",),
    ),
    "override": (NAMESPACED, f"CELERY_BROKER_URL = '{URL}'", ("use:both()",)),
    "override-plain": (SITE.format(namespace=""), f"BROKER_URL = '{URL}'", ("use:both()",)),
    "assigned": (NAMESPACED, f"CELERY_BROKER_URL = '{URL}'", ("use:assigned()",)),
    "read": (NAMESPACED, "CELERY_TASK_ALWAYS_EAGER = True", ("use:read()",)),
    "both": (
        NAMESPACED,
        "CELERY_ALWAYS_EAGER = True\nCELERY_TASK_ALWAYS_EAGER = False",
        ("main:app.conf.task_always_eager",),
    ),
    "serializer": (NAMESPACED, "CELERY_TASK_SERIALIZER = 'yaml'", ()),
    "serializer-plain": (SITE.format(namespace=""), "CELERY_TASK_SERIALIZER = 'yaml'", ()),
    "zone": (NAMESPACED, "CELERY_TASK_SERIALIZER = 'json'", ("main:str(app.timezone)",)),
    "zone-plain": (SITE.format(namespace=""), "BROKER_URL = 'x'", ("main:str(app.timezone)",)),
}


@pytest.fixture(scope="module", params=CELERY_VERSIONS)
def answers(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Answers:
    """Return what one Celery makes of all trials."""
    celery: str = request.param
    root = tmp_path_factory.mktemp(celery)
    jobs = [job(root / name, *trial) for name, trial in TRIALS.items()]
    found = ask(python_of(celery), jobs).answers
    assert [answer.error for answer in found] == [None] * len(jobs)
    return Answers(celery, dict(zip(TRIALS, found, strict=True)))


class Answers:
    """The answers of one Celery, by trial."""

    def __init__(self, celery: str, by_name: Mapping[str, Answer]) -> None:
        """Keep the answers; `old` are those of the release before 5.7."""
        self.old = celery == CELERY_VERSIONS[0]
        self.by_name = by_name

    def value(self, name: str) -> object:
        """Return the value of what a trial looks at."""
        ((_, value),) = self.by_name[name].watched.items()
        return value


def job(folder: Path, main: str, settings: str, watch: tuple[str, ...]) -> Job:
    """Return the job that loads a site from a new folder."""
    folder.mkdir()
    folder.joinpath("main.py").write_text(main, "utf-8")
    folder.joinpath("settings.py").write_text(f"{DJANGO}{settings}\n", "utf-8")
    folder.joinpath("use.py").write_text(OVERRIDE, "utf-8")
    return Job(folder, "django:main:app settings=settings", watch=watch)


@pytest.mark.parametrize(
    "name", ["lower-case-namespace", "lower-case-name", "lower-case-name-plain"]
)
def test_lower_case_does_not_come_through_django(name: str, answers: Answers) -> None:
    assert "broker_url" not in answers.by_name[name].explicit


def test_write_to_conf_loses_before_5_7(answers: Answers) -> None:
    assert answers.value("write") == ["bool", str(not answers.old)]


def test_write_to_conf_with_the_prefix_always_counts(answers: Answers) -> None:
    assert answers.value("write-with-prefix") == ["bool", "True"]


def test_override_of_an_old_name_does_nothing_before_5_7(answers: Answers) -> None:
    assert answers.value("override") == [
        "list",
        [["bool", str(not answers.old)], ["bool", "True"]],
    ]


def test_assignment_to_an_old_name_does_nothing_before_5_7(answers: Answers) -> None:
    assert answers.value("assigned") == ["bool", str(not answers.old)]


def test_override_of_a_name_with_the_prefix_does_nothing_without_a_namespace(
    answers: Answers,
) -> None:
    assert answers.value("override-plain") == ["list", [["bool", "True"], ["bool", "False"]]]


def test_old_name_that_is_not_set_is_not_there(answers: Answers) -> None:
    assert answers.value("read") == ["list", [["bool", "False"], ["bool", "True"]]]


def test_name_with_the_prefix_counts_beside_the_old_one(answers: Answers) -> None:
    assert answers.value("both") == ["bool", "False"]


def test_some_names_are_right_with_and_without_a_namespace(answers: Answers) -> None:
    for name in ("serializer", "serializer-plain"):
        assert answers.by_name[name].settings["task_serializer"] == ["str", "'yaml'"]


def test_time_zone_of_django_counts_with_and_without_a_namespace(answers: Answers) -> None:
    assert answers.value("zone") == answers.value("zone-plain") == ["str", "'Europe/Oslo'"]
