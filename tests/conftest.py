"""What many tests share: the knowledge of the tool, read once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from celerylint.catalogue.settings import Catalogue, load_catalogue
from celerylint.rulebook.book import Rulebook, rules_folder

# How long an example takes depends on the machine, and says nothing about what it shows.
settings.register_profile("celerylint", deadline=None)
settings.load_profile("celerylint")


# What asks the real Celery, besides what is marked so itself.
ORACLE = (
    "catalogue",
    "check_catalogue",
    "evidence*",
    "migration",
    "oracle",
    "properties_oracle",
    "transports",
    "verification",
)
# What runs the tools of the development, and takes its time.
SLOW = ("ci", "documented_commands", "measuring", "pre_commit", "site")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the tests of each tier; `pytest` alone runs those without a mark.

    What is asked for with `-m`, or by the name of its file, runs in any case.
    """
    for item in items:
        for mark, names in (("oracle", ORACLE), ("slow", SLOW)):
            if any(item.path.match(f"test_{name}.py") for name in names):
                item.add_marker(mark)
    named = any(Path(argument.partition("::")[0]).is_file() for argument in config.args)
    if named or config.option.markexpr:
        return
    plain = [item for item in items if not item.keywords.keys() & {"oracle", "slow"}]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(plain)])
    items[:] = plain


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
