"""What the rules on apps, queues and environments claim about Celery, shown on Celery itself."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.evidence import outcomes, wanted
from tests.oracle import CELERY_VERSIONS, python_of

QUEUES = """
from celery import Celery

app = Celery("shop", broker="memory://")
app.conf.task_routes = {{"shop.mail": {{"queue": "mails"}}}}

@app.task(name="shop.mail")
def mail(to):
    pass

@app.task(name="shop.resize", queue="images")
def resize(picture):
    pass

@app.task(name="shop.purge")
def purge():
    pass

def routed(task, **options):
    return app.amqp.router.route({{**task._get_exec_options(), **options}}, task.name)["queue"].name

app.amqp.queues.select({selected})
outcome = repr(sorted(app.amqp.queues.consume_from))
sent = [routed(mail), routed(resize)]
"""

ENVIRONMENT = """
import os

os.environ["CELERY_BROKER_URL"] = "redis://queues/0"
os.environ["CELERY_RESULT_BACKEND"] = "redis://queues/5"

from celery import Celery

app = Celery("shop", broker="redis://a/0", backend="redis://a/1")
app.config_from_object({"broker_url": "redis://b/0"})
app.conf.result_backend = "redis://c/0"
outcome = repr([app.connection_for_write().hostname, app.backend.as_uri()])
del os.environ["CELERY_BROKER_URL"], os.environ["CELERY_RESULT_BACKEND"]
"""

TRIALS: Mapping[str, tuple[str, object]] = {
    "CEL334 environment outweighs all": (ENVIRONMENT, "['queues', 'redis://queues/5']"),
    "CEL715 worker without -Q": (QUEUES.format(selected=None), "['celery']"),
    "CEL715 worker with -Q": (QUEUES.format(selected="['mails', 'late']"), "['late', 'mails']"),
    "CEL715 where tasks go": (
        QUEUES.format(selected="['late']") + "\noutcome = repr(sent)",
        "['mails', 'images']",
    ),
    "CEL623 shared task without an app": (
        """
from celery import Celery, shared_task

@shared_task
def ship(order):
    pass

lonely = ship.app.connection().transport_cls, ship.app.conf.broker_url, ship.app.main
app = Celery("shop", broker="redis://redis.example.com/0")
outcome = repr([lonely, (ship.app.conf.broker_url, ship.app.main)])
""",
        "[('amqp', None, 'default'), ('redis://redis.example.com/0', 'shop')]",
    ),
}
"""Programs by the rule that they are for, each with what their `outcome` is to be."""


@pytest.fixture(scope="module", params=CELERY_VERSIONS)
def seen(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, object]:
    """Return what one Celery made of the programs."""
    return outcomes(python_of(request.param), TRIALS, tmp_path_factory.mktemp("trouble"))


@pytest.mark.parametrize("claim", TRIALS)
def test_celery_does_what_the_rules_say(seen: Mapping[str, object], claim: str) -> None:
    assert seen[claim] == wanted(TRIALS[claim][1])
