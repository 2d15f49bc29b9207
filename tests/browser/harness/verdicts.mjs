// Verdicts that no call of the test can bring about: the server's real reply, changed on its way.

/** Lets the page's calls through, and gives the verdict in each reply what `change` makes of it. */
export async function answerWith(page, change) {
  await page.route("**/rpc", async (route) => {
    const response = await route.fetch();
    const reply = await response.json();
    await route.fulfill({ response, json: { ...reply, result: { ...reply.result, ...change(reply.result) } } });
  });
}

/** A license that is stopped. */
export function status(word) {
  return () => ({
    valid: false,
    status: word,
    message: `This license is ${word}.`,
    remedy: { code: "contact_vendor", text: "Contact the vendor you bought it from." },
  });
}
