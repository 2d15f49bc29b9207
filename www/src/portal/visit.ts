// What brought the visitor here: a link with a code, a session of this tab, or neither.

const SESSION = "counterfoil.portal";

/** The code of the link that opened the page; the part after # is never sent to a server. */
export function linkedCode(): string | null {
  return new URLSearchParams(location.hash.slice(1)).get("code");
}

/** Takes the code out of the address once it is good for nothing more. */
export function forgetCode() {
  history.replaceState(null, "", location.pathname + location.search);
}

/** Whether it is about test licenses, as where a purchase was tried: they have customers of their own. */
export function isOfTests(): boolean {
  return new URLSearchParams(location.search).get("mode") === "test";
}

/** The token of the session. It lives as long as the tab: others may use the same computer. */
export function sessionToken(): string | null {
  try {
    return sessionStorage.getItem(SESSION);
  } catch {
    // Browsers that keep nothing for anybody throw here. Then a reload signs out.
    return null;
  }
}

export function keepSession(token: string | null) {
  try {
    if (token === null) sessionStorage.removeItem(SESSION);
    else sessionStorage.setItem(SESSION, token);
  } catch {
    // As above.
  }
}
