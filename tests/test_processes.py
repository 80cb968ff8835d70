"""Several processes read what one would read, whatever becomes of them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from celerylint.cache import workers
from celerylint.cache.codec.known import Known, from_bytes
from celerylint.cli import main
from celerylint.reading.reader import read
from celerylint.text.source import Source, UnreadableError, decode

TEXTS = {
    "app.py": "from celery import Celery\napp = Celery('shop', broker='redis://')\n",
    "celeryconfig.py": "BROKER_URL = 'redis://\u00e9\\\n'\n",
    "old.py": "print 'celery'\nCELERYD_CONCURRENCY = 010\n",
    "broken.py": "celery = = 1\n",
    "deep.py": f"celery = {' + '.join(['x'] * 400)}\n",
}
SOURCES = [decode(path, text.encode()) for path, text in TEXTS.items()]


def said(known: Known) -> object:
    """Return what is known of a file so that it can be compared."""
    if isinstance(known, UnreadableError):
        return known.reason, known.line, known.column
    return known


def read_here(source: Source) -> Known:
    """Return what is known of a file when it is read in this process."""
    try:
        return read(source)
    except UnreadableError as error:
        return error


def test_processes_tell_what_is_read() -> None:
    told = workers.read_all(SOURCES, 2)

    assert {s.path: said(from_bytes(told[s.path], s)) for s in SOURCES} == {
        s.path: said(read_here(s)) for s in SOURCES
    }


def test_process_answers_for_each_text_in_turn(
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    sources = SOURCES[2:4]

    workers.answer([(source.path, source.text) for source in sources])

    out = capsysbinary.readouterr().out
    for source in sources:
        length = int.from_bytes(out[:4], "big")
        told, out = out[4 : 4 + length], out[4 + length :]
        assert said(from_bytes(told, source)) == said(read_here(source))
    assert not out


@pytest.mark.parametrize("executable", ["", "/nowhere/python", sys.executable])
def test_process_that_fails_tells_nothing(executable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", executable)
    monkeypatch.setattr(sys, "path", [])

    assert workers.read_all(SOURCES[:1], 1) == {}


def test_code_beside_the_project_is_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("json", "re", "enum", "libcst", "celerylint"):
        tmp_path.joinpath(f"{name}.py").write_text("open('harm', 'w')\n", "utf-8")
    monkeypatch.chdir(tmp_path)

    assert workers.read_all(SOURCES[:1], 1) != {}
    assert not tmp_path.joinpath("harm").exists()


def test_output_does_not_depend_on_the_number_of_processes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path, text in TEXTS.items():
        tmp_path.joinpath(path).write_text(text, "utf-8")

    printed = {
        (main([str(tmp_path), "--output-format", "json", *run]), *capsys.readouterr())
        for run in (
            ["--no-cache", "--jobs", "1"],
            ["--no-cache", "--jobs", "2"],
            ["--jobs", "2"],
            [],
        )
    }

    assert len(printed) == 1


def test_many_files_are_read_by_as_many_processes_as_there_are_processors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Comments are quick to read.
    for path, text in TEXTS.items():
        tmp_path.joinpath(path).write_text(f"{'#' * 60_000}\n{text}", "utf-8")
    printed = main([str(tmp_path), "--no-cache"]), *capsys.readouterr()
    monkeypatch.setattr(workers, "processors", lambda: 1)

    assert (main([str(tmp_path), "--no-cache"]), *capsys.readouterr()) == printed


def test_there_is_a_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    assert workers.processors() >= 1
    monkeypatch.delattr("os.sched_getaffinity", raising=False)

    assert workers.processors() >= 1
