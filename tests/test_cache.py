"""What was read is kept for the next run, and never counts where it is wrong."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from celerylint import __version__
from celerylint.cache import store
from celerylint.cache.codec.known import Known, to_bytes
from celerylint.cache.disk import Cache, digest
from celerylint.cli import main
from celerylint.engine.run import judge
from celerylint.facts import FileFacts
from celerylint.options.table import OutputFormat
from celerylint.reading.reader import read
from celerylint.text.source import Source, UnreadableError, decode
from tests.fixture import read_fixtures
from tests.judged import knowledge
from tests.test_fixtures import options_of, tree_of

RAW = b"BROKER_URL = 'redis://'\n"
SOURCE = decode("celeryconfig.py", RAW)
DAY = 24 * 60 * 60
CANARY = "hunter2_of_42_otters"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project with one finding, in which the cache lies where it lies by default."""
    folder = tmp_path / "project"
    folder.mkdir()
    folder.joinpath("requirements.txt").write_text("celery==5.6.3\n", "utf-8")
    folder.joinpath("celeryconfig.py").write_bytes(RAW)
    monkeypatch.chdir(folder)
    monkeypatch.delenv("CELERYLINT_CACHE_DIR")
    return folder


def entries(folder: Path) -> list[Path]:
    """Return the entries of a cache."""
    return sorted(folder.glob(f"{__version__}-*/*"))


def kept(folder: Path, source: Source = SOURCE, raw: bytes = RAW) -> Known | None:
    """Return what a new run finds in a cache."""
    return store.kept(Cache(folder), source, raw)


def put(cache: Cache, source: Source, raw: bytes) -> None:
    """Keep the facts of a file."""
    cache.put(raw, to_bytes(read(source), source))


def filled(folder: Path) -> Path:
    """Fill a cache and return its only entry."""
    put(Cache(folder), SOURCE, RAW)
    (entry,) = entries(folder)
    return entry


# --- what is kept -------------------------------------------------------------------------------


def test_facts_are_kept_for_other_runs_and_other_paths(tmp_path: Path) -> None:
    assert kept(tmp_path) is None

    filled(tmp_path)

    assert kept(tmp_path) == read(SOURCE)
    other = kept(tmp_path, decode("other/celeryconfig.py", RAW))
    assert isinstance(other, FileFacts)
    assert other.path == "other/celeryconfig.py"
    assert kept(tmp_path, decode("a.py", RAW + b"\n"), RAW + b"\n") is None


def test_why_a_file_cannot_be_read_is_kept(tmp_path: Path) -> None:
    why = UnreadableError("The file is not valid Python 3", 1, 7)

    Cache(tmp_path).put(RAW, to_bytes(why, SOURCE))

    found = kept(tmp_path)
    assert isinstance(found, UnreadableError)
    assert (found.reason, found.line, found.column) == (why.reason, 1, 7)


def test_without_a_folder_nothing_is_kept() -> None:
    cache = Cache(None)

    put(cache, SOURCE, RAW)

    assert store.kept(cache, SOURCE, RAW) is None


def test_warm_run_says_what_a_cold_run_says(tmp_path: Path) -> None:
    for fixture in read_fixtures():
        tree = tree_of(fixture.folder / "before")
        options = replace(options_of(fixture), ignore=(), cache_dir=str(tmp_path))

        cold, warm = (judge(tree, options, *knowledge()) for _ in range(2))

        assert warm == cold, fixture.name


