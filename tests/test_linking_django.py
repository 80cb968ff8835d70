"""Django's settings modules are found by what names them and by what star-imports them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from celerylint.linking.django import Entries, Search
from celerylint.linking.modules import Modules
from celerylint.model import Grade


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
    ],
)
def test_module_is_found_where_a_launcher_names_it(path: str, text: str) -> None:
    assert found({"shop/settings.py": ""}, {path: text}) == ["shop/settings.py"]


def test_module_that_is_not_in_the_project_is_none() -> None:
    assert found({"manage.py": "environ['DJANGO_SETTINGS_MODULE'] = 'other.settings'"}) == []


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
