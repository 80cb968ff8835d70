"""Apps are put together with what they load and with what is written to them."""

from __future__ import annotations

import pytest

from celerylint.model import FoundBy, Grade, Layer, Setting
from tests.projects import APP, linked, names, only, reasons

IMPORT = "from celery import Celery\n"
CONF = {"conf.py": "A = 1\n", "other.py": "B = 1\n"}


def said(setting: Setting) -> str:
    """Return a setting as its name, its shape and its layer."""
    name = setting.name if setting.unconditional else f"{setting.name}?"
    return f"{name} {setting.shape.value} {setting.layer.value}"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("app.conf.a = 1", ["a attribute change"]),
        ("app.conf['a'] = 1", ["a key change"]),
        ("app.conf.a += 1", ["a attribute change"]),
        ("setattr(app.conf, 'a', 1)", ["a string change"]),
        ("app.conf.update(a=1)", ["a keyword change"]),
        ("app.conf.update({'a': 1}, b=2)", ["a key change", "b keyword change"]),
        ("D = {'a': 1}\napp.conf.update(**D)", ["a key change"]),
        ("app.conf.add_defaults({'a': 1})", ["a key default"]),
        ("app.add_defaults(lambda: {'a': 1})", ["a key default"]),
        ("@app.add_defaults\ndef f(): return {'a': 1}", ["a key default"]),
        ("@app.task\ndef f(): return {'a': 1}", []),
        ("app.conf.setdefault('a', 1)", ["a key change"]),
        ("if x:\n  app.conf.a = 1\n  app.conf.update(b=1)", ["b? keyword change", "a? attribute"]),
        ("def f(): app.conf.a = 1", ["a attribute change"]),
        ("for app.conf.a in x: pass", ["a? attribute change"]),
        ("del app.conf.a, app.conf['b']", []),
        ("app.a = 1\napp.update(a=1)\napp.setdefault('a', 1)\napp.tasks.update(a=1)", []),
        ("app.conf.a.b = 1\napp.conf.a['b'] = 1\napp.conf.a.update(b=1)", []),
        ("update(a=1)\nconf.update(a=1)", []),
    ],
)
def test_change_of_an_app(text: str, found: list[str]) -> None:
    settings = [said(setting) for setting in only(f"{APP}{text}\n").settings]

    assert len(settings) == len(found)
    assert all(each.startswith(start) for each, start in zip(settings, found, strict=True))


@pytest.mark.parametrize(
    ("text", "open_for"),
    [
        ("app.conf[x] = 1", "a name is computed"),
        ("setattr(app.conf, x, 1)", "a name is computed"),
        ("setattr(app.conf, *x)", "a name is computed"),
        ("app.conf.setdefault(x, 1)", "a name is computed"),
        ("app.conf.update(load())", "what is loaded cannot be followed"),
        ("app.conf.update(x.config)", "`x.config` comes from outside the project"),
        ("app.conf.update(**x)", "`x` comes from outside the project"),
        ("app.conf.update({x: 1})", "a key is not a plain string"),
        ("app.config_from_object(*x)", "what is loaded cannot be followed"),
        ("app.config_from_object(**x)", "what is loaded cannot be followed"),
    ],
)
def test_change_that_cannot_be_followed_leaves_the_app_open(text: str, open_for: str) -> None:
    found = only(f"{APP}{text}\n")

    assert (names(found), reasons(found), found.grade) == ((), (open_for,), Grade.CERTAIN)


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ("'x', broker='b', backend='c', include=['d']", "broker_url result_backend include"),
        ("task_acks_late=True", "task_acks_late"),
        ("set_as_current=False, loader='l', strict_typing=False", ""),
        ("changes={'a': 1}", "a"),
        ("config_source='conf'", "A"),
        ("config_source='conf', b=1", "A b"),
    ],
)
def test_arguments_of_the_app(arguments: str, found: str) -> None:
    files = {"app.py": f"{IMPORT}app = Celery({arguments})\n", **CONF}

    assert names(only(files)) == tuple(found.split())


def test_arguments_stand_in_the_branch_of_the_call() -> None:
    text = f"{IMPORT}if x:\n  app = Celery(broker='a')\nelse:\n  app = Celery(broker='b')\n"

    assert names(only(text)) == ("broker_url?", "broker_url?")


