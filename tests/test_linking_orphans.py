"""Configuration that no app loads is known by the name of its file, or by its content."""

from __future__ import annotations

import pytest

from celerylint.model import Configuration, FoundBy, Grade
from tests.projects import APP, linked, names, reasons


def orphans(files: dict[str, str]) -> list[Configuration]:
    """Return the configurations that no app loads."""
    found = linked(files).configurations
    return [c for c in found if c.app.found_by in (FoundBy.FILE_NAME, FoundBy.CONTENT)]


@pytest.mark.parametrize(
    ("path", "grade"),
    [
        ("celeryconfig.py", Grade.CERTAIN),
        ("proj/celeryconfig.py", Grade.CERTAIN),
        ("celery_config.py", Grade.LIKELY),
        ("my_celeryconfig_dev.py", Grade.LIKELY),
    ],
)
def test_module_is_known_by_its_name(path: str, grade: Grade) -> None:
    (found,) = orphans({path: "A = 1\nfrom gone import *\n"})

    assert (found.app.found_by, found.grade) == (FoundBy.FILE_NAME, grade)
    assert (names(found), len(reasons(found))) == (("A",), 1)
    assert found.namespace_known is (grade is Grade.CERTAIN)


def test_module_that_only_the_default_app_looks_for_is_likely_beside_another_app() -> None:
    app = "from celery import Celery\napp = Celery('shop')\n"
    (found,) = orphans({"celeryconfig.py": "A = 1\n", "shop.py": app})

    assert (found.grade, found.namespace_known) == (Grade.LIKELY, False)


def test_module_whose_class_is_loaded_is_no_orphan() -> None:
    app = "from celery import Celery\napp = Celery('shop')\n"
    load = "app.config_from_object('celery_config:Live')\n"

    assert orphans({"celery_config.py": "class Live:\n    A = 1\n", "shop.py": app + load}) == []


@pytest.mark.parametrize("path", ["celery.py", "config.py", "celeryconfig/other.py", "mycelery.py"])
def test_other_names_say_nothing(path: str) -> None:
    assert orphans({path: "A = 1\n"}) == []


@pytest.mark.parametrize(
    "text",
    ["app.config_from_object(x)", "app.config_from_object('conf', namespace=x)"],
)
def test_module_is_only_likely_beside_a_source_that_is_not_known(text: str) -> None:
    files = {"app.py": f"{APP}{text}\n", "conf.py": "", "celeryconfig.py": "A = 1\n"}

    (found,) = orphans(files)

    assert (found.grade, found.namespace_known) == (Grade.LIKELY, False)


@pytest.mark.parametrize(
    "text",
    ["A = 1\n", "", "from base import *\n", "A = 1\ndel A\n"],
)
def test_module_that_an_app_loads_is_none(text: str) -> None:
    files = {
        "app.py": f"{APP}app.config_from_object('celeryconfig')\n",
        "celeryconfig.py": text,
        "base.py": "A = 1\n",
    }

    assert orphans(files) == []


def test_parts_of_a_module_count_with_the_module() -> None:
    files = {
        "base_celeryconfig.py": "A = 1\n",
        "celeryconfig.py": "from base_celeryconfig import *\nB = 1\n",
    }

    assert [names(found) for found in orphans(files)] == [("A", "B")]


def test_module_without_settings_is_known_as_well() -> None:
    (found,) = orphans({"celeryconfig.py": ""})

    assert (found.settings, found.app.place.path) == ((), "celeryconfig.py")