@pytest.mark.parametrize("form", [each.value for each in OutputFormat])
@pytest.mark.usefixtures("project")
def test_output_is_the_same_in_every_format(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    runs: tuple[list[str], ...] = (["--no-cache"], [], [])

    printed = {(main([*run, "--output-format", form]), *capsys.readouterr()) for run in runs}

    assert len(printed) == 1


# --- what does not count ------------------------------------------------------------------------


def test_edited_file_of_the_same_size_and_age_is_read_anew(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = project / "celeryconfig.py"
    main(["--output-format", "concise"])
    before, age = capsys.readouterr().out, file.stat().st_mtime_ns

    file.write_bytes(RAW.replace(b"BROKER_URL", b"BROKER_UML"))
    os.utime(file, ns=(age, age))
    main(["--output-format", "concise"])

    assert ("BROKER_URL" in before, "BROKER_UML" in capsys.readouterr().out) == (True, True)


def test_what_another_release_has_read_is_read_anew(tmp_path: Path) -> None:
    folder = filled(tmp_path).parent

    folder.rename(tmp_path / "0.0.1-0123456789abcdef")

    assert kept(tmp_path) is None


def test_another_libcst_reads_anew(tmp_path: Path) -> None:
    other = tmp_path / "site/libcst"
    other.mkdir(parents=True)
    other.joinpath("__init__.py").touch()
    other.joinpath("_version.py").write_text("__version__ = '0.0.1'\n", "utf-8")
    code = "from celerylint.cache.disk import Cache; print(Cache('c').place(b''))"
    run = (sys.executable, "-c", code)

    places = [
        subprocess.run(
            run, check=True, capture_output=True, env={**os.environ, "PYTHONPATH": path}
        ).stdout
        for path in (os.pathsep.join(sys.path), os.pathsep.join((str(other.parent), *sys.path)))
    ]

    assert places[0].decode().strip() == Cache(Path("c")).place(b"")
    assert places[0] != places[1]


def _truncated(entry: Path) -> None:
    entry.write_bytes(entry.read_bytes()[:-3])


def _changed(entry: Path) -> None:
    raw = bytearray(entry.read_bytes())
    raw[-5] ^= 1
    entry.write_bytes(raw)


def _foreign(entry: Path) -> None:
    other = entry.parent / "other"
    put(Cache(other), decode("a.py", b"A = 1\n"), b"A = 1\n")
    shutil.copy(entries(other)[0], entry)


def _other_kind(entry: Path) -> None:
    raw = entry.read_bytes()
    entry.write_bytes(raw[:16] + b"?" + raw[17:])


def _empty(entry: Path) -> None:
    entry.write_bytes(b"")


def _folder(entry: Path) -> None:
    entry.unlink()
    entry.mkdir()


def _pipe(entry: Path) -> None:
    entry.unlink()
    os.mkfifo(entry)


@pytest.mark.parametrize(
    "damage", [_truncated, _changed, _foreign, _other_kind, _empty, _folder, _pipe]
)
def test_damaged_entry_is_no_entry(damage: Callable[[Path], None], tmp_path: Path) -> None:
    entry = filled(tmp_path)

    damage(entry)

    assert kept(tmp_path) is None
    put(Cache(tmp_path), SOURCE, RAW)
    assert (kept(tmp_path) is None) == (damage is _folder)


@pytest.mark.parametrize(
    "why", [b"", b"[]", b'["a", 9, 1]', b'["a", 1, 0]', b'["a", null, 1]', b"[" * 100_000]
)
def test_hostile_reason_is_no_entry(why: bytes, tmp_path: Path) -> None:
    entry = filled(tmp_path)
    content = b"-" + why

    entry.write_bytes(digest(digest(RAW) + digest(content)) + content)

    assert kept(tmp_path) is None


def test_hostile_facts_are_no_entry(tmp_path: Path) -> None:
    entry = filled(tmp_path)
    content = b"+" + b"\0\0\0\x02[]"

    entry.write_bytes(digest(digest(RAW) + digest(content)) + content)

    assert kept(tmp_path) is None


# --- the folder ---------------------------------------------------------------------------------


def test_folder_lies_in_the_project_and_is_ignored_by_git(project: Path) -> None:
    assert main([]) == 1

    cache = project / ".celerylint_cache"
    assert len(entries(cache)) == 1
    assert cache.joinpath(".gitignore").read_text("utf-8") == "*\n"
    assert cache.joinpath("CACHEDIR.TAG").read_text("utf-8").startswith("Signature: 8a477f597d28")
    shutil.rmtree(cache)
    assert main([]) == 1


def test_nothing_is_kept_with_no_cache(project: Path) -> None:
    assert main(["--no-cache", "--cache-dir", "cache"]) == 1

    assert sorted(path.name for path in project.iterdir()) == [
        "celeryconfig.py",
        "requirements.txt",
    ]


def test_folder_can_be_named(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project.joinpath("celerylint.toml").write_text("cache-dir = 'of-file'\n", "utf-8")
    project.joinpath("here").mkdir()
    monkeypatch.chdir(project / "here")

    main([str(project)])
    monkeypatch.setenv("CELERYLINT_CACHE_DIR", "of-variable")
    main([str(project)])
    main([str(project), "--cache-dir", "of-line"])

    found = [path.parent.parent for path in project.rglob("*.facts")]
    assert sorted(found) == [
        project / "here/of-line",
        project / "here/of-variable",
        project / "of-file",
    ]


def test_link_in_place_of_the_folder_is_left_alone(project: Path) -> None:
    elsewhere = project.parent / "elsewhere"
    elsewhere.mkdir()
    project.joinpath(".celerylint_cache").symlink_to(elsewhere)

    assert main([]) == 1

    assert list(elsewhere.iterdir()) == []


def test_link_within_the_folder_is_left_alone(tmp_path: Path) -> None:
    cache, elsewhere = Cache(tmp_path / "cache"), tmp_path / "elsewhere"
    elsewhere.mkdir()
    inner = Path(cache.place(RAW)).parent
    inner.parent.mkdir()
    inner.symlink_to(elsewhere)

    put(cache, SOURCE, RAW)

    assert list(elsewhere.iterdir()) == []
    assert not cache.is_open


def test_project_that_cannot_be_written_is_checked_all_the_same(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project.joinpath(".celerylint_cache").touch()

    assert (main([]), capsys.readouterr().err) == (1, "")


def test_entry_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    cache, other = Cache(tmp_path), decode("a.py", b"A = 1\n")
    blocked = Path(cache.place(RAW))
    blocked.mkdir(parents=True)

    put(cache, SOURCE, RAW)
    put(cache, other, b"A = 1\n")

    assert entries(tmp_path) == [blocked]


def test_what_is_piped_in_is_not_kept(project: Path) -> None:
    project.joinpath("celeryconfig.py").unlink()
    code = "from celerylint.cli import main; main(['-'])"

    run = subprocess.run((sys.executable, "-c", code), check=True, input=RAW, capture_output=True)

    assert b"BROKER_URL" in run.stdout
    assert not project.joinpath(".celerylint_cache").exists()


def test_entries_that_are_not_used_for_long_are_deleted(tmp_path: Path) -> None:
    entry = filled(tmp_path)
    other = tmp_path / "0.0.1-0123456789abcdef"
    other.mkdir()
    stale = [entry.with_name("a.facts"), entry.with_name("b.1.new"), other / "c.facts"]
    fresh, foreign = entry.with_name("d.facts"), entry.with_name("notes.txt")
    for path in (*stale, fresh, foreign):
        path.touch()
    for path in (*stale, foreign, entry):
        aged(path, 40)

    assert kept(tmp_path) is not None
    second = decode("a.py", b"A = 1\n")
    put(Cache(tmp_path), second, b"A = 1\n")

    assert not other.exists()
    assert {path.name for path in stale} & {path.name for path in entries(tmp_path)} == set()
    assert {entry, fresh, foreign} <= set(entries(tmp_path))
    assert len(entries(tmp_path)) == 4


def aged(path: Path, days: int) -> None:
    """Make a file look as if it was not used for days."""
    then = time.time() - days * DAY
    os.utime(path, (then, then))


def test_parallel_runs_do_not_disturb_each_other(project: Path) -> None:
    for number in range(12):
        text = f"from celery import Celery\napp = Celery('a{number}', broker='redis://')\n"
        project.joinpath(f"app{number}.py").write_text(text, "utf-8")
    code = "from celerylint.cli import main; main(['--output-format', 'json'])"
    command = (sys.executable, "-c", code)

    runs = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(3)]
    printed = {run.communicate()[0] for run in runs}

    assert len(printed) == 1
    assert len(entries(project / ".celerylint_cache")) == 13


# --- what is not in it --------------------------------------------------------------------------


def test_cache_holds_no_secret(project: Path) -> None:
    text = f"""\
BROKER_URL = "amqp://shop:{CANARY}@rabbit//"  # {CANARY}
broker_password = "{CANARY}"
CELERY_RESULT_BACKEND = "db+postgresql://shop:%s@db/shop" % "{CANARY}"
CELERY_BROKER_TRANSPORT_OPTIONS = {{"sentinel_kwargs": {{"password": "{CANARY}"}}, "{CANARY}": 1}}
"""
    project.joinpath("celeryconfig.py").write_text(text, "utf-8")
    project.joinpath("proj").mkdir()
    project.joinpath("proj/celery.py").write_text(f"print '{CANARY}'\n{text}", "utf-8")
    project.joinpath("proj/celeryconfig.py").write_text(f"{text}\nx = = '{CANARY}'\n", "utf-8")

    main([])

    found = [path for path in project.joinpath(".celerylint_cache").rglob("*") if path.is_file()]
    assert len(found) == 5
    assert [path for path in found if CANARY.encode() in path.read_bytes()] == []


@pytest.mark.usefixtures("project")
def test_warm_run_needs_no_parser() -> None:
    main([])
    code = "import sys; from celerylint.cli import main; print(main([]), 'libcst' in sys.modules)"

    run = subprocess.run((sys.executable, "-c", code), check=True, capture_output=True)

    assert run.stdout.endswith(b"1 False\n")
