// The order: plan, quantity, address, and what it comes to.

import { useEffect, useRef, useState } from "preact/hooks";
import { Field } from "../parts/field.tsx";
import { Heading } from "../parts/heading.tsx";
import { Notice, Notices } from "../parts/notice.tsx";
import { type Content, type Failure, isEmail, type Offer, type Plan } from "./call.ts";
import { elsewhere, isEmbedded } from "./embed.ts";
import { openCheckout } from "./opening.ts";
import { PlanChoice } from "./plans.tsx";
import type { Opened } from "./shop.tsx";
import { Sum } from "./sum.tsx";
import { TestBanner } from "./test_banner.tsx";
import { type Prefill, prefill, remember, remembered } from "./visit.ts";

const quantityMax = 100;

interface OrderProps {
  offer: Offer;
  opened: Opened | null;
  onPaying: (reference: string) => void;
}

/** The fields as they stand. */
interface Draft {
  plan: string;
  quantity: string;
  email: string;
  name: string;
}

type Wrong = "quantity" | "email" | null;

export function OrderForm({ offer, opened, onPaying }: OrderProps) {
  const given = prefill();
  const [draft, setDraft] = useState(() => firstDraft(offer, opened, given));
  const [wrong, setWrong] = useState<Wrong>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const { isPaying, once } = useOnce();
  const emailInput = useRef<HTMLInputElement>(null);
  const quantityInput = useRef<HTMLInputElement>(null);
  const plan = offer.plans.find(({ id }) => id === draft.plan) ?? offer.plans[0]!;
  const content = contentOf(offer, plan, draft);
  const isNamedPlanGone = given.plan !== "" && !offer.plans.some((one) => isCalled(one, given.plan));

  function edit(change: Partial<Draft>) {
    const after = { ...draft, ...change };
    setDraft(after);
    setWrong(null);
    setFailure(null);
    // What was typed outlives a reload. It is sent under the reference it had, if it is the same again.
    remember({ link: location.search, content: contentOf(offer, plan, after), sent: remembered()?.sent ?? null });
  }

  async function pay() {
    const problem = wrongIn(content);
    setWrong(problem);
    if (problem !== null) {
      (problem === "email" ? emailInput : quantityInput).current?.focus();
      return false;
    }
    // Before anything is waited for: a window that opens by itself later is held back.
    const payWindow = isEmbedded ? open("", "_blank") : null;
    const { reference, reply } = await openCheckout(content);
    if (!reply.ok) {
      payWindow?.close();
      setFailure(reply.failure);
      if (reply.failure.field === "email") setWrong("email");
      return false;
    }
    return leave(reference, reply.value.payUrl, payWindow);
  }

  /** Goes to where it is paid; true where the page itself goes away. */
  function leave(reference: string, payUrl: string | null, payWindow: Window | null): boolean {
    if (payUrl === null || isEmbedded) {
      if (payUrl === null) payWindow?.close();
      else payWindow?.location.replace(payUrl);
      onPaying(reference);
      return false;
    }
    location.assign(payUrl);
    return true;
  }

  function submit(event: Event) {
    event.preventDefault();
    void once(pay);
  }

  return (
    <>
      <Heading takesFocus={opened !== null}>Buy {offer.product.name}</Heading>
      <p class="page-lead">The key is shown here as soon as it is paid, and mailed to you.</p>
      {offer.test && <TestBanner />}
      {opened && isSame(content, opened, offer) && <GoOn opened={opened} onPaying={onPaying} />}
      <form class="ticket order" aria-label="Order" noValidate onSubmit={submit}>
        <div class="order-choice">
          {isNamedPlanGone && (
            <Notice kind="no" title="That plan is not sold here">
              <p>The link names “{given.plan}”. These can be bought:</p>
            </Notice>
          )}
          <PlanChoice plans={offer.plans} chosen={plan} onChoose={(id) => edit({ plan: id })} />
          <div class="order-fields">
            <Field
              id="email"
              label="Your e-mail address"
              inputMode="email"
              autocomplete="email"
              inputRef={emailInput}
              value={draft.email}
              onValue={(email) => edit({ email })}
              placeholder="ann@example.com"
              invalid={wrong === "email"}
              hint={
                wrong === "email"
                  ? "This is no e-mail address yet. It looks like ann@example.com."
                  : "The key is mailed there. With it you get back to your licenses later."
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
              inputRef={quantityInput}
              value={draft.quantity}
              onValue={(quantity) => edit({ quantity })}
              invalid={wrong === "quantity"}
              hint={wrong === "quantity" && `From 1 to ${quantityMax}.`}
            />
          </div>
        </div>
        <Sum plan={plan} quantity={content.quantity} isTest={offer.test} isPaying={isPaying}>
          <Notices>
            {wrong === "email" && <span class="unseen">This is no e-mail address yet.</span>}
            {failure && wrong === null && <NotOpened failure={failure} />}
          </Notices>
        </Sum>
      </form>
    </>
  );
}

/**
 * Runs what is pressed once at a time, however often it is pressed. Where it leads to another page
 * it counts as running until the buyer is back.
 */
function useOnce() {
  const isRunning = useRef(false);
  const [isPaying, setPaying] = useState(false);
  const set = (is: boolean) => {
    isRunning.current = is;
    setPaying(is);
  };
  useEffect(() => {
    // The way back may bring this very page, as it was left.
    const onShow = ({ persisted }: PageTransitionEvent) => persisted && set(false);
    addEventListener("pageshow", onShow);
    return () => removeEventListener("pageshow", onShow);
  }, []);

  async function once(what: () => Promise<boolean>) {
    if (isRunning.current) return;
    set(true);
    const isLeaving = await what();
    if (!isLeaving) set(false);
  }
  return { isPaying, once };
}

function firstDraft(offer: Offer, opened: Opened | null, given: Prefill): Draft {
  const kept = remembered();
  const isSameVisit = kept?.link === location.search || (opened !== null && kept?.sent?.reference === opened.reference);
  const before = isSameVisit && kept?.content.product === offer.product.id ? kept.content : null;
  const bought = opened?.checkout.product.id === offer.product.id ? opened.checkout : null;
  const named = offer.plans.find((plan) => isCalled(plan, given.plan)) ?? offer.plans[0]!;
  return {
    plan: before?.plan ?? bought?.plan.id ?? named.id,
    quantity: String(before?.quantity ?? bought?.quantity ?? (given.quantity || 1)),
    email: before?.email ?? bought?.email ?? given.email,
    name: before ? (before.name ?? "") : given.name,
  };
}

function isCalled({ id, slug }: Plan, text: string): boolean {
  return id === text || slug === text;
}

function contentOf(offer: Offer, plan: Plan, { quantity, email, name }: Draft): Content {
  return {
    product: offer.product.id,
    plan: plan.id,
    quantity: Number(quantity),
    email: email.trim(),
    ...(name.trim() && { name: name.trim() }),
  };
}

function wrongIn({ email, quantity }: Content): Wrong {
  if (!isEmail(email)) return "email";
  return Number.isInteger(quantity) && quantity >= 1 && quantity <= quantityMax ? null : "quantity";
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
