// Serial Sense's calls, as software and its developer's shop make them in PHP.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { deskOf } from "../desk.mjs";
import { startServer } from "../server.mjs";
import { clientOf } from "./php.mjs";

const PRODUCT = "boot-loader";
const APIKEY = "4f1d2c3b4a5968.70615243";
const SIG = "9d0c7b1e55aa4c2f8b6e3d1f0a927c64";
const CODE_FORM = /^[A-Z0-9]{3}-[A-Z0-9]{4}-[A-Z0-9]{5}$/;

/** As `uname` prints it, with spaces and the end of the line. */
const machine = (name) => `x86_64 ${name} Linux unknown\n`;

let server;
let desk;
let software;
let owners = 0;

before(async () => {
  server = await startServer();
  desk = deskOf(server);
  await desk.admin("admin.product.create", {
    slug: PRODUCT,
    name: "Boot loader",
    keyFormat: "XXX-XXXX-XXXXX",
  });
  await desk.credential("serialsense-apikey", APIKEY, { product: PRODUCT });
  await desk.credential("serialsense-sig", SIG, { product: PRODUCT });
  software = clientWith({});
});

after(() => server?.stop());

const clientWith = (settings) =>
  clientOf("SerialSense", {
    location: `${server.url}/serialsense/api/`,
    apikey: APIKEY,
    sig: SIG,
    ...settings,
  });

const asDeveloper = (call, fields) => software("asDeveloper", call, fields);
const email = () => `owner-${(owners += 1)}@example.com`;

/** A license as the desk makes it, for some machines. */
function issue(machines, rest = {}) {
  return desk.admin("admin.license.create", {
    product: PRODUCT,
    customer: { email: email() },
    activationType: "device",
    activationLimit: machines,
    ...rest,
  });
}

test("a machine is activated, is told so with the alias, and leaves", async () => {
  const { key, alias } = await issue(1);
  assert.match(key, CODE_FORM);
  const mach = machine("desk-7");
  assert.deepEqual(await software("activate", key, mach), { alias });
  assert.equal(await software("auth", alias, mach), true);
  assert.equal(await software("auth", alias, machine("desk-8")), false);

  const { activation } = await desk.verdict(key, mach.trim());
  assert.equal(activation.identifier, "x86_64 desk-7 Linux unknown");
  assert.equal(
    await software("auth", alias, "x86_64 desk-7 linux unknown"),
    false,
    "to the letter",
  );

  assert.equal(await software("deactivate", alias, mach), true);
  assert.equal(await software("auth", alias, mach), false);
  assert.equal((await desk.license(key)).activationsUsed, 0);
});

test("a machine that is on the license already takes no further place", async () => {
  const { key, alias } = await issue(1);
  for (let call = 0; call < 2; call += 1) {
    assert.deepEqual(await software("activate", key, machine("desk-7")), { alias });
  }
  assert.equal((await desk.license(key)).activationsUsed, 1);
});

test("the machine after the last place is refused until one leaves", async () => {
  const { key, alias } = await issue(2);
  for (const name of ["one", "two"]) {
    assert.deepEqual(await software("activate", key, machine(name)), { alias });
  }
  assert.deepEqual(await software("activate", key, machine("three")), { failure: "F" });
  assert.deepEqual(await software("activate", key, machine("one")), { alias });
  assert.equal(await software("deactivate", alias, machine("one")), true);
  assert.deepEqual(await software("activate", key, machine("three")), { alias });
});

test("a code is no alias and an alias is no code", async () => {
  const { key, alias } = await issue(2);
  await software("activate", key, machine("desk-7"));
  assert.deepEqual(await software("activate", alias, machine("desk-8")), { failure: "F" });
  assert.equal(await software("auth", key, machine("desk-7")), false);
  assert.equal(await software("deactivate", key, machine("desk-7")), false);
  assert.equal(await software("data", key), null);
  assert.equal((await desk.verdict(alias)).status, "invalid");
  assert.equal((await desk.license(key)).activationsUsed, 1);
});

