"""What Celery does with a name: the settings catalogue against known facts and the real Celery."""

from __future__ import annotations

from collections import Counter
from itertools import product
from pathlib import Path

import celery
import pytest
import tomli
from celery.app import defaults
from hypothesis import given
from hypothesis import strategies as st

from celerylint.catalogue.settings import (
    Catalogue,
    Range,
    Reading,
    Release,
    load_catalogue,
    namespace_prefix,
    parse_release,
    release_text,
)

RULES = Path(__file__).resolve().parents[1] / "rules"
CATALOGUE = load_catalogue(RULES)
LOWER_CASE_RELEASES = tuple(release for release in CATALOGUE.releases if release >= (4,))

# How many settings the table of a release lists.
COUNTS = (
    ("4.0.0", 122),
    ("4.0.2", 123),
    ("4.1.1", 127),
    ("4.2.2", 129),
    ("4.3.1", 154),
    ("4.4.2", 156),
    ("4.4.3", 158),
    ("4.4.7", 164),
    ("5.0.1", 163),
    ("5.0.2", 162),
    ("5.1.2", 167),
    ("5.2.7", 169),
    ("5.3.6", 175),
    ("5.4.0", 180),
    ("5.5.3", 186),
    ("5.6.3", 194),
    ("5.7.0", 207),
)


@pytest.mark.parametrize(("release", "count"), COUNTS)
def test_each_release_lists_as_many_settings_as_its_own_table(release: str, count: int) -> None:
    at = parse_release(release)

    listed = [setting for setting in CATALOGUE.settings.values() if setting.listed_at(at)]

    assert len(listed) == count


@pytest.mark.parametrize("release", LOWER_CASE_RELEASES, ids=release_text)
def test_each_listed_setting_has_one_old_name_and_no_other_setting_shares_it(
    release: Release,
) -> None:
    listed = [setting for setting in CATALOGUE.settings.values() if setting.listed_at(release)]

    names = Counter(setting.old_name_at(release) for setting in listed)

    assert None not in names
    assert set(names.values()) == {1}


def test_installed_celery_lists_the_same_settings_with_the_same_defaults() -> None:
    release = parse_release(celery.__version__)
    settings = CATALOGUE.settings.values()

    ours = {s.name: s.default_at(release) for s in settings if s.listed_at(release)}

    assert ours == {name: repr(default) for name, default in defaults.DEFAULTS.items()}


def test_installed_celery_knows_the_same_old_names() -> None:
    release = parse_release(celery.__version__)
    settings = CATALOGUE.settings.values()

    ours = {s.old_name_at(release): s.name for s in settings if s.listed_at(release)}

    assert ours == defaults._TO_NEW_KEY  # noqa: SLF001 - Celery's table has no public name


