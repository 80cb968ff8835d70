"""What is wrong with a configuration: a folder for each family of rules, a function for each rule.

The function of a rule stands in one of the modules of `checks/<family>/`, where `<family>` is the
folder of the rule's file below `rules/`, and is called what the rule is called. It takes what the
`scope` of the rule says (the AppView of one app, or the CodeView of the project) and the rule, and
yields findings. A rule with a `[when]` has none.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any, cast

from celerylint.finding import Finding
from celerylint.rulebook.rule import Rule

Check = Callable[[Any, Rule], Iterator[Finding]]
"""The function of a rule."""


def check_of(rule: Rule) -> Check | None:
    """Return the function of a rule, None where it has none: it declares what it finds."""
    name = rule.name.replace("-", "_")
    for module in () if rule.when else modules(rule.path.parent.name):
        if hasattr(module, name):
            return cast("Check", getattr(module, name))
    return None


@cache
def modules(family: str) -> tuple[ModuleType, ...]:
    """Return the modules with the functions of a family of rules."""
    package = import_module(f"{__name__}.{family}")
    names = sorted(each.name for each in pkgutil.iter_modules(package.__path__))
    return tuple(import_module(f"{package.__name__}.{name}") for name in names)
