"""The PyPI package `jsonrpcclient`, which leaves the sending to its user: by `requests`, and by
`websockets`."""

import json
import re
import unittest
from pathlib import Path

import requests
from jsonrpcclient import Error, Ok, notification, parse, request, request_uuid
from websockets.sync.client import connect

from server import TOKEN, Server

README = Path(__file__).resolve().parents[3] / "README.md"
HEADERS = {"Authorization": f"Bearer {TOKEN}"}

server = None


def setUpModule():
    global server
    server = Server()


def tearDownModule():
    server.stop()


class Story:
    """What the client must be able to tell, from a license's making to its freed place. A way to
    send says what `admin` and `customer` do with a request: they give the reply's JSON."""

    def made(self, slug):
        """A product, a plan with one place, and a license; gives its key."""
        product = {"slug": slug, "name": "Acme Forms Pro"}
        self.ok(self.admin, "admin.product.create", product)
        plan = {
            "product": slug,
            "slug": "single",
            "name": "Single site",
            "activationType": "domain",
            "activationLimit": 1,
            "term": {"months": 12},
        }
        self.assertEqual(self.ok(self.admin, "admin.plan.create", plan)["term"], {"months": 12})
        sale = {"product": slug, "plan": "single"}
        return self.ok(self.admin, "admin.license.create", sale)["key"]

    def ok(self, send, method, params):
        reply = parse(send(request(method, params=params)))
        self.assertIsInstance(reply, Ok, method)
        return reply.result

    def refused(self, send, method, params):
        reply = parse(send(request_uuid(method, params=params)))
        self.assertIsInstance(reply, Error, method)
        return reply

    def test_a_license_goes_its_way_and_frees_its_place(self):
        key = self.made(f"{self.name}-story")
        site = {"key": key, "identifier": "https://www.Example.com/shop"}
        made = self.ok(self.customer, "license.activate", site)
        self.assertEqual(made["activation"]["identifier"], "example.com")
        verdict = self.ok(self.customer, "license.validate", {**site, "nonce": "n-1"})
        self.assertEqual([verdict["status"], verdict["nonce"]], ["valid", "n-1"])

        other = {"key": key, "identifier": "other.example"}
        full = self.refused(self.customer, "license.activate", other)
        self.assertEqual(full.code, 409)
        self.assertTrue(full.message.endswith("."), "a sentence for a person")
        self.assertEqual(full.data["code"], "seat_limit_exceeded")
        self.assertEqual([full.data["limit"], full.data["used"]], [1, 1])

        place = {"key": key, "activation": made["activation"]["id"]}
        freed = self.ok(self.customer, "license.deactivate", place)
        self.assertEqual(freed["activationsUsed"], 0)

    def test_what_is_wrong_with_a_call_can_be_read(self):
        typed_wrong = {"key": "nobody's", "keyz": 1}
        reply = self.refused(self.customer, "license.validate", typed_wrong)
        self.assertEqual(reply.code, -32602)
        self.assertEqual(reply.data["code"], "invalid_params")
        self.assertEqual(reply.data["field"], "keyz")

        reply = self.refused(self.customer, "license.nope", {"key": "nobody's"})
        self.assertEqual(reply.code, -32601)

        by_position = self.refused(self.customer, "license.validate", ("nobody's",))
        self.assertEqual(by_position.code, -32602)

    def test_without_a_token_the_desk_stays_shut(self):
        reply = self.refused(self.customer, "admin.product.get", {"product": "any"})
        self.assertEqual([reply.code, reply.data["code"]], [401, "unauthorized"])

    def test_a_batch_is_answered_call_by_call(self):
        key = self.made(f"{self.name}-batch")
        batch = [
            request("license.validate", params={"key": key}),
            request("license.activate", params={"key": key}),
            notification("license.validate", params={"key": key}),
            request_uuid("license.validate", params={"key": "nobody's"}),
        ]
        valid, refused, unknown = parse(self.customer(batch))
        self.assertEqual([valid.id, valid.result["status"]], [batch[0]["id"], "valid"])
        self.assertEqual([refused.code, refused.data["field"]], [-32602, "identifier"])
        self.assertEqual([unknown.id, unknown.result["status"]], [batch[3]["id"], "invalid"])


class OverHttp(Story, unittest.TestCase):
    name = "by-requests"

    def admin(self, call):
        return requests.post(server.rpc, json=call, headers=HEADERS).json()

    def customer(self, call):
        return requests.post(server.rpc, json=call).json()

    def test_a_notification_is_taken_and_not_done(self):
        product = {"slug": "by-requests-noticed", "name": "Noticed"}
        call = notification("admin.product.create", params=product)
        reply = requests.post(server.rpc, json=call, headers=HEADERS)
        self.assertEqual([reply.status_code, reply.content], [202, b""])
        asked = self.refused(self.admin, "admin.product.get", {"product": product["slug"]})
        self.assertEqual(asked.code, 404)

    def test_a_body_over_the_limit_reads_as_its_error(self):
        large = request("license.validate", params={"key": "x" * 65 * 1024})
        reply = requests.post(server.rpc, json=large)
        self.assertEqual(reply.status_code, 413)
        self.assertEqual(parse(reply.json()).code, -32007)


class OverWebSocket(Story, unittest.TestCase):
    name = "by-websockets"

    def setUp(self):
        self.desk = connect(server.socket, additional_headers=HEADERS)
        self.addCleanup(self.desk.close)
        self.app = connect(server.socket)
        self.addCleanup(self.app.close)

    def admin(self, call):
        self.desk.send(json.dumps(call))
        return json.loads(self.desk.recv())

    def customer(self, call):
        self.app.send(json.dumps(call))
        return json.loads(self.app.recv())

    def test_a_notification_is_taken_and_not_done(self):
        product = {"slug": "by-websockets-noticed", "name": "Noticed"}
        self.desk.send(json.dumps(notification("admin.product.create", params=product)))
        asked = self.refused(self.admin, "admin.product.get", {"product": product["slug"]})
        self.assertEqual(asked.code, 404)


class Readme(unittest.TestCase):
    def test_its_example_runs_as_it_stands(self):
        (example,) = re.findall(r"^```python\n(.*?)^```", README.read_text(), re.M | re.S)
        names = {"requests": requests, "request": request, "parse": parse}
        names |= {"key": "nobody's", "token": TOKEN}
        exec(example.replace("http://127.0.0.1:8787/rpc", server.rpc), names)
        self.assertEqual(names["outcome"].result["status"], "invalid")
