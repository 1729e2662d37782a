"""Follows the feed with the package `websockets` until a text comes: URL, certificate, token, text."""

import ssl
import sys

from websockets.sync.client import connect

from model import Model, opening

url, certificate, token, last = sys.argv[1:]
trust = ssl.create_default_context(cafile=certificate) if url.startswith("wss:") else None
model = Model(last)
with connect(url, ssl=trust, subprotocols=["ingredi%20state%20api"], compression=None, max_size=None) as feed:
    for message in opening(token):
        feed.send(message)
    while not model.take(feed.recv(timeout=60)):
        pass
    model.show()
