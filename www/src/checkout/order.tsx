// The order: plan, quantity, address, and what it comes to.

import { Field } from "../parts/field.tsx";
import { Heading } from "../parts/heading.tsx";
import { Notice, Notices } from "../parts/notice.tsx";
import type { Content, Failure, Offer } from "./call.ts";
import { elsewhere, isEmbedded } from "./embed.ts";
import { isCalled, type Order, type OrderProps, quantityMax, useOrder } from "./ordering.ts";
import { PlanChoice } from "./plans.tsx";
import type { Opened } from "./shop.tsx";
import { Sum } from "./sum.tsx";
import { TestBanner } from "./test_banner.tsx";
import { prefill } from "./visit.ts";

export function OrderForm(props: OrderProps) {
  const { offer, opened, onPaying } = props;
  const order = useOrder(props);
  const { plan, content, wrong, failure } = order;
  const named = prefill().plan;

  function submit(event: Event) {
    event.preventDefault();
    order.pay();
  }

  return (
    <>
      <Heading takesFocus={opened !== null}>Buy {offer.product.name}</Heading>
      <p class="page-lead">{offer.mails ? "The key is shown here as soon as it is paid, and mailed to you." : "The key is shown here as soon as it is paid. Keep it then: no mail is sent."}</p>
      {offer.test && <TestBanner />}
      {opened && isSame(content, opened, offer) && <GoOn opened={opened} onPaying={onPaying} />}
      <form class="ticket order" aria-label="Order" noValidate onSubmit={submit}>
        <div class="order-choice">
          {named !== "" && !offer.plans.some((one) => isCalled(one, named)) && (
            <Notice kind="no" title="That plan is not sold here">
              <p>The link names “{named}”. These can be bought:</p>
            </Notice>
          )}
          <PlanChoice plans={offer.plans} chosen={plan} onChoose={(id) => order.edit({ plan: id })} />
          <Fields order={order} mails={offer.mails} />
        </div>
        <Sum plan={plan} quantity={content.quantity} isTest={offer.test} isPaying={order.isPaying}>
          <Notices>
            {wrong === "email" && <span class="unseen">This is no e-mail address yet.</span>}
            {failure && wrong === null && <NotOpened failure={failure} />}
          </Notices>
        </Sum>
      </form>
    </>
  );
}

function Fields({ order: { draft, wrong, inputs, edit }, mails }: { order: Order; mails: boolean }) {
  return (
    <div class="order-fields">
      <Field
        id="email"
        label="Your e-mail address"
        inputMode="email"
        autocomplete="email"
        inputRef={inputs.email}
        value={draft.email}
        onValue={(email) => edit({ email })}
        placeholder="ann@example.com"
        invalid={wrong === "email"}
        hint={
          wrong === "email"
            ? "This is no e-mail address yet. It looks like ann@example.com."
            : mails
              ? "The key is mailed there. With it you get back to your licenses later."
              : "The license is made out to it."
        }
      />
      <Field
        id="name"
        label="Your name (optional)"
        autocomplete="name"
        value={draft.name}
        onValue={(name) => edit({ name })}
      />
      <Field
        id="quantity"
        label="Quantity"
        kind="number"
        min="1"
        max={String(quantityMax)}
        inputRef={inputs.quantity}
        value={draft.quantity}
        onValue={(quantity) => edit({ quantity })}
        invalid={wrong === "quantity"}
        hint={wrong === "quantity" && `From 1 to ${quantityMax}.`}
      />
    </div>
  );
}

/** Whether the form says what was opened; the buyer's name is not told. */
function isSame(content: Content, { checkout }: Opened, offer: Offer): boolean {
  const { plan, quantity, email } = checkout;
  return (
    checkout.product.id === offer.product.id &&
    plan.id === content.plan &&
    quantity === content.quantity &&
    email.toLowerCase() === content.email.toLowerCase()
  );
}

function GoOn({ opened, onPaying }: { opened: Opened; onPaying: (reference: string) => void }) {
  const { checkout, reference } = opened;
  if (checkout.state === "paid") {
    return (
      <div class="going" role="status">
        <p>This is paid already.</p>
        <button class="button" type="button" onClick={() => onPaying(reference)}>
          Show the key
        </button>
      </div>
    );
  }
  if (checkout.payUrl === null) return null;
  return (
    <div class="going" role="status">
      <p>You have not paid yet. Your order is as you left it.</p>
      <a
        class="button"
        href={checkout.payUrl}
        {...elsewhere}
        onClick={() => isEmbedded && onPaying(reference)}
      >
        Go on paying
      </a>
    </div>
  );
}

function NotOpened({ failure }: { failure: Failure }) {
  return failure.kind === "unasked" ? (
    <Notice kind="unasked" title="Could not ask">
      <p>{failure.message} Nothing was paid. Try again.</p>
    </Notice>
  ) : (
    <Notice kind="no" title="This cannot be bought so">
      <p>{failure.message}</p>
    </Notice>
  );
}
