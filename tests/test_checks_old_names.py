"""Names of Celery 3: outdated, removed, mixed with new ones, hidden by a namespace."""

from __future__ import annotations

from dataclasses import replace

import pytest

from celerylint.finding import Safety, Severity
from celerylint.options.table import Options
from tests.judged import TARGET, doubts, fixed, found, judged, notes

PLAIN = 'from celery import Celery\n\napp = Celery("shop")\napp.config_from_object("conf")\n'
NAMESPACED = PLAIN.replace('"conf"', '"conf", namespace="CELERY"')
UNSAFE = Options(target_version="5.6", unsafe_fixes=True)
CELERY_3 = Options(target_version="3.1", unsafe_fixes=True)
FROM_3 = Options(target_version="5.6", upgrading_from="3.1")


# --- old names ----------------------------------------------------------------------------------


def test_old_names_are_right_on_celery_3() -> None:
    text = "BROKER_URL = ''\nCELERYD_FORCE_EXECV = True\nfrom shop import CELERY_QUEUES\n"

    report = judged({"celeryconfig.py": text}, CELERY_3)

    assert found(report) == ["1 CEL101 None"]
    (finding,) = report.findings
    assert finding.severity is Severity.INFO
    assert finding.message == "2 settings must be renamed for Celery 4"
    assert finding.help == "Run `celerylint plan --target-version 5.7`"


def test_single_old_name_is_called_by_its_name_on_celery_3() -> None:
    (finding,) = judged({"celeryconfig.py": "BROKER_URL = ''\n"}, CELERY_3).findings

    assert finding.message == "`BROKER_URL` is the Celery 3 name of `broker_url`"
    assert finding.severity is Severity.INFO


def test_old_names_of_an_unloaded_module_are_not_news_on_celery_3() -> None:
    report = judged({"worker.py": "CELERYD_CONCURRENCY = 4\n"}, CELERY_3)

    assert "CEL101" not in {finding.code for finding in report.findings}


def test_old_name_that_an_unloaded_module_reads_itself_is_its_own() -> None:
    text = "CELERYD_CONCURRENCY = 4\nCELERY_ACKS_LATE = True\nprint(CELERYD_CONCURRENCY)\n"

    assert found(judged({"worker.py": text})) == [
        "2 CEL003 None",
        "2 CEL101 CELERY_ACKS_LATE",
    ]


def test_old_name_that_only_5_7_reads_under_a_namespace_is_left_to_another_rule() -> None:
    files = {"app.py": NAMESPACED, "conf.py": "CELERYD_CONCURRENCY = 4\n"}

    before = judged(files, Options(target_version="5.6"))
    after = judged(files, Options(target_version="5.7"))

    assert found(before) == ["1 CEL115 CELERYD_CONCURRENCY"]
    assert found(after) == ["1 CEL101 CELERYD_CONCURRENCY"]


def test_old_name_that_a_namespace_hides_is_told_once() -> None:
    files = {"app.py": NAMESPACED, "conf.py": "CELERYD_CONCURRENCY = 4\n"}

    assert found(judged(files, replace(FROM_3, ignore=("CEL8",)))) == [
        "1 CEL115 CELERYD_CONCURRENCY"
    ]


@pytest.mark.parametrize(
    ("namespace", "code", "new"),
    [("", "CEL101", "worker_concurrency"), ("CELERY", "CEL115", "CELERY_WORKER_CONCURRENCY")],
)
@pytest.mark.parametrize(
    "text",
    [
        "class Options:\n    {} = 4\n",
        "OPTIONS = {{\n    'CELERY_IMPORTS': (), '{}': 4}}\n",
        "OPTIONS = dict(\n    CELERY_IMPORTS=(), {}=4)\n",
    ],
)
def test_what_the_user_says_of_classes_and_dicts_is_believed(
    text: str, namespace: str, code: str, new: str
) -> None:
    options = Options(target_version="5.6", upgrading_from="3.1", namespace=namespace)

    result = fixed({"worker.py": text.format("CELERYD_CONCURRENCY")}, options)

    assert f"2 {code} CELERYD_CONCURRENCY" in found(result.before)
    assert new in result.changes["worker.py"].decode()


