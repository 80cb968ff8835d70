"""Names that Celery ignores without a word, and those that only look like them."""

from __future__ import annotations

import pytest

from celerylint.options.table import Options
from tests.judged import fixed, found, judged, notes

PLAIN = 'from celery import Celery\n\napp = Celery("shop")\napp.config_from_object("conf")\n'
NAMESPACED = PLAIN.replace('"conf"', '"conf", namespace="CELERY"')
BY_BEHAVIOUR = 'def load(app):\n    app.config_from_object("conf", namespace="CELERY")\n'
UNSAFE = Options(target_version="5.6", unsafe_fixes=True)
DICT = 'from celery import Celery\n\napp = Celery("shop")\napp.conf.update({})\n'


def in_dict(text: str) -> dict[str, str]:
    """Return a project whose app is updated with a dict."""
    return {"app.py": DICT.replace("{}", text)}


# --- unknown names --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("worker_concurency = 4\n", "`worker_concurency`; did you mean `worker_concurrency`?"),
        ("celery_result_backend = ''\n", "`celery_result_backend`; did you mean `result_backend`?"),
        ("broker_connection_retry_delay = 4\n", "`broker_connection_retry_delay`"),
        (
            "BROKER_CONNECTION_RETRY_MAX = 4\n",
            "`BROKER_CONNECTION_RETRY_MAX`; did you mean `broker_connection_max_retries`?",
        ),
    ],
)
def test_name_that_is_no_setting_is_found_in_a_module(text: str, message: str) -> None:
    (finding,) = judged({"celeryconfig.py": text}).findings

    assert finding.code == "CEL104"
    assert finding.message == f"Celery has no setting {message}"


@pytest.mark.parametrize(
    "text",
    [
        "shop_currency = 'NOK'\n",
        "_worker_concurency = 4\n",
        "worker_concurency_ = 4\n",
        "queue = ''\n",
        "DATABASE_URL = ''\n",
        "def worker_concurency():\n    pass\n",
        "class broker_connection_retry_delay:\n    pass\n",
        "for worker_concurency in ():\n    pass\n",
        "worker_concurency = 4\nworker_concurrency = worker_concurency\n",
        "worker_concurency = 3\nworker_concurrency = 4\n",
        "broker_connection_retry_delay = 4\nprint(broker_connection_retry_delay)\n",
    ],
)
def test_name_that_may_be_the_project_s_own_is_let_pass(text: str) -> None:
    report = judged({"celeryconfig.py": text})

    assert [finding for finding in report.findings if finding.code == "CEL104"] == []


def test_every_key_of_a_dict_has_to_be_a_setting() -> None:
    report = judged(in_dict('{"shop_currency": "NOK", "DATABASE_URI": ""}'))

    assert found(report) == ["4 CEL104 shop_currency", "4 CEL104 DATABASE_URI"]


def test_known_settings_are_let_pass() -> None:
    options = Options(target_version="5.6", known_settings=("shop_currency",))

    assert found(judged(in_dict('{"shop_currency": "NOK"}'), options)) == []


def test_unknown_names_of_an_unloaded_module_are_its_own() -> None:
    text = "CELERYD_CONCURRENCY = 4\nworker_concurency = 4\nbroker_connection_retry_delay = 4\n"

    assert "CEL104" not in {f.code for f in judged({"worker.py": text}).findings}


def test_misspelt_name_is_corrected_on_request() -> None:
    assert fixed(in_dict('{"task_acks_lates": True}'), UNSAFE).changes == {
        "app.py": DICT.replace("{}", '{"task_acks_late": True}').encode()
    }


def test_invented_name_becomes_the_setting_that_was_meant() -> None:
    files = {"app.py": NAMESPACED, "conf.py": "CELERY_BROKER_PUBLISH_RETRY = False\n"}

    result = fixed(files, UNSAFE)

    assert [finding.help for finding in result.before.findings] == ["Set task_publish_retry"]
    assert result.changes == {"conf.py": b"CELERY_TASK_PUBLISH_RETRY = False\n"}


def test_invented_name_is_edited_on_request_where_the_app_is_a_guess() -> None:
    files = {"load.py": BY_BEHAVIOUR, "conf.py": "CELERY_BROKER_PUBLISH_RETRY = False\n"}

    result = fixed(files, UNSAFE)

    assert found(result.before) == ["1 CEL104 CELERY_BROKER_PUBLISH_RETRY"]
    assert result.changes == {"conf.py": b"CELERY_TASK_PUBLISH_RETRY = False\n"}
    (applied,) = result.applied
    assert applied.reason.startswith(
        "it is likely, not certain, which settings are loaded (load.py"
    )


