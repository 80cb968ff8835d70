"""Ask the Celery of another interpreter what it makes of a configuration."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from celerylint.files.roots import shown
from celerylint.options.table import UsageError
from celerylint.text.masking import mask
from celerylint.verifying.starts import Start

_PROBE = Path(__file__).with_name("probe.py")
_HANDSHAKE = 60


class Interpreter(NamedTuple):
    """A Python that has Celery; `ordered` says that its dicts keep their order."""

    path: Path
    celery: str
    python: str
    ordered: bool


class Answer(NamedTuple):
    """What Celery sees: each setting's value as the probe renders it, and which of them are set.

    `imported` are the files of the project that were imported. Where `error` says something, there
    is nothing else.
    """

    settings: Mapping[str, object] = {}
    explicit: frozenset[str] = frozenset()
    imported: frozenset[str] = frozenset()
    error: str = ""


class Copy(NamedTuple):
    """The folder that holds the copy of a project; `originals` are the files that it stands for."""

    folder: Path
    originals: tuple[str, ...]


def interpreter(given: Path) -> Interpreter:
    """Return the Python at a path, which may be a virtual environment.

    Raise UsageError where there is none, or none that has Celery.
    """
    places = (given / "bin" / "python", given / "Scripts" / "python.exe")
    path = next((place for place in places if place.exists()), given).absolute()
    if not path.is_file():
        message = f"{shown(given)} is not a Python interpreter: there is no such file"
        raise UsageError(message)
    reply = _reply(path, {"load": ""}, _HANDSHAKE)
    if "missing" in reply:
        problem = "has no Celery that can be imported; install it there, or name another Python"
        message = f"{shown(given)} {problem}"
        raise UsageError(message)
    if "celery" not in reply:
        message = f"{shown(given)} is not a Python interpreter: {reply['error']}"
        raise UsageError(message)
    return Interpreter(
        path, str(reply["celery"]), str(reply["python"]), ordered=bool(reply["ordered"])
    )


def ask(
    python: Interpreter, copy: Copy, start: Start, aliases: Mapping[str, str], seconds: float
) -> Answer:
    """Return what the Celery of an interpreter makes of one configuration of the copy."""
    job = {
        "root": str(copy.folder),
        "directory": str(copy.folder / start.folder),
        "path": [str(copy.folder / folder) for folder in (*start.path, ".", "src")],
        "load": start.load,
        "environ": dict(start.environ),
        "django": start.django,
        "aliases": dict(aliases),
        "originals": copy.originals,
    }
    reply = _reply(python.path, job, seconds)
    error = _problem(reply, python)
    if error:
        return Answer(error=mask(" ".join(error.split())))
    names, files = reply["explicit"], reply["imported"]
    return Answer(reply["settings"], frozenset(names), frozenset(files))


def _problem(reply: Mapping[str, object], python: Interpreter) -> str:
    """Return the sentence about what has gone wrong, empty where nothing has."""
    if "missing" in reply:
        package = "Django" if reply["missing"] == "django" else "Celery"
        return f"{shown(python.path)} has no {package} that can be imported"
    place = f"{reply['file']}:{reply['line']}" if "file" in reply else ""
    if "variable" in reply:
        return f"{place or 'it'} needs the environment variable {reply['variable']}"
    if reply.get("strays"):
        return "the project itself was imported instead of its copy, which proves nothing"
    if "error" not in reply:
        return ""
    return f"{reply['error']}, at {place}" if place else str(reply["error"])


def _reply(python: Path, job: Mapping[str, object], seconds: float) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="celerylint-") as folder:
        request, reply = Path(folder) / "request", Path(folder) / "reply"
        request.write_text(json.dumps(job), "utf-8")
        ended = _run([str(python), str(_PROBE), str(request), str(reply)], seconds)
        if reply.exists():
            answer: dict[str, Any] = json.loads(reply.read_bytes())
            return answer
        return {"error": ended}


def _run(command: list[str], seconds: float) -> str:
    """Run a program with all that it starts, and return how it ended.

    What it prints is nobody's to read: it may be anything, secrets too.
    """
    environ = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    nothing = subprocess.DEVNULL
    try:
        process = subprocess.Popen(  # noqa: S603 - the user names the interpreter
            command,
            stdin=nothing,
            stdout=nothing,
            stderr=nothing,
            env=environ,
            start_new_session=True,
        )
    except OSError as error:
        return f"it cannot be run: {error.strerror}"
    try:
        status = process.wait(seconds)
    except subprocess.TimeoutExpired:
        return f"loading it takes longer than {seconds:g} s; --timeout gives it more"
    finally:
        _end(process)
    return f"the process ends with status {status} before it is loaded"


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and what it has started."""
    if sys.platform == "win32":
        process.kill()
    else:
        # It leads its session, so nobody else's process is in its group.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
