"""Write or settle a project in a process that kills itself at its n-th touch of the disk.

A script of its own: `killing.py N write ROOT` or `killing.py N settle ROOT`. Python announces
every opening, renaming and removing of a file before it is done.
"""

from __future__ import annotations

import itertools
import os
import signal
import sys
from pathlib import Path

from celerylint.writing.rewriting import Changes, settle, write

TOUCHES = frozenset({"open", "os.chmod", "os.chown", "os.remove", "os.rename", "os.truncate"})
NEW = {"a.py": (b"a = 1\n", b"A = 1\n"), "sub/b.py": (b"b = 1\n", b"B = 1\n")}


def main() -> None:
    """Do what the command line says."""
    last, what, root = int(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    touched = itertools.count(1)

    def announced(event: str, _: object) -> None:
        if event in TOUCHES and next(touched) == last:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(announced)
    if what == "write":
        write([Changes(root, NEW)])
    else:
        list(settle([root], may_write=True))


if __name__ == "__main__":
    main()
