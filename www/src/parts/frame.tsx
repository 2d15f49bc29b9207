// What stands around every page.

import type { ComponentChildren } from "preact";
import { Mark } from "./icons.tsx";

export function Frame({ children }: { children: ComponentChildren }) {
  return (
    <>
      <header class="frame-header">
        <Mark />
        Counterfoil
      </header>
      <main class="frame-main">{children}</main>
      <footer class="frame-footer">
        Counterfoil is a license server and a license checker in one: the same core decides in this page, in your app
        and on the server. <a href="/docs/">API reference</a>
      </footer>
    </>
  );
}
