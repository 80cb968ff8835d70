"""The namespace itself: missing, in the wrong case, not known; and what loses against it."""

from __future__ import annotations

from collections.abc import Iterator

from celerylint.analysis.app_view import AppView
from celerylint.catalogue.names import Release
from celerylint.catalogue.settings import Reading, namespace_prefix
from celerylint.facts import BindingKind, Constant, UseKind
from celerylint.finding import ChangeSet, Edit, Finding, Label, Place, Safety, Severity
from celerylint.fixes.django_namespace import hands_on
from celerylint.fixes.migration import migrate
from celerylint.model import Configuration, Layer, Setting
from celerylint.rulebook.rule import Rule

# The first release in which a write to `conf` counts for more than a name with the namespace.
_WRITES_WIN: Release = (5, 7)


def django_without_namespace(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the call that loads Django's settings without a namespace, if they configure Celery."""
    if not view.unprefixed or not any(_old_settings(view)):
        return
    fix = migrate(view)
    for place in _loadings(view):
        yield rule.finding(place, fix=fix.change_set, notes=view.blocker_notes(fix.blockers))


def _old_settings(view: AppView) -> Iterator[Setting]:
    for definition in view.source_settings():
        old = view.newest(definition.name)[0].reading is Reading.OLD
        if old and not view.is_foreign(definition.name) and not view.is_code(definition):
            yield definition


def _loadings(view: AppView) -> tuple[Place, ...]:
    places = (loading.place for c in view.configurations for loading in c.loadings)
    return tuple(dict.fromkeys(places))


def namespace_before_4(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the namespace of a call that takes none before Celery 4."""
    given = dict.fromkeys(place for c in view.configurations for place in c.named_at)
    for place in given:
        for site in view.index_of(place.path).facts.calls:
            value = site.call.keyword("namespace")
            loads = site.call.dotted.endswith(".config_from_object")
            if loads and value is not None and value.span == place.span:
                yield rule.finding(place)


# --- the case of names -------------------------------------------------------------------------


def lower_case_namespace(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the namespace in lower case, which looks for names that Django never hands on."""
    prefix = namespace_prefix(view.namespace)
    if not view.django or not prefix or prefix.isupper():
        return
    for place in _loadings(view):
        given = _namespace_at(view, place)
        yield rule.finding(
            given.place if given else place,
            setting=view.namespace,
            fix=_upper_cased(given) if given and view.certain else None,
            namespace=view.namespace,
            new=str(view.namespace).upper(),
        )


def _namespace_at(view: AppView, loading: Place) -> Edit | None:
    """Return the edit that writes the namespace of a call in upper case."""
    for site in view.index_of(loading.path).facts.calls:
        given = site.call.keyword("namespace")
        here = any(argument.value.span == loading.span for argument in site.call.arguments)
        if here and isinstance(given, Constant) and given.inner:
            return Edit(Place(loading.path, given.inner), str(given.value).upper())
    return None


def _upper_cased(edit: Edit) -> ChangeSet:
    title = f"Write the namespace as `{edit.text}`"
    reason = f"all settings under `{edit.text}`, ignored so far, take effect"
    return ChangeSet(title, Safety.UNSAFE, (edit,), reason)


def lower_case_django_setting(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the lower-case names in a settings module of Django, which it does not hand on."""
    if not view.django:
        return
    reached = view.project.sources.modules.reached
    modules = {path for entry in view.project.entries.all for path in reached.get(entry.path, ())}
    for path in sorted(modules):
        index = view.index_of(path)
        read = {u.name for u in index.facts.uses if u.kind in (UseKind.NAME, UseKind.OWNER)}
        for binding in index.in_scope(""):
            setting = _meant(view, binding.name)
            plain = binding.kind is BindingKind.ASSIGN and binding.name not in read
            if setting and plain:
                yield rule.finding(
                    Place(path, binding.span),
                    setting=binding.name,
                    replacement=view.catalogue.spelling(setting, view.goal).upper(),
                )


def _meant(view: AppView, name: str) -> str | None:
    """Return the setting that a lower-case name can hardly fail to mean."""
    if not name.islower() or view.catalogue.is_generic(name):
        return None
    bare = name.removeprefix("celery_")
    known = view.catalogue.settings.get(bare)
    return bare if known and any(known.exists_at(release) for release in view.target) else None


# --- writes that lose --------------------------------------------------------------------------


def write_loses_to_settings(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the writes to `conf` and the keywords that a name with the namespace outweighs."""
    if view.namespace is None or not _concerned(view):
        return
    for definition in dict.fromkeys(s for c in view.configurations for s in c.settings):
        written = definition.layer in (Layer.CHANGE, Layer.KEYWORD)
        rivals = [_rival(view, c, definition) for c in view.configurations if c.loadings]
        first = rivals[0] if rivals and all(rivals) else None
        if written and first and not hands_on(definition.value, first.name):
            yield rule.finding(
                definition.place,
                setting=definition.name,
                severity=None if view.target[0] < _WRITES_WIN else Severity.WARNING,
                labels=(Label(first.place, "this one counts before 5.7"),),
                other=first.name,
            )


def _concerned(view: AppView) -> bool:
    """Return whether a release that turns the rule one way or the other is judged or left."""
    before = view.versions.before[0] if view.upgrading else view.target[0]
    return (4,) <= min(before, view.target[0]) < _WRITES_WIN


def _rival(view: AppView, configuration: Configuration, written: Setting) -> Setting | None:
    """Return what is set for good under the namespace, in one configuration."""
    setting = written.name if written.name in view.catalogue.settings else None
    wanted = view.spelling(setting) if setting else ""
    found = (
        s
        for s in configuration.settings
        if s.layer is Layer.SOURCE and s.name == wanted and s.unconditional
    )
    return next(found, None) if wanted != written.name else None


# --- what is not known --------------------------------------------------------------------------


def unknown_namespace(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the call that loads settings under a namespace that is not known."""
    if view.namespace_known or not any(view.source_settings()):
        return
    for place in _loadings(view)[:1]:
        yield rule.finding(place)