@pytest.mark.parametrize(
    ("text", "open_for"),
    [
        ("app = Celery('x', **k)", "keyword arguments are handed on"),
        ("app = Celery(*a)", "keyword arguments are handed on"),
        ("app = Celery(changes=x)", "`x` comes from outside the project"),
        ("apps = [Celery()]", "the app has no name to follow it by"),
    ],
)
def test_app_that_may_be_given_more_is_open(text: str, open_for: str) -> None:
    assert reasons(only(f"{IMPORT}{text}\n")) == (open_for,)


@pytest.mark.parametrize(
    ("text", "namespace", "known"),
    [
        ("app.config_from_object('conf')", None, True),
        ("app.config_from_object('conf', namespace='CELERY')", "CELERY", True),
        ("app.config_from_object('conf', False, False, 'CELERY')", "CELERY", True),
        ("app.config_from_object('conf', namespace='')", None, True),
        ("app.config_from_object('conf', namespace=None)", None, True),
        ("app.config_from_object(obj='conf', silent=True)", None, True),
        ("N = 'CELERY'\napp.config_from_object('conf', namespace=N)", "CELERY", True),
        ("app.config_from_object('conf', namespace=x)", None, False),
        ("app.config_from_object('conf', namespace=5)", None, False),
        ("app.config_from_object('conf', namespace={})", None, False),
        ("app.config_from_object('conf', namespace='A' if x else 'B')", None, False),
        ("app.config_from_object('conf', **x)", None, False),
        ("app.namespace = 'CELERY'\napp.config_from_object('conf')", "CELERY", True),
        ("app.namespace = 'A'\napp.config_from_object('conf', namespace='B')", None, False),
        ("del app.namespace\napp.config_from_object('conf')", None, True),
    ],
)
def test_namespace(text: str, namespace: str | None, known: object) -> None:
    found = only({"app.py": f"{APP}{text}\n", **CONF})

    assert (names(found), found.namespace, found.namespace_known) == (("A",), namespace, known)


def test_namespace_of_the_app_counts_for_its_source() -> None:
    text = f"{IMPORT}app = Celery(namespace='CELERY')\napp.config_from_object('conf')\n"

    assert only({"app.py": text, **CONF}).namespace == "CELERY"


def test_each_source_is_a_configuration_with_all_changes() -> None:
    text = f"{APP}app.config_from_object('conf')\napp.config_from_object('other')\napp.conf.c = 1\n"

    found = linked({"app.py": text, **CONF}).configurations

    assert [names(each) for each in found] == [("A", "c"), ("B", "c")]
    assert [len(each.loadings) for each in found] == [1, 1]


def test_source_and_changes_have_layers() -> None:
    text = f"{APP}app.config_from_object('conf')\napp.conf.c = 1\n"

    found = only({"app.py": text, **CONF})

    assert [setting.layer for setting in found.settings] == [Layer.SOURCE, Layer.CHANGE]


@pytest.mark.parametrize(
    ("text", "found", "grade"),
    [
        ("app.config_from_envvar('X')", "", Grade.UNKNOWN),
        ("app.config_from_envvar(x)", "", Grade.UNKNOWN),
        ("app.config_from_envvar(*x)", "", Grade.UNKNOWN),
        ("os.environ.setdefault('X', 'conf')\napp.config_from_envvar('X')", "A", Grade.LIKELY),
        ("os.environ['X'] = 'conf'\napp.config_from_envvar('X')", "A", Grade.LIKELY),
        ("environ['X'] = 'conf'\napp.config_from_envvar('X')", "A", Grade.LIKELY),
        ("os.environ['Y'] = 'conf'\napp.config_from_envvar('X')", "", Grade.UNKNOWN),
        ("os.environ.setdefault('X')\napp.config_from_envvar('X')", "", Grade.UNKNOWN),
        ("os.environ.setdefault(x, 'conf')\napp.config_from_envvar('X')", "", Grade.UNKNOWN),
        ("del os.environ['X']\napp.config_from_envvar('X')", "", Grade.UNKNOWN),
        ("f()['X'] = 'conf'\napp.config_from_envvar('X')", "", Grade.UNKNOWN),
    ],
)
def test_source_from_the_environment(text: str, found: str, grade: Grade) -> None:
    configuration = only({"app.py": f"{APP}{text}\n", **CONF})

    assert (names(configuration), configuration.grade) == (tuple(found.split()), grade)
    assert reasons(configuration)[0] == "an environment variable names the module"