test("codes and aliases are read in any case and with white space around them", async () => {
  const { key, alias } = await issue(1);
  const typed = ` ${key.toLowerCase()}\n`;
  assert.deepEqual(await software("activate", typed, machine("desk-7")), { alias });
  assert.equal(await software("auth", ` ${alias.toLowerCase()} `, machine("desk-7")), true);
});

test("a shop makes a license, looks up its code and the buyer activates with it", async () => {
  const owner = email();
  // PHP sends `true` as the text `1` and a number as its digits.
  const sold = { email: owner, max: 2, data: "Basic Version Only", send: true };
  const alias = await asDeveloper("create", sold);
  assert.match(alias, CODE_FORM);
  const code = await asDeveloper("get_license", { email: owner });
  assert.match(code, CODE_FORM);
  assert.notEqual(code, alias);
  const license = await desk.license(code);
  assert.deepEqual([license.alias, license.activationLimit], [alias, 2]);
  assert.equal(license.customer.email, owner);
  assert.equal(license.product.slug, PRODUCT);

  assert.deepEqual(await software("activate", code, machine("desk-7")), { alias });
  assert.equal(await software("data", alias), "Basic Version Only");
});

test("a license is for one machine and without data unless the shop says otherwise", async () => {
  const owner = email();
  const alias = await asDeveloper("create", { email: owner });
  const license = await desk.license(alias);
  assert.deepEqual([license.activationLimit, license.activationType], [1, "device"]);
  assert.equal(await software("data", alias), "");
});

test("what cannot be made is not made", async () => {
  const owner = email();
  const cases = [
    { email: "nobody" },
    { email: "" },
    { email: `${"long".repeat(12)}@example.com` },
    { email: owner, max: 0 },
    { email: owner, max: "many" },
    { email: owner, data: "x".repeat(1025) },
    {},
  ];
  for (const fields of cases) {
    assert.equal(await asDeveloper("create", fields), "F", JSON.stringify(fields));
  }
  assert.equal(await asDeveloper("get_license", { email: owner }), "F");
  assert.equal(await asDeveloper("email_exists", { email: owner }), "0");
});

test("an owner with several licenses is told the code of the first", async () => {
  const owner = email();
  const alias = await asDeveloper("create", { email: owner });
  assert.notEqual(await asDeveloper("create", { email: owner }), alias);
  const code = await asDeveloper("get_license", { email: owner.toUpperCase() });
  assert.equal((await desk.license(code)).alias, alias);
  assert.equal(await asDeveloper("email_exists", { email: owner }), "1");
});

test("a license that is inactivated is unused and can be given to somebody else", async () => {
  const data = "Basic Version Only";
  const { key, alias, customer } = await issue(3, { metadata: { serialsense: { data } } });
  for (const name of ["one", "two"]) await software("activate", key, machine(name));
  const code = await asDeveloper("inactivate", { code: key, send: true });
  assert.match(code, CODE_FORM);
  assert.notEqual(code, key);

  const unused = await desk.license(code);
  assert.deepEqual([unused.activationLimit, unused.activationsUsed], [1, 0]);
  assert.equal(unused.customer, null);
  assert.notEqual(unused.alias, alias);
  assert.equal((await desk.verdict(key)).status, "invalid");

  assert.deepEqual(await software("activate", key, machine("one")), { failure: "F" });
  assert.equal(await software("auth", alias, machine("one")), false);
  assert.equal(await software("deactivate", alias, machine("one")), false);
  assert.equal(await software("data", alias), null);
  assert.equal(await asDeveloper("inactivate", { code: key }), "F", "the old code is gone");
  for (const address of ["0", customer.email]) {
    assert.equal(await asDeveloper("email_exists", { email: address }), "0", address);
    assert.equal(await asDeveloper("get_license", { email: address }), "F", address);
  }

  const owner = email();
  assert.equal(await asDeveloper("force_email_change", { code, email: owner }), "S");
  assert.equal(await asDeveloper("get_license", { email: owner }), code);
  assert.equal(await software("data", unused.alias), data, "the data stay");
  assert.deepEqual(await software("activate", code, machine("nine")), { alias: unused.alias });
  assert.deepEqual(await software("activate", code, machine("ten")), { failure: "F" });
});

