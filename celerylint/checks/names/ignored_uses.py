"""Code and tests that use a name of Django's settings which does not count, or is no longer set."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from celerylint.analysis.app_view import AppView
from celerylint.catalogue.settings import Reading
from celerylint.facts import (
    Argument,
    BindingKind,
    Constant,
    Expression,
    Reference,
    Table,
    Use,
    UseKind,
)
from celerylint.finding import ChangeSet, Edit, Finding, Label, Place, Safety
from celerylint.fixes.edits.django_uses import OVERRIDES, holds
from celerylint.linking.index import FileIndex
from celerylint.linking.names import Target
from celerylint.model import Setting
from celerylint.rulebook.rule import Rule

_PATCHERS = frozenset({"object", "setattr"})
# What is read under another namespace only, and what the documentation says of that.
_PREFIXED = frozenset({Reading.NEEDS_NAMESPACE, Reading.DOCUMENTED})
_READS = frozenset({UseKind.ATTRIBUTE, UseKind.GETATTR})


class _Named(NamedTuple):
    """A name where it is used; `tail` has to follow it once it is another name."""

    name: str
    place: Place
    tail: str = ""

    def edit(self, new: str) -> Edit | None:
        """Return the edit that writes another name, None where it is not written as one word."""
        whole = self.place.span.end - self.place.span.start == len(self.name)
        return Edit(self.place, new + self.tail) if whole else None


# --- overrides ---------------------------------------------------------------------------------


def override_of_ignored_name(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the tests that override a name which Celery does not read in these settings."""
    if not _is_judged(view):
        return
    for index in view.project.facts.roots():
        for named in _overrides(view, index):
            setting = _unread(view, named.name)
            if setting and not view.asks_for(named.name):
                yield _override(view, rule, named, setting)


def _is_judged(view: AppView) -> bool:
    """Return whether it is known under which names Celery reads the settings of the site."""
    others = (c for c in view.project.configurations if c.django)
    agreed = all(c.namespace_known and c.namespace == view.namespace for c in others)
    return agreed and view.django and view.certain and view.modern


def _unread(view: AppView, name: str) -> str | None:
    """Return the setting that a name stands for which some release judged ignores."""
    meanings = view.meanings(name)
    readings = {meaning.reading for meaning in meanings}
    shadowed = Reading.SHADOWED in readings and readings <= {Reading.SHADOWED, Reading.OLD}
    ignored = shadowed or readings <= _PREFIXED
    return meanings[-1].setting if ignored and name.isupper() else None


def _override(view: AppView, rule: Rule, named: _Named, setting: str) -> Finding:
    new = view.catalogue.spelling(setting, view.goal)
    edit = named.edit(new) if view.namespace else None
    reason = f"`{named.name}`, ignored so far, takes effect"
    fix = ChangeSet(f"Override `{new}` instead", Safety.UNSAFE, (edit,), reason) if edit else None
    where = f"under the namespace `{view.namespace}` before 5.7"
    return rule.finding(
        named.place,
        setting=named.name,
        fix=fix,
        reason=where if view.namespace else "without a namespace",
        advice=f"Override `{new}`, the name that Celery reads"
        if view.namespace
        else "Load the settings with `namespace='CELERY'`, or override the name that is read",
    )


def _overrides(view: AppView, index: FileIndex) -> Iterator[_Named]:
    """Yield the names that a file gives other values in Django's settings."""
    path, held = index.facts.path, partial(holds, view.project, index)
    for use in index.facts.uses:
        if use.kind is UseKind.KEYWORD and use.owner.rpartition(".")[2] in OVERRIDES:
            yield _Named(use.name, Place(path, use.span))
    for write in index.facts.writes:
        given = write.name and write.kind is not BindingKind.DELETE
        if given and held(write.where.scope, write.owner):
            yield _Named(write.name, Place(path, write.span))
    for site in index.facts.calls:
        name = site.call.dotted.rpartition(".")[2]
        first, key = site.call.positional(0), site.call.positional(1)
        if name in OVERRIDES:
            for argument in site.call.arguments:
                yield from _spread(path, argument)
        elif name in _PATCHERS and first and key and held(site.where.scope, first):
            yield from _key(path, key)


