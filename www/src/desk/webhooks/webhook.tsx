// One webhook: how it stands, what can be done to it, and what was sent there.

import { useEffect, useState } from "preact/hooks";
import { Copy } from "../../parts/copy.tsx";
import { Fact, Instant } from "../../parts/facts.tsx";
import { Dots } from "../../parts/icons.tsx";
import { useAsked, useListed } from "../asked.ts";
import { useDesk, useEvents, useGathered, useMay } from "../desk.ts";
import { useForm } from "../form.ts";
import { Menu, type MenuItem } from "../kit/menu.tsx";
import { Empty, Heading, NotDone, NotShown } from "../kit/parts.tsx";
import { go, settle, to } from "../route.ts";
import type { Webhook, WithSecret } from "../things.ts";
import { Deliveries, type Status } from "./deliveries.tsx";
import { DeleteDialog, EditDialog, RotateDialog, SwitchOffDialog } from "./doing.tsx";
import { SecretDialog, Verifying } from "./secret.tsx";
import { Standing } from "./webhooks.tsx";
import { calledOf, formatNames, toldWords } from "./words.ts";

const above = <a href={to(["webhooks"])}>Webhooks</a>;

// There are no more for each mode.
const webhooksMax = 50;

export function WebhookScreen({ id, query }: { id: string; query: URLSearchParams }) {
  const asked = useAsked("admin.webhook.list", { limit: webhooksMax });
  const items = asked.value?.items;
  const webhook = items?.find((one) => one.id === id);
  if (webhook) {
    const onChanged = (after: Webhook) => asked.put({ items: (items ?? []).map((one) => (one.id === id ? after : one)), nextCursor: null });
    return <OneWebhook webhook={webhook} now={asked.now} query={query} onChanged={onChanged} onAgain={asked.reload} />;
  }
  return (
    <>
      <Heading above={above}>Webhook</Heading>
      {asked.failure && <NotShown failure={asked.failure} onAgain={asked.reload} />}
      {items && <Empty title="There is no such webhook">It may have been deleted, or belong to the other mode.</Empty>}
    </>
  );
}

type Doing = "edit" | "off" | "rotate" | "delete";

interface OneProps {
  webhook: Webhook;
  now: string;
  query: URLSearchParams;
  onChanged: (after: Webhook) => void;
  onAgain: () => void;
}

function OneWebhook({ webhook, now, query, onChanged, onAgain }: OneProps) {
  const { say } = useDesk();
  const mayWrite = useMay("tokens:write");
  const status = (query.get("status") ?? "") as Status;
  const list = useListed("admin.webhook.deliveries", { webhook: webhook.id, ...(status && { status }) });
  const form = useForm({});
  const [doing, setDoing] = useState<Doing | null>(null);
  const [made, setMade] = useState<WithSecret | null>(null);

  // What became of a delivery may have switched the webhook off, or told that it is reached again: it
  // is asked for afterwards, so that it is never older than they are.
  useEffect(() => {
    if (!list.asking) onAgain();
  }, [list.items, list.asking]);
  const later = useGathered(list.reload);
  useEvents(later, list.reload);

  async function test() {
    if (!(await form.send("admin.webhook.test", { webhook: webhook.id }))) return;
    // Another press is another test.
    form.edit({});
    say({ text: "A test is on its way. What comes of it is shown below." });
    if (status) settle(to(["webhooks", webhook.id]));
    list.reload();
  }

  async function switchOn() {
    const after = await form.send("admin.webhook.update", { webhook: webhook.id, enabled: true });
    if (!after) return;
    form.edit({});
    onChanged(after);
    say({ text: `${calledOf(after)} is switched on.` });
    list.reload();
  }

  const more: (MenuItem | "line")[] = [
    { label: "Edit…", onPick: () => setDoing("edit") },
    { label: "New secret…", onPick: () => setDoing("rotate") },
    ...(webhook.enabled ? [{ label: "Switch off…", onPick: () => setDoing("off") }] : []),
    "line",
    { label: "Delete…", isGrave: true, onPick: () => setDoing("delete") },
  ];
  const dialog = { webhook, onChanged, onClose: () => setDoing(null) };
  return (
    <>
      <Heading
        above={above}
        doing={
          mayWrite && (
            <>
              <button class="button button-small" type="button" aria-disabled={form.asking} onClick={() => void (webhook.enabled ? test() : switchOn())}>
                {webhook.enabled ? "Send a test" : "Switch on"}
              </button>
              <Menu label={<Dots />} name="More to do" items={more} buttonClass="button button-quiet button-small" />
            </>
          )
        }
      >
        {calledOf(webhook)}
      </Heading>
      <NotDone failure={form.failure} />
      <Details webhook={webhook} now={now} />
      <Deliveries
        webhook={webhook}
        list={list}
        status={status}
        open={query.get("delivery")}
        onAgain={list.reload}
        onSent={(delivery) => {
          list.put(delivery);
          list.reload();
        }}
      />
      <section class="card webhook-verify" aria-labelledby="webhook-verify">
        <header class="card-head">
          <h2 id="webhook-verify">How to verify</h2>
        </header>
        <div class="card-text">
          <Verifying format={webhook.format} />
        </div>
      </section>
      {doing === "edit" && <EditDialog {...dialog} />}
      {doing === "off" && <SwitchOffDialog {...dialog} />}
      {doing === "rotate" && <RotateDialog {...dialog} onMade={setMade} />}
      {doing === "delete" && <DeleteDialog {...dialog} onDeleted={() => go(to(["webhooks"]))} />}
      {made && <SecretDialog made={made} title="The new secret" onClose={() => setMade(null)} />}
    </>
  );
}

function Details({ webhook, now }: { webhook: Webhook; now: string }) {
  const { url, publicKey, events, format, product, previousSecretUntil, createdAt } = webhook;
  const products = useAsked("admin.product.list", product ? { limit: 200 } : null);
  return (
    <section class="card" aria-label="Details">
      <dl class="details">
        <Fact name="State">
          <Standing webhook={webhook} now={now} />
        </Fact>
        <Fact name="Sends to">
          <span class="copied">
            <code>{url}</code>
            <Copy text={url} what="the URL" />
          </span>
        </Fact>
        <Fact name="Told of">{toldWords(events)}</Fact>
        {product && <Fact name="Product">{products.value?.items.find(({ id }) => id === product)?.name ?? product}</Fact>}
        <Fact name="Format">{formatNames[format]}</Fact>
        {publicKey && (
          <Fact name="Public key">
            <span class="copied">
              <code>{publicKey}</code>
              <Copy text={publicKey} what="the public key" />
            </span>
          </Fact>
        )}
        {previousSecretUntil && (
          <Fact name="Old secret">
            signs as well until <Instant at={previousSecretUntil} now={now} />
          </Fact>
        )}
        <Fact name="Made">
          <Instant at={createdAt} now={now} />
        </Fact>
      </dl>
    </section>
  );
}
