"""`NamedTuple` and `StrEnum` as this program uses them: what the library gives, made many times sooner.

There are more than a hundred records; to make their classes by way of `typing` would be a twentieth of a run on five
files. Type checkers see `typing.NamedTuple` itself, and so does Python 3.14, where annotations are evaluated later.
"""

import sys

from tlsscan.annotations import TYPE_CHECKING

if TYPE_CHECKING:
    from enum import StrEnum as StrEnum
else:

    class _Kinds(type):
        """The type of an enumeration of texts: its members are found by name as attributes, by value by a call."""

        def __new__(cls, name, bases, body):
            texts = {key: text for key, text in body.items() if type(text) is str and not key.startswith("__")}
            rest = {key: value for key, value in body.items() if key not in texts}
            made = type.__new__(cls, name, bases, rest | {"__slots__": ()})
            made._by_value = {}
            for key, text in texts.items():
                member = str.__new__(made, text)
                member.name, member.value = key, text
                made._by_value[text] = member
                type.__setattr__(made, key, member)
            return made

        def __call__(cls, value):
            try:
                return cls._by_value[value]
            except (KeyError, TypeError):
                raise ValueError(f"{value!r} is not a valid {cls.__qualname__}") from None

        def __iter__(cls):
            return iter(cls._by_value.values())

        def __reversed__(cls):
            return reversed(cls._by_value.values())

        def __len__(cls):
            return len(cls._by_value)

        def __contains__(cls, value):
            return value in cls._by_value

        def __setattr__(cls, name, value):
            if name != "_by_value":
                raise AttributeError(f"{cls.__name__} does not change")
            type.__setattr__(cls, name, value)

    class _Kind(str):
        """What all members can do."""

        __slots__ = ("name", "value")

        def __repr__(self):
            return f"<{type(self).__name__}.{self.name}: {self.value!r}>"

        def __reduce__(self):
            return type(self), (self.value,)

    def StrEnum():
        """The base of an enumeration of texts; see `enum.StrEnum`."""

    _KINDS = type.__new__(_Kinds, "StrEnum", (_Kind,), {"__slots__": ()})
    StrEnum.__mro_entries__ = lambda bases: (_KINDS,)


if TYPE_CHECKING or sys.version_info >= (3, 14):
    from typing import NamedTuple as NamedTuple
else:
    from _collections import _tuplegetter
    from types import FunctionType

    _CONSTRUCTORS = {}

    class _Record(tuple):
        """What all records can do."""

        __slots__ = ()

        @classmethod
        def _make(cls, values):
            made = tuple.__new__(cls, values)
            if len(made) != len(cls._fields):
                raise TypeError(f"Expected {len(cls._fields)} arguments, got {len(made)}")
            return made

        def _replace(self, /, **changes):
            made = tuple.__new__(type(self), map(changes.pop, self._fields, self))
            if changes:
                raise ValueError(f"Got unexpected field names: {list(changes)!r}")
            return made

        def _asdict(self):
            return dict(zip(self._fields, self, strict=True))

        def __repr__(self):
            shown = ", ".join(f"{name}={value!r}" for name, value in zip(self._fields, self, strict=True))
            return f"{type(self).__name__}({shown})"

        def __getnewargs__(self):
            return tuple(self)

    def _constructor(name, fields, defaults):
        """A `__new__` that takes the fields by position or by name: one code for each number of them, renamed."""
        count = len(fields)
        if count not in _CONSTRUCTORS:
            names = "".join(f"_{number}, " for number in range(count))
            made = eval(f"lambda _cls, {names}: _new(_cls, ({names}))", {"_new": tuple.__new__})
            _CONSTRUCTORS[count] = made
        template = _CONSTRUCTORS[count]
        code = template.__code__.replace(
            co_varnames=("_cls", *fields), co_name="__new__", co_qualname=f"{name}.__new__"
        )
        return FunctionType(code, template.__globals__, "__new__", defaults)

    class _Maker(type):
        def __new__(cls, name, bases, body):
            fields = tuple(body.get("__annotations__", ()))
            defaults = {field: body.pop(field) for field in fields if field in body}
            if tuple(defaults) != fields[len(fields) - len(defaults) :]:
                raise TypeError(f"{name}: a field without a default follows one that has one")
            body.update((field, _tuplegetter(number, "")) for number, field in enumerate(fields))
            body["__slots__"] = ()
            body["__new__"] = _constructor(name, fields, tuple(defaults.values()))
            body["_fields"] = body["__match_args__"] = fields
            body["_field_defaults"] = defaults
            return type(name, (_Record,), body)

    def NamedTuple():
        """The base of a record; see `typing.NamedTuple`."""

    _BASE = type.__new__(_Maker, "NamedTuple", (), {})
    NamedTuple.__mro_entries__ = lambda bases: (_BASE,)
