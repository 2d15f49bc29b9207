// The page at `/admin/` as a vendor finds their way in it.

import { visit } from "./browser.mjs";

export function deskPage(page) {
  const button = (name, options) => page.getByRole("button", { name, ...options });
  return {
    heading: page.getByRole("heading", { level: 1 }),
    token: page.getByLabel("Token"),
    signIn: button("Sign in", { exact: true }),
    signOut: button("Sign out"),
    note: page.locator(".note"),
    side: page.getByRole("navigation", { name: "Screens" }),
    rows: page.locator("tbody tr"),
    dialog: page.getByRole("dialog"),
    toast: page.locator(".toast"),
    button,
    link: (name, options) => page.getByRole("link", { name, ...options }),
    row: (text) => page.locator("tbody tr", { hasText: text }),
    /** Goes to a screen by its address; what stood before is gone when it returns. */
    async at(path) {
      await page.evaluate((to) => {
        if (location.hash === `#${to}`) return undefined;
        const drawn = new Promise((resolve) => {
          // The desk heard of it first, and draws before the frame after this one.
          const wait = () => requestAnimationFrame(() => requestAnimationFrame(resolve));
          addEventListener("hashchange", wait, { once: true });
        });
        location.hash = to;
        return drawn;
      }, path);
    },
  };
}

/** Opens the desk as nobody. */
export function openDesk(browser, server, body, options) {
  return visit(browser, `${server.url}/admin/`, (visited) => body({ ...visited, desk: deskPage(visited.page) }), options);
}

/** Opens the desk signed in, at a screen. */
export function atDesk(browser, server, path, body, { token = server.token, ...options } = {}) {
  const cookies = async (context) => {
    const response = await fetch(`${server.url}/admin/session`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token }),
    });
    const [name, value] = response.headers.get("set-cookie").split(";")[0].split("=");
    await context.addCookies([{ name, value, url: server.url, httpOnly: true, sameSite: "Strict" }]);
  };
  return visit(browser, `${server.url}/admin/#/${path}`, (visited) => body({ ...visited, desk: deskPage(visited.page) }), { ...options, prepare: cookies });
}
