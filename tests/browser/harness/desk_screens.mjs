// Every screen of the desk, with its dialogs: where it is, and what leads there.

import { furnish, story } from "./desk_shop.mjs";
import { webhooks } from "./receiver.mjs";
import { payments } from "./stripe.mjs";

/** What a server of these screens is started with: its webhooks go to a receiver on loopback. */
export const deskSettings = { COUNTERFOIL_ALLOW_PRIVATE_TARGETS: "true" };

/** Fills a server with a shop, and tells the screens by name: an address, and what to do there. */
export async function deskScreens(server, receiver) {
  const licenses = await furnish(server, 30);
  const told = await story(server);
  await server.call("admin.license.update", { license: told.id, metadata: { note: "a".repeat(300) } });
  const [product] = (await server.call("admin.product.list", {})).items;
  const [plan] = (await server.call("admin.plan.list", { product: product.id })).items;
  const deliveries = await payments(server);
  const { crm, failing } = await webhooks(server, receiver);
  const webhook = `webhooks/${crm.id}`;
  const license = `licenses/${told.id}`;
  const fromMenu = (name) => async ({ page, desk }) => {
    await desk.button("More to do").click();
    await page.getByRole("menuitem", { name }).click();
    await desk.dialog.waitFor();
  };
  return {
    "overview": { path: "overview" },
    "licenses": { path: "licenses" },
    "selected licenses": { path: "licenses", reach: async ({ page }) => {
      await page.locator("tbody input").nth(1).check();
      await page.locator(".bulk").getByRole("button", { name: "More" }).click();
    } },
    "nothing found": { path: "licenses?q=zzzz" },
    "a new license": { path: "licenses/new" },
    "a license": { path: `${license}?why=1&for=harbour.example`, reach: ({ page }) => page.locator(".why-said").waitFor() },
    "an ended license": { path: `licenses/${licenses[16].id}` },
    "a menu": { path: license, reach: ({ desk }) => desk.button("More to do").click() },
    "a question": { path: license, reach: fromMenu("Revoke") },
    "the terms": { path: license, reach: fromMenu("Edit terms") },
    "an offline file": { path: license, reach: fromMenu("Offline file") },
    "an extension": { path: license, reach: ({ desk }) => desk.button("Extend…").click() },
    "something said": { path: license, reach: async ({ desk }) => {
      await desk.button("Extend…").click();
      await desk.dialog.getByRole("button", { name: "Extend" }).click();
      await desk.toast.waitFor();
    } },
    "customers": { path: "customers" },
    "a customer": { path: `customers/${told.customer.id}` },
    "products": { path: "products" },
    "a new product": { path: "products/new" },
    "a product": { path: `products/${product.id}` },
    "a plan": { path: `products/${product.id}/${plan.id}` },
    "orders": { path: "orders", reach: ({ desk }) => desk.row("ORD-1002").waitFor() },
    "an order's licenses": { path: "licenses?order=ORD-1002", reach: ({ desk }) => desk.rows.first().waitFor() },
    "payments": { path: "payments" },
    "a provider": { path: "payments", reach: ({ desk }) => desk.button("Connect a provider").click() },
    "a provider to leave": { path: "payments", reach: ({ desk }) => desk.button("Disconnect Stripe (From July)").click() },
    "a price": { path: "payments", reach: ({ desk }) => desk.button("Map a price").click() },
    "an unmapped price": { path: "payments", reach: ({ desk }) => desk.button(/^Map it/).click() },
    "a delivery": { path: `payments?delivery=${deliveries[0].id}`, reach: async ({ page, desk }) => {
      await desk.button("Show what was sent").click();
      await page.locator(".sent-body").waitFor();
    } },
    "webhooks": { path: "webhooks" },
    "a new webhook": { path: "webhooks?new=1", reach: async ({ page }) => {
      await page.getByLabel("Everything that happens").uncheck();
      await page.getByLabel("Format").selectOption("packedge");
    } },
    "a webhook": { path: webhook, reach: ({ page }) => page.getByText("500 after").first().waitFor() },
    "a webhook's delivery": { path: `${webhook}?delivery=${failing.id}`, reach: ({ page }) => page.locator(".attempt-response").first().waitFor() },
    "a webhook to change": { path: webhook, reach: fromMenu("Edit") },
    "a webhook to switch off": { path: webhook, reach: fromMenu("Switch off") },
    "a new secret": { path: webhook, reach: fromMenu("New secret") },
    "a webhook to delete": { path: webhook, reach: fromMenu("Delete") },
    "a secret of a webhook": { path: webhook, reach: async (visited) => {
      await fromMenu("New secret")(visited);
      await visited.desk.dialog.getByRole("button", { name: "Make a new secret" }).click();
      await visited.page.locator(".verifying").last().waitFor();
      await visited.desk.dialog.locator(".secret").waitFor();
    } },
    "mail": { path: "mail" },
    "a template": { path: "mail/license_delivered", reach: ({ page }) => page.locator(".preview-subject").waitFor() },
    "history": { path: "history" },
    "tokens": { path: "tokens" },
    "a new token": { path: "tokens?new=1" },
    "signing keys": { path: "keys" },
    "the palette": { path: "overview", reach: async ({ page }) => {
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox", { name: "Search or do" }).fill("ada");
      await page.getByRole("option", { name: /Customer$/ }).first().waitFor();
    } },
    "the keys": { path: "overview", reach: ({ page }) => page.keyboard.press("?") },
    "no screen": { path: "nowhere" },
  };
}

/** Goes to a screen, and waits until it is whole. */
export async function arrive(server, visited, { path, reach }) {
  const { page, desk } = visited;
  await page.goto(`${server.url}/admin/#/${path}`);
  // What a screen before it left open must not be taken for this one's.
  await page.reload();
  await desk.heading.waitFor();
  await page.waitForFunction(() => !document.querySelector(".waiting, [aria-busy=true]"));
  await reach?.(visited);
}
