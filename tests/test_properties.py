"""Whatever the text, nothing crashes, and nothing changes but what an edit is about."""

from __future__ import annotations

from hypothesis import Phase, given, settings

from tests.mutations import Files, configurations, damaged, hold, noise, seeds

# The same examples on every run: `scripts/fuzz.py` is there to find new ones.
QUICK = settings(
    derandomize=True, deadline=None, max_examples=40, database=None, phases=[Phase.generate]
)


@QUICK
@given(configurations())
def test_every_shape_is_fixed_without_harm(files: Files) -> None:
    hold(files)


@QUICK
@given(damaged(seeds()))
def test_damaged_projects_come_to_no_harm(files: Files) -> None:
    hold(files)


@QUICK
@given(noise())
def test_noise_comes_to_no_harm(files: Files) -> None:
    hold(files)