# Spelling, release, namespace, what becomes of it, the setting.
READINGS = (
    # Without a namespace.
    ("broker_url", "4.0.0", None, Reading.NEW, "broker_url"),
    ("broker_url", "3.1.25", None, Reading.FUTURE, "broker_url"),
    ("BROKER_URL", "3.1.25", None, Reading.OLD, "broker_url"),
    ("BROKER_URL", "5.7.0", None, Reading.OLD, "broker_url"),
    ("CELERY_BROKER_URL", "5.6.3", None, Reading.NEEDS_NAMESPACE, "broker_url"),
    ("CELERY_BROKER_URL", "3.1.25", None, Reading.FUTURE, "broker_url"),
    ("celery_broker_url", "5.6.3", None, Reading.NEEDS_NAMESPACE, "broker_url"),
    ("CELERY_WORKER_DISABLE_PREFETCH", "5.2.7", None, Reading.FUTURE, "worker_disable_prefetch"),
    ("WORKER_CONCURRENCY", "5.6.3", None, Reading.UNKNOWN, None),
    ("Broker_Url", "5.6.3", None, Reading.UNKNOWN, None),
    ("Celery_Broker_Url", "5.6.3", None, Reading.UNKNOWN, None),
    ("worker_disable_prefetch", "5.5.3", None, Reading.FUTURE, "worker_disable_prefetch"),
    ("riak_backend_settings", "5.0.0", None, Reading.GONE, "riak_backend_settings"),
    ("task_queue_ha_policy", "5.0.1", None, Reading.NEW, "task_queue_ha_policy"),
    ("CELERY_QUEUE_HA_POLICY", "5.0.2", None, Reading.GONE, "task_queue_ha_policy"),
    ("CELERY_CHORD_PROPAGATES", "3.1.25", None, Reading.OLD, None),
    ("CELERY_CHORD_PROPAGATES", "4.0.0", None, Reading.GONE, None),
    ("BROKER_BACKEND", "3.1.25", None, Reading.OLD, "broker_transport"),
    ("BROKER_BACKEND", "4.0.0", None, Reading.GONE, "broker_transport"),
    ("CELERY_FORCE_BILLIARD_LOGGING", "3.0.24", None, Reading.FUTURE, None),
    ("CELERY_RESULT_EXPIRES", "5.7.0", None, Reading.DOCUMENTED, "result_expires"),
    ("CELERY_RESULT_EXPIRES", "3.1.25", None, Reading.FUTURE, "result_expires"),
    ("CELERY_RESULT_DBURI", "5.7.0", None, Reading.OLD, "database_url"),
    # CELERY_ENABLE_UTC looks like an old name and is none.
    ("CELERY_ENABLE_UTC", "3.1.25", None, Reading.OLD, "enable_utc"),
    ("CELERY_ENABLE_UTC", "5.7.0", None, Reading.GONE, "enable_utc"),
    ("CELERY_ENABLE_UTC", "5.7.0", "CELERY", Reading.NAMESPACED, "enable_utc"),
    ("ENABLE_UTC", "5.7.0", None, Reading.OLD, "enable_utc"),
    ("ENABLE_UTC", "3.1.25", None, Reading.FUTURE, "enable_utc"),
    # Celery 4.0 knew another old name than the releases before and after it.
    ("CELERY_SEND_EVENTS", "3.1.25", None, Reading.OLD, "worker_send_task_events"),
    ("CELERY_SEND_EVENTS", "4.0.2", None, Reading.GONE, "worker_send_task_events"),
    ("CELERY_SEND_EVENTS", "4.1.0", None, Reading.OLD, "worker_send_task_events"),
    ("CELERYD_SEND_EVENTS", "4.0.2", None, Reading.OLD, "worker_send_task_events"),
    ("CELERYD_SEND_EVENTS", "4.1.0", None, Reading.GONE, "worker_send_task_events"),
    ("CASSANDRA_OPTIONS", "3.1.25", None, Reading.OLD, "cassandra_options"),
    ("CASSANDRA_OPTIONS", "4.1.1", None, Reading.GONE, "cassandra_options"),
    # Under a namespace.
    ("CELERY_BROKER_URL", "5.6.3", "CELERY", Reading.NAMESPACED, "broker_url"),
    ("CELERY_BROKER_URL", "5.6.3", "CELERY_", Reading.NAMESPACED, "broker_url"),
    ("CELERY_BROKER_URL", "5.6.3", "", Reading.NEEDS_NAMESPACE, "broker_url"),
    ("broker_url", "5.6.3", "CELERY", Reading.NEW, "broker_url"),
    ("BROKER_URL", "5.6.3", "CELERY", Reading.SHADOWED, "broker_url"),
    ("BROKER_URL", "5.7.0", "CELERY", Reading.OLD, "broker_url"),
    ("BROKER_URL", "3.1.25", "CELERY", Reading.OLD, "broker_url"),
    ("CELERY_TASK_SERIALIZER", "5.6.3", "CELERY", Reading.NAMESPACED, "task_serializer"),
    ("CELERY_ALWAYS_EAGER", "5.6.3", "CELERY", Reading.SHADOWED, "task_always_eager"),
    ("CELERY_PUBLISH_RETRY", "5.6.3", "CELERY", Reading.DOCUMENTED, "task_publish_retry"),
    ("CELERY_CELERYD_CONCURRENCY", "5.7.0", "CELERY", Reading.UNKNOWN, None),
    ("WORKER_CONCURRENCY", "5.7.0", "CELERY", Reading.UNKNOWN, None),
    ("CELERY_RIAK_BACKEND_SETTINGS", "5.7.0", "CELERY", Reading.GONE, "riak_backend_settings"),
    ("CELERY_REDIS_CLIENT_NAME", "5.6.3", "CELERY", Reading.NAMESPACED, "redis_client_name"),
    ("CELERY_REDIS_CLIENT_NAME", "5.6.3", None, Reading.NEEDS_NAMESPACE, "redis_client_name"),
    # The case of the namespace is that of the names.
    ("celery_broker_url", "5.6.3", "CELERY", Reading.NEEDS_NAMESPACE, "broker_url"),
    ("celery_broker_url", "5.6.3", "celery", Reading.NAMESPACED, "broker_url"),
    ("CELERY_BROKER_URL", "5.6.3", "celery", Reading.NEEDS_NAMESPACE, "broker_url"),
    ("celery_broker_url", "5.6.3", "Celery", Reading.NAMESPACED, "broker_url"),
    ("FOO_BROKER_URL", "5.6.3", "FOO", Reading.NAMESPACED, "broker_url"),
    ("foo_broker_url", "5.6.3", "FOO", Reading.NEEDS_NAMESPACE, "broker_url"),
    ("worker_worker_pool", "5.6.3", "worker", Reading.NEEDS_NAMESPACE, "worker_pool"),
    ("worker_pool", "5.6.3", "worker", Reading.NEW, "worker_pool"),
    # Names that go their own way.
    ("override_backends", "5.6.3", "CELERY", Reading.NEW, "override_backends"),
    ("CELERY_OVERRIDE_BACKENDS", "5.6.3", "CELERY", Reading.UNKNOWN, None),
    ("CELERY_DB_REUSE_MAX", "5.6.3", None, Reading.NEW, "CELERY_DB_REUSE_MAX"),
    ("CELERY_DB_REUSE_MAX", "3.1.25", None, Reading.NEW, "CELERY_DB_REUSE_MAX"),
    ("FOO_CELERY_DB_REUSE_MAX", "5.6.3", "FOO", Reading.NAMESPACED, "CELERY_DB_REUSE_MAX"),
    ("db_reuse_max", "5.6.3", None, Reading.UNKNOWN, None),
    ("TIME_ZONE", "3.1.25", None, Reading.FALLBACK, "timezone"),
    ("TIME_ZONE", "5.2.7", None, Reading.GONE, "timezone"),
    ("TIME_ZONE", "5.3.0", None, Reading.FALLBACK, "timezone"),
    ("TIME_ZONE", "5.3.0", "CELERY", Reading.FALLBACK, "timezone"),
    ("CELERY_TIME_ZONE", "5.3.0", "CELERY", Reading.FALLBACK, "timezone"),
    ("time_zone", "5.2.7", None, Reading.FALLBACK, "timezone"),
    ("time_zone", "5.3.0", None, Reading.GONE, "timezone"),
    ("CELERY_RESULT_BACKEND", "5.6.3", "FOO", Reading.FALLBACK, "result_backend"),
    ("CELERY_RESULT_BACKEND", "4.3.0", "FOO", Reading.SHADOWED, "result_backend"),
    # Names of nobody, and of others.
    ("broker_connection_retry_delay", "5.6.3", None, Reading.NEVER, None),
    ("BROKER_CONNECTION_RETRY_DELAY", "5.6.3", None, Reading.NEVER, None),
    ("CELERY_BROKER_CONNECTION_RETRY_DELAY", "5.6.3", None, Reading.NEVER, None),
    ("FOO_RESULT_BACKEND_USE_SSL", "5.6.3", "FOO", Reading.NEVER, "redis_backend_use_ssl"),
    ("celery_already_eager", "5.6.3", None, Reading.NEVER, "task_always_eager"),
    ("redbeat_redis_url", "5.6.3", None, Reading.PACKAGE, None),
    ("CELERY_EMAIL_TASK_CONFIG", "5.6.3", "CELERY", Reading.PACKAGE, None),
    ("CELERY_APP", "5.6.3", None, Reading.PACKAGE, None),
    ("MY_SETTING", "5.6.3", None, Reading.UNKNOWN, None),
)