def test_module_whose_settings_come_from_elsewhere_starts_there() -> None:
    (found,) = orphans({"celeryconfig.py": "from base import *\n", "base.py": "A = 1\n"})

    assert (names(found), found.app.place.path) == (("A",), "base.py")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A = 1\nCELERYD_X = 1\n", [("", "A CELERYD_X")]),
        ("CELERYD_X += 1\n", [("", "CELERYD_X")]),
        ("globals()['CELERYD_X'] = 1\n", [("", "CELERYD_X")]),
        ("class K:\n  A = 1\n  CELERYD_X = 1\n", [("K", "A CELERYD_X")]),
        ("class K:\n  class L:\n    CELERYD_X = 1\n", [("K.L", "CELERYD_X")]),
        ("class K(L):\n  CELERYD_X = 1\nclass L:\n  A = 1\n", [("K", "CELERYD_X")]),
        ("CELERYD_X = 1\nclass K:\n  CELERYD_X = 1\n", [("", "CELERYD_X K"), ("K", "CELERYD_X")]),
        ("from base import *\nCELERYD_X = 1\n", [("", "CELERYD_X")]),
        ("D = {'A': 1, 'CELERYD_X': 1, 'CELERYD_Y': 1}\n", [("D", "A CELERYD_X CELERYD_Y")]),
        ("D = dict({}, CELERYD_X=1, CELERYD_Y=1)\n", [("D", "CELERYD_X CELERYD_Y")]),
        ("class K:\n  D = {'CELERYD_X': 1, 'CELERYD_Y': 1}", [("K.D", "CELERYD_X CELERYD_Y")]),
        ("D = {'CELERYD_X': 1, 2: 3, **d}\nE = list(CELERYD_X=1, CELERYD_Y=2)\n", []),
        ("class K:\n  celeryd_x = 1\n  celeryd_y = 1\n", [("K", "celeryd_x celeryd_y")]),
        ("class K:\n  celeryd_x = 1\n", []),
        ("A = 1\n", []),
        ("def f(): CELERYD_X = 1\n", []),
        ("import CELERYD_X\n", []),
        ("x.CELERYD_X = 1\n", []),
    ],
)
def test_module_or_class_is_known_by_its_content(text: str, found: list[tuple[str, str]]) -> None:
    configurations = orphans({"settings.py": text, "base.py": "B = 1\n"})

    assert [(c.app.entity.inner_scope, " ".join(names(c))) for c in configurations] == found
    assert all(c.grade is Grade.LIKELY and not c.namespace_known for c in configurations)


def test_classes_in_a_module_that_is_known_by_its_name_are_known_by_their_content() -> None:
    found = orphans({"celeryconfig.py": "class K:\n  CELERYD_X = 1\n"})

    assert [(c.app.found_by, names(c)) for c in found] == [
        (FoundBy.FILE_NAME, ("K",)),
        (FoundBy.CONTENT, ("CELERYD_X",)),
    ]


def test_what_shares_settings_is_of_one_app() -> None:
    files = {
        "base.py": "CELERYD_X = 1\n",
        "live.py": "from base import *\nCELERYD_Y = 1\n",
        "other.py": "CELERYD_X = 1\n",
    }

    base, live, other = orphans(files)

    assert (names(live), names(other)) == (("CELERYD_X", "CELERYD_Y"), ("CELERYD_X",))
    assert base.app == live.app != other.app


def test_dict_within_settings_that_are_loaded_is_a_value_of_theirs() -> None:
    files = {
        "app.py": f"{APP}app.config_from_object('settings')\n",
        "settings.py": "D = {'CELERYD_X': 1, 'CELERYD_Y': 1}\n",
    }

    assert orphans(files) == []


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"run.sh": "CELERY_CONFIG_MODULE=shop.conf celery worker\n"}, FoundBy.VARIABLE),
        ({"Dockerfile": "ENV CELERY_CONFIG_MODULE shop.conf\nCMD celery worker"}, FoundBy.VARIABLE),
        ({"w.py": "os.environ['CELERY_CONFIG_MODULE'] = 'shop.conf'"}, FoundBy.VARIABLE),
        ({"w.py": "os.environ['CELERY_CONFIG_MODULE'] = 'gone'"}, None),
        ({"run.sh": "CELERY_CONFIG_MODULE=gone celery worker\n"}, None),
        ({"app.py": f"{APP}app.config_from_object('shop.conf')\n"}, None),
    ],
)
def test_module_that_the_variable_names_is_loaded_by_default(
    files: dict[str, str], found: FoundBy | None
) -> None:
    texts = {"shop/__init__.py": "", "shop/conf.py": "A = 1\n", **files}
    launchers = tuple(path for path in files if not path.endswith(".py"))

    configurations = linked(texts, launchers=launchers).configurations

    by_variable = [c for c in configurations if c.app.found_by is FoundBy.VARIABLE]
    assert [c.app.found_by for c in by_variable] == ([found] if found else [])
    assert all(c.grade is Grade.CERTAIN and names(c) == ("A",) for c in by_variable)


def test_content_that_an_app_loads_is_none() -> None:
    files = {
        "app.py": f"{APP}app.config_from_object('settings')\n",
        "settings.py": "CELERYD_X = 1\n",
    }

    assert orphans(files) == []
