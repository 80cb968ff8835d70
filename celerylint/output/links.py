"""Where the documentation stands."""

from __future__ import annotations

SITE = "https://OWNER.github.io/celerylint"
"""The address of the documentation; OWNER is to be filled in by the owner of the repository."""
_OWN = "CEL"


def rule_url(code: str) -> str | None:
    """Return the address of the page of a rule; None for a rule of the user's own."""
    return f"{SITE}/rules/{code}/" if code.startswith(_OWN) else None
