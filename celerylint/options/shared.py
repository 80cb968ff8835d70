"""Which options of `check` the other commands have too."""

from __future__ import annotations

VERIFYING = frozenset(
    (
        "unsafe-fixes",
        "select",
        "extend-select",
        "ignore",
        "per-file-ignores",
        "exclude",
        "force-exclude",
        "target-version",
        "upgrading-from",
        "namespace",
        "known-settings",
        "output-format",
        "cache-dir",
        "no-cache",
        "jobs",
        "config",
        "isolated",
    )
)
"""The options of `check` that decide which fixes there are, and how things are printed."""

PLANNING = frozenset(
    (
        "baseline",
        "cache-dir",
        "exclude",
        "extend-select",
        "force-exclude",
        "ignore",
        "jobs",
        "known-settings",
        "namespace",
        "no-cache",
        "per-file-ignores",
        "respect-gitignore",
        "rule-paths",
        "select",
        "target-version",
        "upgrading-from",
    )
)
"""The options of `check` that decide what is found, and so what a plan is about."""
