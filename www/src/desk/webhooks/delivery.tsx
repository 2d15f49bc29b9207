// One delivery: what was sent, each time that it was, and what was answered.

import { useState } from "preact/hooks";
import { Fact, Instant } from "../../parts/facts.tsx";
import { useAsked } from "../asked.ts";
import { useDesk, useMay } from "../desk.ts";
import { eventName } from "../history_words.ts";
import { Dialog } from "../kit/dialog.tsx";
import { useForm } from "../form.ts";
import { NotDone, NotShown } from "../kit/parts.tsx";
import { Sent } from "../kit/sent.tsx";
import { to } from "../route.ts";
import { Badge } from "../kit/status.tsx";
import type { Attempt, Webhook, WebhookDelivery } from "../things.ts";
import { answerWords, deliveryStanding } from "./words.ts";

interface DeliveryProps {
  id: string;
  /** What the list says of it, if it is there. */
  known: WebhookDelivery | undefined;
  /** Whether the list has been answered. */
  isKnown: boolean;
  webhook: Webhook;
  now: string;
  onSent: (delivery: WebhookDelivery) => void;
  onClose: () => void;
}

export function DeliveryDialog({ id, known, isKnown, webhook, now, onSent, onClose }: DeliveryProps) {
  const { say } = useDesk();
  const mayWrite = useMay("tokens:write");
  const form = useForm({});
  const [isShown, setShown] = useState(false);
  // Asked for only by who wants to see the body, or where the list does not tell of it.
  const detail = useAsked("admin.webhook.delivery", isShown || (!known && isKnown) ? { delivery: id } : null);
  const delivery = known ?? detail.value?.delivery;

  async function redeliver() {
    const queued = await form.send("admin.webhook.redeliver", { delivery: id });
    if (!queued) return;
    // Another press is another time.
    form.edit({});
    say({ text: "It is sent again, under the same id and with the same body." });
    onSent(queued);
  }

  return (
    <Dialog title={delivery?.type ?? "Delivery"} isWide onClose={onClose}>
      <div class="dialog-body">
        {delivery && <Facts delivery={delivery} now={now} />}
        {delivery && <Attempts attempts={delivery.attempts} now={now} />}
        {detail.failure && <NotShown failure={detail.failure} onAgain={detail.reload} />}
        {delivery && <Sent isShown={isShown} onShown={setShown} body={detail.value?.body} />}
        {mayWrite && !webhook.enabled && <p class="soft">Switch the webhook on to send it again.</p>}
        <NotDone failure={form.failure} />
      </div>
      <footer class="dialog-foot">
        <button class="button button-quiet button-small" type="button" onClick={onClose}>
          Close
        </button>
        {mayWrite && delivery && webhook.enabled && (
          <button class="button button-small" type="button" aria-disabled={form.asking} onClick={() => void redeliver()}>
            {form.asking ? "One moment…" : "Send it again"}
          </button>
        )}
      </footer>
    </Dialog>
  );
}

function Facts({ delivery, now }: { delivery: WebhookDelivery; now: string }) {
  const { type, event, license, status, createdAt, nextAttemptAt } = delivery;
  const [tone, word] = deliveryStanding[status];
  return (
    <dl class="details delivery">
      <Fact name="State">
        <Badge tone={tone}>{word}</Badge>
      </Fact>
      <Fact name="What">{license ? eventName(type) : "A test: nothing happened"}</Fact>
      <Fact name="Event">
        <code>{event}</code>
      </Fact>
      {license && (
        <Fact name="License">
          <a href={to(["licenses", license])}>
            <code>{`…${license.slice(-8)}`}</code>
          </a>
        </Fact>
      )}
      <Fact name="Queued">
        <Instant at={createdAt} now={now} />
      </Fact>
      {status === "pending" && (
        <Fact name="Next try">{nextAttemptAt ? <Instant at={nextAttemptAt} now={now} /> : "When the webhook is switched on again"}</Fact>
      )}
    </dl>
  );
}

function Attempts({ attempts, now }: { attempts: Attempt[]; now: string }) {
  if (attempts.length === 0) return <p class="soft">It was not sent yet.</p>;
  return (
    <section aria-labelledby="attempts-title">
      <h3 class="attempts-title" id="attempts-title">
        Tries, the last first
      </h3>
      <ol class="attempts" reversed>
        {attempts
          .map((attempt, place) => (
            <li key={place}>
              <p class="attempt-answer">
                <strong>{answerWords(attempt)}</strong> <Instant at={attempt.at} now={now} />
              </p>
              {attempt.problem && <p class="soft">{attempt.problem}</p>}
              {attempt.response && (
                <pre class="code attempt-response" tabIndex={0} aria-label={`What was answered to try ${place + 1}`}>
                  {attempt.response}
                </pre>
              )}
            </li>
          ))
          .reverse()}
      </ol>
    </section>
  );
}
