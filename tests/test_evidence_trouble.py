"""What the rules on apps, queues and environments claim about Celery, shown on Celery itself."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.evidence import outcomes, wanted
from tests.oracle import CELERY_VERSIONS, python_of

TRIALS: Mapping[str, tuple[str, object]] = {
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
