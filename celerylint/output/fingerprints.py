"""A name for each finding that it keeps when the lines around it move."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from celerylint.output.rendered import Told

_NUMBER = re.compile(r"\d+")


def fingerprints(findings: Iterable[Told]) -> Iterator[str]:
    """Yield a name for each finding, in their order, that no other one of them has.

    It tells the file, the rule and the setting, and which of several of that kind it is, but no
    line. It is made of what is shown anyway: nothing about a secret can be learnt from it.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    for each in findings:
        # Without a setting the message tells them apart; its numbers may be lines or versions.
        about = each.finding.setting or _NUMBER.sub("", each.message)
        key = (each.spot.path, each.finding.code, about)
        seen[key] += 1
        text = "\0".join((*key, str(seen[key])))
        yield hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