def test_settings_of_django_without_a_namespace_need_an_app() -> None:
    text = "INSTALLED_APPS = []\nCELERYD_CONCURRENCY = 4\n"
    options = Options(target_version="5.6", namespace="", unsafe_fixes=True)

    result = fixed({"settings.py": text}, options)

    changed = "INSTALLED_APPS = []\nCELERY_WORKER_CONCURRENCY = 4\n"
    assert result.changes == {"settings.py": changed.encode()}
    assert "Celery reads the new names in an app with" in result.applied[0].reason


DJANGO_SITE = {
    "app.py": PLAIN.replace('"conf"', '"django.conf:settings", namespace="CELERY"'),
    "manage.py": "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'base'\n",
    "base.py": "from django.utils import x\nINSTALLED_APPS = []\nCELERY_RESULT_BACKEND = ''\n",
}


def test_settings_of_a_site_that_nothing_loads_are_renamed_as_the_others_on_request() -> None:
    options = Options(target_version="5.6", upgrading_from="3.1", unsafe_fixes=True)
    files = {**DJANGO_SITE, "live.py": "ALLOWED_HOSTS = []\nCELERYD_CONCURRENCY = 4\n"}

    result = fixed(files, options)

    assert result.changes["live.py"] == b"ALLOWED_HOSTS = []\nCELERY_WORKER_CONCURRENCY = 4\n"
    assert any(
        "where Celery loads the settings of this Django site with namespace='CELERY'" in each.reason
        for each in result.applied
    )


def test_settings_of_a_site_without_an_app_are_renamed_for_the_usual_namespace() -> None:
    options = Options(target_version="5.6", unsafe_fixes=True)

    result = fixed({"base.py": DJANGO_SITE["base.py"] + "BROKER_URL = ''\n"}, options)

    assert b"\nCELERY_BROKER_URL = ''\n" in result.changes["base.py"]
    (applied,) = result.applied
    assert "no call that takes a namespace loads the settings here" in applied.reason


def test_lower_case_names_beside_settings_of_django_are_not_handed_on() -> None:
    text = "INSTALLED_APPS = []\nCELERYD_CONCURRENCY = 4\nworker_pool = 'solo'\n"
    options = Options(target_version="5.6", namespace="CELERY")

    assert found(judged({"settings.py": text}, options)) == [
        "2 CEL115 CELERYD_CONCURRENCY",
        "3 CEL118 worker_pool",
    ]


# --- nothing said of what no app is seen to load --------------------------------------------------

TWO = "BROKER_URL = ''\nCELERYD_CONCURRENCY = 4\n"
DJANGO = (
    "these are settings of Django: load them in an app with namespace='CELERY', "
    "and say --namespace CELERY (base.py:1)"
)
SAY = "say how Celery loads them with --namespace none or --namespace NAME"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("celery_config.py", "CELERYD_CONCURRENCY = 4\nDEBUG = True\n"),
        ("options.py", TWO),
        ("options.py", f"{TWO}import DEBUG\n_DEBUG = debug = CELERY_OWN = 1\n"),
        ("options.py", f"HOST = ''\n{TWO}CELERY_RESULT_BACKEND = HOST\n"),
        ("options.py", "class Options:\n    BROKER_URL = ''\n    CELERYD_CONCURRENCY = 4\n"),
        ("options.py", "OPTIONS = {'BROKER_URL': '', 'CELERYD_CONCURRENCY': 4}\n"),
    ],
)
def test_unlinked_settings_that_can_be_read_one_way_only_are_renamed_on_request(
    path: str, text: str
) -> None:
    options = Options(target_version="5.6", unsafe_fixes=True)

    result = fixed({path: text}, options)

    assert fixed({path: text}).changes == {}
    assert b"worker_concurrency" in result.changes[path]
    assert "no app is seen to load these settings" in result.applied[0].reason


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        (
            {"options.py": f"{TWO}DEBUG = True\n"},
            f"`DEBUG` is no setting of Celery, so others may read this: {SAY} (options.py:3)",
        ),
        (
            {"options.py": f"{TWO}CELERY_BROKER_POOL_LIMIT = 1\n"},
            f"`CELERY_BROKER_POOL_LIMIT` is read under a namespace only: {SAY} (options.py:3)",
        ),
        (
            {"options.py": "CELERYD_CONCURRENCY = 4\n"},
            f"one name alone may be meant for others: {SAY} (options.py:1)",
        ),
        (
            {"options.py": f"import x\nclass K(x.Y):\n {TWO.replace(chr(10), chr(10) + ' ')}\n"},
            f"`x.Y` comes from outside the project: {SAY} (options.py:2)",
        ),
        (
            {"base.py": TWO, "live.py": "from base import *\nINSTALLED_APPS = []\n"},
            DJANGO,
        ),
    ],
)
def test_unlinked_settings_that_may_be_read_otherwise_are_left(
    files: dict[str, str], reason: str
) -> None:
    result = fixed(files, Options(target_version="5.6", unsafe_fixes=True))

    assert result.changes == {}
    assert f"Not fixed: {reason}" in notes(result.report)