@pytest.mark.parametrize("text", ["app.config_from_envvar()", "app.config_from_object()"])
def test_call_that_loads_nothing_is_left_alone(text: str) -> None:
    found = only(f"{APP}{text}\n")

    assert (found.settings, found.loadings, found.closed) == ((), (), True)


def test_app_known_by_behaviour_is_likely() -> None:
    found = only({"app.py": "app = make()\napp.config_from_object('conf')\n", **CONF})

    assert (found.app.found_by, found.grade) == (FoundBy.BEHAVIOUR, Grade.LIKELY)


@pytest.mark.parametrize(
    ("namespace", "grade"),
    [("", Grade.LIKELY), (", namespace='CELERY'", Grade.CERTAIN), (", namespace=x", Grade.LIKELY)],
)
def test_call_that_only_an_app_has_makes_one_certain(namespace: str, grade: Grade) -> None:
    load = f"app = make()\napp.config_from_object('django.conf:settings'{namespace})\n"
    start = "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'conf'\n"
    found = only({"app.py": load, "manage.py": start, **CONF})

    assert found.grade is grade
    seen = "what makes the app is not seen"
    assert (seen in reasons(found)) is (grade is Grade.CERTAIN)


NESTED = {
    "shop/celery.py": f"{APP}app.config_from_object('django.conf:settings')\n",
    "manage.py": "os.environ['DJANGO_SETTINGS_MODULE'] = 'shop.settings'\n",
    "shop/settings.py": "A = 1\n",
    "demo/site/celery.py": f"{APP}app.config_from_object('django.conf:settings')\n",
    "demo/manage.py": "os.environ['DJANGO_SETTINGS_MODULE'] = 'site.settings'\n",
    "demo/site/settings.py": "B = 1\n",
}


def loads(files: dict[str, str]) -> dict[str, list[str]]:
    """Return the settings modules that each app loads, in a project with another one in `demo`."""
    found: dict[str, list[str]] = {}
    for each in linked(files, nested=frozenset({"demo"})).configurations:
        entries = [loading.entry.path for loading in each.loadings if loading.entry]
        found.setdefault(each.app.place.path, []).extend(entries)
    return found


def test_settings_of_a_project_within_are_for_its_own_app() -> None:
    assert loads(NESTED) == {
        "demo/site/celery.py": ["demo/site/settings.py"],
        "shop/celery.py": ["shop/settings.py"],
    }


def test_settings_of_another_project_count_where_they_are_named() -> None:
    names_it = "os.environ['DJANGO_SETTINGS_MODULE'] = 'shop.settings'\n"

    assert loads({**NESTED, "demo/site/wsgi.py": names_it})["demo/site/celery.py"] == [
        "demo/site/settings.py",
        "shop/settings.py",
    ]


def test_app_without_settings_of_its_own_project_may_load_any() -> None:
    files = {path: text for path, text in NESTED.items() if "settings" not in path}
    files["shop/settings.py"] = ""

    assert loads(files)["demo/site/celery.py"] == ["shop/settings.py"]


def test_facts_are_those_of_the_files() -> None:
    project = linked({"app.py": APP})

    assert [index.facts.path for index in project.facts.roots()] == ["app.py"]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("def prepare_config(self, c): return c", ["the class of the app decides what is loaded"]),
        ("def send_task(self): pass", []),
        ("pass", []),
    ],
)
def test_class_of_an_app_may_load_settings_itself(body: str, found: list[str]) -> None:
    text = f"{IMPORT}class Mine(Celery):\n    {body}\napp = Mine('x')\napp.conf.a = 1\n"

    assert list(reasons(only({"app.py": text}))) == found


@pytest.mark.parametrize(
    "made",
    [
        "class Sub(Mine): pass\napp = Sub('x')\n",
        "C = Celery\nif a:\n    C = Mine\napp = C('x')\n",
    ],
)
def test_base_and_alternative_of_a_class_may_load_settings_too(made: str) -> None:
    text = f"{IMPORT}class Mine(Celery):\n    def prepare_config(self, c): return c\n"

    (found,) = linked({"app.py": f"{text}{made}app.conf.a = 1\n"}).configurations

    assert list(reasons(found)) == ["the class of the app decides what is loaded"]
