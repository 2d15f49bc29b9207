// The page at `/portal/` as a customer finds their way in it, and the shop they bought from.

import assert from "node:assert/strict";
import { startMailServer } from "./mail_server.mjs";
import { startServer } from "./server.mjs";

export function portalPage(page) {
  const button = (name, options) => page.getByRole("button", { name, ...options });
  return {
    heading: page.getByRole("heading", { level: 1 }),
    email: page.getByLabel("Your e-mail address"),
    mailLink: button("Mail me a link"),
    signIn: button("Sign in", { exact: true }),
    signOut: button("Sign out"),
    licenses: page.getByRole("article"),
    note: page.locator(".note"),
    button,
    license: (name) => page.getByRole("article", { name }),
    place: (identifier) => page.getByRole("listitem").filter({ has: page.locator(".place-identifier", { hasText: identifier }) }).last(),
  };
}

/** A server that sends mail, its shop, and the mail. */
export async function startShop() {
  const mail = await startMailServer();
  const server = await startServer({
    COUNTERFOIL_SMTP_URL: mail.url,
    COUNTERFOIL_MAIL_FROM: "Acme <licenses@acme.example>",
  });
  await server.call("admin.product.create", { slug: "acme-forms-pro", name: "Acme Forms Pro" });
  await server.call("admin.plan.create", {
    product: "acme-forms-pro",
    slug: "developer",
    name: "Developer",
    activationType: "domain",
    activationLimit: 3,
    entitlements: ["pro", "priority-support"],
  });
  let sold = 0;
  return {
    mail,
    server,
    /** Sells a license to somebody new, and has it run at these places. */
    async sell({ status = "active", ...params } = {}, ...identifiers) {
      sold += 1;
      const email = params.email ?? `ann${sold}@example.com`;
      delete params.email;
      const sale = { product: "acme-forms-pro", plan: "developer", customer: { email }, ...params };
      const license = await server.call("admin.license.create", sale);
      for (const identifier of identifiers) await server.call("license.activate", { key: license.key, identifier });
      if (status !== "active") await server.call(`admin.license.${status}`, { license: license.id });
      return { ...license, email };
    },
    /** A link as it is mailed to somebody. */
    async link(email) {
      const before = mail.messages.length;
      await server.call("portal.signIn", { email });
      return linkIn(await mail.message(new RegExp(`^To:.*${email}[^]*#code=`, "im"), before));
    },
    async stop() {
      await server.stop();
      await mail.stop();
    },
  };
}

export function linkIn(message) {
  const link = /^(http\S+\/portal\/#code=[0-9a-f]+)\s*$/m.exec(message)?.[1];
  return link ?? assert.fail(`no link in ${message}`);
}
