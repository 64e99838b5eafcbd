"""Listings, page by page, as one iteration, from either end."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from yima_client.caller import Caller

PAGE = 100


class Pages[Item]:
    """All that an operation lists, asked for as it is read.

    async for order in api.ordering.orders(status="CONFIRMED"):
        ...

    From its end, the last one first:

    async for order in api.ordering.orders().backward():
        ...
    """

    def __init__(
        self, caller: "Caller", name: str, item: type[Item], variables: Mapping[str, Any], *, edges: bool = False
    ) -> None:
        self._caller = caller
        self._name = name
        self._item = item
        self._variables = variables
        self._edges = edges

    def __aiter__(self) -> AsyncIterator[Item]:
        return self._items()

    async def _items(self) -> AsyncGenerator[Item]:
        async for page in self.pages():
            for item in page:
                yield item

    async def pages(self, size: int = PAGE, after: str | None = None) -> AsyncGenerator[list[Item]]:
        """The same a page at a time: `size` is how many are asked for at once, at most 100."""
        while True:
            page = await self._page({"first": size, "after": after})
            yield self._decoded(page)
            if not page["pageInfo"]["hasNextPage"]:
                return
            after = page["pageInfo"]["endCursor"]

    async def pages_back(self, size: int = PAGE, before: str | None = None) -> AsyncGenerator[list[Item]]:
        """The pages from the list's end, or from before a cursor, to its beginning; each in the list's order."""
        while True:
            page = await self._page({"last": size, "before": before})
            yield self._decoded(page)
            if not page["pageInfo"]["hasPreviousPage"]:
                return
            before = page["pageInfo"]["startCursor"]

    async def backward(self) -> AsyncGenerator[Item]:
        """All that is listed, the last one first."""
        async for page in self.pages_back():
            for item in reversed(page):
                yield item

    async def _page(self, part: Mapping[str, Any]) -> dict[str, Any]:
        variables = {**self._variables, **part}
        page: dict[str, Any] = await self._caller.typed(self._name, dict[str, Any], variables, safe=True)
        return page

    def _decoded(self, page: Mapping[str, Any]) -> list[Item]:
        nodes = [edge["node"] for edge in page["edges"]] if self._edges else page["nodes"]
        return [self._caller.decoded(item, self._item) for item in nodes]

    async def all(self) -> list[Item]:
        """All of them, in memory."""
        return [item async for item in self]

    async def first(self, count: int = 20) -> list[Item]:
        """The first of them, by one request. At most 100."""
        async for page in self.pages(size=count):
            return page
        return []

    async def last(self, count: int = 20) -> list[Item]:
        """The last of them, in the list's order, by one request. At most 100."""
        async for page in self.pages_back(size=count):
            return page
        return []