def test_unknown_name_is_not_judged_where_the_app_is_a_guess() -> None:
    files = {"load.py": BY_BEHAVIOUR, "conf.py": "CELERY_WORKER_CONCURENCY = 4\n"}

    assert found(judged(files)) == []


def test_suggestion_for_celery_3_is_one_that_it_reads() -> None:
    text = "CELERYD_CONCURENCY = 4\nCELERY_RESULT_EXTENDE = True\n"
    options = Options(target_version="3.1", unsafe_fixes=True)

    result = fixed({"celeryconfig.py": text}, options)

    assert [finding.message for finding in result.before.findings] == [
        "Celery has no setting `CELERYD_CONCURENCY`; did you mean `CELERYD_CONCURRENCY`?"
    ]
    assert result.changes == {}


# --- every other name, for those who ask ----------------------------------------------------------


def test_undeclared_names_are_reported_on_request() -> None:
    text = "from shop import currency\nshop_currency = 'NOK'\n_private = 1\nread = 2\nx = read\n"
    options = Options(target_version="5.6", extend_select=("CEL114",))

    report = judged({"celeryconfig.py": text + "worker_concurency = 4\n"}, options)

    assert found(report) == ["2 CEL114 shop_currency", "5 CEL114 x", "6 CEL104 worker_concurency"]


@pytest.mark.parametrize(
    "files",
    [
        {"worker.py": "CELERYD_CONCURRENCY = 4\nshop = 1\n"},
        {"load.py": BY_BEHAVIOUR, "conf.py": "CELERY_BROKER_URL = ''\nshop = 1\n"},
    ],
)
def test_undeclared_names_are_not_told_of_a_guess(files: dict[str, str]) -> None:
    options = Options(target_version="5.6", extend_select=("CEL114",))

    assert "CEL114" not in {f.code for f in judged(files, options).findings}


# --- documented, prefixed -------------------------------------------------------------------------


def test_documented_spelling_that_celery_3_read_is_carried_over_from_there() -> None:
    files = {"celeryconfig.py": "CELERY_ENABLE_UTC = False\n"}
    from_3 = Options(target_version="5.6", upgrading_from="3.1")

    assert found(judged(files)) == ["1 CEL105 CELERY_ENABLE_UTC"]
    assert fixed(files, from_3).changes == {"celeryconfig.py": b"enable_utc = False\n"}


def test_documented_spelling_that_counted_before_the_upgrade_is_said_to() -> None:
    files = {
        "manage.py": "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'conf'\n",
        "conf.py": "CELERY_ENABLE_UTC = True\nfrom local import *\n",
        "app.py": "from celery import Celery\napp = Celery()\n"
        "app.config_from_object('django.conf:settings')\n",
    }
    options = Options(select=("CEL105",), target_version="5.6", upgrading_from="3.1")

    (finding,) = judged(files, options).findings

    assert finding.message == "Celery ignores `CELERY_ENABLE_UTC` from 4.0 on; so far it counts"


def test_documented_spelling_is_right_under_a_namespace_and_on_celery_3() -> None:
    text = "CELERY_TASK_ALWAYS_EAGER = True\n"

    assert found(judged({"app.py": NAMESPACED, "conf.py": text})) == []
    assert found(judged({"celeryconfig.py": text}, Options(target_version="3.1"))) == []


def test_prefixed_name_needs_a_namespace() -> None:
    text = "CELERY_BROKER_URL = ''\nCELERY_WORKER_CONCURRENCY = 4\ny = CELERY_WORKER_CONCURRENCY\n"

    report = judged({"app.py": PLAIN, "conf.py": text})

    assert found(report) == ["1 CEL106 CELERY_BROKER_URL"]
    assert report.findings[0].help == (
        "Write `broker_url`, or load the settings with namespace='CELERY'"
    )


def test_name_that_counts_for_another_app_is_right() -> None:
    text = "CELERY_BROKER_URL = ''\nCELERY_TASK_ALWAYS_EAGER = True\n"

    assert found(judged({"app.py": NAMESPACED, "health.py": PLAIN, "conf.py": text})) == []


def test_name_with_another_prefix_needs_the_app_s_own() -> None:
    files = {"app.py": NAMESPACED.replace("CELERY", "SHOP"), "conf.py": "CELERY_BROKER_URL = ''\n"}

    assert found(judged(files)) == ["1 CEL106 CELERY_BROKER_URL"]


