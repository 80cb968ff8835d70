"""What is kept of a project between two runs over it."""

from __future__ import annotations

from collections.abc import MutableMapping

Memory = MutableMapping[tuple[str, bytes], object]
"""The facts of files, or why they have none, by path and content; only the store looks inside."""
