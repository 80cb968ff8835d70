"""Classes whose instances have the values: models of pydantic, dataclasses, classes of attrs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum

from celerylint.facts import (
    Annotation,
    BindingKind,
    Call,
    ClassFact,
    Constant,
    Expression,
    Lambda,
    Opaque,
    Reference,
    Shape,
)
from celerylint.finding import Place
from celerylint.linking.names import Names
from celerylint.model import Carrier, Entity, Layer, Setting

_DEPTH = 16


class FieldKind(Enum):
    """What makes fields of the annotated names of a class.

    SETTINGS are models too, whose values the environment may give, and whose defaults pydantic
    converts. The class itself has none of the fields of a model or of attrs; a dataclass has those
    with a plain default, unless it has slots.
    """

    PLAIN = "plain"
    MODEL = "model"
    SETTINGS = "settings"
    DATACLASS = "dataclass"
    SLOTS = "slots"
    ATTRS = "attrs"


_BASES: Mapping[str, FieldKind] = {
    "pydantic.BaseModel": FieldKind.MODEL,
    "pydantic.main.BaseModel": FieldKind.MODEL,
    "pydantic.BaseSettings": FieldKind.SETTINGS,
    "pydantic.env_settings.BaseSettings": FieldKind.SETTINGS,
    "pydantic_settings.BaseSettings": FieldKind.SETTINGS,
    "pydantic_settings.main.BaseSettings": FieldKind.SETTINGS,
}
_DECORATORS: Mapping[str, FieldKind] = {
    "dataclasses.dataclass": FieldKind.DATACLASS,
    "pydantic.dataclasses.dataclass": FieldKind.DATACLASS,
    "attr.s": FieldKind.ATTRS,
    "attr.attrs": FieldKind.ATTRS,
    "attr.dataclass": FieldKind.ATTRS,
    "attr.define": FieldKind.ATTRS,
    "attr.frozen": FieldKind.ATTRS,
    "attr.mutable": FieldKind.ATTRS,
    "attrs.define": FieldKind.ATTRS,
    "attrs.frozen": FieldKind.ATTRS,
    "attrs.mutable": FieldKind.ATTRS,
}
_FIELDS = frozenset(
    (
        "attr.attrib",
        "attr.field",
        "attr.ib",
        "attrs.field",
        "dataclasses.field",
        "pydantic.Field",
        "pydantic.fields.Field",
    )
)
_PROPERTIES = frozenset(
    (
        "functools.cached_property",
        "property",
        "pydantic.computed_field",
    )
)
_MODELS = frozenset({FieldKind.MODEL, FieldKind.SETTINGS})
_OWN = frozenset({"Config", "model_config"})
_CONVERTED: Mapping[str, type] = {"bool": bool, "float": float, "int": int, "str": str}


class Fields:
    """Tell what the fields of classes are, and their defaults."""

    def __init__(self, names: Names) -> None:
        """Tell it with the help of names."""
        self._names = names

    def is_base(self, entity: Entity) -> bool:
        """Return whether a class from outside is a base whose fields are all seen."""
        return entity.external and entity.name in _BASES

    def kind(self, entity: Entity, depth: int = 0) -> FieldKind:
        """Return what makes fields of the names of a class."""
        fact = self._fact(entity)
        if fact is None or depth > _DEPTH:
            return FieldKind.PLAIN
        for decorator in fact.decorators:
            call = decorator if isinstance(decorator, Call) else None
            name = self._outside(
                entity.path, fact.where.scope, call.function if call else decorator
            )
            if name in _DECORATORS:
                slots = call and call.keyword("slots")
                slotted = isinstance(slots, Constant) and slots.value is True
                known = _DECORATORS[name]
                return FieldKind.SLOTS if slotted and known is FieldKind.DATACLASS else known
        for base in fact.bases:
            target = self._names.of_expression(entity.path, fact.where.scope, base)
            above = target.entity if target and not target.rest else entity
            kind = _BASES.get(above.name) if above.external else self.kind(above, depth + 1)
            if kind in _MODELS:
                return kind
        return FieldKind.PLAIN

    def given(self, setting: Setting, kind: FieldKind) -> Setting | None:
        """Return the setting that a name in the body of a class is, None where it is none."""
        if kind is FieldKind.PLAIN:
            return setting
        if kind in _MODELS and setting.name in _OWN:
            return None
        scope = setting.where.scope
        value = self.default(setting.place.path, scope, setting.value)
        if kind is not FieldKind.SETTINGS:
            return setting._replace(value=value)
        annotation = self.annotation(setting.owner, setting.name)
        return setting._replace(value=_converted(value, annotation), carrier=Carrier.FIELD)

    def required(self, entity: Entity, kind: FieldKind) -> Iterator[Setting]:
        """Yield the fields of a class without a default, which its instances are given."""
        fact = self._fact(entity)
        bindings = self._bindings(entity)
        for each in fact.annotations if fact and kind is not FieldKind.PLAIN else ():
            if each.name not in bindings:
                yield Setting(
                    each.name,
                    Place(entity.path, each.span),
                    Shape.NAME,
                    Layer.SOURCE,
                    BindingKind.ASSIGN,
                    each.where,
                    entity,
                    each.where.statement,
                    None,
                    Carrier.FIELD if kind is FieldKind.SETTINGS else Carrier.CELERY,
                )

    def default(self, path: str, scope: str, value: Expression | None) -> Expression | None:
        """Return the default of a field: that of `Field(default=...)`, or the value itself."""
        if not isinstance(value, Call) or self._outside(path, scope, value.function) not in _FIELDS:
            return value
        factory = value.keyword("default_factory") or value.keyword("factory")
        if isinstance(factory, Lambda):
            return factory.body
        if factory is not None:
            return Call(factory.span, factory)
        return value.keyword("default") or value.positional(0)

    def annotation(self, entity: Entity, name: str) -> Annotation | None:
        """Return the annotation of a name in the body of a class."""
        fact = self._fact(entity)
        return next((a for a in fact.annotations if a.name == name), None) if fact else None

    def lost(self, entity: Entity) -> frozenset[str]:
        """Return the names of which a class itself has no value, but its instances have one."""
        fact, index = self._fact(entity), self._names.facts.of(entity.path)
        kind, bindings = self.kind(entity), self._bindings(entity)
        plain = kind is FieldKind.PLAIN
        fields = {a.name for a in fact.annotations} if fact and not plain else set[str]()
        made = {name for name, value in bindings.items() if self._is_made(entity, value)}
        if kind is FieldKind.DATACLASS:
            fields -= bindings.keys() - made
        if kind is FieldKind.ATTRS:
            fields |= made
        writes = index.instance_writes.get(entity.inner_scope, ()) if index else ()
        written = {write.name for write in writes if write.name not in bindings}
        return frozenset((*fields, *written, *self.properties(entity)))

    def properties(self, entity: Entity) -> Iterator[str]:
        """Yield the names that a class computes for its instances."""
        index = self._names.facts.of(entity.path)
        for function in index.methods.values() if index else ():
            if function.where.scope == entity.inner_scope and any(
                self._outside(entity.path, entity.inner_scope, decorator) in _PROPERTIES
                for decorator in function.decorators
            ):
                yield function.name

    def _is_made(self, entity: Entity, value: Expression | None) -> bool:
        """Return whether a field has no plain default for the class to keep."""
        if not isinstance(value, Call):
            return False
        name = self._outside(entity.path, entity.inner_scope, value.function)
        return name in _FIELDS and value.keyword("default") is None

    def _bindings(self, entity: Entity) -> dict[str, Expression | None]:
        index = self._names.facts.of(entity.path)
        return {b.name: b.value for b in index.in_scope(entity.inner_scope)} if index else {}

    def _fact(self, entity: Entity) -> ClassFact | None:
        index = self._names.facts.of(entity.path)
        return index.classes.get(entity.inner_scope) if index else None

    def _outside(self, path: str, scope: str, expression: Expression) -> str:
        """Return the dotted name of something from outside the project, empty for anything else."""
        target = self._names.of_expression(path, scope, expression)
        return target.entity.name if target and target.entity.external and not target.rest else ""


def _converted(value: Expression | None, annotation: Annotation | None) -> Expression | None:
    """Return what pydantic makes of a default; what it converts, or what may be set, is unknown."""
    if value is None or annotation is None:
        return value
    kind = annotation.type.name if isinstance(annotation.type, Reference) else ""
    wanted = _CONVERTED.get(kind)
    plain = value.value if isinstance(value, Constant) else value
    if plain is None or (wanted and type(plain) is not wanted):
        return Opaque(value.span)
    return value
