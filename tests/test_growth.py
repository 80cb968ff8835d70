"""Work grows with what there is to do: it is counted here, not timed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from celerylint.cache.store import Store
from celerylint.engine import fix as fixing
from celerylint.fixes import migration
from celerylint.linking.names import Names
from celerylint.options.table import Options
from tests.judged import fixed

UNSAFE = Options(target_version="5.6", unsafe_fixes=True)
MANAGE = 'import os\n\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n'
APP = (
    "from celery import Celery\n\n"
    'app = Celery("shop")\n'
    'app.config_from_object("django.conf:settings", namespace="CELERY")\n'
)
TASKS = "from shop.celery import app\n\n\n@app.task\ndef work():\n    return 1\n"


@pytest.fixture(name="done")
def counted(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Return how often what takes time was done."""
    done: Counter[str] = Counter()

    def count(owner: object, name: str) -> None:
        original: Callable[..., object] = getattr(owner, name)

        def counting(*args: object, **kwargs: object) -> object:
            done[name] += 1
            return original(*args, **kwargs)

        monkeypatch.setattr(owner, name, counting)

    count(migration, "rename")
    count(fixing, "judge")
    count(Store, "_read")
    count(Names, "_resolve")
    return done


DEAD = (
    "CELERYD_CONCURRENCY = 4\n",
    "CELERYD_MAX_TASKS_PER_CHILD = 100\n",
    "CELERYD_PREFETCH_MULTIPLIER = 2\n",
    "CELERYD_TASK_TIME_LIMIT = 600\n",
    "CELERY_DEFAULT_QUEUE = 'shop'\n",
    "CELERY_MAX_CACHED_RESULTS = 70\n",
    "CELERY_SEND_EVENTS = True\n",
    "CELERY_TRACK_STARTED = True\n",
)


def site(names: int, files: int) -> dict[str, str]:
    """Return a site of Django some of whose names are dead under its namespace."""
    return {
        "manage.py": MANAGE,
        "shop/__init__.py": "from .celery import app\n",
        "shop/celery.py": APP,
        "shop/settings.py": "ROOT_URLCONF = 'shop.urls'\n" + "".join(DEAD[:names]),
        **{f"shop/tasks{number}.py": TASKS for number in range(files)},
    }


@pytest.mark.parametrize(("names", "files"), [(2, 1), (8, 1), (2, 20), (8, 20)])
def test_names_that_have_nothing_to_do_with_each_other_are_fixed_together(
    done: Counter[str], names: int, files: int
) -> None:
    result = fixed(site(names, files), UNSAFE)

    assert len(result.applied) == names
    assert result.report.findings == ()
    assert (done["rename"], done["judge"], done["_read"]) == (names, 2, files + 4)


OLD = (
    "BROKER_URL = 'redis://localhost'\n",
    "CELERYD_CONCURRENCY = 4\n",
    "CELERYD_POOL = 'solo'\n",
)


@pytest.mark.parametrize("apps", [1, 2, 8])
@pytest.mark.parametrize("names", [1, 3])
def test_migration_of_an_app_is_planned_once(done: Counter[str], apps: int, names: int) -> None:
    files = {"app.py": "from celery import Celery\n"}
    for number in range(apps):
        files[f"conf{number}.py"] = "".join(OLD[:names])
        made = (
            f"app{number} = Celery('a{number}')\napp{number}.config_from_object('conf{number}')\n"
        )
        files["app.py"] += made

    result = fixed(files)

    assert result.report.findings == ()
    assert (done["rename"], done["judge"], done["_read"]) == (apps, 2, 1 + 2 * apps)


def test_a_name_is_looked_up_once_however_many_ask(done: Counter[str]) -> None:
    looked_up = []
    for names in (1, 8):
        done.clear()
        fixed(site(names, 4), UNSAFE)
        looked_up.append(done["_resolve"])

    assert looked_up[1] <= looked_up[0] + 8
