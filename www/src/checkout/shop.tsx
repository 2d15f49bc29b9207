// Before paying: what is sold is asked for first, and what this tab was buying already.

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Heading } from "../parts/heading.tsx";
import { Notice, Notices } from "../parts/notice.tsx";
import { call, type Checkout, type Failure, type Offer } from "./call.ts";
import { OrderForm } from "./order.tsx";
import { prefill, remembered } from "./visit.ts";

interface ShopProps {
  /** The reference of the checkout that the buyer came back from. */
  back: string | null;
  onPaying: (reference: string) => void;
}

/** A checkout that this tab has opened before. */
export interface Opened {
  reference: string;
  checkout: Checkout;
}

interface Found {
  offer: Offer;
  opened: Opened | null;
}

export function Shop({ back, onPaying }: ShopProps) {
  const { product } = prefill();
  const [found, setFound] = useState<Found | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);

  async function load() {
    setFailure(null);
    const [offer, opened] = await Promise.all([call("checkout.offer", { product }), openedBefore(back)]);
    if (offer.ok) setFound({ offer: offer.value, opened });
    else setFailure(offer.failure);
  }

  useEffect(() => {
    if (product !== "") void load();
  }, []);

  if (product === "") {
    return (
      <Unsold title="Nothing was chosen">
        The link that led here names no product. Go back to the shop and choose there what to buy.
      </Unsold>
    );
  }
  if (failure) return <NoOffer failure={failure} product={product} onAgain={() => void load()} />;
  if (!found) return <Waiting />;
  if (found.offer.plans.length === 0) {
    return (
      <Unsold title={`${found.offer.product.name} cannot be bought here`}>
        It has no price, or there is no way to pay for it here yet. Ask whoever makes it.
      </Unsold>
    );
  }
  return <OrderForm offer={found.offer} opened={found.opened} onPaying={onPaying} />;
}

/** What was opened before is a convenience: when nobody can be asked about it, it is left out. */
async function openedBefore(back: string | null): Promise<Opened | null> {
  const kept = remembered();
  const reference = back ?? (kept?.link === location.search ? kept.sent?.reference : null);
  if (!reference) return null;
  const reply = await call("checkout.get", { reference });
  return reply.ok && reply.value.state !== "closed" ? { reference, checkout: reply.value } : null;
}

function NoOffer({ failure, product, onAgain }: { failure: Failure; product: string; onAgain: () => void }) {
  if (failure.code === "not_found") {
    return (
      <Unsold title="There is no such product">
        Nothing called “{product}” is sold here. Look whether the link is whole, or go back to the shop.
      </Unsold>
    );
  }
  const isUnasked = failure.kind === "unasked";
  return (
    <>
      <Heading>Checkout</Heading>
      <p class="page-lead">What you chose is asked for at the server.</p>
      <Notices>
        <Notice kind={failure.kind} title={isUnasked ? "Could not ask the server" : "This cannot be shown"}>
          <p>{failure.message} {isUnasked && "It says nothing about what is sold."}</p>
        </Notice>
      </Notices>
      <button class="button checkout-again" type="button" onClick={onAgain}>
        Try again
      </button>
    </>
  );
}

function Unsold({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <>
      <Heading>{title}</Heading>
      <p class="page-lead">{children}</p>
    </>
  );
}

/** As large as the form, so that nothing moves when it comes. */
function Waiting() {
  return (
    <>
      <h1 class="page-title">Checkout</h1>
      <p class="page-lead" role="status">
        Asking what it costs…
      </p>
      <div class="ticket checkout-waiting" />
    </>
  );
}
