"""Answer many jobs with the probe, each in a forked child, so that Celery is imported once.

A script of its own, `forks.py FOLDER_OF_THE_PROBE`, for the Python of a Celery environment, from
3.6 on. It reads a list of jobs as JSON from stdin and prints the list of answers.
"""

import json
import os
import signal
import sys
from typing import Any

SECONDS_PER_JOB = 60


def run_in_child(job: "dict[str, Any]") -> "dict[str, Any]":
    """Return the answer of a forked child, which the configuration may change as it likes."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.close(reader)
        os.dup2(2, 1)
        signal.alarm(SECONDS_PER_JOB)
        with os.fdopen(writer, "w") as pipe:
            json.dump(probe.answer(job), pipe)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        text = pipe.read()
    _, status = os.waitpid(child, 0)
    return json.loads(text) if text else {"error": "ProbeError: exit status %d" % status}


if __name__ == "__main__":
    sys.path[0] = sys.argv[1]
    import probe  # type: ignore[import-not-found] # found by the path given

    del sys.path[0]
    probe.answer({"load": ""})
    json.dump([run_in_child(job) for job in json.load(sys.stdin)], sys.stdout)