# --- removed ones ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("ADMINS", "Celery no longer mails errors. Send the mail from a task_failure signal"),
        ("CELERY_BACKEND", "A fallback for CELERY_RESULT_BACKEND. Write `result_backend`"),
        ("CELERYD_SEND_EVENTS", "Only some releases read this name of the setting. Write `worker"),
        ("riak_backend_settings", ""),
    ],
)
def test_removed_setting_says_what_became_of_it(name: str, advice: str) -> None:
    (finding,) = judged({"celeryconfig.py": f"{name} = 1\n"}).findings

    assert (finding.code, finding.setting) == ("CEL102", name)
    assert finding.help.startswith(advice)


def test_successor_of_a_removed_setting_is_spelled_for_the_namespace() -> None:
    files = {"app.py": NAMESPACED, "conf.py": "CARROT_BACKEND = 'redis'\n"}

    result = fixed(files, UNSAFE)

    assert result.before.findings[0].help.endswith("Write `CELERY_BROKER_TRANSPORT`")
    assert result.changes == {"conf.py": b"CELERY_BROKER_TRANSPORT = 'redis'\n"}


def test_fallback_of_django_is_not_a_removed_setting() -> None:
    options = Options(target_version="4.4")

    assert found(judged({"celeryconfig.py": "TIME_ZONE = 'UTC'\n"}, options)) == []


def test_settings_of_a_whole_site_are_not_called_removed() -> None:
    text = "ADMINS = ()\nCELERY_BROKER_URL = ''\nCELERYD_FORCE_EXECV = True\n"

    report = judged({"app.py": NAMESPACED, "conf.py": text})

    assert found(report) == ["3 CEL102 CELERYD_FORCE_EXECV"]


def test_function_of_a_removed_name_is_left_alone() -> None:
    assert found(judged({"celeryconfig.py": "def ADMINS():\n    pass\n"})) == []


def test_removed_setting_is_not_edited_where_the_loading_is_not_certain() -> None:
    text = "import os\nfrom celery import Celery\n\napp = Celery()\n"
    text += "app.config_from_object(os.environ.get('CONF', 'conf'))\n"

    result = fixed({"app.py": text, "conf.py": "CELERYD_FORCE_EXECV = True\n"}, UNSAFE)

    assert found(result.before) == ["1 CEL102 CELERYD_FORCE_EXECV"]
    assert result.changes == {}


def test_setting_that_celery_3_lost_is_commented_out_for_celery_3() -> None:
    result = fixed({"celeryconfig.py": "CARROT_BACKEND = ''\nBROKER_INSIST = True\n"}, CELERY_3)

    after = (
        "CARROT_BACKEND = ''\n# Celery 3.1 removed BROKER_INSIST: AMQP dropped the insist flag\n"
    )
    assert result.changes == {"celeryconfig.py": f"{after}# BROKER_INSIST = True\n".encode()}


# --- mixed ones -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "culprit"),
    [
        ("broker_url = ''\nCELERYD_CONCURRENCY = 4\n", "CELERYD_CONCURRENCY"),
        ("broker_url = ''\nCELERYD_CONCURRENCY = 4\nCELERY_ACKS_LATE = 1\n", "broker_url"),
    ],
)
def test_minority_is_refused_and_a_tie_counts_as_new(text: str, culprit: str) -> None:
    report = judged({"celeryconfig.py": text}, Options(select=("CEL103",), target_version="5.6"))

    (finding,) = report.findings
    kinds = "old", "new"
    name, other = kinds if culprit.isupper() else kinds[::-1]
    assert finding.setting == culprit
    assert finding.message == (
        f"Celery raises ImproperlyConfigured for the {name} name `{culprit}` among {other} ones"
    )


