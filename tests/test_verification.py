"""`verify`: the real Celery says whether the fixes change what a project sets."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from celerylint.cli import main
from celerylint.writing.journal import Entry, locked
from tests.oracle import python_path

ROOT = Path(__file__).resolve().parents[1]
PYTHON = str(python_path("5.6.3"))
NEWER = str(python_path("5.7.0"))
SAYS_THAT_IT_RUNS = "celerylint: note: verify runs the code of the project, in a copy of it\n"
UPGRADE = ("--upgrading-from", "3.1", "--target-version", "5.6")
APP = 'from celery import Celery\n\napp = Celery("shop")\napp.config_from_object("celeryconfig")\n'
OLD = "CELERY_ACKS_LATE = True\n"


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of an empty project, which is the current directory."""
    root = tmp_path / "shop"
    root.mkdir()
    root.joinpath("setup.cfg").write_bytes(b"")
    monkeypatch.chdir(root)
    monkeypatch.delenv("SHOP_KEY", raising=False)
    return root


def make(root: Path, files: Mapping[str, str]) -> None:
    """Write the files of a project."""
    for path, text in files.items():
        root.joinpath(path).parent.mkdir(parents=True, exist_ok=True)
        root.joinpath(path).write_text(text, "utf-8")


class Run:
    """One run of `verify`: its exit code and what it printed."""

    def __init__(
        self, capsys: pytest.CaptureFixture[str], *args: str, python: str = PYTHON
    ) -> None:
        """Run it."""
        self.code = main(["verify", "--python", python, *args])
        self.out, err = capsys.readouterr()
        assert err.startswith(SAYS_THAT_IT_RUNS)
        self.err = err.removeprefix(SAYS_THAT_IT_RUNS)


# --- what is found out ----------------------------------------------------------------------------


