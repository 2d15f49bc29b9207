// What a client keeps and where, and who waits for whom.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { closedPort, hanging, startFaulty } from "./faulty.mjs";
import { counterfoil, write } from "./installed.mjs";
import {
  DAY,
  HERE,
  START,
  activated,
  assertLicensed,
  assertNot,
  away,
  checkedAndRenewed,
  openStorage,
  stage,
  stored,
} from "./stage.mjs";

const { createClient, memoryStorage } = counterfoil;

test("one entry is kept: the key, the lease and the time", async () => {
  const { clock, storage, key } = await activated();
  const { lease, ...rest } = stored(storage);
  assert.deepEqual(rest, { key, latest: clock.now });
  assert.equal(lease.split(".").length, 3);
});

test("products, places and modes do not get into each other's way", async () => {
  const { storage, options } = stage();
  const names = new Set();
  const spy = { ...storage, get: (name) => void names.add(name) };
  const places = ["a.b", "a", "b", "a.b.live", "A", "a_2e_b", "ä", "\u{1f600}", "x y", "live"];
  for (const product of places) {
    for (const identifier of places) {
      for (const mode of ["live", "test"]) {
        await createClient({ ...options, product, identifier, mode, storage: spy }).check();
      }
    }
  }
  assert.equal(names.size, 2 * places.length ** 2);
  // What the storages of other platforms take.
  for (const name of names) assert.match(name, /^[A-Za-z0-9._-]+$/);
});

for (const [what, content] of [
  ["nothing that can be read", "{"],
  ["nothing", ""],
  ["null", "null"],
  ["a list", "[]"],
  ["no key", '{"lease":null,"latest":1}'],
  ["an empty key", '{"key":"","lease":null,"latest":1}'],
  ["a key that is a number", '{"key":7,"lease":null,"latest":1}'],
  ["a lease that is a number", '{"key":"k","lease":7,"latest":1}'],
  ["no time", '{"key":"k","lease":null}'],
  ["no text", 42],
]) {
  test(`a storage that holds ${what} is as good as an empty one`, async () => {
    const { vendor, key, start } = stage();
    const texts = new Map();
    const storage = openStorage(texts);
    const client = start({ storage: { ...storage, get: (name) => texts.get(name) ?? content } });
    assertNot(await client.check(), "no_key");
    assert.equal(vendor.asked.length, 0);
    assertLicensed(await client.activate(key), "server");
    assertLicensed(await client.check(), "lease");
  });
}

function failing(...methods) {
  const storage = openStorage();
  for (const method of methods) {
    storage[method] = () => {
      throw new Error("the disk is full");
    };
  }
  return storage;
}

function rejecting(...methods) {
  const storage = openStorage();
  for (const method of methods) storage[method] = async () => Promise.reject(new Error("no such disk"));
  return storage;
}

for (const [what, make] of [
  ["refuses everything at once", () => failing("get", "set", "delete")],
  ["refuses everything later", () => rejecting("get", "set", "delete")],
  ["can be read only", () => failing("set", "delete")],
  ["can be written only", () => rejecting("get")],
]) {
  test(`with a storage that ${what} the client goes on in memory`, async () => {
    const { clock, key, start, vendor } = stage();
    const client = start({ storage: make() });
    assertNot(await client.check(), "no_key");
    assertLicensed(await client.activate(key), "server");
    clock.now += DAY;
    assertLicensed(await client.check(), "lease");
    vendor.change(key, { status: "revoked" });
    assertNot(await client.validate(), "revoked");
    vendor.change(key, { status: "valid" });
    assertLicensed(await client.check(), "server");
    assertNot(await client.deactivate(), "no_key");
    assertNot(await client.check(), "no_key");
  });
}

test("a storage may take its time", async () => {
  const { key, start, storage } = stage();
  const slow = (method) => (...words) =>
    new Promise((resolve) => setImmediate(() => resolve(storage[method](...words))));
  const later = { get: slow("get"), set: slow("set"), delete: slow("delete") };
  assertLicensed(await start({ storage: later }).activate(key), "server");
  assertLicensed(await start({ storage: later, fetch: away }).check(), "lease");
});

