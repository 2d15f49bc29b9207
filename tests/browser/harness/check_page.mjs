// The page at `/` as a person finds their way in it: by labels, roles and words.

export function checkPage(page) {
  const answer = page.getByRole("region", { name: "Answer" });
  return {
    key: page.getByLabel("License key"),
    /** The sentence under the key. */
    hint: page.locator("#key-hint"),
    groups: page.locator(".group"),
    wrongGroup: page.locator("mark"),
    more: page.getByText("Ask about one place or product"),
    identifier: page.getByLabel("Where it runs"),
    product: page.getByLabel("Product"),
    askButton: page.getByRole("button", { name: "Ask the server" }),
    answer,
    title: answer.getByRole("heading"),
    fact(name) {
      const called = page.locator("dt", { hasText: new RegExp(`^${name}$`) });
      return answer.locator(".fact", { has: called }).locator("dd");
    },
    /** Types the key, and what else is asked, and presses Enter. */
    async ask(key, { identifier, product } = {}) {
      await this.key.fill(key);
      if (identifier || product) {
        if (!(await this.identifier.isVisible())) await this.more.click();
        await this.identifier.fill(identifier ?? "");
        await this.product.fill(product ?? "");
      }
      await this.key.press("Enter");
    },
  };
}

/** The calls that a page sent to the server's JSON-RPC address. */
export function calls(requests) {
  const toServer = requests.filter((request) => new URL(request.url()).pathname === "/rpc");
  return toServer.map((request) => request.postDataJSON());
}

/** The key with one symbol of a group replaced by another of the alphabet. */
export function mistype(key, group) {
  const groups = key.split("-");
  const wrong = groups[group][0] === "7" ? "8" : "7";
  groups[group] = wrong + groups[group].slice(1);
  return groups.join("-");
}
