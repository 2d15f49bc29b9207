// Payments: whose webhooks are believed, what is sold at which price, and what came.

import { useListed } from "../asked.ts";
import { useEvents, useGathered } from "../desk.ts";
import { Heading } from "../kit/parts.tsx";
import type { PaymentDelivery } from "../things.ts";
import { Connections } from "./connections.tsx";
import { Deliveries } from "./deliveries.tsx";
import { Prices } from "./prices.tsx";

export function Payments({ query }: { query: URLSearchParams }) {
  const state = (query.get("state") ?? "") as PaymentDelivery["state"] | "";
  const connections = useListed("admin.payment.list", {});
  const deliveries = useListed("admin.payment.deliveries", state ? { state } : {});
  // Whatever waits, also where the list below shows something else.
  const parked = useListed("admin.payment.deliveries", { state: "parked" }, 200);

  function reload() {
    deliveries.reload();
    parked.reload();
  }
  const later = useGathered(reload);
  useEvents(later, reload);

  return (
    <>
      <Heading>Payments</Heading>
      <p class="lead">Payment providers tell by webhook what was bought, renewed and given back. Licenses come of it, and end with it.</p>
      <Connections list={connections} />
      <Prices parked={parked.items} hasConnection={connections.items.length > 0} onMapped={reload} />
      <Deliveries list={deliveries} state={state} open={query.get("delivery")} hasConnection={connections.items.length > 0} onReplayed={reload} />
    </>
  );
}
