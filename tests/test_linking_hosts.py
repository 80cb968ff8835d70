"""What Flask and other hosts hold arrives in the configuration of the app."""

from __future__ import annotations

import pytest

from celerylint.model import Carrier, Configuration, Grade
from tests.judged import doubts, judged, notes
from tests.judged import found as told
from tests.projects import linked, names, reasons

CELERY = "from celery import Celery\n"
FLASK = f"{CELERY}from flask import Flask, current_app\nweb = Flask('shop')\n"
HAND = "app = Celery('shop')\napp.conf.update(web.config)\n"
MORE = "Flask and its extensions may hold more than is seen here"
OUTSIDE = "Flask reads what is outside the project here"


def app_of(text: str, **files: str) -> Configuration:
    """Return the configuration of the only app."""
    others = {f"{name}.py": content for name, content in files.items()}
    found = linked({"app.py": text, **others}).configurations
    (app,) = [c for c in found if c.app.found_by.value == "call"]
    return app


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("web.config['A'] = 1", "A"),
        ("web.config['a'] = 1", "a"),
        ("web.config.update(A=1, b=2)", "A b"),
        ("web.config.update({'A': 1})", "A"),
        ("web.config.setdefault('A', 1)", "A"),
        ("web.config.from_mapping(A=1, b=2)", "A"),
        ("web.config.from_object('conf')", "A"),
        ("web.config.from_object('conf.Live')", "L"),
        ("web.config.from_object('conf:Live')", "L"),
        ("import conf\nweb.config.from_object(conf)", "A"),
        ("from conf import Live\nweb.config.from_object(Live)", "L"),
        ("from conf import Live\nweb.config.from_object(Live())", "L"),
        ("web.config.from_pyfile('conf.py')", "A"),
        ("from conf import by\nweb.config.from_object(by[name])", "L?"),
        ("current_app.config['A'] = 1", "A"),
        ("def f(other):\n  other.config['A'] = 1", "A"),
        ("make().config['A'] = 1", "A"),
        ("web.other['A'] = 1", ""),
        ("config['A'] = 1", ""),
        ("web.config.other(A=1)", ""),
        ("class K:\n  config = {}\nK.config['A'] = 1", ""),
    ],
)
def test_configuration_of_flask_is_handed_on(text: str, found: str) -> None:
    conf = "A = 1\nb = 2\nclass Live:\n  L = 1\n  b = 2\nby = {'live': Live}\n"

    app = app_of(f"{FLASK}{text}\n{HAND}", conf=conf)

    assert names(app) == tuple(found.split())
    assert {setting.carrier for setting in app.settings} <= {Carrier.HOST}
    assert MORE in reasons(app)


@pytest.mark.parametrize(
    "text",
    [
        "web.config.from_envvar('X')",
        "web.config.from_prefixed_env()",
        "web.config.from_object()",
        "web.config.from_pyfile('/etc/shop.cfg')",
        "web.config.from_pyfile(path)",
    ],
)
def test_what_flask_reads_from_outside_leaves_the_app_open(text: str) -> None:
    assert reasons(app_of(f"{FLASK}{text}\n{HAND}")) == (OUTSIDE, MORE)


def test_configuration_is_the_same_for_every_app() -> None:
    text = "web.config['A'] = 1\none = Celery()\ntwo = Celery()\n"
    load = "one.conf.update(web.config)\ntwo.conf.update(web.config)\n"

    found = linked({"app.py": f"{FLASK}{text}{load}"}).configurations

    assert [names(each) for each in found] == [("A",), ("A",)]


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        ("by[name]", "L?"),
        ("dict(live=Live)[name]", ""),
        ("kw[name]", "L?"),
        ("by.get(name)", "L?"),
        ("by.get(name, Test)", "L? T?"),
        ("config", "L? T?"),
        ("load()[name]", ""),
        ("around['a']", ""),
        ("flag[name]", ""),
        ("nothing.get(name, Test)", ""),
    ],
)
def test_object_may_be_one_of_a_dict(chosen: str, found: str) -> None:
    conf = """\
class Live:
    L = 1
class Test:
    T = 1
by = {'live': Live}
kw = dict(live=Live, **more)
config = by.get(name, Test)
around = {'a': around['a']}
flag = 1
"""

    app = app_of(f"{FLASK}from conf import *\nweb.config.from_object({chosen})\n{HAND}", conf=conf)

    assert names(app) == tuple(found.split())
    reason = "chosen at run time" if found else "cannot be followed"
    assert any(reason in each for each in reasons(app))


