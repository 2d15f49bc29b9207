// Every look of the checkout: what leads there. Axe, the widths and the pictures go by this.

import { atTestProvider, buy, checkoutPage } from "./checkout_page.mjs";

/** Opens a checkout as a page would, and gives where its buyer is sent. */
export async function openedCheckout(shop, params = {}) {
  const reference = Buffer.from(crypto.getRandomValues(new Uint8Array(24))).toString("base64url");
  const order = { product: "acme-forms-pro", plan: "developer", email: "bo@example.com", ...params };
  const checkout = await shop.server.call("checkout.open", { ...order, reference });
  return { ...checkout, at: `${shop.server.url}/checkout/#paid=${reference}`, reference };
}

async function ordering({ page, shop, product = "acme-forms-pro", filled }) {
  await page.goto(shop.at(product, filled));
  const checkout = checkoutPage(page);
  await checkout.pay.waitFor();
  return checkout;
}

async function bought(visited, filled) {
  const checkout = await ordering({ ...visited, filled });
  await buy(visited.page);
  return checkout;
}

async function activate(checkout, label, identifier) {
  await checkout.activation.getByLabel(label).fill(identifier);
  await checkout.activate.click();
  await checkout.note.waitFor();
}

export const checkoutLooks = {
  "an order": (visited) => ordering(visited),
  "an order of many": async (visited) => {
    const checkout = await ordering({ ...visited, filled: { plan: "agency", email: "ann@example.com", name: "Ann" } });
    await checkout.quantity.fill("12");
  },
  "one plan": (visited) => ordering({ ...visited, product: "acme-studio" }),
  "no address": async (visited) => {
    const checkout = await ordering(visited);
    await checkout.email.fill("ann@");
    await checkout.pay.click();
  },
  "a plan that is gone": (visited) => ordering({ ...visited, filled: { plan: "gone" } }),
  "back": async (visited) => {
    const checkout = await ordering({ ...visited, filled: { email: "ann@example.com" } });
    await checkout.pay.click();
    await visited.page.waitForURL(atTestProvider);
    await visited.page.goBack();
    await checkout.goOn.waitFor();
  },
  "not opened": async (visited) => {
    const checkout = await ordering({ ...visited, filled: { email: "ann@example.com" } });
    await visited.page.route("**/rpc", (route) => route.abort());
    await checkout.pay.click();
    await checkout.note.waitFor();
  },
  "not for sale": async ({ page, shop }) => {
    await page.goto(shop.at("acme-draft"));
    await page.getByText("cannot be bought here").waitFor();
  },
  "could not ask": async ({ page, shop }) => {
    await page.route("**/rpc", (route) => route.abort());
    await page.goto(shop.at("acme-forms-pro"));
    await checkoutPage(page).note.waitFor();
  },
  "waiting": async ({ page, shop }) => {
    await page.goto((await openedCheckout(shop)).at);
    await checkoutPage(page).goOn.waitFor();
  },
  "no purchase": async ({ page, shop }) => {
    await page.goto(`${shop.server.url}/checkout/#paid=${"0".repeat(32)}`);
    await page.getByText("No purchase is known").waitFor();
  },
  "a key": (visited) => bought(visited),
  "two keys": (visited) => bought(visited, { quantity: "2" }),
  "activated": async (visited) => activate(await bought(visited), "Domain of your site", "example.com"),
  "places taken": async (visited) => {
    const checkout = await ordering({ ...visited, product: "acme-studio" });
    await buy(visited.page);
    await activate(checkout, "Name or id of the device", "ann-laptop");
    await checkout.activation.getByLabel("Name or id of the device").fill("a-very-long-name-of-a-device-".repeat(4));
    await checkout.activate.click();
    await visited.page.getByText("All places are taken").waitFor();
  },
  "a key by hand": async (visited) => {
    const checkout = await bought(visited);
    const key = await checkout.key.innerText();
    await checkout.mailed.click();
    await checkout.typedKey.fill(key);
    await checkout.checkKey.click();
    await visited.page.getByText("Valid", { exact: true }).waitFor();
  },
};
