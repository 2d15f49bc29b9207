// The page at `/checkout/`: choose and pay, then get the key.

import type { FunctionComponent } from "preact";
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { Heading } from "../parts/heading.tsx";
import { Notice, Notices } from "../parts/notice.tsx";
import type { BoughtProps } from "./bought.tsx";
import type { Checkout } from "./call.ts";
import { Shop } from "./shop.tsx";
import { linked, linkTo, showInAddress } from "./visit.ts";

export function CheckoutPage() {
  const [at, setAt] = useState(linked);

  // At once: a link that is opened in between would be missed.
  useLayoutEffect(() => {
    const follow = () => setAt(linked());
    addEventListener("hashchange", follow);
    addEventListener("popstate", follow);
    return () => {
      removeEventListener("hashchange", follow);
      removeEventListener("popstate", follow);
    };
  }, []);

  function go(query: string, hash: string) {
    showInAddress(query, hash);
    setAt(linked());
  }

  if (at.paid !== null) {
    const back = ({ product, plan }: Checkout) => go(linkTo(product.slug, plan.slug), `#back=${at.paid}`);
    return <AfterPaying key={at.paid} reference={at.paid} onBack={back} />;
  }
  return <Shop key={at.back} back={at.back} onPaying={(reference) => go(location.search, `#paid=${reference}`)} />;
}

/** What comes after paying needs the rules, which a buyer's first look does not. */
function AfterPaying(props: BoughtProps) {
  const [Screen, setScreen] = useState<FunctionComponent<BoughtProps> | null>(null);
  const [isMissing, setMissing] = useState(false);

  useEffect(() => {
    import("./bought.tsx").then(
      ({ Bought }) => setScreen(() => Bought),
      () => setMissing(true),
    );
  }, []);

  if (Screen) return <Screen {...props} />;
  if (!isMissing) return <p class="unseen" role="status">Asking for your purchase…</p>;
  return (
    <>
      <Heading>Your purchase</Heading>
      <Notices>
        <Notice kind="unasked" title="Could not load the rest of this page">
          <p>This says nothing about your payment. Reload the page.</p>
        </Notice>
      </Notices>
    </>
  );
}