test("what another window did shows at the next check", async () => {
  const { vendor, start } = await activated();
  const [one, other] = [start(), start()];
  assertLicensed(await one.check(), "lease");
  await other.deactivate();
  assertNot(await one.check(), "no_key");
  const key = vendor.sell();
  await other.activate(key);
  assertLicensed(await one.check(), "lease");
});

test("memory is a storage of its own for every client", async () => {
  const { key, start } = stage();
  const storage = memoryStorage();
  assertLicensed(await start({ storage }).activate(key), "server");
  assertLicensed(await start({ storage, fetch: away }).check(), "lease");
  assertNot(await start({ storage: memoryStorage() }).check(), "no_key");
  assertNot(await start({ storage: undefined }).check(), "no_key");
});

test("in a page the usual storage is localStorage, and memory where a page may keep nothing", async (t) => {
  const { key, start } = stage();
  const texts = new Map();
  const localStorage = {
    getItem: (name) => texts.get(name) ?? null,
    setItem: (name, value) => void texts.set(name, value),
    removeItem: (name) => void texts.delete(name),
  };
  t.after(() => {
    delete globalThis.document;
    delete globalThis.localStorage;
  });
  globalThis.document = {};
  Object.defineProperty(globalThis, "localStorage", { configurable: true, get: () => localStorage });
  const client = start({ storage: undefined });
  assertLicensed(await client.activate(key), "server");
  assert.equal(texts.size, 1);
  assertLicensed(await start({ storage: undefined, fetch: away }).check(), "lease");
  assertNot(await client.deactivate(), "no_key");
  assert.equal(texts.size, 0);
  Object.defineProperty(globalThis, "localStorage", {
    configurable: true,
    get() {
      throw new Error("SecurityError");
    },
  });
  assertLicensed(await start({ storage: undefined }).activate(key), "server");
});

test("those who check at the same time share one question", async () => {
  const { clock, vendor, start } = await activated();
  clock.now = START + 8 * DAY;
  const client = start();
  const states = await Promise.all(Array.from({ length: 10 }, () => client.check()));
  for (const state of states) assertLicensed(state, "server");
  assert.equal(vendor.asked.length, 1);
});

test("those who check while a lease is renewed have it renewed once", async () => {
  const { clock, vendor, start } = await activated();
  clock.now = START + 5 * DAY;
  const client = start();
  const checks = [checkedAndRenewed(client)];
  for (let more = 0; more < 9; more += 1) checks.push(client.check());
  await Promise.all(checks);
  assert.equal(vendor.asked.length, 1);
});

test("calls go one after the other, so an old answer never comes after a newer one", async () => {
  const { key, start, vendor } = stage();
  const order = [];
  const client = start({
    async fetch(...request) {
      order.push("asked");
      const reply = await vendor.fetch(...request);
      order.push("answered");
      return reply;
    },
  });
  const states = await Promise.all([
    client.activate(key),
    client.validate(),
    client.check(),
    client.deactivate(),
    client.check(),
  ]);
  assert.deepEqual(states.map(({ status }) => status), ["valid", "valid", "valid", "no_key", "no_key"]);
  assert.deepEqual(order, Array(3).fill(["asked", "answered"]).flat());
});

/** A program in whose first request the answer is given at once, and comes when `deliver` is called. */
function delayed({ vendor, start }) {
  let deliver;
  let isFirst = true;
  const client = start({
    fetch(...request) {
      const reply = vendor.fetch(...request);
      if (!isFirst) return reply;
      isFirst = false;
      return new Promise((resolve) => {
        deliver = () => resolve(reply);
      });
    },
  });
  return { client, deliver: () => deliver() };
}

