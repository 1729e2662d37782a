"""The model of the real-time state API as a client keeps it, by pages 141 to 145 of the guide alone.

In: what comes over a WebSocket, in any cut. Out: a line for each message, and the model at the end, as JSON. A message that does not fit
the model ends the program.
"""

import json


def opening(token):
    """The two messages of a client, which may be sent back to back."""
    yield json.dumps({"type": "authenticate", "credentials": {"bearer_token": token}}) + "\n"
    yield json.dumps({"type": "subscribe", "tables": "all"}) + "\n"


class Model:
    def __init__(self, last):
        self.tables = {}
        self.rest = b""
        self.last = last.encode()

    def take(self, part):
        """Takes over a part of the stream. Whether the last message was in it."""
        *lines, self.rest = (self.rest + part).split(b"\n")
        ended = False
        for line in lines:
            self.apply(json.loads(line))
            ended = ended or self.last in line
        return ended

    def apply(self, message):
        kind = message["type"]
        if kind in ("authenticate_response", "subscribe_response"):
            assert message["success"] is True, message
            return
        if kind == "truncate_model":
            self.tables = {}
        else:
            assert kind == "model_update", kind
            for table, rows in message.get("insert", {}).items():
                known = self.tables.setdefault(table, {})
                for row in rows:
                    assert row not in known, (table, row)
                known.update(rows)
            for table, rows in message.get("update", {}).items():
                for row, fields in rows.items():
                    self.tables[table][row].update(fields)
            for table, rows in message.get("delete", {}).items():
                for row in rows:
                    del self.tables[table][row]
        print(kind, flush=True)

    def show(self):
        print(json.dumps(self.tables), flush=True)
