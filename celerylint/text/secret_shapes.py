"""Secrets known by their shape: tokens of well-known services, and credentials in base64."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

_TOKEN = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"gh[oprsu]_[A-Za-z0-9]{16,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abeoprs]-[\w-]{8,}"
    r"|xapp-[\w-]{8,}|[rs]k_(?:live|test)_[A-Za-z0-9]{8,}|sk-[A-Za-z0-9_-]{20,}"
    r"|A[KS]IA[A-Z0-9]{16}|AIza[\w-]{30,}|ya29\.[\w-]{16,}"
    r"|SG\.[\w-]{16,}\.[\w-]{16,}|hf_[A-Za-z0-9]{20,}"
    r"|npm_[A-Za-z0-9]{20,}|pypi-[\w-]{16,}|dckr_pat_[\w-]{16,}|hv[bs]\.[\w-]{16,}"
    r"|eyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]+)?)"
)
_BASE64 = re.compile(r"(?<![\w+/=-])[A-Za-z0-9+/_-]{8,4096}={0,2}(?![\w+/=-])")
_CREDENTIALS = re.compile(r"[^\s:/@]*:[^\s:/]+|\w+://\S*:\S+@\S+")


def tokens(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield where tokens of well-known services stand."""
    return (match.span() for match in _TOKEN.finditer(text, start, end))


def encoded(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield where `user:password`, or a URL with a password, stands in base64."""
    for match in _BASE64.finditer(text, start, end):
        if _CREDENTIALS.fullmatch(_decoded(match[0])):
            yield match.span()


def _decoded(word: str) -> str:
    """Return the printable text that a word is in base64, empty for none."""
    plain = word.rstrip("=").translate({ord("-"): "+", ord("_"): "/"})
    try:
        text = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return text if text.isprintable() else ""