test("a renewal that hangs holds up neither checks nor other calls", async () => {
  const { clock, storage, ...staged } = await activated();
  clock.now = START + 5 * DAY;
  const { client, deliver } = delayed(staged);
  assertLicensed(await client.check(), "lease");
  assertLicensed(await client.check(), "lease");
  clock.now += DAY;
  assertLicensed(await client.validate(), "server");
  const { lease } = stored(storage);
  // What it says in the end is older than what was asked since.
  const told = new Promise((resolve) => client.subscribe(resolve));
  deliver();
  assertLicensed(await told, "lease");
  assert.equal(stored(storage).lease, lease);
});

test("a signed no that took its time counts against a lease that is older", async () => {
  const { clock, storage, key, ...staged } = await activated();
  const { vendor, start } = staged;
  clock.now = START + 5 * DAY;
  // Another window has a lease, and then the license ends.
  const other = openStorage(new Map(storage.texts));
  assertLicensed(await start({ storage: other }).validate(), "server");
  clock.now += DAY;
  vendor.change(key, { status: "revoked" });
  const { client, deliver } = delayed(staged);
  await client.check();
  for (const [name, text] of other.texts) storage.texts.set(name, text);
  assertLicensed(await client.check(), "lease");
  const told = new Promise((resolve) => client.subscribe(resolve));
  deliver();
  assertNot(await told, "revoked");
  assert.equal(stored(storage).lease, null);
});

test("what is heard of a key that another window gave up is not kept", async () => {
  const { clock, storage, ...staged } = await activated();
  clock.now = START + 5 * DAY;
  const { client, deliver } = delayed(staged);
  await client.check();
  storage.texts.clear();
  const told = new Promise((resolve) => client.subscribe(resolve));
  deliver();
  assertNot(await told, "no_key");
  assert.equal(storage.texts.size, 0);
});

test("a renewal that is under way does not take a place back that is given back", async () => {
  const { clock, vendor, key, start } = await activated({ ttl: 900 });
  clock.now = START + 600_000;
  const client = start({
    async fetch(...request) {
      await new Promise((resolve) => setImmediate(resolve));
      return vendor.fetch(...request);
    },
  });
  await client.check();
  assertNot(await client.deactivate(), "no_key");
  assert.deepEqual(vendor.places(key), []);
  assertNot(await client.check(), "no_key");
});

test("nothing is asked without a key, whatever was typed for one", async () => {
  const { vendor, start } = stage();
  const client = start();
  for (const typed of ["", " \n", null]) {
    assertNot(await client.activate(typed), "no_key");
    assertNot(await client.validate(typed), "no_key");
  }
  assertNot(await client.validate(), "no_key");
  assert.equal(vendor.asked.length, 0);
});

test("a listener that is gone, or throws, harms nobody", async () => {
  const { key, start } = stage();
  const client = start();
  const told = [];
  const stop = client.subscribe(() => told.push("gone"));
  client.subscribe(() => told.push("here"));
  stop();
  await client.activate(key);
  assert.deepEqual(told, ["here"]);
});

for (const [what, server] of [
  ["hangs", () => startFaulty(hanging)],
  ["is away", async () => ({ url: await closedPort(), stop: async () => {} })],
]) {
  test(`a program whose server ${what} ends when it is done, without a word`, async (t) => {
    const { vendor, storage } = await activated();
    const faulty = await server();
    t.after(() => faulty.stop());
    const program = `
      import { createClient } from "counterfoil";
      const texts = new Map(${JSON.stringify([...storage.texts])});
      const client = createClient({
        server: ${JSON.stringify(faulty.url)},
        product: "acme-forms-pro",
        identifier: ${JSON.stringify(HERE)},
        jwks: ${JSON.stringify(vendor.jwks)},
        storage: { get: (key) => texts.get(key), set: (key, value) => texts.set(key, value), delete: () => {} },
        now: () => ${START + 5 * DAY},
        timeoutMs: 100,
      });
      console.log((await client.check()).status);`;
    const child = spawn(process.execPath, [write(`ends_${what.length}.mjs`, program)]);
    const [printed, said, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "exit"),
    ]);
    assert.deepEqual([printed, said, code], ["valid\n", "", 0]);
  });
}
