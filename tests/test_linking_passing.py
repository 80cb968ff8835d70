"""A constant whose value is handed on as a setting is known by its own name."""

from __future__ import annotations

import pytest

from celerylint.linking.pass_through import passed_on
from tests.projects import expression_of


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("settings.BROKER", "BROKER"),
        ("app.config['BROKER']", "BROKER"),
        ("app.config.get('BROKER')", "BROKER"),
        ("getattr(settings, 'BROKER', None)", "BROKER"),
        ("settings.broker", None),
        ("BROKER", None),
        ("config[name]", None),
        ("config['broker']", None),
        ("os.environ.get('BROKER')", None),
        ("config.get(name)", None),
        ("config.get(1)", None),
        ("f('BROKER')", None),
        ("getattr(settings)", None),
        ("'BROKER'", None),
    ],
)
def test_constant_is_known_by_how_it_is_read(text: str, name: str | None) -> None:
    assert passed_on(expression_of(f"X = {text}\n")) == name


def test_nothing_passes_nothing_on() -> None:
    assert passed_on(None) is None