def test_fix_of_a_prefixed_name_takes_the_old_names_along_or_is_blocked() -> None:
    text = "CELERY_BROKER_URL = ''\nCELERYD_CONCURRENCY = 4\n"
    files = {"app.py": PLAIN, "conf.py": text}
    blocked = {**files, "shop.py": "# celery\nfrom conf import *\nworker_concurrency = 1\n"}
    blocked["shop.py"] += "print(CELERYD_CONCURRENCY)\n"

    assert fixed(files, UNSAFE).changes == {"conf.py": b"broker_url = ''\nworker_concurrency = 4\n"}
    assert fixed(blocked, UNSAFE).changes == {}
    (note,) = notes(judged(blocked))
    assert note.startswith("Not fixed: `worker_concurrency` means something else here (shop.py:4)")


# --- of other versions ----------------------------------------------------------------------------


def test_setting_of_a_later_release_is_ignored() -> None:
    text = "worker_soft_shutdown_timeout = 3\ndef task_default_queue_type():\n    pass\n"

    report = judged({"celeryconfig.py": text}, Options(target_version="5.2"))

    assert found(report) == ["1 CEL108 worker_soft_shutdown_timeout"]
    assert report.findings[0].message == (
        "Celery 5.2.7 ignores `worker_soft_shutdown_timeout`, new in 5.5.0"
    )


def test_old_name_that_comes_again_is_not_of_a_later_release() -> None:
    report = judged({"celeryconfig.py": "CASSANDRA_OPTIONS = {}\n"}, Options(target_version="4.0"))

    assert "CEL108" not in {finding.code for finding in report.findings}


def test_lower_case_name_is_ignored_by_celery_3() -> None:
    text = "task_acks_late = True\nworker_soft_shutdown_timeout = 3\nimports = []\nx = imports\n"

    report = judged({"celeryconfig.py": text}, Options(target_version="3.1"))

    assert found(report) == ["1 CEL109 task_acks_late"]
    assert report.findings[0].help == "Write `CELERY_ACKS_LATE` until the project runs on Celery 4"


def test_upper_case_name_of_celery_4_is_not_lower_case() -> None:
    report = judged({"celeryconfig.py": "BROKER_READ_URL = ''\n"}, Options(target_version="3.1"))

    assert found(report) == []


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("broker", "broker_url"),
        ("backend", "result_backend"),
        ("transport_options", "broker_transport_options"),
        ("result_transport_options", "result_backend_transport_options"),
        ("concurrency", "worker_concurrency"),
        ("task_default_serializer", "task_serializer"),
    ],
)
def test_name_that_can_only_be_meant_for_a_setting_is_found(name: str, meant: str) -> None:
    (finding,) = judged({"celeryconfig.py": f"{name} = value()\n"}).findings

    expected = f"Celery has no setting `{name}`; did you mean `{meant}`?"
    assert (finding.code, finding.message) == ("CEL104", expected)


@pytest.mark.parametrize(
    "text",
    [
        "broker = 'redis://h/0'\nbroker_url = broker\nresult_expires = 9\n",
        "import os\nconcurrency = 4\nworker_concurrency = min(concurrency, os.cpu_count())\n",
    ],
)
def test_name_that_the_module_reads_is_its_own(text: str) -> None:
    assert judged({"celeryconfig.py": text}, Options(select=("CEL104",))).findings == ()


def test_name_is_not_corrected_where_the_right_one_is_set() -> None:
    text = "broker = 'redis://a/0'\nbroker_url = 'redis://b/0'\n"
    (finding,) = judged({"celeryconfig.py": text}, Options(select=("CEL104",))).findings

    assert finding.message == "Celery has no setting `broker`"
    assert finding.fix is None


def test_settings_of_django_are_not_undeclared_names() -> None:
    files = {
        "manage.py": "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'shop.settings'\n",
        "shop/settings.py": "SECRET_KEY = 'x'\nINSTALLED_APPS = []\nCELERY_STATS = 3\n",
        "shop/celery.py": (
            "from celery import Celery\n\napp = Celery('shop')\n"
            "app.config_from_object('django.conf:settings', namespace='CELERY')\n"
        ),
    }
    report = judged(files, Options(select=("CEL114",), target_version="5.6"))

    assert [finding.setting for finding in report.findings] == ["CELERY_STATS"]


def test_misspelt_name_that_a_subclass_overrides_is_mended_in_both() -> None:
    classes = "class Base:\n    {0} = 4\n\n\nclass Live(Base):\n    {0} = 8\n"
    app = "from conf import Live\n" + PLAIN.replace('"conf"', "Live")
    files = {"app.py": app, "conf.py": classes.format("worker_concurency")}

    changes = fixed(files, UNSAFE).changes

    assert changes == {"conf.py": classes.format("worker_concurrency").encode()}