@pytest.mark.parametrize(("spelling", "release", "namespace", "reading", "setting"), READINGS)
def test_a_spelling_means_what_celery_does_with_it(
    spelling: str, release: str, namespace: str | None, reading: Reading, setting: str | None
) -> None:
    meaning = CATALOGUE.meaning(spelling, parse_release(release), namespace)

    assert (meaning.reading, meaning.setting) == (reading, setting)


def test_what_is_read_is_honoured_and_what_is_ignored_is_not() -> None:
    release = CATALOGUE.newest

    assert CATALOGUE.meaning("TIME_ZONE", release).honoured
    assert not CATALOGUE.meaning("CELERY_BROKER_URL", release).honoured


def test_a_release_of_two_numbers_is_the_first_of_its_series() -> None:
    assert CATALOGUE.meaning("worker_disable_prefetch", (5, 6)).reading is Reading.NEW
    assert CATALOGUE.meaning("broker_url", (4,)).reading is Reading.NEW


# Spellings that the documentation has wrong in another way: Celery reads them, as another setting.
MISPLACED = {"CELERY_MESSAGE_COMPRESSION", "CELERY_RESULT_DBURI"}


@pytest.mark.parametrize("release", LOWER_CASE_RELEASES, ids=release_text)
def test_no_release_reads_a_spelling_that_only_the_documentation_knows(release: Release) -> None:
    read = {name for name in CATALOGUE.documented if CATALOGUE.meaning(name, release).honoured}

    assert read == MISPLACED


