"""Command trees of IOS: the common notation with IOS's own argument types."""

from collections.abc import Iterable
from typing import TypeVar

from lab.devices.cisco_ios.tokens import taker
from lab.devices.grammar import Reading, Refusal
from lab.devices.grammar import Tree as AnyTree

T = TypeVar("T")

__all__ = ["Reading", "Refusal", "Tree"]


class Tree(AnyTree[T]):
    """A set of commands of one mode."""

    def __init__(self, specs: Iterable[tuple[str, T]]) -> None:
        super().__init__(specs, taker)
