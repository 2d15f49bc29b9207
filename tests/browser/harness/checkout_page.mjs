// The page at `/checkout/` as a buyer finds their way in it, the page where it is paid, and the shop.

import { startMailServer } from "./mail_server.mjs";
import { startServer } from "./server.mjs";

/** `page` is one, or a frame in one. */
export function checkoutPage(page) {
  const button = (name, options) => page.getByRole("button", { name, ...options });
  const labelled = (name) => page.getByLabel(name, { exact: true });
  return {
    heading: page.getByRole("heading", { level: 1 }),
    plan: (name) => page.getByRole("radio", { name: new RegExp(`^${name}`) }),
    plans: page.getByRole("radio"),
    email: labelled("Your e-mail address"),
    name: labelled("Your name (optional)"),
    quantity: labelled("Quantity"),
    summary: page.getByRole("region", { name: "Summary" }),
    total: page.locator(".total-amount"),
    pay: button(/^Pay /),
    goOn: page.getByRole("link", { name: "Go on paying" }),
    note: page.locator(".note"),
    testBanner: page.locator(".test-banner"),
    licenses: page.getByRole("article"),
    key: page.locator(".stub-key-text"),
    /** The form that takes a place. */
    activation: page.getByRole("form", { name: /^Activate / }),
    activate: button("Activate here"),
    mailed: page.getByText("Check a key you have"),
    typedKey: labelled("License key"),
    checkKey: button("Check the key"),
    button,
  };
}

/** The test provider's page for one purchase. */
export function testProviderPage(page) {
  const card = { number: page.locator("[name=number]"), expiry: page.locator("[name=expiry]"), cvc: page.locator("[name=cvc]") };
  return {
    ...card,
    pay: page.getByRole("button", { name: /^Pay/ }),
    backToTheShop: page.getByRole("link", { name: /back/i }),
    /** Pays by the card that always does. */
    async payByCard(number = "4242 4242 4242 4242") {
      await card.number.fill(number);
      await card.expiry.fill("12 / 99");
      await card.cvc.fill("123");
      await this.pay.click();
    },
  };
}

/** The address of a purchase at the test provider. */
export const atTestProvider = /\/testpay\/session\/[^/]+$/;

/** A server that sells at the test provider and sends mail; `origins` may frame its checkout. */
export async function startCheckoutShop({ origins = [] } = {}) {
  const mail = await startMailServer();
  const settings = {
    COUNTERFOIL_SMTP_URL: mail.url,
    COUNTERFOIL_MAIL_FROM: "Acme <licenses@acme.example>",
    COUNTERFOIL_TEST_PROVIDER: "true",
    ...(origins.length > 0 && { COUNTERFOIL_CHECKOUT_ORIGINS: origins.join(",") }),
  };
  const server = await startServer(settings).catch(async (problem) => {
    await mail.stop();
    throw problem;
  });
  const euros = { currency: "EUR" };
  for (const [slug, name] of [["acme-forms-pro", "Acme Forms Pro"], ["acme-studio", "Acme Studio"], ["acme-draft", "Acme Draft"]]) {
    await server.call("admin.product.create", { slug, name });
  }
  for (const plan of [
    { product: "acme-forms-pro", slug: "developer", name: "Developer", activationType: "domain", activationLimit: 3, term: { months: 12 }, entitlements: ["pro", "priority-support"], price: 9900, ...euros },
    { product: "acme-forms-pro", slug: "agency", name: "Agency", activationType: "domain", activationLimit: 0, entitlements: ["pro", "white-label"], price: 49900, ...euros },
    { product: "acme-studio", slug: "personal", name: "Personal", activationType: "device", activationLimit: 1, price: 1900, currency: "JPY" },
    { product: "acme-draft", slug: "draft", name: "Draft", activationType: "device", activationLimit: 1 },
  ]) {
    await server.call("admin.plan.create", plan);
  }
  return {
    mail,
    server,
    /** The checkout's address for a product, with what a link fills in. */
    at: (product, filled = {}) => `${server.url}/checkout/?${new URLSearchParams({ product, ...filled })}`,
    async stop() {
      await server.stop();
      await mail.stop();
    },
  };
}

/** Buys what a page of the checkout shows, and waits for the key. */
export async function buy(page, { email = "ann@example.com" } = {}) {
  const checkout = checkoutPage(page);
  await checkout.email.fill(email);
  await checkout.pay.click();
  await page.waitForURL(atTestProvider);
  await testProviderPage(page).payByCard();
  await checkout.key.first().waitFor();
  return checkout.key.first().innerText();
}