@pytest.mark.parametrize(
    "text",
    [
        "broker_url = ''\nBROKER_URL = ''\n",
        "import os\nif os.name:\n    broker_url = ''\nelse:\n    CELERYD_CONCURRENCY = 4\n",
        "broker_url = ''\nBROKER_FRIENDS = 4\n",
    ],
)
def test_names_that_celery_lets_pass_are_not_called_mixed(text: str) -> None:
    options = Options(select=("CEL103",), target_version="5.6")

    assert found(judged({"celeryconfig.py": text}, options)) == []


def test_writes_to_conf_are_mixed_only_where_no_source_is_loaded() -> None:
    writes = "app.conf.broker_url = ''\napp.conf.CELERYD_CONCURRENCY = 4\n"
    alone = {"app.py": PLAIN.replace('app.config_from_object("conf")\n', writes)}
    beside = {"app.py": PLAIN + writes, "conf.py": "x = 1\n"}
    options = Options(select=("CEL103",), target_version="5.6")

    assert len(judged(alone, options).findings) == 1
    assert found(judged(beside, options)) == []


# --- under a namespace ----------------------------------------------------------------------------


def test_old_name_under_a_namespace_is_dead_unless_it_is_another_s() -> None:
    text = "CELERYD_CONCURRENCY = 4\nCELERY_ACKS_LATE = 1\nREDIS_HOST = ''\n"
    reader = "# celery\nfrom conf import CELERY_ACKS_LATE\n"

    report = judged({"app.py": NAMESPACED, "conf.py": text, "shop.py": reader})

    assert found(report) == ["1 CEL115 CELERYD_CONCURRENCY"]
    assert [label.text for label in report.findings[0].labels] == ["loaded here"]


def test_import_under_a_dead_name_is_left_alone() -> None:
    files = {"app.py": NAMESPACED, "conf.py": "from shop import CELERY_QUEUES\n"}

    assert found(judged(files)) == []


# --- what is safe ---------------------------------------------------------------------------------


def reason(files: dict[str, str], options: Options) -> str:
    """Return what the fix of the first finding changes; empty where it is safe."""
    fix = judged(files, options).findings[0].fix
    assert fix is not None
    assert (fix.safety is Safety.SAFE) == (not fix.reason)
    return fix.reason


def test_rename_is_safe_where_all_releases_read_both_names() -> None:
    assert reason({"celeryconfig.py": "BROKER_URL = ''\n"}, TARGET) == ""


def test_rename_is_unsafe_where_a_release_ignores_the_old_name() -> None:
    files = {"celeryconfig.py": "CELERY_SEND_EVENTS = True\n"}
    expected = "`CELERY_SEND_EVENTS`, ignored by Celery 4.0.0, takes effect"

    assert reason(files, Options(target_version="4.0-5.6")) == expected


def test_rename_is_unsafe_where_the_release_before_ignored_the_old_name() -> None:
    files = {"celeryconfig.py": "BROKER_URL = ''\nCELERY_RESULT_EXTENDED = True\n"}
    expected = "`CELERY_RESULT_EXTENDED`, ignored by Celery 3.1.25, takes effect"

    assert reason(files, Options(target_version="5.6", upgrading_from="3.1.25")) == expected


def test_rename_is_unsafe_where_celery_3_did_not_see_a_new_name() -> None:
    files = {"celeryconfig.py": "BROKER_URL = ''\nresult_expires = 60\n"}

    assert reason(files, FROM_3).startswith("`result_expires`, ignored by Celery 3.1, takes")


def test_rename_is_unsafe_where_more_settings_may_come() -> None:
    files = {"celeryconfig.py": "from local import *\nBROKER_URL = ''\n"}
    expected = "more settings may come from celeryconfig.py:1: there is no module `local` in the"

    assert reason(files, TARGET).startswith(expected)


def test_old_name_on_conf_is_early_only_where_the_app_is_made() -> None:
    write = "app.conf.CELERY_ACKS_LATE = True\n"
    here = {"app.py": PLAIN + write, "conf.py": "broker_url = ''\n"}
    read = {**here, "app.py": PLAIN + "print(app.conf.broker_url)\n" + write}
    other = {**here, "app.py": PLAIN, "worker.py": "from app import app\n" + write}
    keyword = {"app.py": "from celery import Celery\n\napp = Celery(CELERY_ACKS_LATE=True)\n"}
    expected = "`CELERY_ACKS_LATE` may be set after Celery has read its configuration, and up to "

    assert reason(here, TARGET) == ""
    assert reason(keyword, TARGET) == ""
    assert reason(read, TARGET).startswith(expected)
    assert reason(other, TARGET).startswith(expected)
    assert reason(other, Options(target_version="5.7")) == ""


