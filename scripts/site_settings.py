"""The pages of the settings on the documentation site: one a group, and the names of old."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

import tomli

from celerylint.catalogue.settings import Catalogue, History, Range, Release, Setting, release_text
from celerylint.rulebook.book import rules_folder
from scripts.site_rules import escaped

SETTINGS = "settings/index.md"
_OLD = "settings/old-names.md"
_REMOVED = "settings/removed.md"
_NEVER = "settings/never.md"
_NAMESPACE = "CELERY"
_FIRST_NAMESPACES = (4,)
_GROUPLESS = "general"


def setting_pages(catalogue: Catalogue) -> Mapping[str, str]:
    """Return the pages by their paths."""
    groups = _groups(catalogue)
    found = places(catalogue)
    written: dict[str, Iterable[str]] = {
        SETTINGS: _index(groups, catalogue),
        _OLD: _old_names(catalogue, found),
        _REMOVED: _removed(catalogue, found),
        _NEVER: _never(catalogue, found),
        **{_path(group): _group_page(group, groups[group], catalogue, found) for group in groups},
    }
    return {path: "\n".join(lines) + "\n" for path, lines in written.items()}


def setting_navigation(catalogue: Catalogue) -> list[object]:
    """Return the order of the pages, as MkDocs takes it."""
    groups = [
        {"no group" if group == _GROUPLESS else group: _path(group)} for group in _groups(catalogue)
    ]
    return [SETTINGS, _OLD, _REMOVED, _NEVER, *groups]


def places(catalogue: Catalogue) -> Mapping[str, str]:
    """Return where in the site each name is explained, as `settings/broker.md#broker_url`."""
    found = {name: f"{_REMOVED}#{name}" for name in catalogue.removed}
    found |= {name: f"{_NEVER}#{name}" for name in catalogue.never}
    for group, settings in _groups(catalogue).items():
        for setting in settings:
            found |= dict.fromkeys(_spellings(setting, catalogue), f"{_path(group)}#{setting.name}")
    return found


def _groups(catalogue: Catalogue) -> Mapping[str, tuple[Setting, ...]]:
    """Return the settings by the name of their file, those without a group first."""
    files = sorted(
        rules_folder().joinpath("settings").glob("*.toml"),
        key=lambda p: (p.stem != _GROUPLESS, p.stem),
    )
    names = {path.stem: tomli.loads(path.read_text("utf-8")) for path in files}
    found = {
        group: tuple(
            catalogue.settings[name] for name in sorted(tables) if name in catalogue.settings
        )
        for group, tables in names.items()
    }
    return {group: settings for group, settings in found.items() if settings}


def _path(group: str) -> str:
    return f"settings/{group}.md"


def _spellings(setting: Setting, catalogue: Catalogue) -> tuple[str, ...]:
    """Return all names of a setting: today's, that under a namespace, the older ones."""
    others = (name.name for name in (*setting.old, *setting.fallback))
    return tuple(
        dict.fromkeys((setting.name, catalogue.spelling(setting.name, _NAMESPACE), *others))
    )


# --- one group ---------------------------------------------------------------------------------


def _group_page(
    group: str, settings: Iterable[Setting], catalogue: Catalogue, places: Mapping[str, str]
) -> Iterator[str]:
    yield f"# {_title(group)}"
    for setting in settings:
        yield from ("", _heading(setting.name), "")
        yield from _table(setting, catalogue)
        yield ""
        yield from _facts(setting, places)


def _title(group: str) -> str:
    return "Settings without a group" if group == _GROUPLESS else f"Settings: {group}"


def _heading(name: str) -> str:
    return f"## {escaped(name)} {{: #{name} }}"


def _table(setting: Setting, catalogue: Catalogue) -> Iterator[str]:
    yield f'| name | read without a namespace | read under `namespace="{_NAMESPACE}"` |'
    yield "|---|---|---|"
    for name in _spellings(setting, catalogue):
        read = (_read(name, namespace, catalogue) for namespace in (None, _NAMESPACE))
        yield f"| `{name}` | {' | '.join(read)} |"


def _read(name: str, namespace: str | None, catalogue: Catalogue) -> str:
    """Return which releases read a name, as `4.0.0 to 4.4.7, since 5.7.0`."""
    able = [r for r in catalogue.releases if namespace is None or r >= _FIRST_NAMESPACES]
    readings = groupby(able, key=lambda r: catalogue.meaning(name, r, namespace).honoured)
    spans = [tuple(releases) for honoured, releases in readings if honoured]
    return ", ".join(_span(span, catalogue) for span in spans) or "never"


def _span(releases: tuple[Release, ...], catalogue: Catalogue) -> str:
    first, last = release_text(releases[0]), release_text(releases[-1])
    if releases[-1] == catalogue.newest:
        return "always" if releases[0] == catalogue.releases[0] else f"since {first}"
    return first if first == last else f"{first} to {last}"


