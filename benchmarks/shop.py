"""Write the project that is measured: a shop in Django whose background work runs on Celery.

Most of its files have nothing to do with Celery, as in real projects: of 200 two have tasks, and
one mentions Celery in passing. The same number of files gives the same text every time.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

_FRAME: Mapping[str, str] = {
    "requirements.txt": "Django==5.2.4\ncelery[redis]==5.6.3\ndjango-environ==0.12.0\n",
    "manage.py": '''\
"""Run a command of the shop."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings.development")
    execute_from_command_line(sys.argv)
''',
    "shop/__init__.py": 'from .celery import app as celery_app\n\n__all__ = ["celery_app"]\n',
    "shop/celery.py": """\
import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings.production")

app = Celery("shop")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
""",
    "shop/settings/__init__.py": "",
    "shop/settings/base.py": """\
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent.parent
TIME_ZONE = "Europe/Oslo"
USE_TZ = True
ROOT_URLCONF = "shop.urls"
INSTALLED_APPS = ["django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes"]

CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_TIME_LIMIT = 900
CELERY_TASK_ROUTES = {"shop.orders0.tasks.*": {"queue": "orders"}}
CELERY_BEAT_SCHEDULE = {
    "close-day": {"task": "shop.orders0.tasks.settle_orders0", "schedule": 3600.0},
}
""",
    "shop/settings/development.py": """\
from .base import *  # noqa: F403

DEBUG = True
CELERY_BROKER_URL = "redis://localhost:6379/0"
CELERY_TASK_ALWAYS_EAGER = True
""",
    "shop/settings/production.py": """\
import environ

from .base import *  # noqa: F403

env = environ.Env()

DEBUG = False
CELERY_BROKER_URL = env("BROKER_URL", default="redis://redis:6379/0")
CELERY_RESULT_BACKEND = CELERY_BROKER_URL
CELERY_RESULT_EXPIRES = 86400
CELERYD_PREFETCH_MULTIPLIER = 1
""",
    "shop/settings/test.py": """\
from .base import *  # noqa: F403

CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
""",
    "shop/urls.py": "from django.urls import path\n\nurlpatterns = []\n",
}

# The files of one app of Django, a few more than usual: fifty with its tests and migrations.
_PLACES = (
    *("__init__", "migrations/__init__", "tests/__init__", "api/__init__", "management/__init__"),
    *("management/commands/__init__", "apps", "admin", "forms", "managers", "models", "selectors"),
    *("services", "signals", "urls", "validators", "views", "api/filters", "api/serializers"),
    *("api/urls", "api/views", "management/commands/close_day"),
    *(f"migrations/{number:04}_change" for number in range(1, 15)),
    *(f"tests/test_{part}" for part in ("admin", "api", "forms", "models", "services", "views")),
    *(f"reports/{part}" for part in ("daily", "monthly", "refunds", "stock", "taxes", "yearly")),
    *("exports/__init__", "exports/ledger"),
)
_SUBJECTS = ("orders", "stock", "billing", "shipping", "accounts", "catalog", "returns", "prices")
_WORDS = ("amount", "customer", "date", "invoice", "item", "line", "number", "payment", "rate")
# What the texts below use, with how it is imported.
_IMPORTS: Mapping[str, str] = {
    "datetime.": "import datetime",
    "decimal.": "import decimal",
    "json.": "import json",
    "logging.": "import logging",
    "shared_task": "from celery import shared_task",
    "models.": "from django.db import models",
    "transaction.": "from django.db import transaction",
    "JsonResponse": "from django.http import JsonResponse",
    "timezone.": "from django.utils import timezone",
    "(_(": "from django.utils.translation import gettext_lazy as _",
}
_IN_PASSING = (
    "# This is also called by a Celery worker, where there is no request.\n",
    "# TODO: move this to celery, it takes too long for a view.\n",
)
_TASKS = '''\


@shared_task(bind=True, max_retries=5, acks_late=True)
def settle_{app}(self, number, when=None):
    """Settle what is due."""
    try:
        return total_{first}(number, when)
    except OSError as error:
        raise self.retry(exc=error, countdown=60)


@shared_task(ignore_result=True)
def remind_{app}(customers):
    for customer in customers:
        settle_{app}.apply_async((customer.pk,), queue="orders", expires=600)
