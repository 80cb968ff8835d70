"""What the rules claim about Celery 5.6 and 5.7, shown on Celery itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from celerylint.catalogue.names import parse_release
from celerylint.rulebook.book import Rule
from tests.judged import knowledge
from tests.oracle import CELERY_VERSIONS, Answer, Job, ask, python_of
from tests.oracle.migration import differences

RULEBOOK, CATALOGUE = knowledge()
CONFIGURATION = "celeryconfig.py"
PLAIN = "module:celeryconfig"
NAMESPACED = "module:celeryconfig namespace=CELERY"
NOTHING = "nothing"

REMOVED = tuple(sorted(CATALOGUE.removed))
DOCUMENTED = tuple(sorted(CATALOGUE.documented))
NEVER = ("broker_connection_retry_delay", "task_default_max_retries", "worker_autoscale")

REFUSED = """
from celery import Celery
from celery.exceptions import ImproperlyConfigured

mixed = Celery("mixed")
mixed.config_from_object({"broker_url": "redis://localhost", "CELERYD_CONCURRENCY": 4})
outcome = "loaded"
try:
    mixed.conf.broker_url
except ImproperlyConfigured:
    outcome = "refused"
app = Celery("app")
"""

TIMEZONE = """
from datetime import timezone

from celery import Celery

broken = Celery("broken")
broken.config_from_object({"timezone": timezone})
outcome = "works"
try:
    broken.now()
except TypeError:
    outcome = "raises"
