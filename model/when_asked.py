"""Fields of a value that are worked out when they are first looked at."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")


class WhenAsked(Generic[T]):
    """A field of a dataclass that may be given as a function, which is called when the field is first read.

    A descriptor: the dataclass behaves as if it held the value from the start.

    Parameters
    ----------
    default : callable, optional
        Gives the value where none is given; without it one has to be.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Square:
    ...     side: float
    ...     area: WhenAsked[float] = WhenAsked()
    >>> Square(3.0, lambda: 9.0) == Square(3.0, 9.0)
    True
    >>> Square(3.0, lambda: 9.0)
    Square(side=3.0, area=9.0)
    """

    def __init__(self, default: Callable[[], T] | None = None) -> None:
        self._default = default

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, value: None, owner: type) -> "WhenAsked[T]": ...

    @overload
    def __get__(self, value: object, owner: type) -> T: ...

    def __get__(self, value: Any, owner: type) -> Any:
        if value is None:
            if self._default is None:
                raise AttributeError(self._name)  # so that the dataclass knows of no default
            return self._default
        found = vars(value)[self._name]
        if callable(found):
            found = vars(value)[self._name] = found()
        return found

    def __set__(self, value: object, given: T | Callable[[], T]) -> None:
        vars(value)[self._name] = given
