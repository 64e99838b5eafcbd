"""Listings, page by page, as one iteration."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from yima_client.caller import Caller

PAGE = 100


class Pages[Item]:
    """All that an operation lists, asked for as it is read.

    async for order in api.ordering.orders(status="CONFIRMED"):
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
            variables = {**self._variables, "first": size, "after": after}
            page = await self._caller.typed(self._name, dict[str, Any], variables, safe=True)
            nodes = [edge["node"] for edge in page["edges"]] if self._edges else page["nodes"]
            yield [self._caller.decoded(item, self._item) for item in nodes]
            if not page["pageInfo"]["hasNextPage"]:
                return
            after = page["pageInfo"]["endCursor"]

    async def all(self) -> list[Item]:
        """All of them, in memory."""
        return [item async for item in self]

    async def first(self, count: int = 20) -> list[Item]:
        """The first of them, by one request. At most 100."""
        async for page in self.pages(size=count):
            return page
        return []