app = Celery("app")
"""


@dataclass(frozen=True, slots=True)
class Trial:
    """A configuration, or a module that makes its own app, and what to look at in it."""

    text: str
    load: str = PLAIN
    watch: tuple[str, ...] = ()

    def job(self, folder: Path) -> Job:
        """Return the job that loads it from a new folder."""
        folder.mkdir()
        name = f"{self.load.split(':')[1]}.py" if self.load.startswith("app:") else CONFIGURATION
        folder.joinpath(name).write_text(self.text, "utf-8")
        return Job(folder, self.load, watch=self.watch)


def app(*lines: str) -> Trial:
    """Return the trial of a module with an app named `app`."""
    text = "\n".join(('from celery import Celery\napp = Celery("x")', *lines))
    return Trial(text, "app:main:app")


def alone(names: Iterable[str]) -> Iterator[tuple[str, Trial]]:
    """Yield a trial for each name, under which nothing else is set."""
    return ((name, Trial(f'{name} = "x"')) for name in names)


TRIALS: Mapping[str, Trial] = {
    NOTHING: Trial(""),
    **dict(alone((*REMOVED, *DOCUMENTED, *NEVER))),
    "prefixed": Trial('CELERY_BROKER_URL = "redis://x"'),
    "hidden": Trial('BROKER_URL = "redis://x"', NAMESPACED),
    "send events": Trial("CELERY_SEND_EVENTS = True"),
    "d send events": Trial("CELERYD_SEND_EVENTS = True"),
    "soft shutdown": Trial("worker_soft_shutdown_timeout = 30.0"),
    "kept keyword": Trial(
        'from celery import Celery\napp = Celery("x", task_serializer="yaml")', "app:main:app"
    ),
    "old first": Trial("CELERY_TASK_RESULT_EXPIRES = 3600\nresult_expires = 60"),
    "new first": Trial("result_expires = 60\nCELERY_TASK_RESULT_EXPIRES = 3600"),
    "plain last": Trial('CELERY_BROKER_URL = "redis://x"\nbroker_url = "redis://y"', NAMESPACED),
    "plain first": Trial('broker_url = "redis://y"\nCELERY_BROKER_URL = "redis://x"', NAMESPACED),
    "conf, old last": app('app.conf.broker_url = "redis://y"', 'app.conf.BROKER_URL = "redis://x"'),
    "conf, new last": app('app.conf.BROKER_URL = "redis://y"', 'app.conf.broker_url = "redis://x"'),
    "timezone": Trial("from datetime import timezone"),
    "timezone under namespace": Trial("from datetime import timezone", NAMESPACED),
    "timezone in use": Trial(TIMEZONE, "app:main:app", ("main:outcome",)),
    "mixed": Trial(REFUSED, "app:main:app", ("main:outcome",)),
}
"""Everything that is tried, in one process for each Celery."""

DEPRECATION = "main:table['task']['acks_on_failure_or_timeout'].deprecate_by"

VERSION = re.compile(r"\d+\.\d+\.\d+")


@dataclass(frozen=True, slots=True)
class Seen:
    """What one Celery made of the trials."""

    celery: str
    answers: Mapping[str, Answer]

    def value(self, trial: str, setting: str) -> object:
        """Return the effective value of a setting, as its `repr`."""
        answer = self.answers[trial]
        assert answer.error is None
        value = answer.settings[setting]
        assert isinstance(value, list)
        return value[1]

    def outcome(self, trial: str) -> object:
        """Return the one thing that was watched."""
        (watched,) = self.answers[trial].watched.values()
        return watched

    def changed(self, trial: str) -> set[str]:
        """Return the settings that a trial has otherwise than an empty configuration."""
        return differences(self.answers[NOTHING], self.answers[trial])


@pytest.fixture(scope="module", params=CELERY_VERSIONS)
def seen(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """Return a Celery that has made all trials."""
    celery: str = request.param
    scratch = tmp_path_factory.mktemp("evidence")
    jobs = [trial.job(scratch / str(i)) for i, trial in enumerate(TRIALS.values())]
    answers = ask(python_of(celery), jobs).answers
    return Seen(celery, dict(zip(TRIALS, answers, strict=True)))


@pytest.mark.parametrize("name", REMOVED)
def test_removed_setting_changes_nothing(seen: Seen, name: str) -> None:
    assert seen.changed(name) == set()


@pytest.mark.parametrize("name", DOCUMENTED)
def test_documented_spelling_changes_nothing_unless_it_is_an_alias(seen: Seen, name: str) -> None:
    meaning = CATALOGUE.meaning(name, parse_release(seen.celery))
    expected = {meaning.setting} if meaning.honoured else set()

    assert seen.changed(name) == expected


@pytest.mark.parametrize("name", NEVER)
def test_invented_setting_changes_nothing(seen: Seen, name: str) -> None:
    assert seen.changed(name) == set()


def test_prefixed_name_is_ignored_without_a_namespace(seen: Seen) -> None:
    assert seen.value("prefixed", "broker_url") == "None"


def test_old_name_under_a_namespace_is_read_by_5_7_only(seen: Seen) -> None:
    assert (
        seen.value("hidden", "broker_url") == {"5.6.3": "None", "5.7.0": "'redis://x'"}[seen.celery]
    )


def test_send_events_is_read_under_one_of_its_names(seen: Seen) -> None:
    assert seen.value("send events", "worker_send_task_events") == "True"
    assert seen.changed("d send events") == set()


def test_soft_shutdown_is_a_setting(seen: Seen) -> None:
    assert seen.value("soft shutdown", "worker_soft_shutdown_timeout") == "30.0"


def test_app_keeps_its_keyword_arguments_as_settings(seen: Seen) -> None:
    assert seen.value("kept keyword", "task_serializer") == "'yaml'"


@pytest.mark.parametrize("trial", ["old first", "new first"])
def test_new_name_counts_beside_the_old_one(seen: Seen, trial: str) -> None:
    assert seen.value(trial, "result_expires") == "60"


@pytest.mark.parametrize("trial", ["plain first", "plain last"])
def test_name_with_namespace_counts_beside_the_plain_one(seen: Seen, trial: str) -> None:
    assert seen.value(trial, "broker_url") == "'redis://x'"


@pytest.mark.parametrize("trial", ["conf, old last", "conf, new last"])
def test_later_of_two_spellings_counts_on_conf(seen: Seen, trial: str) -> None:
    assert seen.value(trial, "broker_url") == "'redis://x'"


@pytest.mark.parametrize("trial", ["timezone", "timezone under namespace"])
def test_import_becomes_a_setting(seen: Seen, trial: str) -> None:
    assert seen.value(trial, "timezone") == "datetime.timezone"


def test_imported_class_as_time_zone_breaks_the_clock(seen: Seen) -> None:
    assert seen.outcome("timezone in use") == ["str", "'raises'"]


def test_mixed_names_are_refused_when_conf_is_read(seen: Seen) -> None:
    assert seen.outcome("mixed") == ["str", "'refused'"]


def test_unread_setting_is_named_by_no_module(seen: Seen) -> None:
    (package,) = python_of(seen.celery).parents[1].glob("lib/python*/site-packages/celery")
    modules = {path.name: path.read_text("utf-8") for path in package.rglob("*.py")}

    assert [name for name, text in modules.items() if "cassandra_bundle_path" in text] == []
    assert "cassandra_secure_bundle_path" in modules["cassandra.py"]


def test_deprecation_is_that_of_the_table_of_5_7(tmp_path: Path) -> None:
    trial = app("from celery.app.defaults import NAMESPACES as table")
    job = Trial(trial.text, trial.load, (DEPRECATION,)).job(tmp_path / "x")
    (answer,) = ask(python_of("5.7.0"), [job]).answers

    assert answer.watched[DEPRECATION] == ["str", "'6.0'"]


@pytest.mark.parametrize("rule", RULEBOOK.rules.values(), ids=lambda rule: rule.code)
def test_evidence_names_the_versions_that_it_was_seen_on(rule: Rule) -> None:
    named = {version for claim in rule.evidence for version in VERSION.findall(claim)}

    assert named == set(rule.verified)
