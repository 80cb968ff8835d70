"""The requirements that an upgrade has to change are named with their lines."""

from __future__ import annotations

from celerylint.dependencies.companions import pinned
from tests.judged import in_memory


def test_requirements_are_named_with_their_lines() -> None:
    files = {"requirements.txt": "django==2.2\ncelery==3.1.25\nredis\nkombu>=3.0 # broker\n"}
    tree = in_memory(files)._replace(manifests=("requirements.txt", "gone.txt", "uv.lock"))

    assert [(each.line, each.text) for each in pinned(tree)] == [
        (2, "celery==3.1.25"),
        (4, "kombu>=3.0"),
    ]
