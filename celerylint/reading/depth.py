"""How deeply a text is nested, told before it is parsed: LibCST takes ever longer, then crashes."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from inspect import currentframe

from celerylint.text.lexing import COMMENT, NEWLINE, STRING, Token, tokens_of

# The tokenizer of Python gives up at this depth of brackets.
_DEEPEST = 200
# So many tokens between two commas may be as many levels: `a.a.a`, `a + a + a`, `not not a`.
_LONGEST = 1000
_LEVEL = re.compile(r"[^\w\s,;:)\]}#\\]|\b(?:and|await|elif|if|lambda|not|or)\b")
_ELIF = re.compile(r"(?m)^[ \t]*elif\b")
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")


# How many calls within each other a file may take to be read; Python allows 1000 in all.
_CALLS = 900


@contextmanager
def same_depth() -> Iterator[None]:
    """Let as many calls stand within each other whoever asks, so that the answer is the same."""
    calls, frame = 0, currentframe()
    while frame:
        calls, frame = calls + 1, frame.f_back
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(calls + _CALLS)
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)


def is_too_deep(text: str) -> bool:
    """Return whether a text may be nested more deeply than LibCST can stand."""
    brackets = sum(map(text.count, "([{"))
    long = len(text) > _LONGEST and len(_LEVEL.findall(text)) > _LONGEST
    if brackets <= _DEEPEST and not long:
        return False
    return len(_ELIF.findall(text)) > _LONGEST or _has_deep_statement(text)


def _has_deep_statement(text: str) -> bool:
    lengths = [0]
    for token in tokens_of(text):
        if token.text in _OPENING:
            lengths[-1] += 1
            lengths.append(0)
        elif token.text in _CLOSING:
            del lengths[max(1, len(lengths) - 1) :]
        elif token.text in {",", ";"} or (token.kind == NEWLINE and len(lengths) == 1):
            lengths[-1] = 0
        elif token.kind not in {COMMENT, NEWLINE}:
            lengths[-1] += 1 + _fields(token)
        if lengths[-1] > _LONGEST or len(lengths) > _DEEPEST + 1:
            return True
    return False


def _fields(token: Token) -> int:
    """Return how deeply the fields of a format string may be nested: `f"{a:{b:{c}}}"`."""
    prefix = token.text[:2].partition(token.text[-1])[0].lower()
    formatted = token.kind == STRING and not {"f", "t"}.isdisjoint(prefix)
    return token.content.replace("{{", "").count("{") if formatted else 0
