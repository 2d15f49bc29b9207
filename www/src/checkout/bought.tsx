// After paying: waiting for the key, then the key and what can be done with it.

import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { Heading } from "../parts/heading.tsx";
import { Notice, Notices } from "../parts/notice.tsx";
import type { Checkout, Failure } from "./call.ts";
import { elsewhere, isEmbedded, tellClosed, tellPaid } from "./embed.ts";
import { LicenseStub } from "./license.tsx";
import { MailedKey } from "./mailed_key.tsx";
import { type Purchase, usePurchase } from "./purchase.ts";
import { TestBanner } from "./test_banner.tsx";
import { forgetPurchase, portal } from "./visit.ts";

export interface BoughtProps {
  reference: string;
  /** Leads to the order as it was. */
  onBack: (checkout: Checkout) => void;
}

export function Bought({ reference, onBack }: BoughtProps) {
  const purchase = usePurchase(reference);
  const { checkout, failure, now } = purchase;
  const isThere = checkout?.state === "paid" && checkout.licenses.length > 0;

  useEffect(() => {
    if (!isThere) return;
    forgetPurchase(reference);
    tellPaid(checkout);
  }, [isThere]);

  return (
    <>
      {checkout ? <Stands checkout={checkout} now={now} onBack={onBack} /> : <Unknown failure={failure} />}
      <Asking purchase={purchase} />
      {(checkout || failure?.kind === "no") && <MailedKey mode={checkout?.test ? "test" : "live"} />}
      {isEmbedded && isThere && (
        <button class="button checkout-done" type="button" onClick={tellClosed}>
          Done
        </button>
      )}
    </>
  );
}

interface StandsProps {
  checkout: Checkout;
  now: string;
  onBack: (checkout: Checkout) => void;
}

function Stands({ checkout, now, onBack }: StandsProps) {
  const { state, licenses } = checkout;
  if (state === "closed") return <Closed checkout={checkout} />;
  if (state === "open") return <Open checkout={checkout} onBack={onBack} />;
  if (licenses.length === 0) {
    return (
      <Lead title="Thank you, it is paid" isTest={checkout.test}>
        Your key is being made, and will be here in a moment. <AlsoByMail checkout={checkout} />
      </Lead>
    );
  }
  return (
    <>
      <Lead title={licenses.length === 1 ? "Here is your key" : "Here are your keys"} isTest={checkout.test}>
        Thank you. <Kept checkout={checkout} />
      </Lead>
      <ol class="bought">
        {licenses.map((license) => (
          <li key={license.id}>
            <LicenseStub license={license} checkout={checkout} now={now} />
          </li>
        ))}
      </ol>
      {checkout.mails && (
        <p class="bought-later">
          Later you find {licenses.length === 1 ? "it" : "them"} in your mail and at <PortalLink isTest={checkout.test} />.
        </p>
      )}
    </>
  );
}

function Open({ checkout, onBack }: Omit<StandsProps, "now">) {
  const { payUrl } = checkout;
  return (
    <>
      <Lead title={isEmbedded ? "Pay in the other window" : "The payment is on its way"} isTest={checkout.test}>
        {isEmbedded
          ? "The payment page has a window of its own. Once you have paid there, your key comes here by itself."
          : "The payment provider has not told us of it yet. Your key comes here by itself."}{" "}
        <AlsoByMail checkout={checkout} />
      </Lead>
      {payUrl && (
        <div class="going">
          <p>{isEmbedded ? "No window opened, or it is closed?" : "Not paid yet?"}</p>
          <div class="going-doing">
            <a class="button" href={payUrl} {...elsewhere}>
              {isEmbedded ? "Open the payment page" : "Go on paying"}
            </a>
            <button class="button button-quiet" type="button" onClick={() => onBack(checkout)}>
              Change the order
            </button>
          </div>
        </div>
      )}
    </>
  );
}

function Closed({ checkout }: { checkout: Checkout }) {
  if (!checkout.mails) {
    return (
      <Lead title="This page is closed" isTest={checkout.test}>
        It showed the key of {checkout.product.name} for a day. If you paid and have no key, ask whoever sold it: tell them this number,{" "}
        <strong>{checkout.id}</strong>.
      </Lead>
    );
  }
  return (
    <Lead title="Look into your mail" isTest={checkout.test}>
      This page showed the key of {checkout.product.name} for a day. If you paid, it is in your mail to{" "}
      <Mailed checkout={checkout} /> and at <PortalLink isTest={checkout.test} />.
    </Lead>
  );
}

function Unknown({ failure }: { failure: Failure | null }) {
  if (failure?.kind === "no") {
    return (
      <Lead title="No purchase is known by this link">
        Look whether it is whole. If you bought something, the key may be in your mail, and at{" "}
        <PortalLink isTest={false} />.
      </Lead>
    );
  }
  return (
    <Lead title="Your purchase">
      {failure ? "It is asked for again by itself." : "Asking how it stands…"}
    </Lead>
  );
}

/** Whether somebody is still asked, and what went wrong with that. */
function Asking({ purchase: { checkout, failure, isResting, ask } }: { purchase: Purchase }) {
  const isUnasked = failure?.kind === "unasked";
  return (
    <>
      <Notices>
        {isUnasked && (
          <Notice kind="unasked" title="Could not ask the server">
            <p>{failure.message} It says nothing about your payment.</p>
          </Notice>
        )}
        {isResting && (
          <Notice kind="unasked" title="Nothing was heard for a while">
            <p>
              Payments by bank may take days.{" "}
              {checkout?.mails ? "The key comes by mail, whether this page is open or not." : "Keep this page’s address: the key is shown here for a day."}
            </p>
          </Notice>
        )}
      </Notices>
      {(isUnasked || isResting) && (
        <button class="button button-quiet checkout-again" type="button" onClick={ask}>
          Ask now
        </button>
      )}
    </>
  );
}

interface LeadProps {
  title: string;
  isTest?: boolean;
  children: ComponentChildren;
}

function Lead({ title, isTest = false, children }: LeadProps) {
  return (
    <>
      {/* Another title is another state, so it takes the focus anew. */}
      <Heading key={title}>{title}</Heading>
      <p class="page-lead">{children}</p>
      {isTest && <TestBanner />}
    </>
  );
}

function Mailed({ checkout }: { checkout: Checkout }) {
  return <strong class="bought-email">{checkout.email}</strong>;
}

/** What need not be waited for. */
function AlsoByMail({ checkout }: { checkout: Checkout }) {
  if (!checkout.mails) return <>No mail is sent, so keep this page’s address.</>;
  return (
    <>
      It also comes by mail to <Mailed checkout={checkout} />, so you need not wait.
    </>
  );
}

/** Where the keys are when this page is closed. */
function Kept({ checkout }: { checkout: Checkout }) {
  const isOne = checkout.licenses.length === 1;
  if (!checkout.mails) return <>Keep {isOne ? "it" : "them"} now: no mail is sent.</>;
  return (
    <>
      {isOne ? "It is" : "They are"} also mailed to <Mailed checkout={checkout} />.
    </>
  );
}

function PortalLink({ isTest }: { isTest: boolean }) {
  return (
    <a href={portal(isTest ? "test" : "live")} {...elsewhere}>
      your licenses
    </a>
  );
}
