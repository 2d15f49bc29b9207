// One delivery: what came of it, and as it was sent.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Fact } from "../../parts/facts.tsx";
import { instant, span } from "../../parts/span.ts";
import { useAsked } from "../asked.ts";
import { useDesk, useMay } from "../desk.ts";
import { Dialog } from "../kit/dialog.tsx";
import { useForm } from "../form.ts";
import { NotDone, NotShown } from "../kit/parts.tsx";
import { Sent } from "../kit/sent.tsx";
import { to } from "../route.ts";
import { Badge } from "../kit/status.tsx";
import type { PaymentDelivery } from "../things.ts";
import { outcome, standing } from "./outcome.tsx";
import { providers } from "./providers.ts";

const afterReplay: Record<PaymentDelivery["state"], string> = {
  applied: "It took effect. What took effect before did not again.",
  ignored: "It says nothing that concerns licenses.",
  parked: "It still waits.",
  refused: "It still cannot take effect.",
};

interface DeliveryProps {
  id: string;
  /** What the list says of it, if it is there. */
  known: PaymentDelivery | undefined;
  onReplayed: () => void;
  onClose: () => void;
}

export function DeliveryDialog({ id, known, onReplayed, onClose }: DeliveryProps) {
  const { say } = useDesk();
  const mayWrite = useMay("billing:write");
  const [isShown, setShown] = useState(false);
  const [after, setAfter] = useState<PaymentDelivery | null>(null);
  // The body says who bought: it is asked for only by who wants to see it, or where nothing else is known.
  const detail = useAsked("admin.payment.delivery", mayWrite && (isShown || !known) ? { delivery: id } : null);
  const replay = useForm({});
  const delivery = after ?? known ?? detail.value?.delivery;

  async function again() {
    const replayed = await replay.send("admin.payment.replay", { delivery: id });
    if (!replayed) return;
    // Another press is another time.
    replay.edit({});
    setAfter(replayed);
    say({ text: afterReplay[replayed.state], isBad: replayed.state === "refused" });
    onReplayed();
  }

  return (
    <Dialog title={delivery?.type ?? "Delivery"} isWide onClose={onClose}>
      <div class="dialog-body">
        {delivery && <Facts delivery={delivery} now={detail.now} />}
        {detail.failure && <NotShown failure={detail.failure} onAgain={detail.reload} />}
        {mayWrite && delivery && <Sent isShown={isShown} onShown={setShown} body={detail.value?.body} />}
        <NotDone failure={replay.failure} />
      </div>
      <footer class="dialog-foot">
        <button class="button button-quiet button-small" type="button" onClick={onClose}>
          Close
        </button>
        {mayWrite && delivery && (
          <button class="button button-small" type="button" aria-disabled={replay.asking} onClick={() => void again()}>
            {replay.asking ? "One moment…" : "Apply it once more"}
          </button>
        )}
      </footer>
    </Dialog>
  );
}

function Facts({ delivery, now }: { delivery: PaymentDelivery; now: string }) {
  const { provider, event, state, at, receivedAt, licenses } = delivery;
  const [tone, word] = standing[state];
  return (
    <dl class="details delivery">
      <Fact name="State">
        <Badge tone={tone}>{word}</Badge>
        {state !== "applied" && <span class="cell-more">{outcome(delivery)}</span>}
      </Fact>
      <Fact name="Sent by">{providers[provider].name}</Fact>
      <Fact name="Event">
        <code>{event}</code>
      </Fact>
      <Fact name="Happened">
        <Moment at={at} now={now} />
      </Fact>
      <Fact name="Came">
        <Moment at={receivedAt} now={now} />
      </Fact>
      {licenses.length > 0 && (
        <Fact name="Licenses">
          <span class="delivery-licenses">
            {licenses.map((license) => (
              <a key={license} href={to(["licenses", license])}>
                <code>{`…${license.slice(-8)}`}</code>
              </a>
            ))}
          </span>
        </Fact>
      )}
    </dl>
  );
}

function Moment({ at, now }: { at: string; now: string }): ComponentChildren {
  return (
    <time dateTime={at}>
      {instant(at)}
      <span class="cell-more">{span(at, now)}</span>
    </time>
  );
}
