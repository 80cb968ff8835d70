"""The generated pages of the documentation site, as Markdown by their path in the site.

They are made from the changelog, CONTRIBUTING, `rules/` and the catalogue of settings: what is new
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

_LICENSE = "license.md"

_WHOLE = {"CHANGELOG.md": "changelog.md", "CONTRIBUTING.md": "contributing.md"}
"""The files that are a page as they are."""

_FILES = ("celerylint.schema.json",)
"""The files that pages offer as they are."""

_LINK = re.compile(r"\]\((?!\w+:)([^()#\s]*)(#[^()\s]*)?\)")


def pages() -> Mapping[str, str]:
    """Return the text of every generated page, and of each file that they offer besides."""
    rules = tuple(Rulebook(rules_folder()).rules.values())
    catalogue = load_catalogue(rules_folder())
    found = {page: _read(name) for name, page in _WHOLE.items()}
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
    }
    linked = {page: _linked(text, page, targets) for page, text in found.items()}
    files = {name: _read(name) for name in _FILES}
    return {**linked, **setting_pages(catalogue), **files}


def navigation() -> list[object]:
    """Return the order of all pages, as MkDocs takes it."""
    rules = tuple(Rulebook(rules_folder()).rules.values())
    return [
        {"Start": ["index.md", "install.md", "quickstart.md", "faq.md"]},
        {"Migration": ["migration.md", "verify.md"]},
        {"Frameworks": ["django.md", "flask.md", "fastapi.md"]},
        {"Every day": ["ci.md", "editors.md", "suppressions.md", "configuration.md"]},
        {
            "Rules": [
                RULES,
                *({name: [*map(rule_page_path, members)]} for name, members in families(rules)),
            ]
        },
        {"Settings": setting_navigation(load_catalogue(rules_folder()))},
        {"About": ["how-it-works.md", "changelog.md", "contributing.md"]},
    ]


def _read(name: str) -> str:
    return ROOT.joinpath(name).read_text("utf-8")


def _linked(text: str, page: str, targets: Mapping[str, str]) -> str:
    """Return the text with its links to files of the repository leading to pages of the site."""

    def link(match: re.Match[str]) -> str:
        path, fragment = match[1].rstrip("/"), match[2] or ""
        target = targets.get(path or fragment)
        if target is None or target == page:
            return match[0]
        return f"]({posixpath.relpath(target, posixpath.dirname(page) or '.')}{fragment})"

    return _LINK.sub(link, text)
