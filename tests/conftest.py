"""What many tests share: the knowledge of the tool, read once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from celerylint.catalogue.settings import Catalogue, load_catalogue
from celerylint.rulebook.book import Rulebook, rules_folder

# How long an example takes depends on the machine, and says nothing about what it shows.
settings.register_profile("celerylint", deadline=None)
settings.load_profile("celerylint")


@pytest.fixture(scope="session", autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let the command line keep its cache apart from the projects of the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CELERYLINT_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    """Return the rules of the checkout."""
    return Rulebook(rules_folder())


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """Return the settings of the checkout."""
    return load_catalogue(rules_folder())