def test_configuration_is_found_where_nothing_speaks_of_celery() -> None:
    files = {
        "app.py": f"{CELERY}from web import web\n{HAND}",
        "web.py": "import flask\nweb = flask.Flask('shop')\nweb.config.from_object('conf')\n",
        "conf.py": "A = 1\n",
    }

    (found,) = linked(files, roots=("app.py",)).configurations

    assert names(found) == ("A",)


def test_configuration_given_as_an_object_is_as_certain_as_on_conf() -> None:
    text = "web.config['A'] = 1\napp = Celery('shop')\napp.config_from_object(web.config)\n"

    found = app_of(f"{FLASK}{text}")

    assert (names(found), found.grade) == (("A",), Grade.CERTAIN)


def test_config_is_nothing_special_without_flask() -> None:
    found = app_of(f"{CELERY}app = Celery('shop')\napp.conf.update(x.config)\n")

    assert reasons(found) == ("`x.config` comes from outside the project",)


# --- one key of a host --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "app.config_from_object(web.config['CELERY'])",
        "app.config_from_object(web.config.get('CELERY', {}))",
        "app.conf.update(web.config['CELERY'])",
        "app.conf.update(**web.config['CELERY'])",
        "import config\napp.conf.update(config.CELERY)",
        "app.config_from_object(settings.CELERY)",
        "other['CELERY'] = {'b': 2}\napp.config_from_object(web.config['CELERY'])",
    ],
)
@pytest.mark.parametrize(
    "definition",
    [
        "web.config['CELERY'] = {'a': 1}",
        "web.config['CELERY'] = dict(a=1)",
        "web.config.update(CELERY={'a': 1})",
        "web.config.from_mapping(CELERY=dict(a=1))",
        "CELERY = {'a': 1}",
        "class Live:\n  CELERY = {'a': 1}",
        "class Live:\n  class CELERY:\n    a = 1",
        "class Live:\n  def __init__(self):\n    self.CELERY = {'a': 1}",
    ],
)
def test_key_of_a_host_is_looked_up_in_the_project(text: str, definition: str) -> None:
    found = app_of(f"{FLASK}{definition}\napp = Celery('shop')\n{text}\n")

    grade = Grade.CERTAIN if "web.config" in text else Grade.LIKELY
    assert (names(found), found.grade) == (("a",), grade)
    assert {setting.carrier for setting in found.settings} == {Carrier.KEY}


@pytest.mark.parametrize("load", ["conf.update(settings.CELERY)", "conf.update(**settings.CELERY)"])
def test_key_of_the_settings_of_django_is_certain(load: str) -> None:
    text = f"from django.conf import settings\n{CELERY}app = Celery('shop')\napp.{load}\n"

    found = app_of(text, settings="CELERY = {'a': 1}\n")

    assert (names(found), found.grade, found.closed) == (("a",), Grade.CERTAIN, True)


def test_what_flask_reads_from_outside_may_change_a_part_of_a_key() -> None:
    text = "web.config.from_mapping(CELERY={'a': 1})\nweb.config.from_prefixed_env()\n"
    load = "app = Celery('shop')\napp.config_from_object(web.config['CELERY'])\n"

    found = app_of(f"{FLASK}{text}{load}")

    assert (names(found), found.grade, reasons(found)) == (("a",), Grade.CERTAIN, (OUTSIDE,))


def test_definitions_of_a_key_are_alternatives() -> None:
    text = "app = Celery('shop')\napp.config_from_object(web.config['CELERY'])\n"
    conf = "class Live:\n  CELERY = {'a': 1}\nclass Test:\n  CELERY = {'a': 2, 'b': 3}\n"

    assert names(app_of(f"{FLASK}{text}", conf=conf)) == ("a?", "a?", "b?")


