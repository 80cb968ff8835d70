"""The real Celery sees the same settings before and after the safe fixes, whatever the shape."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.judged import fixed
from tests.mutations import Files, configurations
from tests.oracle import CELERY_VERSIONS, Job, ask, python_of
from tests.oracle.migration import complaints

_SAMPLE = settings(
    derandomize=True,
    deadline=None,
    max_examples=2,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def job(files: Files, folder: Path) -> Job:
    """Write a project into a folder, and return how Celery loads it."""
    folder.mkdir()
    for path, raw in files.items():
        (folder / path).write_bytes(raw)
    return Job(folder, "app:app:app")


@_SAMPLE
@given(st.lists(configurations(loadable=True), min_size=20, max_size=20))
def test_celery_sees_the_same_settings(projects: list[Files]) -> None:
    jobs: list[Job] = []
    with tempfile.TemporaryDirectory() as scratch:
        for number, files in enumerate(projects):
            changed = {**files, **fixed(files).changes}
            jobs += (
                job(each, Path(scratch) / f"{number}{name}")
                for name, each in (("before", files), ("after", changed))
            )
        for celery in CELERY_VERSIONS:
            answers = ask(python_of(celery), jobs).answers
            for before, after in zip(answers[::2], answers[1::2], strict=True):
                assert before.error is not None or list(complaints(before, after, ())) == []
