"""Answers that are worked out once for each app of a run."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Remembering(Protocol):
    """What keeps the answers about itself."""

    @property
    def answers(self) -> dict[object, Any]:
        """Return the answers so far, by the question."""


_R = TypeVar("_R", bound=Remembering)


def once(function: Callable[Concatenate[_R, _P], _T]) -> Callable[Concatenate[_R, _P], _T]:
    """Return the function that works out each answer about an app once, and keeps it there."""

    @functools.wraps(function)
    def answer(about: _R, /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        question = function, args, *kwargs.items()
        answers: dict[object, _T] = about.answers
        if question not in answers:
            answers[question] = function(about, *args, **kwargs)
        return answers[question]

    return answer
