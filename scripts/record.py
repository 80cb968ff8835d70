"""Record what Celery 3.1 makes of the project that an upgrade has to leave as it was.

Development use, from the root of the checkout, with Celery 3.1.25 on Python 3.6:

    .venvs/dev/bin/python -m scripts.record --python /some/venv/with/celery-3.1/bin/python

It writes `fixtures/upgrade-from-3x/celery-3.1.json`, which `tests/test_evidence_upgrading.py`
compares with what the new Celery makes of the project after its fixes.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from tests.oracle import CELERY_VERSIONS, ask, python_of
from tests.oracle.migration import CARRIED_OVER
from tests.oracle.upgrade import RECORD, as_json, job_for


def main() -> int:
    """Write the record, and return 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", type=Path, required=True)
    python = parser.parse_args().python
    aliases = {**ask(python_of(CELERY_VERSIONS[0]), ()).aliases, **CARRIED_OVER}
    with tempfile.TemporaryDirectory() as folder:
        verdict = ask(python, [job_for(Path(folder), fixed=False)], aliases)
    found = as_json(verdict.answers[0])
    # What Celery 4 has removed keeps its upper-case name: nothing can be as it was.
    living = {name: value for name, value in found["settings"].items() if name.islower()}
    record = {"celery": verdict.celery, "settings": living, "observed": found["observed"]}
    RECORD.write_text(json.dumps(record, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
