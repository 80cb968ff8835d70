"""A name that may be read of the settings in a way that is not followed makes a rename unsafe."""

from __future__ import annotations

from dataclasses import replace

import pytest

from celerylint.options.table import Options
from tests.judged import doubts, fixed, notes

UNSAFE = Options(target_version="5.6", select=("CEL101",), unsafe_fixes=True)
APP = "from celery import Celery\napp = Celery('shop')\n"
LOADED = {
    "app.py": f"{APP}app.config_from_object('celeryconfig')\n",
    "celeryconfig.py": "BROKER_URL = ''\n",
}


@pytest.mark.parametrize(
    "text",
    [
        "import celeryconfig\ndef g():\n    return celeryconfig\ng().BROKER_URL\n",
        "class A:\n    def f(self):\n        return self.settings.BROKER_URL\n",
        "def f(conf):\n    return getattr(conf, 'BROKER_URL', None)\n",
        "from importlib import import_module\nimport_module(name).BROKER_URL\n",
        "x = make()\nx.BROKER_URL\n",
    ],
)
def test_module_that_may_be_held_elsewhere_is_renamed_on_request(text: str) -> None:
    found = doubts({**LOADED, "shop.py": f"# celery\n{text}"})

    assert any("is read here of what may be the settings (shop.py:" in each for each in found)


@pytest.mark.parametrize(
    "text",
    [
        "import os\nos.environ['BROKER_URL']\n",
        "import other\nother.BROKER_URL\n",
        "class A:\n    BROKER_URL = 1\nA.BROKER_URL\n",
        "from app import app\napp.conf.BROKER_URL\n",
        "f()['BROKER_URL']\n",
    ],
)
def test_what_is_known_to_be_something_else_blocks_nothing(text: str) -> None:
    result = fixed({**LOADED, "shop.py": f"# celery\n{text}"}, UNSAFE)

    assert "celeryconfig.py" in result.changes


@pytest.mark.parametrize(("read", "safe"), [("g()['BROKER_URL']", False), ("g().x", True)])
def test_dict_that_may_be_held_elsewhere_is_renamed_on_request(read: str, *, safe: bool) -> None:
    load = "app.config_from_object(conf.CONF)\ndef g():\n    return conf.CONF\n"
    files = {
        "app.py": f"import conf\n{APP}{load}{read}\n",
        "conf.py": "CONF = {'BROKER_URL': ''}\n",
    }

    assert bool(fixed(files).changes) is safe
    assert fixed(files, UNSAFE).changes


@pytest.mark.parametrize(("loaded", "safe"), [("shop.settings", False), ("options", True)])
def test_settings_of_django_loaded_by_their_path_may_be_asked_for_what_django_hands_on(
    loaded: str, *, safe: bool
) -> None:
    files = {
        "manage.py": "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'shop.settings'\n",
        "app.py": f"{APP}app.config_from_object('{loaded}')\n",
        "shop/__init__.py": "",
        "shop/settings.py": "INSTALLED_APPS = []\nBROKER_URL = ''\n",
        "shop/views.py": "# celery\nfrom django.conf import settings\nsettings.BROKER_URL\n",
        "options.py": "BROKER_URL = ''\n",
    }

    assert bool(fixed(files).changes) is safe
    assert fixed(files, UNSAFE).changes


def test_what_looks_like_settings_of_django_gets_upper_case_names() -> None:
    options = replace(UNSAFE, namespace="")
    files = {"base.py": "INSTALLED_APPS = []\nCELERY_RESULT_BACKEND = 'x'\nBROKER_URL = ''\n"}

    changed = fixed(files, options).changes["base.py"]

    assert changed == b"INSTALLED_APPS = []\nCELERY_RESULT_BACKEND = 'x'\nCELERY_BROKER_URL = ''\n"


def test_part_of_settings_of_django_that_nothing_loads_keeps_its_names() -> None:
    files = {"base.py": "ROOT_URLCONF = 'urls'\nCELERYD_CONCURRENCY = 4\nBROKER_URL = ''\n"}

    result = fixed(files, replace(UNSAFE, namespace=""))

    assert result.changes == {}
    assert any("Django loads upper-case names only" in note for note in notes(result.report))