def test_spellings_that_the_documentation_misplaces_are_read_as_the_setting_we_name() -> None:
    for name in MISPLACED:
        documented = CATALOGUE.documented[name]

        assert CATALOGUE.meaning(name, CATALOGUE.newest).setting == documented.setting
        assert documented.documented_as != documented.setting


@pytest.mark.parametrize("name", CATALOGUE.never)
def test_no_release_reads_a_name_that_never_existed(name: str) -> None:
    bare = name.removeprefix("celery_")
    spellings = (name, name.upper(), f"CELERY_{bare}".upper(), f"celery_{bare}")

    meanings = {
        CATALOGUE.meaning(spelling, release, namespace).reading
        for spelling, release, namespace in product(
            spellings, CATALOGUE.releases, (None, "CELERY", "celery")
        )
    }

    # Celery 3 had CELERY_BACKEND, and never `backend`.
    old = {Reading.OLD, Reading.GONE} if name == "backend" else set()
    assert meanings == {Reading.NEVER, *old}


def test_no_package_claims_a_name_of_celery() -> None:
    prefixed = {CATALOGUE.spelling(name, "CELERY") for name in CATALOGUE.settings}
    names = {*CATALOGUE.settings, *CATALOGUE.removed, *prefixed}

    claimed = {name for name in names for package in CATALOGUE.packages if package.owns(name)}

    assert claimed == set()


def test_every_setting_that_is_pointed_to_exists_today() -> None:
    pointed = {
        *(name.setting for name in CATALOGUE.documented.values()),
        *(name.setting for name in CATALOGUE.never.values()),
        *(name.successor for name in CATALOGUE.removed.values()),
        *(use for s in CATALOGUE.settings.values() if s.deprecated for use in s.deprecated.use),
    }

    gone = {name for name in pointed if name and not _exists_today(name)}

    assert gone == set()


def _exists_today(name: str) -> bool:
    return name in CATALOGUE.settings and CATALOGUE.settings[name].exists_at(CATALOGUE.newest)


def test_every_removed_name_has_a_successor_or_an_advice() -> None:
    silent = [n.name for n in CATALOGUE.removed.values() if bool(n.successor) == bool(n.instead)]
    removed = [s.name for s in CATALOGUE.settings.values() if s.removed and not s.instead]

    assert (silent, removed) == ([], [])


