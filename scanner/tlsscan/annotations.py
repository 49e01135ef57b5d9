"""What annotations name of `typing`, without loading it: that alone would be a thirtieth of a run on five files.

Type checkers see `typing` itself. Nothing here asks an annotation anything while it runs, so that any class will do.
"""

TYPE_CHECKING = False  # by this name, a type checker takes it for true

if TYPE_CHECKING:
    from typing import Any as Any
    from typing import AnyStr as AnyStr
    from typing import Final as Final
    from typing import Generic as Generic
    from typing import Literal as Literal
    from typing import NoReturn as NoReturn
    from typing import Protocol as Protocol
    from typing import SupportsIndex as SupportsIndex
    from typing import TextIO as TextIO
    from typing import TypeAlias as TypeAlias
    from typing import TypeVar as TypeVar
    from typing import cast as cast
    from typing import overload as overload
else:

    class Any:
        """Stands for whatever an annotation names, and is a base that gives nothing."""

        __slots__ = ()

        def __class_getitem__(cls, item):
            return cls

    AnyStr = Final = Generic = Literal = NoReturn = Protocol = SupportsIndex = TextIO = TypeAlias = Any

    def TypeVar(name, **bounds):
        """Stands for the type that it would be bound to."""
        return Any

    def cast(kind, value):
        """The value."""
        return value

    def overload(function):
        """The function."""
        return function
