"""Follows the feed with the package `websocket-client` until a text comes: URL, certificate, token, text."""

import sys

import websocket

from model import Model, opening

url, certificate, token, last = sys.argv[1:]
trust = {"ca_certs": certificate} if url.startswith("wss:") else None
feed = websocket.create_connection(url, sslopt=trust, subprotocols=["ingredi%20state%20api"], timeout=60)
model = Model(last)
for message in opening(token):
    feed.send(message)
while not model.take(feed.recv()):
    pass
feed.close()
model.show()