test("the data of a license are the developer's to set", async () => {
  const { key, alias } = await issue(1);
  for (const data of ["pro,2027", 'a:1:{s:3:"max";i:5;}', "Zweite Zeile:\nÄrger & =%41", ""]) {
    assert.equal(await asDeveloper("set_data", { code: key, data }), "S");
    assert.equal(await software("data", alias), data);
  }
  await asDeveloper("set_data", { code: key, data: "kept" });
  assert.equal(await asDeveloper("set_data", { code: key, data: "x".repeat(1025) }), "F");
  assert.equal(await software("data", alias), "kept");
  const longest = "x".repeat(1024);
  assert.equal(await asDeveloper("set_data", { code: key, data: longest }), "S");
  assert.equal(await software("data", alias), longest);
});

test("a license that the desk stops is good for nothing until it is let go", async () => {
  const stops = [
    ["admin.license.suspend", {}, "admin.license.reinstate", {}],
    ["admin.license.disable", {}, "admin.license.enable", {}],
    [
      "admin.license.update",
      { expiresAt: "2020-02-29T00:00:00Z" },
      "admin.license.update",
      { expiresAt: null },
    ],
  ];
  const { key, alias } = await issue(2);
  await software("activate", key, machine("desk-7"));
  for (const [stop, how, resume, back] of stops) {
    await desk.admin(stop, { license: key, ...how });
    assert.equal(await software("auth", alias, machine("desk-7")), false, stop);
    assert.deepEqual(await software("activate", key, machine("desk-7")), { failure: "F" }, stop);
    await desk.admin(resume, { license: key, ...back });
    assert.equal(await software("auth", alias, machine("desk-7")), true, resume);
  }
  await desk.admin("admin.license.revoke", { license: key });
  assert.equal(await software("auth", alias, machine("desk-7")), false);
  assert.deepEqual(await software("activate", key, machine("desk-7")), { failure: "F" });
  assert.equal((await desk.license(key)).activationsUsed, 0);
});

test("a wrong credential gets each call's own failure, and so does the other's", async () => {
  const { key, alias, customer } = await issue(1);
  await software("activate", key, machine("desk-7"));
  const mach = machine("desk-7");
  for (const settings of [
    { apikey: "nobodys", sig: "nobodys" },
    { apikey: SIG, sig: APIKEY },
  ]) {
    const stranger = clientWith(settings);
    const developer = (call, fields) => stranger("asDeveloper", call, fields);
    assert.deepEqual(await stranger("activate", key, mach), { failure: "F" });
    assert.equal(await stranger("asApplication", "auth", { code: alias, mach }), "0");
    assert.equal(await stranger("asApplication", "deactivate", { code: alias, mach }), "F");
    assert.equal(await stranger("asApplication", "get_data", { code: alias }), "Invalid License");
    assert.equal(await developer("inactivate", { code: key }), "F");
    assert.equal(await developer("create", { email: email() }), "F");
    assert.equal(await developer("get_license", { email: customer.email }), "F");
    assert.equal(await developer("email_exists", { email: customer.email }), "0");
    assert.equal(await developer("set_data", { code: key, data: "mine" }), "F");
    assert.equal(await developer("force_email_change", { code: key, email: email() }), "F");
  }
  const license = await desk.license(key);
  assert.deepEqual([license.activationsUsed, license.customer.email], [1, customer.email]);
});

test("a result stands on its own line, and what is no call gets a page", async () => {
  const { key, alias } = await issue(1);
  const fields = { apikey: APIKEY, code: key, mach: machine("desk-7") };
  const result = await software("answer", "activate", fields);
  assert.deepEqual([result.status, result.text], [200, `<license>\n${alias}\n`]);
  const stray = await software("answer", "activate/", { ...fields, call: "auth", type: "x" });
  assert.equal(stray.text, result.text);
  const missing = await software("answer", "activate", { apikey: APIKEY });
  assert.deepEqual([missing.status, missing.text], [200, "<license>\nF\n"]);
  for (const [status, call, method] of [
    [404, "nothing", "POST"],
    [405, "activate", "GET"],
  ]) {
    const page = await software("answer", call, fields, method);
    assert.equal(page.status, status);
    assert.match(page.text, /^<!DOCTYPE html>/);
  }
});