@pytest.mark.parametrize("path", sorted((RULES / "settings").glob("*.toml")), ids=lambda p: p.stem)
def test_each_file_is_sorted_by_name(path: Path) -> None:
    names = [name for name in tomli.loads(path.read_text("utf-8")) if name.islower()]
    upper = [name for name in tomli.loads(path.read_text("utf-8")) if name.isupper()]

    assert names == sorted(names)
    assert upper == sorted(upper)


def test_no_name_stands_in_two_files() -> None:
    special = {"documented", "generic", "never", "packages", "removed"}
    files = [path for path in (RULES / "settings").glob("*.toml") if path.stem not in special]

    names = Counter(name for path in files for name in tomli.loads(path.read_text("utf-8")))

    assert [name for name, count in names.items() if count > 1] == []
    assert names.keys() == set(CATALOGUE.settings)


def test_histories_are_in_order() -> None:
    for setting in CATALOGUE.settings.values():
        for history in (setting.defaults, setting.declared):
            releases = [release for release, _ in history]
            assert releases == sorted(releases)


@pytest.mark.parametrize(
    ("setting", "release", "default"),
    [
        ("broker_heartbeat", "3.1.25", "None"),
        ("broker_heartbeat", "4.0.0", "120"),
        ("accept_content", "4.0.0", "['json', 'pickle', 'msgpack', 'yaml']"),
        ("accept_content", "4.0.1", "['json']"),
        ("accept_content", "5.7.0", "('json',)"),
        ("worker_disable_prefetch", "5.5.3", None),
    ],
)
def test_the_default_is_the_one_of_the_release(
    setting: str, release: str, default: str | None
) -> None:
    assert CATALOGUE.settings[setting].default_at(parse_release(release)) == default


def test_the_declared_type_is_the_one_of_the_release() -> None:
    setting = CATALOGUE.settings["worker_concurrency"]

    assert setting.declared_at((5, 6, 3)) == "int"
    assert setting.declared_at((5, 7, 0)) == "any"
    assert CATALOGUE.settings["redis_client_name"].declared_at((5, 7, 0)) is None


@pytest.mark.parametrize(
    ("setting", "release", "unread"),
    [
        ("task_compression", "5.2.7", True),
        ("task_compression", "5.3.0", False),
        ("result_compression", "5.6.3", True),
        ("result_compression", "5.7.0", False),
        ("cassandra_bundle_path", "5.7.0", True),
        ("broker_url", "5.7.0", False),
    ],
)
def test_a_listed_setting_may_be_read_by_no_code(setting: str, release: str, unread: bool) -> None:
    assert CATALOGUE.settings[setting].unread_at(parse_release(release)) is unread


def test_a_deprecated_setting_says_what_to_use() -> None:
    deprecated = CATALOGUE.settings["task_acks_on_failure_or_timeout"].deprecated

    assert deprecated is not None
    assert deprecated.since == (5, 7, 0)
    assert deprecated.use == ("task_acks_on_failure", "task_acks_on_timeout")


@pytest.mark.parametrize(
    ("setting", "namespace", "spelling"),
    [
        ("broker_url", None, "broker_url"),
        ("broker_url", "", "broker_url"),
        ("broker_url", "CELERY", "CELERY_BROKER_URL"),
        ("broker_url", "CELERY_", "CELERY_BROKER_URL"),
        ("broker_url", "celery", "celery_broker_url"),
        ("broker_url", "Celery", "celery_broker_url"),
        ("worker_pool", "worker", "worker_pool"),
        ("override_backends", "CELERY", "override_backends"),
        ("CELERY_DB_REUSE_MAX", "CELERY", "CELERY_DB_REUSE_MAX"),
        ("anything_else", "CELERY", "CELERY_ANYTHING_ELSE"),
    ],
)
def test_the_modern_spelling_follows_the_namespace(
    setting: str, namespace: str | None, spelling: str
) -> None:
    assert CATALOGUE.spelling(setting, namespace) == spelling


