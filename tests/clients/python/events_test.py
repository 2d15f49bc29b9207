"""What happens at the desk, as it happens, through `jsonrpcclient` and `websockets`."""

import json
import unittest

from jsonrpcclient import Ok, parse, request
from websockets.sync.client import connect

from server import TOKEN, Server

HEADERS = {"Authorization": f"Bearer {TOKEN}"}


class Desk:
    """A socket that carries both answers and events."""

    def __init__(self, socket):
        self._socket = socket
        self._events = []

    def _receive(self):
        """The next answer, or nothing for an event."""
        message = json.loads(self._socket.recv())
        if "method" not in message:
            return message
        assert message["method"] == "admin.event", message
        self._events.append(message["params"])
        return None

    def call(self, method, params):
        self._socket.send(json.dumps(request(method, params=params)))
        while (message := self._receive()) is None:
            pass
        reply = parse(message)
        assert isinstance(reply, Ok), reply
        return reply.result

    def event(self, subscription, kind):
        while True:
            for event in self._events:
                if event["subscription"] == subscription and event["result"]["type"] == kind:
                    return event["result"]
            assert self._receive() is None, "an answer that nobody asked for"


class Events(unittest.TestCase):
    def setUp(self):
        server = Server()
        self.addCleanup(server.stop)
        socket = connect(server.socket, additional_headers=HEADERS)
        self.addCleanup(socket.close)
        self.desk = Desk(socket)

    def test_a_license_is_heard_of_as_it_is_made(self):
        desk = self.desk
        desk.call("admin.product.create", {"slug": "acme", "name": "Acme Forms Pro"})
        # The package leaves out parameters that are empty, which means the same.
        subscription = desk.call("admin.events", {})
        desk.call("admin.license.create", {"product": "acme"})
        event = desk.event(subscription, "license.created")
        self.assertTrue(event["id"].startswith("evt_"))
        self.assertIs(desk.call("admin.unsubscribeEvents", {"subscription": subscription}), True)
