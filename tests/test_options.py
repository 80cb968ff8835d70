"""The table of options holds together."""

from __future__ import annotations

from dataclasses import fields

from celerylint.options.table import TABLE, Options, nearest


def test_options_and_their_table_agree() -> None:
    assert {option.attribute for option in TABLE} == {field.name for field in fields(Options)}


def test_nearest_word_is_suggested() -> None:
    assert nearest("slect", ("ignore", "select")) == "; did you mean `select`?"
    assert nearest("zzz", ("ignore", "select")) == ""