def _spread(path: str, argument: Argument) -> Iterator[_Named]:
    """Yield the names in `override_settings(**{'NAME': value})`."""
    for entry in argument.value.entries if isinstance(argument.value, Table) else ():
        if argument.stars and entry.key:
            yield from _key(path, entry.key)


def _key(path: str, key: Expression) -> Iterator[_Named]:
    if isinstance(key, Constant) and isinstance(key.value, str):
        yield _Named(key.value, Place(path, key.inner or key.span))


# --- reads -------------------------------------------------------------------------------------


def unset_name_read(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the reads of an old name that nothing sets, where the new one is set."""
    sets = {s.name: s for s in view.source_settings()}
    if not (_is_judged(view) and view.namespace) or view.unresolved:
        return
    given = _given(view)
    for index in view.project.facts.roots():
        for named in _reads(view, index):
            setting = _old(view, named.name)
            new = sets.get(view.spelling(setting)) if setting else None
            if new and named.name not in given and not _is_read(index, new.name):
                yield _read(rule, named, new)


def _old(view: AppView, name: str) -> str | None:
    """Return the setting that an old name stands for, if it can hardly be another's."""
    meaning = view.meanings(name)[-1]
    outdated = meaning.reading in (Reading.OLD, Reading.SHADOWED)
    return meaning.setting if outdated and name.isupper() and not view.is_foreign(name) else None


def _given(view: AppView) -> frozenset[str]:
    """Return every name that anything in the project gives a value, be it a test."""
    files = [index.facts for index in view.project.facts.roots()]
    bound = (b for f in files for b in f.bindings if b.kind is not BindingKind.IMPORT)
    written = (w.name for f in files for w in f.writes)
    settings = (s.name for c in view.project.configurations for s in c.settings)
    return frozenset((*(b.name for b in bound), *written, *settings))


def _is_read(index: FileIndex, name: str) -> bool:
    """Return whether a file asks for a name too, so that it knows both."""
    return any(use.name == name and use.kind in _READS for use in index.facts.uses)


def _read(rule: Rule, named: _Named, new: Setting) -> Finding:
    edit = named.edit(new.name)
    reason = "what reads it gets another value, or no error any more"
    fix = ChangeSet(f"Read `{new.name}` instead", Safety.UNSAFE, (edit,), reason) if edit else None
    return rule.finding(
        named.place,
        setting=named.name,
        fix=fix,
        labels=(Label(new.place, "this is set"),),
        replacement=new.name,
    )


def _reads(view: AppView, index: FileIndex) -> Iterator[_Named]:
    """Yield the names that a file looks up in Django's settings, or in a module of them."""
    path = index.facts.path
    written = {write.span for write in index.facts.writes}
    for use in index.facts.uses:
        looked_up = use.kind in _READS and use.owner and use.span not in written
        if looked_up and _old(view, use.name) and _is_site(view, index, use):
            yield _Named(use.name, Place(path, use.span))
    for binding in index.facts.bindings:
        name = binding.target.rpartition(".")[2]
        if binding.kind is BindingKind.IMPORT and _old(view, name):
            target = view.project.names.imported(path, binding.target, ())
            if _is_lost(view, target, name) and not binding.aliased:
                yield _Named(name, Place(path, binding.span), f" as {name}")


def _is_site(view: AppView, index: FileIndex, use: Use) -> bool:
    """Return whether a name is looked up in what has the settings of the site."""
    scope, owner = use.where.scope, Reference(use.span, use.owner)
    if holds(view.project, index, scope, owner):
        return True
    target = view.project.names.resolve(index.facts.path, scope, use.owner)
    return _is_lost(view, target._replace(rest=(*target.rest, use.name)), use.name)


def _is_lost(view: AppView, target: Target, name: str) -> bool:
    """Return whether a name is asked of a settings module, which does not have it."""
    owners = {path for c in view.configurations for each in c.loadings for path in each.files}
    asked = target.entity.is_module and target.rest == (name,)
    return asked and target.entity.path in owners
