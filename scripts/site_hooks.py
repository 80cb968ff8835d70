"""Hand MkDocs the pages that are generated, and the order of all pages; mkdocs.yml names us."""

from __future__ import annotations

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from scripts.site_pages import navigation, pages


def on_config(config: MkDocsConfig) -> None:
    """Put the pages in order."""
    config.nav = navigation()


def on_files(files: Files, config: MkDocsConfig) -> None:
    """Add the generated pages to those of `docs/`."""
    for path, text in pages().items():
        files.append(File.generated(config, path, content=text))
