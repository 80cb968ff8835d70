"""Which known word a misspelt one was meant to be."""

from __future__ import annotations

import functools
import operator
from collections import defaultdict
from collections.abc import Collection, Mapping

_SLIPS = 2
"""So many slips at most may part a name from what was meant."""


def by_length(words: Mapping[str, str]) -> Mapping[int, Mapping[str, str]]:
    """Return words with what they stand for, by their length, as `closest` looks them up."""
    found = defaultdict[int, dict[str, str]](dict)
    for word, meant in words.items():
        found[len(word)][word] = meant
    return found


def closest(stems: Collection[str], words: Mapping[int, Mapping[str, str]]) -> set[str]:
    """Return what the words nearest to any of the stems stand for, nothing when all are far."""
    found: dict[int, set[str]] = {}
    for stem in stems:
        letters = _letters(stem)
        for length in range(len(stem) - _SLIPS, len(stem) + _SLIPS + 1):
            for word, setting in words.get(length, {}).items():
                # A slip changes two of the letters in use at most: this spares most counting.
                if (letters ^ _letters(word)).bit_count() > 2 * _SLIPS:
                    continue
                slips = _apart(stem, word)
                if slips <= min(length // 5, _SLIPS):
                    found.setdefault(slips, set()).add(setting)
    return found[min(found)] if found else set()


@functools.lru_cache(maxsize=4096)
def _letters(word: str) -> int:
    """Return the letters in use as the bits of a number; the bit of a rare one may be another's."""
    return functools.reduce(operator.or_, (1 << ord(letter) % 128 for letter in word), 0)


def _apart(stem: str, word: str) -> int:
    """Return how many slips part two names, or enough; words in another order are one slip."""
    if sorted(stem.split("_")) == sorted(word.split("_")):
        return 1
    return _slips(stem, word)


def _slips(left: str, right: str) -> int:
    """Return how many letters to add, drop, change or swap with their neighbour."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        before, above, row = row, before, [i]
        for j, b in enumerate(right, 1):
            best = min(before[j] + 1, row[-1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and (a, left[i - 2]) == (right[j - 2], b):
                best = min(best, above[j - 2] + 1)
            row.append(best)
    return row[-1]
