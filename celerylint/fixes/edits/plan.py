"""What a change consists of, and what stands in its way."""

from __future__ import annotations

from typing import NamedTuple

from celerylint.finding import Blocker, Edit


class Plan(NamedTuple):
    """The edits of a change, and what stands in its way."""

    edits: tuple[Edit, ...]
    blockers: tuple[Blocker, ...] = ()


Step = Edit | Blocker
"""What planning a change yields, one at a time."""
