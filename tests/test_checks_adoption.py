"""Django settings move under a namespace with all that uses them, or not at all."""

from __future__ import annotations

import pytest

from celerylint.finding import Safety
from celerylint.options.table import Options
from celerylint.report import Fixed
from tests.judged import TARGET, fixed, found, judged, notes
from tests.test_checks_django import APP, OBJECT, PLAIN, site

UNSAFE = Options(target_version="5.6", unsafe_fixes=True, ignore=("CEL104",))
UPGRADE = Options(target_version="5.6", upgrading_from="3.1")
EAGER = "CELERY_ALWAYS_EAGER = True\n"
DJANGO = "from django.conf import settings\n"


def after(settings: str = EAGER, app: str = PLAIN, **more: str) -> dict[str, str]:
    """Return the files that a safe fix changes, by the name of the module."""
    return texts(fixed(site(settings, app, **more)))


def texts(result: Fixed) -> dict[str, str]:
    return {path[5:-3]: raw.decode() for path, raw in result.changes.items()}


def blocked(settings: str = EAGER, app: str = PLAIN, **more: str) -> list[str]:
    """Return what stands in the way; nothing may be changed."""
    files = site(settings, app, **more)
    changes = fixed(files, UNSAFE).changes
    assert changes == {}
    return [note.removeprefix("Not fixed: ") for note in notes(judged(files))]


def unsafe_reason(settings: str, options: Options = TARGET, app: str = PLAIN, **more: str) -> str:
    report = judged(site(settings, app, **more), options)
    (finding,) = (each for each in report.findings if each.code == "CEL116")
    assert finding.fix is not None
    assert finding.fix.safety is Safety.UNSAFE
    return finding.fix.reason


# --- the uses that follow ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "wanted"),
    [
        ("x = settings.CELERY_ALWAYS_EAGER\n", "x = settings.CELERY_TASK_ALWAYS_EAGER\n"),
        (
            "from shop.settings import CELERY_ALWAYS_EAGER as E\n",
            "from shop.settings import CELERY_TASK_ALWAYS_EAGER as E\n",
        ),
        ("del settings.CELERY_ALWAYS_EAGER\n", "del settings.CELERY_TASK_ALWAYS_EAGER\n"),
        (
            "setattr(settings, 'CELERY_ALWAYS_EAGER', 1)\n",
            "setattr(settings, 'CELERY_TASK_ALWAYS_EAGER', 1)\n",
        ),
        (
            "settings.configure(CELERY_ALWAYS_EAGER=1)\n",
            "settings.configure(CELERY_TASK_ALWAYS_EAGER=1)\n",
        ),
        (
            "D = {'CELERYD_POOL': 1}\nsettings.configure(FOO=1, **D)\n",
            "D = {'CELERY_WORKER_POOL': 1}\nsettings.configure(FOO=1, **D)\n",
        ),
        (
            "p.object(settings, 'CELERY_ALWAYS_EAGER', 1)\n",
            "p.object(settings, 'CELERY_TASK_ALWAYS_EAGER', 1)\n",
        ),
        (
            "from shop.settings import CELERY_ALWAYS_EAGER\n",
            "from shop.settings import CELERY_TASK_ALWAYS_EAGER as CELERY_ALWAYS_EAGER\n",
        ),
    ],
)
def test_use_of_django_settings_follows(before: str, wanted: str) -> None:
    assert after(views=DJANGO + before)["views"] == DJANGO + wanted


@pytest.mark.parametrize(
    "text",
    [
        "import os\nos.environ['CELERY_ALWAYS_EAGER'] = '1'\n",
        "monkeypatch.setenv('CELERY_ALWAYS_EAGER', '1')\n",
        "def f(environ):\n    environ['CELERY_ALWAYS_EAGER'] = environ['CELERYD_POOL']\n",
        "def f(x):\n    x.a['CELERYD_POOL'] = x()['CELERYD_POOL'] = 1\n",
        "LIMITS = {'CELERY_ALWAYS_EAGER': 1}\nLIMITS['CELERY_ALWAYS_EAGER']\n",
        "class Own:\n    X = 1\n\nown = Own()\nown.CELERY_ALWAYS_EAGER\n",
        "other(CELERY_ALWAYS_EAGER=1)\n",
        "from elsewhere import CELERY_ALWAYS_EAGER\n",
        "x.CELERY_TASK_ALWAYS_EAGER\ny('CELERYD_POOL_X')\nz(settings, 1)\n",
        "CELERYD_POOL x\n",
        "X = 'the settings of CELERYD_POOL'\n",
        "def f(item):\n    return item.CELERY_ALWAYS_EAGER\n",
        DJANGO + "isinstance(settings, object)\nprint(settings, 'CELERYD_X')\n",
        "override_settings(*args)\nCELERYD_X\noverride_settings(**{'DEBUG': 1})\n",
        "x.override(settings=1)\ndef f(**kw):\n    return kw\nf(**{'CELERY_ALWAYS_EAGER': 1})\n",
    ],
)
def test_what_is_no_use_stays(text: str) -> None:
    assert "views" not in after(views=text)


