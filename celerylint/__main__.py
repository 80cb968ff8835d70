"""`python -m celerylint`."""

from __future__ import annotations

import sys

from celerylint.cli import main

sys.exit(main())
