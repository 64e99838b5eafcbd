"""A loop closes although a test left something open."""

import asyncio
import gc
import warnings

import pytest
from devstack.loops import ClosingLoop


async def a_connection(server: asyncio.Server) -> asyncio.StreamWriter:
    _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    return writer


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the connection says that it is open
def test_a_loop_with_an_open_connection_is_closed_where_warnings_are_errors() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", ResourceWarning)
        loop = ClosingLoop()
        server = loop.run_until_complete(asyncio.start_server(lambda *_: None, "127.0.0.1", 0))
        writer = loop.run_until_complete(a_connection(server))
        server.close()
        with pytest.warns(ResourceWarning, match="unclosed resource <TCPTransport"):
            loop.close()
        assert loop.is_closed()
        del writer, server
        gc.collect()