@pytest.mark.parametrize("release", LOWER_CASE_RELEASES, ids=release_text)
@pytest.mark.parametrize("namespace", [None, "CELERY", "celery", "FOO"])
def test_the_modern_spelling_is_read(release: Release, namespace: str | None) -> None:
    alive = [s.name for s in CATALOGUE.settings.values() if s.exists_at(release)]

    for name in alive:
        meaning = CATALOGUE.meaning(CATALOGUE.spelling(name, namespace), release, namespace)
        assert (meaning.honoured, meaning.setting) == (True, name)


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [
        # Another case or prefix.
        ("celery_result_backend", "result_backend"),
        ("CELERY_WORKER_CONCURRENCY", "worker_concurrency"),
        ("WORKER_CONCURRENCY", "worker_concurrency"),
        ("CELERYD_WORKER_PREFETCH_MULTIPLIER", "worker_prefetch_multiplier"),
        ("CELERY_CELERYD_CONCURRENCY", "worker_concurrency"),
        ("CELERY_CELERYBEAT_SCHEDULE", "beat_schedule"),
        ("CELERYBEAT_SYNC", None),
        ("REDIS_BACKEND_HEALTH_CHECK_INTERVAL", "redis_backend_health_check_interval"),
        ("CELERY_OVERRIDE_BACKENDS", "override_backends"),
        ("ALWAYS_EAGER", "task_always_eager"),
        ("prefetch_multiplier", "worker_prefetch_multiplier"),
        # Slips.
        ("task_serialiser", "task_serializer"),
        ("CELERY_TASK_SERIALISER", "task_serializer"),
        ("worker_prefetch_multiplyer", "worker_prefetch_multiplier"),
        ("worker_prefetch_mulitplier", "worker_prefetch_multiplier"),
        ("task_route", "task_routes"),
        ("task_queue_default", "task_default_queue"),
        ("borker_url", "broker_url"),
        # A name that never was, with an equivalent that is.
        ("celery_already_eager", "task_always_eager"),
        ("result_backend_use_ssl", "redis_backend_use_ssl"),
        # As near to one setting as to another.
        ("redis_hort", None),
        ("beat_schedules", None),
        # Far from all.
        ("concurrency", "worker_concurrency"),
        ("my_own_setting", None),
        ("result_backend_url", "result_backend"),
        ("foo", None),
    ],
)
def test_a_suggestion_is_made_where_one_setting_alone_is_near(
    name: str, suggestion: str | None
) -> None:
    assert CATALOGUE.suggest(name, (5, 6, 3)) == suggestion


def test_a_suggestion_knows_the_namespace() -> None:
    assert CATALOGUE.suggest("FOO_BROKER_ULR", (5, 6, 3), "FOO") == "broker_url"
    assert CATALOGUE.suggest("FOO_BROKER_ULR", (5, 6, 3)) is None


def test_only_settings_of_the_release_are_suggested() -> None:
    assert CATALOGUE.suggest("worker_disable_prefetsh", (5, 6, 3)) == "worker_disable_prefetch"
    assert CATALOGUE.suggest("worker_disable_prefetsh", (5, 5, 3)) is None
    assert CATALOGUE.suggest("BROKER_ULR", (3, 1, 25)) == "broker_url"


NAMESPACES = st.none() | st.sampled_from(["CELERY", "celery", "_", "Ü"]) | st.text()


@given(spelling=st.text() | st.from_regex(r"[A-Za-z]+_[a-z_]+"), namespace=NAMESPACES)
def test_any_text_has_a_meaning(spelling: str, namespace: str | None) -> None:
    release = CATALOGUE.newest

    meaning = CATALOGUE.meaning(spelling, release, namespace)
    suggestion = CATALOGUE.suggest(spelling, release, namespace)

    assert meaning.spelling == spelling
    assert meaning.setting is None or meaning.setting in CATALOGUE.settings
    assert suggestion is None or suggestion in CATALOGUE.settings
    assert isinstance(CATALOGUE.is_generic(spelling), bool)


