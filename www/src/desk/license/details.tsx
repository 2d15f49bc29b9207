// The facts beside the license.

import type { ComponentChildren } from "preact";
import { Copy } from "../../parts/copy.tsx";
import { Chips, Fact } from "../../parts/facts.tsx";
import { instant, span } from "../../parts/span.ts";
import { Ago, count } from "../kit/parts.tsx";
import { to } from "../route.ts";
import type { License } from "../things.ts";

interface DetailsProps {
  license: License;
  now: string;
}

export function Details({ license, now }: DetailsProps) {
  const { customer, expiresAt, graceUntil, entitlements, metadata, uses, usesLimit } = license;
  return (
    <aside class="license-side" aria-label="Details">
      <dl class="card details">
        <Fact name="Customer">
          {customer ? (
            <>
              <a href={to(["customers", customer.id])}>{customer.name ?? customer.email}</a>
              {customer.name && <span class="cell-more">{customer.email}</span>}
            </>
          ) : (
            <span class="soft">Nobody</span>
          )}
        </Fact>
        <Fact name={expiresAt && expiresAt <= now ? "Expired" : "Expires"}>
          {expiresAt ? <Moment at={expiresAt} now={now} /> : "Never"}
        </Fact>
        {graceUntil && (
          <Fact name="Grace until">
            <Moment at={graceUntil} now={now} />
          </Fact>
        )}
        <Fact name="Made">
          <Moment at={license.createdAt} now={now} />
        </Fact>
        <Fact name="Checks">
          {license.checkCount === 0 ? (
            <span class="soft">None yet</span>
          ) : (
            <>
              {count(license.checkCount, "time")}
              <span class="cell-more">
                {license.lastCheckAt && <Ago at={license.lastCheckAt} now={now} />}
                {license.lastCheckIp && ` from ${license.lastCheckIp}`}
              </span>
            </>
          )}
        </Fact>
        {(uses > 0 || usesLimit !== null) && (
          <Fact name="Uses">
            {uses.toLocaleString("en")}
            {usesLimit !== null && ` of ${usesLimit.toLocaleString("en")}`}
          </Fact>
        )}
        {license.order && (
          <Fact name="Order">
            <Copied text={license.order} what="the order" />
          </Fact>
        )}
        {license.subscription && (
          <Fact name="Subscription">
            <Copied text={license.subscription} what="the subscription" />
          </Fact>
        )}
        <Fact name="Unlocks">{entitlements.length > 0 ? <Chips words={entitlements} /> : <span class="soft">Nothing in particular</span>}</Fact>
        <Fact name="Id">
          <Copied text={license.id} what="the id" />
        </Fact>
        {Object.keys(metadata).length > 0 && (
          <Fact name="Metadata">
            <pre class="metadata">{JSON.stringify(metadata, null, 2)}</pre>
          </Fact>
        )}
      </dl>
    </aside>
  );
}

function Moment({ at, now }: { at: string; now: string }) {
  return (
    <time dateTime={at}>
      {instant(at)}
      <span class="cell-more">{span(at, now)}</span>
    </time>
  );
}

function Copied({ text, what }: { text: string; what: string }): ComponentChildren {
  return (
    <span class="copied">
      <code>{text}</code>
      <Copy text={text} what={what} />
    </span>
  );
}
