"""`python -m celerylint`."""

from __future__ import annotations

import sys

from celerylint.cli import main

if __name__ == "__main__":
    sys.exit(main())