def test_parameter_of_a_test_is_the_fixture() -> None:
    text = "def test_x(settings):\n    settings.CELERY_ALWAYS_EAGER = True\n"

    assert "settings.CELERY_TASK_ALWAYS_EAGER" in after(test_x=text)["test_x"]


def test_name_that_only_a_test_sets_follows() -> None:
    files = after("BROKER_URL = 'x'\n", tests="override_settings(CELERY_ACKS_LATE=1)\n")

    assert files["tests"] == "override_settings(CELERY_TASK_ACKS_LATE=1)\n"


def test_write_to_conf_keeps_its_precedence() -> None:
    late = PLAIN + "app.conf.CELERY_ALWAYS_EAGER = False\napp.conf.CELERY_ACKS_LATE = True\n"
    text = after(app=late)["celery"]

    assert "app.conf.CELERY_TASK_ALWAYS_EAGER = False\napp.conf.task_acks_late = True" in text


def test_handed_on_broker_is_no_rival() -> None:
    text = DJANGO + "from celery import Celery\napp = Celery('x', broker=settings.BROKER_URL)\n"
    text += "app.config_from_object('django.conf:settings')\n"

    changed = after("BROKER_URL = 'memory://'\n", app=text)

    assert "broker=settings.CELERY_BROKER_URL" in changed["celery"]


def test_names_of_celery_3_1_are_carried_over() -> None:
    files = site("CELERY_ENABLE_UTC = False\nCELERYD_CONCURRENCY = 2\n", PLAIN)

    changes = texts(fixed(files, UPGRADE))

    assert changes["settings"] == "CELERY_ENABLE_UTC = False\nCELERY_WORKER_CONCURRENCY = 2\n"


def test_name_that_is_right_both_ways_needs_the_namespace_only() -> None:
    assert after("CELERY_TASK_SERIALIZER = 'json'\n") == {
        "celery": PLAIN.replace("settings')", "settings', namespace='CELERY')")
    }


def test_old_name_under_a_namespace_counted_in_celery_3_1() -> None:
    named = PLAIN.replace("settings')", "settings', namespace='CELERY')")

    assert texts(fixed(site(EAGER, named), UPGRADE))["settings"] == EAGER.replace("_A", "_TASK_A")


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        ("config_from_object(settings)", 'config_from_object(settings, namespace="CELERY")'),
        (
            "config_from_object(\n    settings,  # all\n)",
            'config_from_object(\n    settings, namespace="CELERY",  # all\n)',
        ),
        ("config_from_object((settings))", 'config_from_object((settings), namespace="CELERY")'),
        (
            "config_from_object(settings, silent=True)",
            'config_from_object(settings, silent=True, namespace="CELERY")',
        ),
    ],
)
def test_namespace_is_added_to_the_call(call: str, wanted: str) -> None:
    app = OBJECT.replace("'", '"').replace("config_from_object(settings)", call)

    assert wanted in after(app=app)["celery"]