'''


def write(root: Path, files: int) -> None:
    """Write a project of so many Python files below a folder."""
    for path, text in project(files):
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")


def project(files: int) -> Iterator[tuple[str, str]]:
    """Yield the files of the project, by their path below its root."""
    yield from _FRAME.items()
    for number in range(files - sum(path.endswith(".py") for path in _FRAME)):
        yield _module(number, random.Random(number))  # noqa: S311 - the same text every time


def _module(number: int, chance: random.Random) -> tuple[str, str]:
    """Return the path and the text of one file of an app; every other app has tasks."""
    order, place = divmod(number, len(_PLACES))
    app = f"{_SUBJECTS[order % len(_SUBJECTS)]}{order}"
    name = _PLACES[place]
    if name == "services" and order % 2 == 0:
        name = "tasks"
    return f"shop/{app}/{name}.py", _text(app, name, number, chance)


def _text(app: str, name: str, number: int, chance: random.Random) -> str:
    if name.endswith("__init__"):
        return ""
    definitions = [_definition(f"{number}_{each}", chance) for each in range(chance.randint(1, 6))]
    definitions[0] = _function(f"{number}_0", chance)
    if name == "tasks":
        definitions.append(_TASKS.format(app=app, first=f"{number}_0"))
    elif chance.random() < 0.005:  # noqa: PLR2004 - one file in two hundred
        definitions[0] = "\n\n" + chance.choice(_IN_PASSING) + definitions[0].lstrip("\n")
    body = "".join(definitions)
    imports = "\n".join(line for used, line in _IMPORTS.items() if used in body)
    return f'"""The {name.rpartition("/")[2]} of {app}."""\n\n{imports}\n{body}'


def _definition(name: str, chance: random.Random) -> str:
    return _class(name, chance) if chance.random() < 0.3 else _function(name, chance)  # noqa: PLR2004


def _class(name: str, chance: random.Random) -> str:
    fields = "".join(
        f"    {word} = models.CharField(_({word!r}), max_length={chance.randint(8, 255)})\n"
        for word in chance.sample(_WORDS, chance.randint(2, 6))
    )
    methods = "".join(
        "\n" + _indented(_function(f"{name}_{each}", chance).lstrip("\n")) for each in "ab"
    )
    return f'\n\nclass Record{name}(models.Model):\n    """One record."""\n\n{fields}{methods}'


def _function(name: str, chance: random.Random) -> str:
    body = "".join(chance.choice(_STATEMENTS)(chance) for _ in range(chance.randint(3, 12)))
    return (
        f"\n\ndef total_{name}(number, when=None):\n"
        f'    """Return what there is to {chance.choice(_WORDS)}."""\n'
        f"    result = {{}}\n{_indented(body)}    return result\n"
    )


def _indented(text: str) -> str:
    return "".join(
        f"    {line}" if line.strip() else line for line in text.splitlines(keepends=True)
    )


def _assignment(chance: random.Random) -> str:
    key, word = chance.sample(_WORDS, 2)
    return f"result[{key!r}] = number.{word} * decimal.Decimal('{chance.randint(1, 99)}.25')\n"


def _branch(chance: random.Random) -> str:
    word = chance.choice(_WORDS)
    return (
        f"if when is not None and number.{word} > {chance.randint(0, 1000)}:\n"
        f"    logging.getLogger(__name__).info('%s is late by %d', number, when)\n"
        f"else:\n    result.setdefault({word!r}, [])\n"
    )


def _loop(chance: random.Random) -> str:
    word, other = chance.sample(_WORDS, 2)
    return (
        f"for each in number.{word}_set.filter({other}__lt={chance.randint(1, 50)}):\n"
        f"    result[each.pk] = json.dumps({{'{other}': each.{other}, 'at': str(when)}})\n"
    )


def _block(chance: random.Random) -> str:
    word = chance.choice(_WORDS)
    return (
        "try:\n    with transaction.atomic():\n"
        f"        days = datetime.timedelta(days={chance.randint(1, 90)})\n"
        f"        number.{word} = timezone.now() + days\n"
        f"        number.save(update_fields=['{word}'])\n"
        "except (ValueError, KeyError) as error:\n"
        f"    return JsonResponse({{'error': str(error), 'field': '{word}'}}, status=400)\n"
    )


_STATEMENTS: tuple[Callable[[random.Random], str], ...] = (_assignment, _branch, _loop, _block)