def test_fix_that_changes_nothing_exits_0(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make(project, {"celeryconfig.py": OLD})

    run = Run(capsys)

    closing = "the fix changes 1 file, 1 configuration loaded, no effective setting changed."
    assert run.out == f"celeryconfig: 1 setting, none changed\nCelery 5.6.3: {closing}\n"
    assert (run.code, run.err) == (0, "")
    assert project.joinpath("celeryconfig.py").read_text("utf-8") == OLD
    assert sorted(path.name for path in project.iterdir()) == ["celeryconfig.py", "setup.cfg"]


def test_fix_that_changes_a_setting_exits_1(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make(project, {"celeryconfig.py": "CELERYD_TIME_LIMIT = 3\n"})

    run = Run(capsys, "--unsafe-fixes", "--target-version", "5.6")

    assert run.code == 1
    assert "celeryconfig: 0 settings, 1 setting changed\n  task_time_limit: None -> 3\n" in run.out
    assert "1 configuration loaded, 1 of them changed." in run.out


def test_project_without_fixes_is_loaded_all_the_same(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make(
        project,
        {"shop/__init__.py": "", "shop/celery.py": APP, "celeryconfig.py": "timezone = 'UTC'"},
    )

    run = Run(capsys)

    assert run.code == 0
    assert "shop.celery:app: 1 setting, none changed\n" in run.out
    assert "Celery 5.6.3: the fix changes nothing, 1 configuration loaded" in run.out


def test_setting_that_the_fix_takes_away_is_named(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make(project, {"celeryconfig.py": "from datetime import timezone\n"})

    run = Run(capsys, "--unsafe-fixes", "--target-version", "5.6")

    assert run.code == 1
    assert "  timezone: datetime.timezone -> None (no longer set)\n" in run.out


def test_defaults_of_another_celery_are_told_apart(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make(project, {"celeryconfig.py": OLD})

    run = Run(capsys, "--against", venv_with(project.parent, ONE_DEFAULT))

    assert run.code == 0
    assert "  1 default not the same in Celery 5.6.3 and 5.6.3:\n" in run.out
    assert "    result_cache_max: -1 -> 7\n" in run.out
    assert "Celery 5.6.3 before, 5.6.3 after: the fix changes 1 file" in run.out


def test_after_is_loaded_by_the_other_python(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {"app.py": 'from celery import Celery\n\napp = Celery("a")\n'}
    files["app.py"] += "app.config_from_object('conf', namespace='CELERY')\n"
    make(project, {**files, "conf.py": "BROKER_URL = 'redis://localhost/0'\n"})

    run = Run(capsys, "--against", NEWER, "--ignore", "ALL")

    assert run.code == 1
    assert "  broker_url: None -> 'redis://localhost/0'\n" in run.out


ONE_DEFAULT = """
from celery.app import defaults

defaults.NAMESPACES["result"]["cache_max"].default = 7
defaults.DEFAULTS["result_cache_max"] = 7
"""


def venv_with(folder: Path, text: str) -> str:
    """Return a Python like the first one that runs some code when it starts."""
    make(folder, {"start/sitecustomize.py": text})
    script = f'#!/bin/sh\nPYTHONPATH="{folder}/start" exec "{PYTHON}" "$@"\n'
    make(folder, {"venv/bin/python": script})
    folder.joinpath("venv", "bin", "python").chmod(0o755)
    return str(folder / "venv")


def test_setting_that_the_other_celery_lacks_is_named(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make(project, {"celeryconfig.py": "result_cache_max = 3\ntimezone = 'UTC'\n"})
    gone = "from celery.app import defaults\ndel defaults.SETTING_KEYS\n"
    gone += "defaults.SETTING_KEYS = {'timezone'}\n"

    run = Run(capsys, "--against", venv_with(project.parent, gone))

    assert run.code == 1
    assert (
        "  result_cache_max: 3 -> no such setting (Celery 5.6.3 has no such setting)\n" in run.out
    )


def test_secrets_are_masked_and_what_differs_in_them_is_said(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "import celery\n\nbroker_url = 'redis://:hunter' + celery.__version__ + '@host/0'\n"
    make(project, {"celeryconfig.py": text})

    run = Run(capsys, "--against", NEWER)

    assert run.code == 1
    assert "  broker_url: 'redis://***' (what differs is masked)\n" in run.out
    assert "hunter" not in run.out + run.err


def test_document_for_programs(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make(project, {"celeryconfig.py": "CELERYD_TIME_LIMIT = 3\n"})

    run = Run(capsys, "--unsafe-fixes", "--target-version", "5.6", "--output-format", "json")

    (found,) = json.loads(run.out)["projects"]
    assert found["before"]["celery"] == found["after"]["celery"] == "5.6.3"
    assert found["changes"] == ["celeryconfig.py"]
    difference = {"setting": "task_time_limit", "kind": "changed", "before": "None", "after": "3"}
    assert found["configurations"] == [
        {
            "name": "celeryconfig",
            "outcome": "changed",
            "why": "",
            "settings": 0,
            "differences": [difference],
        }
    ]


def test_changed_file_that_nothing_imports_is_named(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {"celeryconfig.py": OLD, "app.py": APP}
    files["ops.py"] = "from app import app\n\napp.conf.CELERY_TIMEZONE = 'UTC'\n"
    make(project, files)

    run = Run(capsys, "--target-version", "5.6")

    assert run.code == 0
    if "2 files" in run.out:
        assert (
            run.err == "celerylint: note: the fix changes ops.py, which no configuration imports\n"
        )


def test_two_projects_are_told_apart(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("one", "two"):
        make(project, {f"{name}/setup.py": "", f"{name}/celeryconfig.py": OLD})

    run = Run(capsys, "one", "two")

    assert "Celery 5.6.3 in one: the fix changes 1 file" in run.out
    assert "Celery 5.6.3 in two: the fix changes 1 file" in run.out


@pytest.mark.parametrize("name", ["module-assignments", "app-factory", "class-inheritance"])
def test_fixtures_keep_their_settings(
    project: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    shutil.copytree(ROOT / "fixtures" / name / "before", project, dirs_exist_ok=True)

    run = Run(capsys, "--target-version", "5.6")

    assert (run.code, run.err) == (0, "")


# --- how a configuration is loaded ----------------------------------------------------------------


SITE = {
    "manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_.production")\n',
    "site_/__init__.py": "",
    "site_/base.py": "SECRET_KEY = 'k'\nCELERY_TIMEZONE = 'UTC'\n",
    "site_/production.py": "from site_.base import *\nCELERY_BROKER_URL = 'redis://db/0'\n",
    "site_/test.py": "from site_.production import *\nCELERY_TASK_ALWAYS_EAGER = True\n",
    "site_/celery.py": 'from celery import Celery\n\napp = Celery("site")\n'
    "app.config_from_object('django.conf:settings', namespace='CELERY')\n",
}


def test_every_settings_module_of_django_is_loaded(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make(project, SITE)

    run = Run(capsys)

    assert (run.code, run.err) == (0, "")
    assert "site_.celery:app with site_.production: 2 settings, none changed\n" in run.out
    assert "site_.celery:app with site_.test: 3 settings, none changed\n" in run.out


def test_missing_django_is_one_sentence(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make(project, SITE)
    make(project.parent, {"none/django/__init__.py": "raise ImportError\n"})
    monkeypatch.setenv("PYTHONPATH", str(project.parent / "none"))

    run = Run(capsys)

    assert run.code == 2
    assert f"before and after the fix: {PYTHON} has no Django that can be imported\n" in run.err


def test_program_that_gives_the_settings_itself_is_not_run(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    started = "from django.conf import settings\n\nsettings.configure(CELERY_TIMEZONE='UTC')\n"
    make(project, {**SITE, "start.py": started})

    run = Run(capsys)

    why = "its settings are given to `settings.configure`, by a program that would have to run"
    assert run.code == 0
    assert run.err.startswith(
        f"celerylint: note: site_.celery:app with start.py was not loaded: {why}"
    )


def test_settings_module_that_is_not_found_is_said(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make(project, {"site_/celery.py": SITE["site_/celery.py"]})

    run = Run(capsys)

    why = "cannot be loaded: the settings module of Django is not found; name it in"
    assert run.code == 2
    assert run.err == f"celerylint: site_.celery:app {why} DJANGO_SETTINGS_MODULE\n"


FACTORY = """
from celery import Celery

def make():
    app = Celery("shop")
    app.config_from_object({})
    return app
"""


@pytest.mark.parametrize(
    ("source", "name"), [('"conf"', "conf"), ("Config", "work:Config"), ("Config()", "work:Config")]
)
def test_source_of_an_app_that_a_function_makes_is_loaded(
    project: Path, capsys: pytest.CaptureFixture[str], source: str, name: str
) -> None:
    text = FACTORY.format(source) + "\nclass Config:\n    timezone = 'UTC'\n"
    make(project, {"work.py": text, "conf.py": "timezone = 'UTC'\n"})

    run = Run(capsys)

    assert (run.code, run.err) == (0, "")
    assert f"{name}: 1 setting, none changed\n" in run.out


def test_app_that_only_a_function_makes_is_named(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make(project, {"work.py": "from celery import Celery\n\ndef make():\n    return Celery('a')\n"})

    run = Run(capsys)

    assert run.code == 2
    assert run.err == "celerylint: work.py cannot be loaded: its app is made in a function\n"


def test_default_app_of_djcelery_is_named(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "import djcelery\ndjcelery.setup_loader()\nINSTALLED_APPS = []\n"
    make(project, {"conf.py": text})

    run = Run(capsys)

    why = "its app is the default one of djcelery"
    assert (run.code, run.err) == (2, f"celerylint: conf.py cannot be loaded: {why}\n")


def test_orphan_is_a_note_until_its_namespace_is_known(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make(project, {"celeryconfig.py": OLD, "other.py": "CELERYD_CONCURRENCY = 2\n"})

    run = Run(capsys)
    told = Run(capsys, "--namespace", "none")

    assert run.code == 0
    assert run.err.startswith("celerylint: note: other was not loaded: no app is seen to load it;")
    assert (told.code, told.err) == (0, "")
    assert "other: 1 setting, none changed\n" in told.out


def test_package_without_init_is_imported_from_above(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make(project, {"src/shop/celery.py": APP, "src/celeryconfig.py": OLD})

    run = Run(capsys)

    assert (run.code, run.err) == (0, "")
    assert "shop.celery:app: 1 setting, none changed\n" in run.out


# --- the copy -------------------------------------------------------------------------------------


READS = """
import os

here = os.path.dirname(os.path.abspath(__file__))
task_default_queue = open(os.path.join(here, "queue.txt")).read()
timezone = open(os.path.join(here, "link", "zone.txt")).read()
result_expires = len(open(os.path.join(here, "large.bin"), "rb").read())
assert not os.path.exists(os.path.join(here, ".git"))
assert not os.path.exists(os.path.join(here, "env"))
assert os.path.realpath(os.path.join(here, "own.txt")) == os.path.join(here, "queue.txt")
open(os.path.join(here, "written.txt"), "a").write("!")
"""


def test_code_runs_in_a_copy_that_has_what_it_reads(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make(project, {"celeryconfig.py": READS, "queue.txt": "orders", ".git/HEAD": ""})
    make(project.parent, {"elsewhere/zone.txt": "UTC", "shop/env/pyvenv.cfg": ""})
    project.joinpath("link").symlink_to(project.parent / "elsewhere")
    project.joinpath("own.txt").symlink_to(project / "queue.txt")
    project.joinpath("large.bin").write_bytes(b"\0" * 10_000_001)
    project.joinpath("old.pyc").write_bytes(b"")
    os.mkfifo(project / "pipe")

    run = Run(capsys)

    assert (run.code, run.err) == (0, "")
    assert not project.joinpath("written.txt").exists()


def test_change_does_not_reach_out_of_the_copy(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outside = project.parent / "outside.py"
    outside.write_text(OLD, "utf-8")
    project.joinpath("celeryconfig.py").symlink_to(outside)

    Run(capsys, "celeryconfig.py")

    assert outside.read_text("utf-8") == OLD


def test_full_disk_is_one_sentence(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make(project, {"celeryconfig.py": OLD, "data.txt": "#" * 300_000})
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, limits[1]))
    try:
        run = Run(capsys)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)

    assert run.code == 2
    assert run.err.startswith("celerylint: The project cannot be copied to ")
    assert run.err.endswith(": File too large\n")


# --- what goes wrong ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("import nowhere", "ModuleNotFoundError: No module named 'nowhere', at celeryconfig.py:1"),
        ("x = (", "SyntaxError: '(' was never closed (celeryconfig.py, line 1)"),
        ("raise SystemExit(3)", "SystemExit: 3, at celeryconfig.py:1"),
        ("import os; os._exit(3)", "the process ends with status 3 before it is loaded"),
        (
            "import os; os.environ['SHOP_KEY']",
            "celeryconfig.py:1 needs the environment variable SHOP_KEY",
        ),
        ("raise ValueError('redis://:hunter2@h/0')", "ValueError: redis://:***@h/0, at"),
    ],
    ids=["import", "syntax", "exit", "hard exit", "variable", "secret"],
)
def test_project_that_does_not_load_is_one_sentence(
    project: Path, capsys: pytest.CaptureFixture[str], text: str, why: str
) -> None:
    make(project, {"app.py": APP, "celeryconfig.py": f"{text}\n"})

    run = Run(capsys)

    start = f"celerylint: app:app does not load, before and after the fix: {why}"
    assert run.code == 2
    assert run.err.startswith(start)
    assert run.err.count("\n") == 1
    assert "0 configurations loaded, 1 could not be verified." in run.out


def test_original_that_celery_refuses_is_told_from_the_fixed_one(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make(project, {"celeryconfig.py": "task_acks_late = True\nCELERY_TIMEZONE = 'UTC'\n"})

    run = Run(capsys, "--target-version", "5.6")

    assert run.code == 2
    assert "does not load before the fix: ImproperlyConfigured: " in run.err


BROKEN_BY = """
import celery
if celery.__version__ {} "5.7":
    raise ValueError(celery.__version__)
"""


@pytest.mark.parametrize(
    ("sign", "said"),
    [
        (">=", "loads before the fix, but not after it: ValueError: 5.7.0, at"),
        ("<", "does not load before the fix: ValueError: 5.6.3, at app.py:4; it loads after it"),
        ("!=", "before the fix: ValueError: 5.6.3, at app.py:4; nor after it: ValueError: 5.7.0"),
    ],
)
def test_side_that_does_not_load_is_named(
    project: Path, capsys: pytest.CaptureFixture[str], sign: str, said: str
) -> None:
    make(project, {"app.py": BROKEN_BY.format(sign) + APP, "celeryconfig.py": OLD})

    run = Run(capsys, "--against", NEWER)

    assert run.code == 2
    assert said in run.err


def test_output_of_the_project_does_not_come_between(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = f'import os\nprint("noise")\nos.write(1, b"noise")\nos.write(2, b"noise")\n{OLD}'
    make(project, {"celeryconfig.py": text})

    run = Run(capsys)

    assert run.code == 0
    assert "noise" not in run.out + run.err


HANGS = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
open({!r}, "w").write(str(child.pid))
time.sleep(600)
"""


def test_project_that_hangs_is_ended_with_its_children(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    note = project.parent / "child"
    make(project, {"celeryconfig.py": HANGS.format(str(note))})

    run = Run(capsys, "--timeout", "2")

    assert run.code == 2
    assert "loading it takes longer than 2 s; --timeout gives it more" in run.err
    assert ended(int(note.read_text("utf-8")))


def ended(process: int) -> bool:
    """Return whether a process ends within a moment; one that waits to be reaped has ended."""
    for _ in range(50):
        try:
            state = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.1)
    return False


def test_project_that_imports_itself_from_elsewhere_proves_nothing(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = f"import sys\nsys.path.insert(0, {str(project)!r})\n{APP}"
    make(project, {"app.py": text, "celeryconfig.py": OLD})

    run = Run(capsys)

    assert run.code == 2
    assert "the project itself was imported instead of its copy, which proves nothing" in run.err


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("gone", None, "gone is not a Python interpreter: there is no such file"),
        (
            "file",
            "no program",
            "file is not a Python interpreter: it cannot be run: Permission denied",
        ),
        (
            "false",
            "#!/bin/sh\nexit 4\n",
            "false is not a Python interpreter: the process ends with status 4 before",
        ),
        (
            "bare",
            f'#!/bin/sh\nexec "{PYTHON}" -S "$@"\n',
            "bare has no Celery that can be imported;",
        ),
    ],
)
def test_python_that_cannot_serve_exits_2_with_one_sentence(
    project: Path, capsys: pytest.CaptureFixture[str], name: str, text: str | None, said: str
) -> None:
    if text is not None:
        project.joinpath(name).write_text(text, "utf-8")
        project.joinpath(name).chmod(0o755 if text.startswith("#!") else 0o644)

    run = Run(capsys, python=name)

    assert run.code == 2
    assert run.err.startswith(f"celerylint: {said}")
    assert run.err.count("\n") == 1


def test_project_without_configuration_exits_2(capsys: pytest.CaptureFixture[str]) -> None:
    run = Run(capsys)

    message = "No Celery configuration is found, so there is nothing to verify"
    assert (run.code, run.err) == (2, f"celerylint: {message}\n")


def test_project_left_by_a_killed_run_is_not_verified(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make(project, {"celeryconfig.py": OLD})
    with locked(project) as journal:
        journal.record([Entry("celeryconfig.py", ".celerylint-ab-0", b"", "")])

    run = Run(capsys)

    assert run.code == 2
    assert "An earlier run was killed while it wrote 1 file of" in run.err


def test_format_that_verify_does_not_know_exits_2(capsys: pytest.CaptureFixture[str]) -> None:
    run = Run(capsys, "--output-format", "sarif")

    message = "verify prints `full` or `json`; --output-format takes one of them"
    assert (run.code, run.err) == (2, f"celerylint: {message}\n")


def test_python_is_the_running_one_by_default(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make(project, {"celeryconfig.py": OLD})

    assert main(["verify"]) == 0
    assert capsys.readouterr().out.startswith(
        "celeryconfig: 1 setting, none changed\nCelery 5.7.0:"
    )