# --- what blocks -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (DJANGO + "setattr(settings, 'CELERY_' 'ALWAYS_EAGER', 1)\n", "one plain string"),
        (DJANGO + "getattr(settings, 'CELERY_' 'ALWAYS_EAGER')\n", "one plain string"),
        (DJANGO + "p(settings, 'CELERY_' 'ALWAYS_EAGER')\n", "one plain string"),
    ],
)
def test_use_that_cannot_follow_blocks_the_move(text: str, why: str) -> None:
    assert any(why in note and "shop/views.py" in note for note in blocked(views=text))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (DJANGO + "vars(settings)\n", "all names of Django's settings are read here"),
        ("from inspect import *\n" + DJANGO + "dir(settings)\nE = 'CELERYD_POOL'\n", "`dir()`"),
        (DJANGO + "settings.CELERY_TASK_ALWAYS_EAGER\n", "is already in use"),
        ("override_settings(CELERY_TASK_ALWAYS_EAGER=1)\n", "is already in use"),
        ("SHOWN = ['CELERY_ALWAYS_EAGER']\n", "a string names `CELERY_ALWAYS_EAGER`"),
        (
            "patch('django.conf.settings.CELERY_ALWAYS_EAGER', 1)\n",
            "a string names `django.conf.settings.CELERY_ALWAYS_EAGER`",
        ),
        ("patch('shop.x.settings.CELERY_ALWAYS_EAGER')\n", "a string names `shop.x.settings."),
        ("k.startswith('CELERY_')\nCELERYD_POOL = x\n", "names that begin with `CELERY_`"),
        ("override_settings(**OTHERS)\nx.CELERYD_POOL\n", "overridden by a dict"),
        ("override_settings(**{**OTHERS})\nx.CELERYD_POOL\n", "overridden by a dict"),
        ("from x import settings\nsettings.CELERY_ALWAYS_EAGER\n", "may be Django's settings"),
        ("def f(settings):\n    settings.CELERY_ALWAYS_EAGER\n", "may be the settings"),
        ("def f(\n    CELERY_ALWAYS_EAGER\n", "this file cannot be read, and names settings"),
        ("def f(names):\n    return names['CELERY_ALWAYS_EAGER']\n", "`names` may be the names of"),
        ("def f(names):\n    names['CELERYD_POOL'] = 1\n", "`names` may be the names of"),
        ("def f(names):\n    names.get('CELERYD_POOL')\n", "`names` may be the names of"),
        (DJANGO + "settings.configure(A=1, **f())\nx.CELERYD_POOL\n", "overridden by a dict"),
        (DJANGO + "settings.configure(BROKER_URL='')\nE = ['CELERYD_POOL']\n", "a string names"),
    ],
)
def test_use_that_may_not_follow_makes_the_move_unsafe(text: str, why: str) -> None:
    reason = unsafe_reason(EAGER, views=text)

    assert any(why in each and "shop/views.py" in each for each in reason.split("; "))
    assert after(EAGER, views=text) == {}


def test_package_that_may_read_the_name_makes_the_move_unsafe() -> None:
    settings = "BROKER_URL = 'x'\nINSTALLED_APPS = ['health_check.contrib.rabbitmq']\n"

    assert unsafe_reason(settings) == (
        "`health_check.contrib.rabbitmq` reads `BROKER_URL` (shop/settings.py:2)"
    )


def test_name_that_is_there_already_blocks_the_move() -> None:
    found_blocked = blocked(EAGER, other="from .settings import *\nCELERY_TASK_ALWAYS_EAGER = 1\n")

    assert any("`CELERY_TASK_ALWAYS_EAGER` is there already" in note for note in found_blocked)


@pytest.mark.parametrize(
    "late",
    ["app.conf.task_always_eager = False\n", "app.conf.update(task_always_eager=False)\n"],
)
def test_write_that_would_lose_makes_the_move_unsafe(late: str) -> None:
    assert unsafe_reason(EAGER, app=PLAIN + late).startswith(
        "`task_always_eager` would lose against `CELERY_ALWAYS_EAGER` under a namespace (shop"
    )


def test_write_wins_under_a_namespace_since_5_7() -> None:
    files = site(EAGER, PLAIN + "app.conf.task_always_eager = False\n")

    assert "settings" in texts(fixed(files, Options(target_version="5.7")))


def test_broker_given_to_the_app_makes_the_move_unsafe() -> None:
    app = PLAIN.replace("Celery('shop')", "Celery('shop', broker='memory://')")

    assert "`broker_url` would lose against" in unsafe_reason("BROKER_URL = 'x'\n", app=app)


@pytest.mark.parametrize(
    "app",
    [
        OBJECT.replace("(settings)", "(settings \\\n)"),
        DJANGO + "from celery import Celery\napp = Celery(config_source=settings, **more)\n",
    ],
)
def test_call_that_cannot_be_extended_blocks_the_move(app: str) -> None:
    assert any("cannot be added to this call" in note for note in blocked(app=app))