# --- what stands in the way -----------------------------------------------------------------------


def test_settings_of_two_apps_are_renamed_for_both() -> None:
    two = PLAIN + 'other = Celery("other")\nother.config_from_object("conf")\n'
    two += "other.conf.CELERY_ACKS_LATE = True\n"

    changes = fixed({"app.py": two, "conf.py": "BROKER_URL = ''\n"}, FROM_3).changes

    assert changes == {
        "app.py": two.replace("CELERY_ACKS_LATE", "task_acks_late").encode(),
        "conf.py": b"broker_url = ''\n",
    }


def test_settings_of_an_app_with_a_namespace_are_renamed_with_care() -> None:
    two = PLAIN + 'other = Celery("other")\nother.config_from_object("conf", namespace="CELERY")\n'
    both = {"app.py": two, "conf.py": "BROKER_URL = ''\nCELERY_TASK_SERIALIZER = 'json'\n"}
    shop = {"app.py": two.replace('"CELERY"', '"SHOP"'), "conf.py": "BROKER_URL = ''\n"}

    assert doubts(both) == ["`broker_url` takes effect for another app that loads it (app.py:5)"]
    (note,) = notes(judged(shop))
    assert note == (
        "Not fixed: `BROKER_URL` counts for another app, which ignores `SHOP_BROKER_URL` (app.py:3)"
        "; load the settings in both apps with the same namespace first"
    )


def test_import_in_the_way_has_to_have_another_name() -> None:
    text = "from django.utils import timezone\nBROKER_URL = ''\n{}NOW = timezone.now()\n"

    free = fixed({"celeryconfig.py": text.format("")})
    taken = judged({"celeryconfig.py": text.format("utils_timezone = 1\n")})

    after = "from django.utils import timezone as utils_timezone\nbroker_url = ''\n"
    assert free.changes == {"celeryconfig.py": f"{after}NOW = utils_timezone.now()\n".encode()}
    assert "Not fixed: `timezone` and `utils_timezone` are both in use (celeryconfig.py:1)" in (
        notes(taken)
    )


def test_import_whose_name_a_setting_wants_steps_aside_once() -> None:
    text = "from django.utils import timezone\nCELERY_TIMEZONE = 'UTC'\nNOW = timezone.now()\n"

    after = "from django.utils import timezone as utils_timezone\ntimezone = 'UTC'\n"
    expected = {"celeryconfig.py": f"{after}NOW = utils_timezone.now()\n".encode()}
    assert fixed({"celeryconfig.py": text}, FROM_3).changes == expected


def test_name_in_a_class_above_is_a_rival() -> None:
    text = "from celery import Celery\n\n\nclass A:\n    broker_url = ''\n\n\n"
    text += "class B(A):\n    BROKER_URL = ''\n\n\napp = Celery()\napp.config_from_object(B)\n"

    report = judged({"app.py": text})

    assert notes(report) == [
        "Not fixed: `broker_url` is set here too, and counts (app.py:5); delete one of the two"
    ]


def test_source_with_both_names_is_a_rival_of_an_old_name_on_conf() -> None:
    files = {
        "app.py": PLAIN + "app.conf.BROKER_URL = ''\n",
        "conf.py": "BROKER_URL = ''\nbroker_url = ''\nCELERY_ACKS_LATE = True\n",
    }

    assert notes(judged(files)) == [
        "Not fixed: `broker_url` is set here too, and counts (conf.py:2); delete one of the two"
    ]
    assert fixed({**files, "conf.py": "broker_url = ''\n"}).changes


def test_other_configurations_of_the_app_are_no_rivals() -> None:
    two = PLAIN + 'app.config_from_object("other")\n'
    files = {"app.py": two, "conf.py": "broker_url = ''\n", "other.py": "BROKER_URL = ''\n"}

    assert fixed(files).changes == {"other.py": b"broker_url = ''\n"}


def test_old_name_on_conf_counts_under_a_namespace() -> None:
    # Seen on Celery 4.4, 5.2, 5.6 and 5.7: what is written before `conf` is read is not ignored.
    text = f"{NAMESPACED}app.conf.update(CELERY_QUEUES=[])\n"

    report = judged({"app.py": text, "conf.py": "CELERY_TIMEZONE = 'UTC'\n"})

    assert "CEL115" not in {finding.code for finding in report.findings}
