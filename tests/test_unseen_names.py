"""A safe fix becomes unsafe where a file that is not read as Python uses an old name."""

from __future__ import annotations

from pathlib import Path

import pytest

from celerylint.engine.fix import fix
from celerylint.engine.run import judge
from celerylint.files import others
from celerylint.files.roots import Asked
from celerylint.files.walking import is_script, tree
from celerylint.finding import Safety
from tests.judged import TARGET, knowledge

CONFIG = "BROKER_URL = 'redis://h'\nCELERYD_CONCURRENCY = 3\n"
APP = "from celery import Celery\napp = Celery('shop')\napp.config_from_object('celeryconfig')\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return the root of a project with an app."""
    tmp_path.joinpath("pyproject.toml").write_text("[project]\nname = 'shop'\n", "utf-8")
    tmp_path.joinpath("celeryconfig.py").write_text(CONFIG, "utf-8")
    tmp_path.joinpath("app.py").write_text(APP, "utf-8")
    return tmp_path


def put(root: Path, path: str, text: str | bytes) -> None:
    """Write a file of the project."""
    file = root / path
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(text.encode() if isinstance(text, str) else text)


def reason(root: Path) -> str:
    """Return why the rename is unsafe; nothing where it is safe, and then it is made."""
    walked = tree(Asked(root, None))
    fixes = [f.fix for f in judge(walked, TARGET, *knowledge()).findings if f.code == "CEL101"]
    found = fixes[0]
    assert found is not None
    made = bool(fix(walked, TARGET, *knowledge()).changes)
    assert made is (found.safety is Safety.SAFE)
    return found.reason


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        (
            "bin/worker",
            "#!/bin/sh\npython -c 'import celeryconfig as c; c.CELERYD_CONCURRENCY'\n",
            2,
        ),
        ("run.sh", "python -c 'from celeryconfig import CELERYD_CONCURRENCY as n; print(n)'\n", 1),
        (
            "Makefile",
            "n:\n\tpython -c 'import celeryconfig as c; print(c.CELERYD_CONCURRENCY)'\n",
            2,
        ),
        ("notes.ipynb", '{"source": ["celeryconfig.CELERYD_CONCURRENCY"]}\n', 1),
        ("celeryconfig.pyi", "BROKER_NAME: str\nCELERYD_CONCURRENCY: int\n", 2),
        ("fast.pyx", "from celeryconfig import CELERYD_CONCURRENCY\n", 1),
        ("page.html", "<p>\n{{ settings.CELERYD_CONCURRENCY }}\n", 2),
        (
            "crontab",
            "* * * * * python -c 'import celeryconfig; celeryconfig.CELERYD_CONCURRENCY'",
            1,
        ),
        ("run.py", "x = 'import celeryconfig; print(celeryconfig.CELERYD_CONCURRENCY)'\n", 1),
        ("run.py", "'''Doc'''\nexec('from celeryconfig import CELERYD_CONCURRENCY as n')\n", 2),
    ],
)
def test_old_name_in_another_file_makes_the_fix_unsafe(
    project: Path, path: str, text: str, line: int
) -> None:
    put(project, path, text)

    assert reason(project) == (
        f"`CELERYD_CONCURRENCY` is also in {path}:{line}, which the fix leaves as it is"
    )


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("README.md", "Set `CELERYD_CONCURRENCY`.\n"),
        (".env", "BROKER_URL=redis://h\n"),
        ("run.sh", "export BROKER_URL=redis://h\necho $BROKER_URL ${BROKER_URL}\n"),
        ("Dockerfile", "ENV BROKER_URL redis://h\n"),
        ("compose.yml", "environment:\n  BROKER_URL: redis://h\n"),
        ("deploy", "docker run -e BROKER_URL shop\n"),
        ("data.bin", b"\0BROKER_URL"),
        ("env/pyvenv.cfg", "x\n"),
        ("node_modules/x.js", "BROKER_URL\n"),
        (".celerylint-notes", "BROKER_URL\n"),
        (
            "run.py",
            "'''See celeryconfig.CELERYD_CONCURRENCY'''\nx = f('x', 'a CELERYD_CONCURRENCY')\n",
        ),
        ("page.html", "<p>CELERYD_CONCURRENCY_MAX</p>\n"),
        ("latin.html", "<p>caf\xe9</p>".encode("latin-1")),
    ],
)
def test_what_uses_no_old_name_leaves_the_fix_safe(
    project: Path, path: str, text: str | bytes
) -> None:
    put(project, path, text)

    assert not reason(project)


def test_only_the_first_places_are_named(project: Path) -> None:
    put(project, "page.html", "{{ conf.CELERYD_CONCURRENCY }}\n" * 5)

    assert reason(project).endswith("page.html:3, which the fix leaves as it is; and 2 more places")


def test_fix_of_other_names_stays_safe(project: Path) -> None:
    put(project, "page.html", "{{ conf.CELERYD_CONCURRENCY }}\n")
    put(project, "other/celeryconfig.py", "CELERY_ACKS_LATE = True\n")
    put(project, "other/pyproject.toml", "[project]\nname = 'other'\n")
    put(project, "other/app.py", APP)

    findings = judge(tree(Asked(project, None)), TARGET, *knowledge()).findings

    safeties = {f.place.path: f.fix.safety for f in findings if f.fix and f.code == "CEL101"}
    assert safeties == {
        "celeryconfig.py": Safety.UNSAFE,
        "other/celeryconfig.py": Safety.SAFE,
    }


def test_long_and_unreadable_files_are_left_out(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(others, "_LONGEST", 100)
    put(project, "page.html", "{{ conf.CELERYD_CONCURRENCY }}\n" * 5)
    project.joinpath("gone.html").symlink_to(project / "nowhere")

    assert not reason(project)


def test_reader_in_a_script_without_an_ending_is_seen(project: Path) -> None:
    put(
        project,
        "bin/status",
        "#!/usr/bin/env python3\nimport celeryconfig\nceleryconfig.BROKER_URL\n",
    )
    put(project, "bin/other", "#!/bin/sh\n")
    put(project, "shop.wsgi", "# celery\n")
    project.joinpath("bin/gone").symlink_to(project / "nowhere")

    assert {"bin/status", "shop.wsgi"} <= set(tree(Asked(project, None)).files)
    assert "bin/other" not in tree(Asked(project, None)).files
    changes = fix(tree(Asked(project, None)), TARGET, *knowledge()).changes
    assert changes["bin/status"].endswith(b"\nceleryconfig.broker_url\n")


def test_script_that_is_gone_is_no_python(tmp_path: Path) -> None:
    assert not is_script(tmp_path / "gone")
