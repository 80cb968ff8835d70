"""Classes that treat their own names, dicts that are handed on, strings that name a setting."""

from __future__ import annotations

import pytest

from tests.judged import doubts, fixed

NAMES = "    BROKER_URL = ''\n    CELERYD_CONCURRENCY = 3\n"
TOLD = "class Number:\n    def __set_name__(self, owner, name): self.name = name\n"
RENAMED = "    broker_url = ''\n    worker_concurrency = 3\n"


def app(configuration: str, loaded: str = "Cfg") -> str:
    """Return a module with an app that loads a configuration of its own."""
    return (
        f"from celery import Celery\n{configuration}\n"
        f"app = Celery('shop')\napp.config_from_object({loaded})\n"
    )


@pytest.mark.parametrize(
    ("configuration", "reason"),
    [
        (f"@from_env\nclass Cfg:\n{NAMES}", "a decorator may use the names of `Cfg`"),
        (
            f"from lib import env\n@env('SHOP_')\nclass Cfg:\n{NAMES}",
            "a decorator may use the names of `Cfg`",
        ),
        (f"@x[0]\nclass Cfg:\n{NAMES}", "a decorator may use the names of `Cfg`"),
        (
            f"class Meta(type): pass\nclass Cfg(metaclass=Meta):\n{NAMES}",
            "a metaclass may use the names of `Cfg`",
        ),
        (
            f"class Base(metaclass=lib.Meta): pass\nclass Cfg(Base):\n{NAMES}",
            "a metaclass may use the names of `Base`",
        ),
        (
            f"class Base:\n    def __init_subclass__(cls): pass\nclass Cfg(Base):\n{NAMES}",
            "`__init_subclass__` decides about names",
        ),
        (
            f"class Env:\n    def __getattribute__(self, name): return 1\nclass Cfg(Env):\n{NAMES}",
            "`__getattribute__` decides about names",
        ),
        (
            f"{TOLD}class Whole(Number): pass\nclass Cfg:\n    CELERYD_CONCURRENCY = Whole()\n",
            "`CELERYD_CONCURRENCY` is an object that is told its name",
        ),
        (
            f"class Cfg:\n{NAMES}    def put(self, **x): [setattr(self, k, x[k]) for k in x]\n",
            "`Cfg` uses its own names here",
        ),
        (
            f"class Cfg:\n{NAMES}    def get(self, name): return getattr(self, name)\n",
            "`Cfg` uses its own names here",
        ),
        (
            f"class Cfg:\n{NAMES}    def names(self): return sorted(vars(self))\n",
            "`Cfg` uses its own names here",
        ),
        (
            f"class Cfg:\n{NAMES}    def names(self): return list(self.__dict__)\n",
            "`self.__dict__` holds all names",
        ),
        (
            f"class Cfg:\n{NAMES}class Sub(Cfg):\n    def get(self, k): return getattr(self, k)\n",
            "`Sub` uses its own names here",
        ),
    ],
)
def test_class_that_treats_its_names_is_not_safely_renamed(configuration: str, reason: str) -> None:
    assert any(reason in each for each in doubts({"app.py": app(configuration)}))


@pytest.mark.parametrize(
    "around",
    [
        "from dataclasses import dataclass\n@dataclass\nclass Cfg:\n{}",
        "from attr import define\n@define(slots=False)\nclass Cfg:\n{}",
        "from abc import ABCMeta\nclass Cfg(metaclass=ABCMeta):\n{}",
        "class Cfg(strict=True):\n{}",
        "class Number: pass\nclass Cfg:\n    OTHER = Number()\n{}",
        "from lib import Number\nclass Cfg:\n    OTHER = Number(1)\n    MORE = (lambda: 1)()\n{}",
        "class Cfg:\n{}    def url(self): return getattr(self, 'OTHER', '')\n",
        "class Cfg:\n{}    @staticmethod\n    def names(): return vars(other)\n",
        "class Cfg:\n{}class Other:\n    def get(self, k): return getattr(self, k)\n",
        "class Base(object): pass\nclass Cfg(Base):\n{}",
    ],
)
def test_class_with_plain_names_is_renamed(around: str) -> None:
    files = {"app.py": app(around.format(NAMES))}

    assert fixed(files).changes == {"app.py": app(around.format(RENAMED)).encode()}


DICT = "CFG = {{'{}': '', '{}': 3}}"
OLD = app(DICT.format("BROKER_URL", "CELERYD_CONCURRENCY"), "CFG")
NEW = app(DICT.format("broker_url", "worker_concurrency"), "CFG")


@pytest.mark.parametrize(
    "use",
    [
        "import app, json\nprint(json.dumps(app.CFG))\n",
        "import app\nmatch app.CFG:\n    case {'x': n}: pass\n",
        "import app\ncopy = {**app.CFG}\n",
        "import app\nprint(sorted(app.CFG))\n",
        "import app, operator\nprint(operator.itemgetter('CELERYD_CONCURRENCY')(table))\n",
        "import app\nfor name in ['BROKER_URL']:\n    print(app.app.conf.get(name))\n",
    ],
)
def test_dict_that_is_handed_on_is_not_safely_renamed(use: str) -> None:
    assert fixed({"app.py": OLD, "use.py": use}).changes == {}


@pytest.mark.parametrize(
    "use",
    [
        "import app\nprint(app.CFG['other_name'])\n",
        "import other\nprint(other.CFG)\n",
        "import app\nprint(app.app)\n",
        "import os, app\nprint(os.environ['BROKER_URL'], 'BROKER_URL' in os.environ)\n",
        "from helpers import env\nURL = env('BROKER_URL')\n",
    ],
)
def test_dict_that_is_not_handed_on_is_renamed(use: str) -> None:
    assert fixed({"app.py": OLD, "use.py": use}).changes == {"app.py": NEW.encode()}