@pytest.mark.parametrize(
    ("filled", "found", "grade"),
    [
        ("web.config.from_object('conf.Live')", "b", Grade.CERTAIN),
        ("web.config.from_object('conf.Base')", "a", Grade.CERTAIN),
        ("web.config.from_object('conf.Nested')", "c", Grade.CERTAIN),
        (
            "web.config.from_object('conf.Base')\nif x: web.config['CELERY'] = {'d': 1}",
            "d? a?",
            Grade.CERTAIN,
        ),
        ("web.config.from_object(x)", "a? b? c?", Grade.LIKELY),
        ("web.config.from_object('conf')", "a? b? c?", Grade.LIKELY),
    ],
)
def test_key_is_what_flask_is_seen_to_load(filled: str, found: str, grade: Grade) -> None:
    text = "app = Celery('shop')\napp.config_from_object(web.config['CELERY'])\n"
    conf = "class Base:\n  CELERY = {'a': 1}\nclass Live(Base):\n  CELERY = {'b': 1}\n"
    nested = "class Nested:\n  class CELERY:\n    c = 1\n"

    app = app_of(f"{FLASK}{filled}\n{text}", conf=f"{conf}{nested}")

    assert (names(app), app.grade) == (tuple(found.split()), grade)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("app.conf.update(web.config['CELERY'])", "nothing in the project sets `CELERY`"),
        ("app.conf.update(web.config[x])", "what is loaded cannot be followed"),
        ("app.conf.update(web.config.get(x))", "what is loaded cannot be followed"),
        ("app.conf.update(web.config.pop('CELERY'))", "what is loaded cannot be followed"),
        ("app.conf.update(other['CELERY'])", "what is loaded cannot be followed"),
        ("app.conf.update(f()['CELERY'])", "what is loaded cannot be followed"),
        (
            "def f():\n  CELERY = {}\napp.conf.update(web.config['CELERY'])",
            "nothing in the project",
        ),
    ],
)
def test_key_that_nothing_sets_leaves_the_app_open(text: str, reason: str) -> None:
    (found,) = reasons(app_of(f"{FLASK}app = Celery('shop')\n{text}\n"))

    assert found.startswith(reason)


def test_key_that_is_set_from_itself_ends() -> None:
    text = "web.config['CELERY'] = web.config['CELERY']\napp.conf.update(web.config['CELERY'])\n"

    found = app_of(f"{FLASK}app = Celery('shop')\n{text}")

    assert reasons(found) == ("`CELERY` is set from itself",)


# --- how it is judged ---------------------------------------------------------------------------


def test_old_names_of_flask_are_told_with_the_way_out() -> None:
    text = "web.config.setdefault('CELERY_TASK_SERIALIZER', 'json')\nweb.config['SECRET'] = 1\n"

    report = judged({"app.py": f"{FLASK}{text}{HAND}"})

    assert told(report) == ["4 CEL101 CELERY_TASK_SERIALIZER"]
    assert report.findings[0].fix is None
    note, why = notes(report)
    assert note.startswith("Not fixed: Flask passes on upper-case names only; put the settings")
    assert note.endswith('`config_from_object(app.config["CELERY"])` (app.py:4)')
    assert why == "Not fixed: `CELERY_TASK_SERIALIZER` is not set by a plain assignment (app.py:4)"


def test_keys_of_flask_are_never_unknown_settings() -> None:
    text = "web.config.update(CELERY_TASK_SERIALISER='json', brokr_url='x', MAX_CONTENT_LENGTH=1)\n"

    assert told(judged({"app.py": f"{FLASK}{text}{HAND}"})) == []


def test_keys_of_a_dict_that_flask_takes_as_well_are_no_unknown_settings() -> None:
    text = "both = {'SECRET_KEY': 'x', 'CELERY_TASK_SERIALISER': 'json', 'task_acks_late': True}\n"
    take = "web.config.update(both)\napp = Celery('shop')\napp.conf.update(both)\n"

    assert told(judged({"app.py": f"{FLASK}{text}{take}"})) == []


def test_key_of_a_host_is_judged_as_a_dict_of_settings() -> None:
    text = "web.config['CELERY'] = {'CELERY_TASK_SERIALIZER': 'json'}\napp = Celery('shop')\n"
    load = "app.config_from_object(web.config['CELERY'])\n"

    files = {"app.py": f"{FLASK}{text}{load}"}

    assert told(judged(files)) == ["4 CEL101 CELERY_TASK_SERIALIZER"]
    assert doubts(files) == [
        "other code may read `CELERY_TASK_SERIALIZER` from the settings that hold it"
    ]


def test_key_of_a_host_is_judged_in_full() -> None:
    text = "web.config['CELERY'] = {'CELERY_TASK_SERIALIZER': 'json', 'task_acks_lat': True}\n"
    load = "app = Celery('shop')\napp.conf.update(web.config['CELERY'])\n"

    assert told(judged({"app.py": f"{FLASK}{text}{load}"})) == [
        "4 CEL101 CELERY_TASK_SERIALIZER",
        "4 CEL104 task_acks_lat",
    ]
