"""Write projects that have more and more of one thing: names, apps, or lines in one module.

Four times as much is to take little more than four times as long, whatever grows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from celerylint.catalogue.settings import load_catalogue
from celerylint.files.marks import rules_folder

_READERS = 65
"""How many files read the names of a configuration."""


def names(count: int) -> Iterator[tuple[str, str]]:
    """Yield a site that sets so many old names, and hands all of them on: unsafe fixes."""
    known = load_catalogue(rules_folder())
    old = sorted({name.name for setting in known.settings.values() for name in setting.old})
    own = [name for name in old if name.startswith(("CELERY", "BROKER"))][:count]
    yield "site_/__init__.py", ""
    yield "site_/celery.py", _SITE
    yield "site_/settings/__init__.py", "from site_.settings.base import *\n"
    yield "site_/settings/base.py", "".join(f"{name} = None\n" for name in own)
    yield "manage.py", "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'site_.settings'\n"
    yield "site_/dump.py", _DUMP
    for number in range(_READERS):
        yield f"site_/reader{number}.py", _READER.format(name=own[number % len(own)])


def apps(count: int) -> Iterator[tuple[str, str]]:
    """Yield one file with so many apps."""
    made = (_OWN_APP.format(number=number) for number in range(count))
    yield "apps.py", "from celery import Celery\n" + "".join(made)


def module(count: int) -> Iterator[tuple[str, str]]:
    """Yield a configuration with so many names, most of which Celery does not know."""
    others = "".join(f"NAME_{number} = {number}\n" for number in range(count - 1))
    yield "celeryconfig.py", f"BROKER_URL = 'redis://'\n{others}"
    yield "app.py", _APP.format(module="celeryconfig")


def site(count: int) -> Iterator[tuple[str, str]]:
    """Yield a site of Django, all of whose so many files name Celery and read its settings.

    Each app of the site has tasks that send those of the one before, which makes names that are
    resolved through other files: the shape of public projects that took longest.
    """
    yield "site_/__init__.py", "from site_.celery import app\n"
    yield "site_/celery.py", _SITE
    yield "site_/settings/__init__.py", "from site_.settings.base import *\n"
    yield "site_/settings/base.py", _SETTINGS
    yield "site_/settings/local.py", "from site_.settings import *\nCELERY_ALWAYS_EAGER = True\n"
    yield "manage.py", "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'site_.settings'\n"
    for number in range(count):
        before = f"from site_.part{number - 1}.tasks import close, retry" if number else ""
        sent = "close.delay(number)\n    retry.apply_async((number,))" if number else "pass"
        yield f"site_/part{number}/__init__.py", ""
        yield f"site_/part{number}/tasks.py", _TASKS.format(before=before, sent=sent)


GROWING: Mapping[str, tuple[Callable[[int], Iterator[tuple[str, str]]], tuple[int, ...]]] = {
    "unsafe fixes of old names": (names, (10, 40, 160)),
    "apps in one file": (apps, (25, 100, 400)),
    "names in one module": (module, (1250, 5000, 20000)),
    "files of a site that all name Celery": (site, (20, 80, 320)),
}
"""What grows, how it is written, and how far."""


def write(root: Path, what: str, count: int) -> None:
    """Write a project with so much of one thing below a folder."""
    files, _ = GROWING[what]
    for path, text in (("requirements.txt", "celery==5.6.3\n"), *files(count)):
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")


_APP = """\
from celery import Celery

app = Celery("shop")
app.config_from_object("{module}")
"""
_READER = """\
from django.conf import settings


def show():
    return settings.{name}
"""
_DUMP = """\
from django.conf import settings


def every(print_all):
    print_all(vars(settings))
"""
_OWN_APP = """\
app{number} = Celery("shop{number}", broker="redis://")
app{number}.conf.CELERY_TASK_SERIALIZER = "json"
app{number}.conf.task_time_limit = {number}
"""
_SITE = """\
import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_.settings")
app = Celery("site_")
app.config_from_object("django.conf:settings")
app.autodiscover_tasks()
"""
_SETTINGS = """\
INSTALLED_APPS = ["site_"]
BROKER_URL = "redis://redis:6379/0"
CELERY_RESULT_BACKEND = "redis://redis:6379/1"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERYD_CONCURRENCY = 4
CELERY_ACKS_LATE = True
"""
_TASKS = """\
from celery import shared_task
from celery.utils.log import get_task_logger
from django.conf import settings

{before}

logger = get_task_logger(__name__)


@shared_task(bind=True, max_retries=3)
def close(self, number):
    logger.info("closing on %s", settings.BROKER_URL)
    {sent}


@shared_task(ignore_result=True)
def retry(number):
    if settings.CELERY_ACKS_LATE:
        close.apply_async((number,), countdown=settings.CELERYD_CONCURRENCY)
"""
