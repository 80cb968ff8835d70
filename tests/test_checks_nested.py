"""Settings move into a dict of Flask's configuration, or what is in the way is named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from celerylint.finding import Safety
from celerylint.options.table import Options
from tests.judged import TARGET, fixed, judged, notes

UNSAFE = replace(TARGET, unsafe_fixes=True, select=("CEL1",))
APP = """\
from celery import Celery
from flask import Flask, current_app
import conf
web = Flask("shop")
"""
LOADED = "web.config.from_object('conf')\n"
CONF = "BROKER_URL = 'redis://localhost/0'\n"
HAND = "app = Celery('shop')\napp.conf.update(web.config)\n"


def after(text: str, options: Options = UNSAFE, **files: str) -> dict[str, str]:
    """Return the files that the unsafe fixes change."""
    others = {f"{name}.py": content for name, content in files.items()}
    changes = fixed({"shop.py": text, **others}, options).changes
    return {path: raw.decode() for path, raw in changes.items()}


@pytest.mark.parametrize(
    ("definitions", "moved"),
    [
        ("BROKER_URL = 'a'\n", "CELERY = {'broker_url': 'a'}\n"),
        ("from os import *\nBROKER_URL = 1\n", 'from os import *\nCELERY = {"broker_url": 1}\n'),
        ("BROKER_URL: str = ('a')\n", "CELERY = {'broker_url': ('a')}\n"),
        ("CELERY_IMPORTS = 'a', 'b'\n", "CELERY = {'imports': ('a', 'b')}\n"),
        (
            "CELERY_IMPORTS = ('a'), ('b')\nBROKER_URL = x = 'a'\n",
            None,
        ),
        (
            "if DEBUG:\n    BROKER_URL = 'a'\n",
            None,
        ),
        ("BROKER_URL = 'a'; OTHER = 1\n", None),
        ("BROKER_URL += 'a'\n", None),
        (
            "BROKER_URL = (\n    'a'\n)\n",
            "CELERY = {\n    'broker_url': (\n        'a'\n    ),\n}\n",
        ),
        (
            "class A:\n\tBROKER_URL = 1  # 1\n\n\tCELERY_IMPORTS = ''  # 2\n",
            "class A:\n\tCELERY = {\n\t\t'broker_url': 1,  # 1\n\n\t\t'imports': '',  # 2\n\t}\n",
        ),
        (
            "BROKER_URL = 'a'\r\nCELERY_TIMEZONE = 'b'",
            "CELERY = {\r\n    'broker_url': 'a',\r\n    'timezone': 'b',\r\n}",
        ),
        (
            "BROKER_URL = 'a'\nOTHER = BROKER_URL\n",
            "CELERY = {'broker_url': 'a'}\nOTHER = CELERY[\"broker_url\"]\n",
        ),
        ("BROKER_URL = 'a'\nOTHER = f'{BROKER_URL}/'\n", None),
        ("BROKER_URL = 'a'\nCELERY = 1\n", None),
        (
            "class B:\n  BROKER_URL = 1\nclass C:\n  CELERY_IMPORTS = 2\nclass A(B, C):\n  pass\n",
            None,
        ),
    ],
)
def test_definitions_become_a_dict(definitions: str, moved: str | None) -> None:
    loaded = LOADED.replace("'conf'", "conf.A") if "class A" in definitions else LOADED

    changes = after(f"{APP}{loaded}{HAND}", conf=definitions)

    assert changes.get("conf.py") == moved
    assert ("shop.py" in changes) is (moved is not None)


@pytest.mark.parametrize(
    ("fill", "moved"),
    [
        ("web.config.update(BROKER_URL='a', OTHER=1)", "CELERY={'broker_url': 'a'}, OTHER=1)"),
        ("web.config.update(dict(BROKER_URL='a'))", "dict(CELERY={'broker_url': 'a'}))"),
        ("web.config.update({'BROKER_URL': 'a'})", "{'CELERY': {'broker_url': 'a'}})"),
        ("web.config.from_mapping({'BROKER_URL': 'a'})", "{'CELERY': {'broker_url': 'a'}})"),
        (
            "web.config.update(BROKER_URL='a', CELERY_TIMEZONE='b')",
            "CELERY={'broker_url': 'a', 'timezone': 'b'})",
        ),
        ("known = {'BROKER_URL': 'a'}\nweb.config.from_mapping(known)", "{'broker_url': 'a'}}"),
        (
            LOADED + "web.config.update(CELERY_TIMEZONE='b')",
            "CELERY={**web.config['CELERY'], 'time",
        ),
    ],
)
def test_arguments_and_entries_become_a_dict(fill: str, moved: str) -> None:
    changes = after(f"{APP}{fill}\n{HAND}", conf=CONF if LOADED in fill else "")

    assert moved in changes["shop.py"]
    assert "app.config_from_object(web.config['CELERY'])" in changes["shop.py"]


@pytest.mark.parametrize(
    ("reader", "moved"),
    [
        ("current_app.config['BROKER_URL']", "current_app.config['CELERY']['broker_url']"),
        ("web.config.get('BROKER_URL', 1)", "web.config['CELERY'].get('broker_url', 1)"),
        ("conf.BROKER_URL", 'conf.CELERY["broker_url"]'),
        ("web.config.pop('OTHER')", "web.config.pop('OTHER')"),
        ("os.environ['BROKER_URL']", "os.environ['BROKER_URL']"),
        ("os.getenv('BROKER_URL')", "os.getenv('BROKER_URL')"),
        ("web.config.get_namespace('MAIL_')", "web.config.get_namespace('MAIL_')"),
        ("decouple.config('BROKER_URL')", "decouple.config('BROKER_URL')"),
        ("BROKER_URL, dir(shop), {}.items()", "BROKER_URL, dir(shop), {}.items()"),
        ("thing.BROKER_URL", "thing.BROKER_URL"),
        ("app.conf.other", "app.conf.other"),
    ],
)
def test_readers_follow(reader: str, moved: str) -> None:
    changes = after(f"{APP}{LOADED}{HAND}print({reader})\n", conf=CONF)

    assert changes["shop.py"].endswith(f"print({moved})\n")


TWO = "class A:\n    BROKER_URL = 'a'\nclass B:\n    BROKER_URL = 'b'\n"
FAMILY = "class R:\n    BROKER_URL = 'a'\nclass A(R):\n    pass\nclass B(R):\n    X = 1\n"
TAKES = "def load(name):\n    web.config.from_object(name)\n"


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ("print('BROKER_URL' in web.config)", "`BROKER_URL` is not read in a plain way"),
        ("from conf import BROKER_URL", "`BROKER_URL` is imported here"),
        ("print(f'{conf.BROKER_URL}')", "`BROKER_URL` is read within a text"),
        ("print(web.config[('BROKER_URL')])", "`BROKER_URL` is not read in a plain way"),
        ("print(app.conf.SECRET_KEY)", "`SECRET_KEY` is read from the app's configuration here"),
        ("app.conf.broker_url = 'x'", "`broker_url` is set here too"),
        ("web.config['CELERY'] = {}", "`CELERY` is already in use"),
        ("web.config['CELERY_TIMEZONE'] = 'UTC'", "this is set after Flask's configuration is"),
        ("app.config_from_object('other')", "the app loads something else as well"),
        ("app.conf.update(web.config, a=1)", "more than Flask's configuration is loaded here"),
        ("app.conf.update(**web.config)", "more than Flask's configuration is loaded here"),
        ("app . conf . update(web.config)", "this call is not written in one plain piece"),
        ("def f(w):\n  w.config['CELERY_TIMEZONE'] = 'b'", "it is not certain that `CELERY` is in"),
    ],
)
def test_what_is_in_the_way_is_named(more: str, reason: str) -> None:
    conf = f"{CONF}SECRET_KEY = 'x'\n"
    files = {"shop.py": f"{APP}{LOADED}{HAND}{more}\n", "conf.py": conf, "other.py": "imports = ()"}

    told = notes(judged(files, UNSAFE))

    assert any(reason in note for note in told), told
    assert any("put the settings into a dict `CELERY`" in note for note in told)
    assert dict(fixed(files, UNSAFE).changes) == {}


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ("print(web.config.get_namespace('BROKER_'))", "`get_namespace()` reads all of Flask's"),
        ("print(web.config.items())", "`items()` reads all of Flask's configuration"),
        ("make(BROKER_URL='x')", "`BROKER_URL` is given here"),
        ("print(self.settings.BROKER_URL)", "`self.settings` may be what Flask loads"),
        ("web.config.from_envvar('SHOP')", "Flask reads"),
        ("web.config.from_pyfile('/etc/shop.cfg')", "what is loaded here cannot be followed"),
        (TAKES, "what is loaded here cannot be followed"),
        ("config = web.config\nprint(config['BROKER_URL'])", "a string names `BROKER_URL`"),
        ("__import__('conf')", "`conf` is imported by its name"),
        ("for key in x:\n  web.config[key] = x[key]", "a name is"),
        ("print(dir(conf))", "`dir()` reads all settings"),
        ("print(getattr(conf, 'BROKER_URL'))", "a string names `BROKER_URL`"),
        ("def f(config):\n  print(config.BROKER_URL)", "`config` may be what Flask loads"),
    ],
)
def test_what_may_be_in_the_way_makes_it_unsafe(more: str, reason: str) -> None:
    conf = f"{CONF}SECRET_KEY = 'x'\n"
    files = {"shop.py": f"{APP}{LOADED}{HAND}{more}\n", "conf.py": conf, "other.py": "imports = ()"}

    (said,) = {f.fix.reason for f in judged(files, UNSAFE).findings if f.fix}

    assert reason in said
    assert fixed(files, UNSAFE).changes


@pytest.mark.parametrize(
    ("text", "conf", "reason"),
    [
        (
            "web.config.from_object(conf.A)\nweb.config.from_object(conf.B)\n",
            TWO,
            "would take the place of the one from shop.py:5",
        ),
        (
            "web.config.from_object(conf.A)\ndef f():\n  web.config.from_object(conf.B)\n",
            TWO,
            "would take the place of the one from shop.py:5",
        ),
        (
            "web.config.from_object(conf.A)\ndef f():\n  web.config.from_object(conf.B)\n",
            FAMILY,
            "",
        ),
        (
            "if x:\n  web.config.from_object(conf.A)\nelse:\n  web.config.from_object(conf.B)\n",
            TWO,
            "",
        ),
        (
            "web.config.from_object(conf.A)\n",
            "from pydantic import BaseSettings\nclass A(BaseSettings):\n  BROKER_URL: str = 'a'\n",
            "a class from outside decides what `A` holds",
        ),
        (
            "web.config.from_object(conf.A)\n",
            "class A(load()):\n  BROKER_URL = 'a'\n",
            "a class from outside decides what `A` holds",
        ),
        (
            "web.config['BROKER_URL'] = 'a'\nother.config['CELERY_TIMEZONE'] = 'b'\n",
            "",
            "this may be the configuration of another host",
        ),
        (
            "web.config['BROKER_URL'] = 'a'\nweb.config.update(CELERY_TIMEZONE='b')\n",
            "",
            "stands apart from the others",
        ),
        (
            "web.config.setdefault('BROKER_URL', 'a')\n",
            "",
            "`BROKER_URL` is not set by a plain assignment",
        ),
    ],
)
def test_order_of_loading_decides(text: str, conf: str, reason: str) -> None:
    files = {"shop.py": f"{APP}{text}{HAND}", "conf.py": conf}

    told = notes(judged(files, UNSAFE))

    assert bool(fixed(files, UNSAFE).changes) is not bool(reason)
    assert any(reason in note for note in told) is bool(reason)


@pytest.mark.parametrize(
    "star", ["if x:\n    from base import *\n", "from base import *\nfrom more import *\n"]
)
def test_star_imports_that_do_not_plainly_come_first_are_in_the_way(star: str) -> None:
    files = {
        "shop.py": f"{APP}{LOADED}{HAND}",
        "conf.py": f"{star}CELERY_TIMEZONE = 'UTC'\n",
        "base.py": CONF,
        "more.py": "CELERY_IMPORTS = ()\n",
    }

    told = notes(judged(files, UNSAFE))

    assert any("settings of Celery come from here and from other places" in note for note in told)


def test_file_that_cannot_be_read_and_names_a_setting_is_in_the_way() -> None:
    files = {"shop.py": f"{APP}{LOADED}{HAND}", "conf.py": CONF, "old.py": "\x0cBROKER_URL = '\0'"}

    (reason,) = {f.fix.reason for f in judged(files, UNSAFE).findings if f.fix}

    assert "this file cannot be read, and names settings (old.py" in reason


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ("", "`BROKER_URL` no longer arrives in Flask's configuration"),
        ("print(x.y['BROKER_URL'])", "`BROKER_URL` no longer arrives in Flask's configuration"),
        ("print(web.config['BROKER_URL'])", None),
        ("print(current_app.config.get('BROKER_URL'))", None),
    ],
)
def test_module_that_flask_loads_as_well_is_not_safe(more: str, reason: str | None) -> None:
    text = f"{APP}{LOADED}app = Celery('shop')\napp.config_from_object('conf')\n{more}\n"

    report = judged({"shop.py": text, "conf.py": CONF}, UNSAFE)

    (finding,) = report.findings
    assert (finding.fix and finding.fix.reason) == reason
    assert bool(finding.notes) is not bool(reason)
    assert all("`BROKER_URL` is read from Flask's configuration here" in n for n in finding.notes)


def test_name_of_another_class_or_module_is_not_followed() -> None:
    conf = "from apart import *\nclass A(object):\n    BROKER_URL = 'a'\n"
    use = "from apart import BROKER_URL\nfrom conf import A\n"

    changes = after(
        f"{use}{APP}web.config.from_object(A)\n{HAND}", conf=conf, apart="BROKER_URL = LIMIT = 1\n"
    )

    assert changes.keys() == {"shop.py", "conf.py"}


def test_app_without_a_plain_call_keeps_its_settings() -> None:
    text = f"{APP}{LOADED}app = Celery('shop')\napp.conf.update(dict(web.config))\n"

    told = notes(judged({"shop.py": text, "conf.py": CONF}, UNSAFE))

    assert any("no plain call hands Flask's configuration on" in note for note in told)


def test_namespace_leaves_it_to_the_user() -> None:
    hand = "app = Celery('shop', namespace='CELERY')\napp.config_from_object(web.config)\n"
    files = {"shop.py": f"{APP}{LOADED}{hand}", "conf.py": CONF}

    assert dict(fixed(files, replace(UNSAFE, upgrading_from="3.1")).changes) == {}


def test_constant_that_is_read_by_its_name_stays_where_it_is() -> None:
    conf = "CELERY_BROKER_URL = 'a'\nCELERY_RESULT_BACKEND = f'{CELERY_BROKER_URL}/1'\n"
    app = "app = Celery('shop', broker=web.config['CELERY_BROKER_URL'])\n"

    changes = after(f"{APP}{LOADED}{app}app.conf.update(web.config)\n", conf=conf)

    kept = "CELERY_BROKER_URL = 'a'\nCELERY = {'result_backend': f'{CELERY_BROKER_URL}/1'}\n"
    assert changes["conf.py"] == kept


def test_fix_is_unsafe_and_says_what_the_app_loses() -> None:
    app = "app = Celery('shop')\napp.conf.task_acks_late = True\napp.conf.update(web.config)\n"
    report = judged({"shop.py": f"{APP}{LOADED}{app}", "conf.py": CONF}, UNSAFE)

    (fix,) = {finding.fix for finding in report.findings if finding.fix}

    assert fix.safety is Safety.UNSAFE
    assert "the other keys of Flask's configuration no longer arrive in `conf`" in fix.reason
    assert "`task_acks_late` (shop.py:7) is lost if it is set before" in fix.reason