@pytest.mark.parametrize(
    "spelling",
    [
        "broker_url",
        "BROKER_URL",
        "CELERY_BROKER_URL",
        "CELERY_ENABLE_UTC",
        "CELERYD_SEND_EVENTS",
        "CELERY_TASK_TRACK_STARTED",
        "task_default_retry_delay",
        "TASK_DEFAULT_RETRY_DELAY",
        "CELERY_TASK_DEFAULT_RETRY_DELAY",
        "CELERY_CHORD_PROPAGATES",
        "TIME_ZONE",
    ],
)
def test_identifiers_hold_every_spelling_that_code_may_use(spelling: str) -> None:
    assert spelling in CATALOGUE.identifiers


@pytest.mark.parametrize("spelling", ["CELERY_WORKER_LOG_LEVEL", "worker_log_level"])
def test_names_that_celery_never_had_do_not_tell_of_it(spelling: str) -> None:
    assert spelling in CATALOGUE.identifiers - CATALOGUE.telling


def test_identifiers_hold_no_doubled_prefix() -> None:
    assert [name for name in CATALOGUE.identifiers if name.startswith("CELERY_CELERY_")] == []


@pytest.mark.parametrize(
    "spelling",
    ["timezone", "include", "imports", "TIME_ZONE", "S3_BUCKET", "EMAIL_HOST", "database_url"],
)
def test_everyday_names_are_generic(spelling: str) -> None:
    assert CATALOGUE.is_generic(spelling)


@pytest.mark.parametrize("spelling", ["broker_url", "BROKER_URL", "CELERY_IMPORTS", "enable_utc"])
def test_names_of_celery_alone_are_not_generic(spelling: str) -> None:
    assert not CATALOGUE.is_generic(spelling)


@pytest.mark.parametrize(
    ("text", "release"),
    [
        ("5.6.3", (5, 6, 3)),
        ("5.6", (5, 6)),
        ("3.1.26.post2", (3, 1, 26, 2)),
        ("v5.7.0", (5, 7, 0)),
        (" 5.6.0rc1", (5, 6, 0)),
    ],
)
def test_a_version_is_read_as_numbers(text: str, release: Release) -> None:
    assert parse_release(text) == release


def test_what_is_no_version_is_refused() -> None:
    with pytest.raises(ValueError, match="`latest` is not a version"):
        parse_release("latest")


def test_releases_are_in_order_and_survive_as_text() -> None:
    assert list(CATALOGUE.releases) == sorted(CATALOGUE.releases)
    assert [parse_release(release_text(release)) for release in CATALOGUE.releases] == list(
        CATALOGUE.releases
    )
    assert release_text((3, 1, 26, 2)) == "3.1.26.post2"
    assert CATALOGUE.newest == CATALOGUE.releases[-1]


def test_a_range_includes_both_ends() -> None:
    span = Range((4, 0, 0), (5, 6, 3))

    assert [span.holds(r) for r in ((3, 1, 26, 2), (4,), (5, 6), (5, 6, 3), (5, 7))] == [
        False,
        True,
        True,
        True,
        False,
    ]


def test_each_release_says_which_kombu_it_needs() -> None:
    assert CATALOGUE.kombu_at((5, 7, 0)) == ">=5.7.0"
    assert CATALOGUE.kombu_at((5, 5, 3)) == ">=5.5.2,<5.6"
    assert CATALOGUE.kombu_at((2, 5)) == ""


@pytest.mark.parametrize(
    ("namespace", "prefix"),
    [(None, ""), ("", ""), ("CELERY", "CELERY_"), ("CELERY__", "CELERY_"), ("_", "_")],
)
def test_a_namespace_ends_in_one_underscore(namespace: str | None, prefix: str) -> None:
    assert namespace_prefix(namespace) == prefix


def test_the_catalogue_is_read_only(catalogue: Catalogue) -> None:
    with pytest.raises(TypeError, match="does not support item assignment"):
        catalogue.settings["broker_url"] = catalogue.settings["broker_url"]  # type: ignore[index] # that is the point