def _facts(setting: Setting, places: Mapping[str, str]) -> Iterator[str]:
    deprecated, unread = setting.deprecated, setting.unread
    facts = {
        "Default": _history(setting.defaults),
        "Type": _history(setting.declared),
        "Accepts": ", ".join(f"`{kind}`" for kind in setting.accepts),
        "Removed": f"in {release_text(setting.removed)}" if setting.removed else "",
        "Deprecated": f"since {release_text(deprecated.since)}: {deprecated.why}"
        if deprecated
        else "",
        "Listed, but read by no code": ", ".join(map(_range, unread)),
        "Instead": _with_links(setting.instead or "", places),
        "Note": _with_links(setting.note or "", places),
    }
    yield from (f"* **{title}:** {text}" for title, text in facts.items() if text)


def _history(history: History) -> str:
    """Return the values with the releases that brought them, but for the first one."""
    later = (f"`{text}` since {release_text(since)}" for since, text in history[1:])
    return ", ".join((*(f"`{text}`" for _, text in history[:1]), *later))


def _with_links(text: str, places: Mapping[str, str]) -> str:
    """Return plain text as Markdown in which names lead to what is known of them."""

    def marked(match: re.Match[str]) -> str:
        word = match[0].strip("`")
        place = places.get(word)
        return f"[`{word}`](../{place})" if place else f"`{word}`"

    return re.sub(r"`[^`]+`|\w+_\w+", marked, text)


# --- all of them -------------------------------------------------------------------------------


def _index(groups: Mapping[str, tuple[Setting, ...]], catalogue: Catalogue) -> Iterator[str]:
    first, last = (release_text(r) for r in (catalogue.releases[0], catalogue.newest))
    yield "# Settings"
    yield ""
    yield f"All settings of Celery {first} to {last}, as {len(catalogue.releases)} releases read"
    yield "them: their names then and now, with and without a namespace, and their defaults."
    yield "`celerylint setting NAME` says the same in the terminal, release by release."
    for group, settings in groups.items():
        yield from ("", f"## [{_title(group)}]({_path(group).removeprefix('settings/')})", "")
        yield ", ".join(f"[`{s.name}`](../{_path(group)}#{s.name})" for s in settings)


def _wide(title: str) -> Iterator[str]:
    """Yield the head of a page that needs the room of its table of contents for a table."""
    yield from ("---", "hide: [toc]", "---", "", f"# {title}", "")


def _old_names(catalogue: Catalogue, places: Mapping[str, str]) -> Iterator[str]:
    yield from _wide("Old names and new ones")
    yield "Without a namespace Celery reads the old names to this day; under one it ignores most of"
    yield "them, and 5.7 begins to read them there too. Left out are the old names that are the new"
    yield f'one in capitals. Under `namespace="{_NAMESPACE}"` put the new name in capitals behind'
    yield f"`{_NAMESPACE}_`."
    yield ""
    yield "| old name | today | the old name is read without a namespace |"
    yield "|---|---|---|"
    pairs = ((old.name, setting) for setting in catalogue.settings.values() for old in setting.old)
    for old, setting in sorted(pairs):
        if old.lower() != setting.name:
            read = _read(old, None, catalogue)
            yield f"| `{old}` | {_with_links(f'`{setting.name}`', places)} | {read} |"
    yield from ("", "## Names that only the documentation has", "")
    yield "Celery's documentation lists these in its table of old names; without a namespace Celery"
    yield "ignores them, or reads them as another setting than the documentation says."
    yield ""
    yield "| name | the setting it stands for |"
    yield "|---|---|"
    for name, documented in catalogue.documented.items():
        yield f"| `{name}` | {_with_links(documented.setting, places)} |"


def _removed(catalogue: Catalogue, places: Mapping[str, str]) -> Iterator[str]:
    yield from _wide("Settings that are gone")
    yield "Names of Celery 3 that no later release reads, and that are no older name of a setting."
    yield ""
    yield "| name | read by | what became of it | what to do |"
    yield "|---|---|---|---|"
    for name, removed in catalogue.removed.items():
        advice = removed.instead or f"Write {removed.successor}"
        cells = (
            f"`{name}`{{: #{name} }}",
            ", ".join(map(_range, removed.honoured)),
            _with_links(removed.why, places),
            _with_links(advice, places),
        )
        yield f"| {' | '.join(cells)} |"


def _range(span: Range) -> str:
    first = release_text(span.first)
    return f"{first} to {release_text(span.last)}" if span.last else f"since {first}"


def _never(catalogue: Catalogue, places: Mapping[str, str]) -> Iterator[str]:
    yield from _wide("Names that Celery never read")
    yield "Popular names that no release has ever read, in any spelling."
    yield ""
    yield "| name | what to do |"
    yield "|---|---|"
    for name, never in catalogue.never.items():
        yield f"| `{name}`{{: #{name} }} | {_with_links(never.instead, places)} |"
