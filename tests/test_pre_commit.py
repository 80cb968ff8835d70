"""The hooks do their work in the real pre-commit, which installs celerylint by itself."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from identify.identify import tags_from_path
from pre_commit.clientlib import load_manifest

from celerylint.files import kinds
from scripts.document import ROOT

SHIPPED = ("celerylint", "rules", "pyproject.toml", "README.md", ".pre-commit-hooks.yaml")
HOOKS = {hook["id"]: hook for hook in load_manifest(str(ROOT / ".pre-commit-hooks.yaml"))}
OLD = "CELERY_ACKS_LATE = True\n"
NEW = "task_acks_late = True\n"
EXCLUDED = "CELERY_IGNORE_RESULT = True\n"
CONFIG = """\
repos:
- repo: {source}
  rev: {revision}
  hooks:
  - id: {hook}
    args: [--output-format=concise]
"""
PROJECT = {
    "celeryconfig.py": OLD,
    "shop.py": "import celery\napp = celery.Celery()\napp.config_from_object('celeryconfig')\n",
    "old/celeryconfig.py": EXCLUDED,
    "plain.py": "x = 1\n",
    "README.md": "celery\n",
    "requirements.txt": "celery==5.6.0\n",
    "pyproject.toml": '[tool.celerylint]\nexclude = ["old/"]\n',
}


class Ran(NamedTuple):
    """How a command ended, and all that it printed."""

    code: int
    text: str


class Machine(NamedTuple):
    """The repository of celerylint as a stranger clones it, and the home of pre-commit."""

    source: Path
    revision: str
    home: Path


def git(root: Path, *args: str) -> str:
    """Return what git prints in a repository."""
    command = ("git", "-c", "user.name=x", "-c", "user.email=x@y", "-c", "commit.gpgsign=false")
    return subprocess.check_output((*command, *args), cwd=root, text=True)


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """Return a repository with what is shipped; `try-repo` alone makes a second environment."""
    source = tmp_path_factory.mktemp("celerylint")
    for name in SHIPPED:
        place = ROOT / name
        if place.is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(place, source / name, ignore=ignored)
        else:
            shutil.copy(place, source)
    git(source, "init", "--quiet")
    git(source, "add", ".")
    git(source, "commit", "--quiet", "--message", "x")
    revision = git(source, "rev-parse", "HEAD").strip()
    return Machine(source, revision, tmp_path_factory.mktemp("home"))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a repository with a configuration to check."""
    for path, text in PROJECT.items():
        tmp_path.joinpath(path).parent.mkdir(exist_ok=True)
        tmp_path.joinpath(path).write_text(text, "utf-8")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    return tmp_path


def pre_commit(machine: Machine, project: Path, *args: str) -> Ran:
    """Run pre-commit in a project; neither Celery nor the packages of the tests are in reach."""
    environment = {"PATH": "/usr/bin:/bin", "PRE_COMMIT_HOME": str(machine.home)}
    environment |= {"HOME": str(machine.home), "PRE_COMMIT_COLOR": "never"}
    ended = subprocess.run(
        (sys.executable, "-m", "pre_commit", *args),
        cwd=project,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    return Ran(ended.returncode, ended.stdout + ended.stderr)


def run(machine: Machine, project: Path, hook: str, *files: str) -> Ran:
    """Run a hook for some files, or for all."""
    text = CONFIG.format(source=machine.source, revision=machine.revision, hook=hook)
    project.joinpath(".pre-commit-config.yaml").write_text(text, "utf-8")
    git(project, "add", ".")
    return pre_commit(machine, project, "run", *(("--files", *files) if files else ("-a",)))


def test_check_reports_what_touches_the_files(machine: Machine, project: Path) -> None:
    assert "Passed" in run(machine, project, "celerylint", "plain.py").text
    assert "Skipped" in run(machine, project, "celerylint", "README.md").text

    found = run(machine, project, "celerylint", "celeryconfig.py")
    assert found.code == 1
    assert re.search(r"^celeryconfig\.py:1:1: CEL101", found.text, re.MULTILINE)


def test_check_of_all_files_heeds_what_is_excluded(machine: Machine, project: Path) -> None:
    found = run(machine, project, "celerylint")

    assert found.code == 1
    assert found.text.count("CEL101") == 1
    assert "old/celeryconfig.py" not in found.text
    assert "Passed" in run(machine, project, "celerylint", "old/celeryconfig.py").text


def test_changed_pin_has_the_whole_project_checked(machine: Machine, project: Path) -> None:
    assert (
        "celeryconfig.py:1:1: CEL101"
        in run(machine, project, "celerylint", "requirements.txt").text
    )

    project.joinpath("requirements.txt").write_text("celery==3.1.25\n", "utf-8")
    assert run(machine, project, "celerylint", "requirements.txt").code == 0


def test_fix_takes_the_whole_project_and_fails_once(machine: Machine, project: Path) -> None:
    fixed = run(machine, project, "celerylint-fix", "shop.py")

    assert (fixed.code, "files were modified by this hook" in fixed.text) == (1, True)
    assert project.joinpath("celeryconfig.py").read_text("utf-8") == NEW
    assert project.joinpath("old/celeryconfig.py").read_text("utf-8") == EXCLUDED
    assert run(machine, project, "celerylint-fix", "shop.py").code == 0


def test_hooks_can_be_tried(machine: Machine, project: Path) -> None:
    tried = pre_commit(machine, project, "try-repo", str(machine.source), "celerylint", "-a")

    assert tried.code == 1
    assert "CEL101" in tried.text


# --- the definition -------------------------------------------------------------------------------


def test_neither_hook_runs_twice_at_once() -> None:
    assert [hook["require_serial"] for hook in HOOKS.values()] == [True, True]
    assert [hook["pass_filenames"] for hook in HOOKS.values()] == [True, False]


@pytest.mark.parametrize(
    "path",
    [
        "a/b.py",
        "a.pyw",
        "pyproject.toml",
        "setup.cfg",
        "Pipfile",
        "Pipfile.lock",
        "poetry.lock",
        "uv.lock",
        "pdm.lock",
        "environment.yml",
        "requirements.txt",
        "requirements-dev.in",
        "requirements/prod.txt",
        "constraints.txt",
        "docker/Dockerfile.prod",
        "Makefile",
        "Procfile",
        ".env",
        "prod.env",
        "compose.yaml",
        "supervisor/celery.conf",
        "celery.service",
        "README.md",
        "package.json",
        "docs/notes.txt",
        "logo.png",
        "other.lock",
    ],
)
@pytest.mark.parametrize("hook", HOOKS)
def test_hook_is_run_for_what_the_judgement_depends_on(hook: str, path: str) -> None:
    name = path.rpartition("/")[2]
    wanted = kinds.is_python(name) or kinds.is_manifest(path) or kinds.is_launcher(name)

    assert bool(re.search(HOOKS[hook]["files"], path)) is wanted


def test_hooks_take_files_of_any_type(tmp_path: Path) -> None:
    path = tmp_path / "uv.lock"
    path.write_text("", "utf-8")

    assert all(set(hook["types"]) <= tags_from_path(str(path)) for hook in HOOKS.values())


def test_readme_names_the_hooks() -> None:
    text = ROOT.joinpath("README.md").read_text("utf-8")

    assert set(re.findall(r"- id: ([\w-]+)", text)) == set(HOOKS)
