"""The project that an upgrade from Celery 3.1 has to leave as it was, and what 3.1 made of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.fixture import FIXTURES, read_fixture
from tests.oracle import Answer, Job

FIXTURE = FIXTURES / "upgrade-from-3x"
RECORD = FIXTURE / "celery-3.1.json"
_OBSERVING = Path(__file__).with_name("observing.py")
_ASKED = "observing:observed(__import__('shop.app').app.app, __import__('shop.tasks').tasks.remind)"


def job_for(scratch: Path, *, fixed: bool) -> Job:
    """Return the job that loads the project, copied below `scratch`, and observes it."""
    fixture = read_fixture(FIXTURE)
    folder = fixture.copy(scratch / "shop", fixed=fixed)
    shutil.copy(_OBSERVING, folder)
    return Job(folder, fixture.load or "", ("shop.tasks",), (_ASKED,))


def as_json(answer: Answer) -> Mapping[str, Any]:
    """Return the settings as they are rendered, and what was observed.

    Raise ValueError where Celery does not load the project.
    """
    if answer.error:
        raise ValueError(answer.error)
    kind, text = _pair(answer.watched[_ASKED])
    if kind != "str":
        message = f"Nothing was observed: {text}"
        raise ValueError(message)
    # The probe shows a text as Python writes it.
    return {"settings": dict(answer.settings), "observed": json.loads(text.strip("'"))}


def _pair(rendered: object) -> tuple[str, str]:
    match rendered:
        case [str(kind), str(text)]:
            return kind, text
    return "", str(rendered)
