"""What Celery 5.6 and 5.7 make of the sources that they are given."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.evidence import outcomes, wanted
from tests.oracle import CELERY_VERSIONS, python_of

INSTANCES = """
import dataclasses

from celery import Celery

app = Celery("shop")


class Assigned:
    def __init__(self):
        self.task_time_limit = 5


class Computed:
    @property
    def task_time_limit(self):
        return 5


@dataclasses.dataclass
class Made:
    task_time_limit: int = dataclasses.field(default_factory=lambda: 5)


class Slots:
    __slots__ = ("task_time_limit",)

    def __init__(self):
        self.task_time_limit = 5


def limit(source):
    app = Celery("x", set_as_current=False)
    app.config_from_object(source)
    return app.conf.task_time_limit


kinds = (Assigned, Computed, Made, Slots)
lost = [type(limit(kind)).__name__ for kind in kinds]
outcome = str((lost, [limit(kind()) for kind in kinds]))
"""
TRIALS: Mapping[str, tuple[str, object]] = {
    "CEL229 classes and instances": (
        INSTANCES,
        "(['NoneType', 'property', 'NoneType', 'member_descriptor'], [5, 5, 5, 5])",
    ),
}
"""Programs by the rule that they are for, each with what their `outcome` is to be."""


@pytest.fixture(scope="module", params=CELERY_VERSIONS)
def seen(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, object]:
    """Return what one Celery made of the programs."""
    return outcomes(python_of(request.param), TRIALS, tmp_path_factory.mktemp("sources"))


@pytest.mark.parametrize("claim", TRIALS)
def test_celery_does_what_the_rules_say(seen: Mapping[str, object], claim: str) -> None:
    assert seen[claim] == wanted(TRIALS[claim][1])
