"""The loops of a graph: the steps from which a way leads back to themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable


def loops(nodes: Collection[int], targets_of: Callable[[int], Iterable[int]]) -> list[frozenset[int]]:
    """The strongly connected parts that have a way round; ways out of `nodes` do not count.

    Tarjan, Depth-first search and linear graph algorithms (SIAM Journal on Computing, 1972), with a stack of
    its own: a workflow may have more steps than Python has room for calls.
    """
    search = _Search(nodes, targets_of)
    for node in nodes:
        search.visit(node)
    return [part for part in search.parts if len(part) > 1 or _goes_round(part, targets_of)]


def _goes_round(part: frozenset[int], targets_of: Callable[[int], Iterable[int]]) -> bool:
    return any(node in targets_of(node) for node in part)


class _Search:
    def __init__(self, nodes: Collection[int], targets_of: Callable[[int], Iterable[int]]) -> None:
        self.parts: list[frozenset[int]] = []
        self._nodes = frozenset(nodes)
        self._targets_of = targets_of
        self._found: dict[int, int] = {}
        self._lowest: dict[int, int] = {}
        self._open: list[int] = []
        self._is_open: set[int] = set()

    def visit(self, start: int) -> None:
        if start in self._found:
            return
        path = [(start, iter(self._enter(start)))]
        while path:
            node, targets = path[-1]
            target = next(targets, None)
            if target is None:
                path.pop()
                self._leave(node)
                if path:
                    self._lower(path[-1][0], self._lowest[node])
            elif target not in self._found:
                path.append((target, iter(self._enter(target))))
            elif target in self._is_open:
                self._lower(node, self._found[target])

    def _enter(self, node: int) -> list[int]:
        self._found[node] = self._lowest[node] = len(self._found)
        self._open.append(node)
        self._is_open.add(node)
        return [target for target in self._targets_of(node) if target in self._nodes]

    def _lower(self, node: int, number: int) -> None:
        self._lowest[node] = min(self._lowest[node], number)

    def _leave(self, node: int) -> None:
        """The first node of a part closes it, when all that it leads to is done."""
        if self._lowest[node] == self._found[node]:
            part = set()
            while node not in part:
                part.add(self._open.pop())
            self._is_open -= part
            self.parts.append(frozenset(part))
