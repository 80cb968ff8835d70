"""Django's settings modules are found by what names them and by what star-imports them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from celerylint.linking.django_modules import Entries, Search
from celerylint.linking.modules import Layout, Modules
from celerylint.model import Grade, Naming


def entries(files: Mapping[str, str], launchers: Mapping[str, str] | None = None) -> Entries:
    texts = {**files, **(launchers or {})}
    search = Search(tuple(files), tuple(launchers or ()), lambda path: texts[path].encode())
    return Entries(Modules(files), search)


def found(files: Mapping[str, str], launchers: Mapping[str, str] | None = None) -> list[str]:
    return [entry.path for entry in entries(files, launchers).all]


@pytest.mark.parametrize(
    "text",
    [
        "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')",
        'os.environ.setdefault(\n    "DJANGO_SETTINGS_MODULE",\n    "shop.settings",\n)',
        "os.environ['DJANGO_SETTINGS_MODULE'] = 'shop.settings'",
        "os.environ.update(DJANGO_SETTINGS_MODULE='shop.settings')",
        "{'DJANGO_SETTINGS_MODULE': 'shop.settings'}",
    ],
)
def test_module_is_found_where_python_names_it(text: str) -> None:
    assert found({"manage.py": text, "shop/settings.py": ""}) == ["shop/settings.py"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pytest.ini", "[pytest]\nDJANGO_SETTINGS_MODULE = shop.settings\n"),
        ("Dockerfile", "ENV DJANGO_SETTINGS_MODULE=shop.settings\n"),
        ("Dockerfile", "ENV DJANGO_SETTINGS_MODULE shop.settings\n"),
        ("compose.yml", "environment:\n  DJANGO_SETTINGS_MODULE: shop.settings\n"),
        ("compose.yml", "environment:\n  - DJANGO_SETTINGS_MODULE=shop.settings\n"),
        ("tox.ini", "[testenv]\nsetenv =\n    DJANGO_SETTINGS_MODULE = shop.settings\n"),
        ("setup.cfg", "[tool:pytest]\nDJANGO_SETTINGS_MODULE = shop.settings\n"),
        ("pytest.ini", "[pytest]\naddopts = --ds=shop.settings -q\n"),
        ("pyproject.toml", '[tool.pytest.ini_options]\nDJANGO_SETTINGS_MODULE = "shop.settings"\n'),
        ("pyproject.toml", '[tool.django-stubs]\ndjango_settings_module = "shop.settings"\n'),
        (".env", "export DJANGO_SETTINGS_MODULE=shop.settings\n"),
        ("Procfile", "web: DJANGO_SETTINGS_MODULE=shop.settings gunicorn shop.wsgi\n"),
        ("run.sh", "export DJANGO_SETTINGS_MODULE=${DJANGO_SETTINGS_MODULE:-shop.settings}\n"),
        ("Makefile", "migrate:\n\tpython manage.py migrate --settings=shop.settings\n"),
        ("uwsgi.ini", "[uwsgi]\nenv = DJANGO_SETTINGS_MODULE=shop.settings\n"),
    ],
)
def test_module_is_found_where_a_launcher_names_it(path: str, text: str) -> None:
    assert found({"shop/settings.py": ""}, {path: text}) == ["shop/settings.py"]


def test_module_that_is_not_in_the_project_is_none() -> None:
    assert found({"manage.py": "environ['DJANGO_SETTINGS_MODULE'] = 'other.settings'"}) == []


def test_comment_names_nothing() -> None:
    files = {
        "wsgi.py": "x = 1\n  # os.environ['DJANGO_SETTINGS_MODULE'] = 'shop.settings'\n",
        "shop/settings.py": "",
    }

    assert found(files, {"a.env": "#DJANGO_SETTINGS_MODULE=shop.settings\n"}) == []


def test_variable_that_is_only_read_names_nothing() -> None:
    assert found({"manage.py": "print(environ['DJANGO_SETTINGS_MODULE'])", "x.py": ""}) == []


def test_modules_that_star_import_a_known_one_are_entries_too() -> None:
    files = {
        "manage.py": "environ['DJANGO_SETTINGS_MODULE'] = 'shop.settings.base'",
        "shop/__init__.py": "",
        "shop/settings/__init__.py": "",
        "shop/settings/base.py": "from .base import *",
        "shop/settings/live.py": "from .production import *",
        "shop/settings/production.py": "from .base import *  # all of it",
        "shop/views.py": "from shop.models import *",
    }

    assert found(files) == [f"shop/settings/{name}.py" for name in ("base", "live", "production")]


def test_module_found_by_its_end_alone_is_likely() -> None:
    files = {"a/b/shop/conf.py": "", "x.py": "environ['DJANGO_SETTINGS_MODULE'] = 'shop.conf'"}

    assert [entry.grade for entry in entries(files).all] == [Grade.LIKELY]


def test_module_that_nothing_names_is_guessed() -> None:
    files = {
        "shop/__init__.py": "",
        "shop/settings/__init__.py": "",
        "shop/settings/base.py": "INSTALLED_APPS = []\n",
        "shop/settings/live.py": "from .base import *\n",
        "shop/settings/test.py": "from .live import *\nINSTALLED_APPS += ['x']\n",
        "shop/settings/typed.py": "INSTALLED_APPS: list[str] = []\n",
        "shop/views.py": "print(INSTALLED_APPS)\n",
    }

    guessed = entries(files).all

    assert [e.path for e in guessed] == ["shop/settings/test.py", "shop/settings/typed.py"]
    assert {(e.grade, e.named) for e in guessed} == {(Grade.LIKELY, Naming.GUESS)}


def test_module_that_is_named_but_missing_is_known() -> None:
    files = {"manage.py": "environ['DJANGO_SETTINGS_MODULE'] = 'shop.local'"}

    assert [missing.name for missing in entries(files).missing] == ["shop.local"]


def test_module_that_is_named_but_missing_is_read_as_its_pattern() -> None:
    layout = Layout(copies=("shop/local.py.dist",))
    search = Search(("manage.py",), (), lambda _: b"DJANGO_SETTINGS_MODULE='shop.local'", layout)

    (entry,) = Entries(Modules(search.files, layout), search).all

    assert (entry.path, entry.grade) == ("shop/local.py.dist", Grade.LIKELY)


@pytest.mark.parametrize(
    "text",
    [
        "environ.setdefault('DJANGO_SETTINGS_MODULE', os.getenv('X'))",
        "environ['DJANGO_SETTINGS_MODULE'] = 'local'",
        "print('--settings=shop.local')",
    ],
)
def test_what_is_no_module_is_not_missing(text: str) -> None:
    files = {"manage.py": text, "shop/settings.py": "INSTALLED_APPS = []\n"}

    found = entries(files)

    assert (found.missing, [e.named for e in found.all]) == ((), [Naming.GUESS])


def test_without_any_settings_module_nothing_is_missing() -> None:
    assert (entries({"a.py": ""}).all, entries({"a.py": ""}).missing) == ((), ())


def test_modules_beside_manage_py_are_certain_even_within_a_package() -> None:
    start = "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'shop.settings'\n"
    paths = ("web/__init__.py", "web/shop/__init__.py", "web/shop/settings.py")
    files = {"web/shop/wsgi.py": start, **dict.fromkeys(paths, "")}

    assert [e.grade for e in entries(files).all] == [Grade.LIKELY]
    assert [e.grade for e in entries({**files, "web/manage.py": ""}).all] == [Grade.CERTAIN]


def test_module_that_shares_a_part_with_a_certain_one_is_certain() -> None:
    settings = "os.environ['DJANGO_SETTINGS_MODULE'] = 'shop.settings.dev'\n"
    files = {
        "a.py": settings.replace("shop.settings.dev", "settings.live"),
        "manage.py": settings,
        "shop/settings/base.py": "",
        "shop/settings/dev.py": "from .base import *\n",
        "shop/settings/live.py": "from .base import *\n",
    }

    assert [(e.path, e.grade) for e in entries(files).all] == [
        ("shop/settings/dev.py", Grade.CERTAIN),
        ("shop/settings/live.py", Grade.CERTAIN),
    ]
