"""The generated pages of the documentation site, as Markdown by their path in the site.

They are made from the README, the changelog, `rules/` and the catalogue of settings: what is new
there has its page by itself. `docs/` holds the pages that are written by hand.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

from celerylint.catalogue.settings import load_catalogue
from celerylint.rulebook.book import Rulebook, rules_folder
from scripts.document import ROOT
from scripts.site_rules import RULES, families, rule_page_path, rule_pages
from scripts.site_settings import SETTINGS, places, setting_navigation, setting_pages

_START = "index.md"
_OPTIONS = "configuration.md"
_CI = "ci.md"
_LICENSE = "license.md"

_SECTIONS = {
    "Options": _OPTIONS,
    "Configuration": _OPTIONS,
    "Cache": _OPTIONS,
    "Shell completion": _OPTIONS,
    "pre-commit": _CI,
    "In CI": _CI,
}
"""The sections of the README that stand on a page of their own; the others make up the start."""

_LEFT_OUT = "Rules"
"""The section of the README that the pages of the rules stand for."""

_TITLES = {
    _START: "",
    _OPTIONS: "# Options and configuration\n\n",
    _CI: "# Continuous integration\n\n",
}

_WHOLE = {"CHANGELOG.md": "changelog.md", "CONTRIBUTING.md": "contributing.md"}
"""The files that are a page as they are."""

_FILES = ("celerylint.schema.json",)
"""The files that pages offer as they are."""

_ROW = re.compile(r"^\|.*$", re.MULTILINE)
_LINK = re.compile(r"\]\((?!\w+:)([^()#\s]*)(#[^()\s]*)?\)")


def pages() -> Mapping[str, str]:
    """Return the text of every generated page, and of each file that they offer besides."""
    rules = tuple(Rulebook(rules_folder()).rules.values())
    catalogue = load_catalogue(rules_folder())
    sections = _sections(_read("README.md"))
    found = _start_pages(sections)
    found |= {page: _read(name) for name, page in _WHOLE.items()}
    found |= {_LICENSE: f"# License\n\n{_read('LICENSE')}"}
    found |= rule_pages(rules, places(catalogue))
    targets = {
        **_WHOLE,
        "LICENSE": _LICENSE,
        "rules/README.md": RULES,
        "rules/settings": SETTINGS,
        **{
            rule.path.relative_to(rules_folder().parent).as_posix(): rule_page_path(rule)
            for rule in rules
        },
        **{_anchor(title): _SECTIONS.get(title, _START) for title in sections},
    }
    linked = {page: _linked(text, page, targets) for page, text in found.items()}
    files = {name: _read(name) for name in _FILES}
    return {**linked, **setting_pages(catalogue), **files}


def navigation() -> list[object]:
    """Return the order of all pages, as MkDocs takes it."""
    rules = tuple(Rulebook(rules_folder()).rules.values())
    return [
        {"Start": _START},
        {"Migration": "migration.md"},
        {
            "Rules": [
                RULES,
                *({name: [*map(rule_page_path, members)]} for name, members in families(rules)),
            ]
        },
        {"Settings": setting_navigation(load_catalogue(rules_folder()))},
        {"Configuration": _OPTIONS},
        {"CI": _CI},
        {"Changelog": ["changelog.md", "contributing.md"]},
    ]


def _read(name: str) -> str:
    return ROOT.joinpath(name).read_text("utf-8")


def _sections(readme: str) -> Mapping[str, str]:
    """Return the sections of the README by their titles, what stands before them under none."""
    first, *others = re.split(r"^(?=## )", readme, flags=re.MULTILINE)
    return {"": first, **{text.partition("\n")[0].removeprefix("## "): text for text in others}}


def _anchor(title: str) -> str:
    return f"#{title.lower().replace(' ', '-')}"


def _start_pages(sections: Mapping[str, str]) -> dict[str, str]:
    found = dict(_TITLES)
    for title, text in sections.items():
        if title != _LEFT_OUT:
            found[_SECTIONS.get(title, _START)] += _ROW.sub(_unescaped, text)
    return found


def _unescaped(row: re.Match[str]) -> str:
    """Return a row of a table for MkDocs, which takes bars in code as they are, unlike GitHub."""
    return row[0].replace("\\|", "|")


def _linked(text: str, page: str, targets: Mapping[str, str]) -> str:
    """Return the text with its links to files of the repository leading to pages of the site."""

    def link(match: re.Match[str]) -> str:
        path, fragment = match[1].rstrip("/"), match[2] or ""
        target = targets.get(path or fragment)
        if target is None or target == page:
            return match[0]
        return f"]({posixpath.relpath(target, posixpath.dirname(page) or '.')}{fragment})"

    return _LINK.sub(link, text)
