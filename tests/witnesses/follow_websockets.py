"""Follows the feed with the package `websockets` until a text comes: URL, certificate, token, text."""

import asyncio
import ssl
import sys

from websockets.asyncio.client import connect

from model import Model, opening

url, certificate, token, last = sys.argv[1:]
trust = ssl.create_default_context(cafile=certificate) if url.startswith("wss:") else None


async def follow():
    # One thread reads and writes: two at once lose an answer over TLS now and then.
    model = Model(last)
    async with connect(url, ssl=trust, subprotocols=["ingredi%20state%20api"], compression=None, max_size=None) as feed:
        for message in opening(token):
            await feed.send(message)
        while not model.take(await asyncio.wait_for(feed.recv(), 60)):
            pass
        model.show()


asyncio.run(follow())
