"""The pages of the rules on the documentation site: one a rule, and a table of all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import PurePath

from celerylint.rulebook.book import Example, Rule
from scripts.document import rule_table

RULES = "rules/index.md"

_LANGUAGES = {".cfg": "ini", ".ini": "ini", ".py": "python", ".toml": "toml", ".yml": "yaml"}


def families(rules: Sequence[Rule]) -> Iterator[tuple[str, tuple[Rule, ...]]]:
    """Yield the title of each family of rules, and its rules in the order of their codes."""
    for family, members in groupby(rules, key=lambda rule: rule.path.parent.name):
        yield family.capitalize(), tuple(members)


def rule_page_path(rule: Rule) -> str:
    """Return where in the site the page of a rule is."""
    return f"rules/{rule.code}.md"


def rule_pages(rules: Sequence[Rule], places: Mapping[str, str]) -> Mapping[str, str]:
    """Return the pages by their paths; `places` says where in the site each setting is."""
    written = {rule_page_path(rule): "\n".join(_page(rule, places)) for rule in rules}
    return {RULES: "\n".join(_index(rules)), **written}


def escaped(text: str) -> str:
    """Return the Markdown of plain text."""
    return re.sub(r"([\\`*_<>\[\]|])", r"\\\1", text)


def _index(rules: Sequence[Rule]) -> Iterator[str]:
    yield "# Rules"
    yield ""
    yield "A *safe* fix keeps the effective settings, an *unsafe* one says what it changes and is"
    yield "made only with `--unsafe-fixes`; where it depends, the finding says which it is. Rules"
    yield "that are not on by default are switched on with `--extend-select`."
    for family, members in families(rules):
        yield from ("", f"## {family}", "")
        yield from rule_table(members, "rules/")


def _page(rule: Rule, places: Mapping[str, str]) -> Iterator[str]:
    yield f"# {rule.code} {rule.name}"
    yield from ("", f"**{escaped(rule.title)}.**", "")
    yield _facts(rule)
    yield from ("", "## Why", "", _with_links(rule.why, places))
    for number, example in enumerate(rule.examples, 1):
        title = f"Example {number}" if len(rule.examples) > 1 else "Example"
        yield from ("", f"## {title}")
        yield from _example(example)
    yield from _evidence(rule)


def _facts(rule: Rule) -> str:
    facts = {
        "Severity": rule.severity.value,
        "Fix": rule.safety.value if rule.safety else "none",
        "On by default": "yes" if rule.default else "no",
        "Celery": f"`{rule.celery}`" if rule.celery else "every release",
        "Since celerylint": rule.since,
    }
    return " · ".join(f"{title}: {text}" for title, text in facts.items())


def _with_links(text: str, places: Mapping[str, str]) -> str:
    """Return the text with every setting in it leading to what is known of the setting."""

    def link(match: re.Match[str]) -> str:
        place = places.get(match[1])
        return f"[{match[0]}](../{place})" if place else match[0]

    return re.sub(r"`([^`\n]+)`", link, text)


def _example(example: Example) -> Iterator[str]:
    options = {
        "--upgrading-from": example.upgrading_from,
        "--target-version": example.target,
        "--namespace": example.namespace,
    }
    said = " ".join(f"{option} {value}" for option, value in options.items() if value)
    if said:
        yield from ("", f"With `{said}`:")
    yield from _files("Found", example.bad)
    if example.good != example.fixed:
        yield from _files("In order", example.good)
    yield from _files("After the fix", example.fixed)


def _files(title: str, files: Mapping[str, str]) -> Iterator[str]:
    for name, text in files.items():
        language = _LANGUAGES.get(PurePath(name).suffix, "text")
        yield from ("", f'```{{.{language} title="{title}: {name}"}}', text.strip("\n"), "```")


def _evidence(rule: Rule) -> Iterator[str]:
    if rule.evidence:
        seen = f" on Celery {', '.join(rule.verified)}" if rule.verified else ""
        yield from ("", "## Evidence", "", f"Seen{seen}:", "")
        yield from (f"* {escaped(fact)}" for fact in rule.evidence)
