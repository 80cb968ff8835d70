"""What is kept of a project between two runs over it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Memory:
    """The files of a project as they were read; only the store looks inside.

    `facts` are those of files, or why they have none, by path and content. `contents` are the bytes
    of files on the disk, each read once.
    """

    facts: dict[tuple[str, bytes], object] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)