def test_second_source_blocks_the_move() -> None:
    app = PLAIN + "app.config_from_object('shop.conf')\n"

    why = "the app is configured by something else than Django as well"
    assert any(why in note for note in blocked(app=app, conf="CELERYD_POOL = 'solo'\n"))


def test_second_app_moves_along() -> None:
    changed = after(second=PLAIN)

    assert changed["celery"] == changed["second"]
    assert "namespace='CELERY'" in changed["second"]


def test_likely_settings_move_on_request() -> None:
    files = {**site(EAGER, PLAIN), "manage.py": "os.environ['DJANGO_SETTINGS_MODULE'] = 'options'"}
    files["shop/deep/options.py"] = files.pop("shop/settings.py")

    assert fixed(files).changes == {}
    (applied,) = fixed(files, UNSAFE).applied
    assert applied.reason.startswith("it is likely, not certain, which settings are loaded (shop/c")


def test_settings_that_are_not_found_may_be_others() -> None:
    files = {"shop/celery.py": PLAIN + "app.conf.CELERY_ACKS_LATE = True\n"}

    assert fixed(files).changes == {}
    (applied,) = fixed(files, UNSAFE).applied
    assert "shop/celery.py:3: Django's settings module is not found" in applied.reason


# --- what makes it unsafe ----------------------------------------------------------------------


def test_absent_module_may_hold_old_names() -> None:
    reason = unsafe_reason(EAGER + "from .local_settings import *\n")

    assert "there is no module `.local_settings` in the project" in reason


def test_prefixed_name_that_was_dead_comes_to_life() -> None:
    reason = unsafe_reason(EAGER + "CELERY_BROKER_URL = 'memory://'\n")

    assert reason == "`CELERY_BROKER_URL`, ignored so far, takes effect"


def test_name_of_other_software_no_longer_reaches_celery() -> None:
    settings = EAGER + "S3_BUCKET = 'shop'\n"

    assert unsafe_reason(settings) == "`S3_BUCKET` no longer reaches Celery"
    assert "settings" in texts(fixed(site(settings, PLAIN), UPGRADE))


def test_module_that_nothing_is_seen_to_load_is_named() -> None:
    reason = unsafe_reason(EAGER, live="CELERYD_CONCURRENCY = 4\n")

    assert "`CELERYD_CONCURRENCY` at shop/live.py:1 is not renamed" in reason


def test_module_with_names_that_are_right_under_both_readings_is_no_worry() -> None:
    assert "settings" in after(EAGER, live="CELERY_BROKER_URL = 'memory://'\n")


def test_names_for_others_alone_ask_for_no_namespace() -> None:
    assert found(judged(site("S3_BUCKET = 'shop'\nEMAIL_HOST = 'mail'\n", PLAIN))) == []


def test_app_without_settings_has_no_namespace_to_miss() -> None:
    assert found(judged(site("", APP))) == []


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("'{0.CELERY_ALWAYS_EAGER}'.format(settings)\n", "2"),
        ("render('a.html', {'settings': settings})\n", "2"),
        ("def f():\n    return settings\n", "3"),
        ("match settings:\n    case object(CELERY_ALWAYS_EAGER=x):\n        pass\n", "2"),
        ("f(settings)\ng(settings)\n", "2, 2 places in all"),
    ],
)
def test_settings_that_are_handed_on_make_the_move_unsafe(text: str, where: str) -> None:
    reason = unsafe_reason(EAGER, code=f"from django.conf import settings\n{text}# celery\n")

    assert f"Django's settings are handed on (shop/code.py:{where})" in reason


@pytest.mark.parametrize(
    "text",
    [
        "getattr(settings, name)\n",
        "getattr(settings, 'BROKER_' + name)\n",
        "getattr(settings, 'BROKER_%s' % name, None)\n",
        "hasattr(settings,\n        f'{name}_URL')\n",
    ],
)
def test_names_that_code_puts_together_make_the_move_unsafe(text: str) -> None:
    reason = unsafe_reason(EAGER, code=f"from django.conf import settings\n{text}")

    assert "code that puts names together (shop/code.py:2) may ask for an old one" in reason
