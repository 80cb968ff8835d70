"""Look for texts that celerylint cannot cope with, for as long as one likes.

Development use, from the root of the checkout:

    nice .venvs/dev/bin/python -m scripts.fuzz --minutes 10

The projects are drawn as those of `tests/test_properties.py` are, with the fixtures as a corpus,
but never the same ones. The first that comes to harm is shown.
"""

from __future__ import annotations

import argparse
import sys
import time

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.mutations import Files, configurations, damaged, hold, noise, seeds

_ROUND = 200


def main() -> int:
    """Print how many projects were tried, and how many files were changed in them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    end = time.monotonic() + 60 * parser.parse_args().minutes
    projects = st.one_of(configurations(), damaged(seeds()), damaged(seeds()), noise())
    tried = changed = 0

    @settings(
        database=None,
        deadline=None,
        max_examples=_ROUND,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(projects)
    def rounds(files: Files) -> None:
        nonlocal tried, changed
        tried += 1
        changed += hold(files)

    try:
        while time.monotonic() < end:
            rounds()
            print(f"{tried} projects, {changed} files changed", flush=True)
    finally:
        print(f"{tried} projects were tried, {changed} files were changed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
