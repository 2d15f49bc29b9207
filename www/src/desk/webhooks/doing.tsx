// What can be done to a webhook, with what comes of it said first.

import { Field } from "../../parts/field.tsx";
import { useDesk } from "../desk.ts";
import { DialogForm } from "../kit/dialog.tsx";
import { useForm } from "../form.ts";
import { Choice } from "../licenses/filters.tsx";
import { NotDone } from "../kit/parts.tsx";
import type { Webhook, WithSecret } from "../things.ts";
import { EventChoice } from "./events.tsx";
import { calledOf } from "./words.ts";

interface DoingProps {
  webhook: Webhook;
  onChanged: (after: Webhook) => void;
  onClose: () => void;
}

export function EditDialog({ webhook, onChanged, onClose }: DoingProps) {
  const { say } = useDesk();
  const form = useForm({ url: webhook.url, description: webhook.description ?? "", events: webhook.events });
  const { value, edit } = form;
  const url = value.url.trim();
  const description = value.description.trim() || null;
  const change = {
    ...(url !== webhook.url && { url }),
    ...(description !== webhook.description && { description }),
    ...(value.events.join() !== webhook.events.join() && { events: value.events }),
  };

  async function save() {
    const saved = await form.send("admin.webhook.update", { webhook: webhook.id, ...change });
    if (!saved) return;
    onChanged(saved);
    onClose();
    say({ text: `${calledOf(saved)} was changed.` });
  }

  const isIdle = Object.keys(change).length === 0 || url === "" || value.events.length === 0;
  return (
    <DialogForm title={`Edit ${calledOf(webhook)}`} yes="Save" asking={form.asking} isIdle={isIdle} isWide onYes={() => void save()} onClose={onClose}>
      <div class="form-row">
        <Field id="webhook-url" label="URL" value={value.url} onValue={(next) => edit({ url: next })} invalid={form.isWrong("url")} hint="What waits already goes there too." />
        <Field id="webhook-description" label="Name" value={value.description} onValue={(next) => edit({ description: next })} invalid={form.isWrong("description")} hint="It may stay empty." />
      </div>
      <EventChoice events={value.events} onEvents={(events) => edit({ events })} />
      <p class="soft">Its format and its product stay: for others make another webhook.</p>
      <NotDone failure={form.failure} />
    </DialogForm>
  );
}

export function SwitchOffDialog({ webhook, onChanged, onClose }: DoingProps) {
  const { say } = useDesk();
  const form = useForm({});

  async function switchOff() {
    const after = await form.send("admin.webhook.update", { webhook: webhook.id, enabled: false });
    if (!after) return;
    onChanged(after);
    onClose();
    say({ text: `${calledOf(after)} is switched off.` });
  }

  return (
    <DialogForm title={`Switch ${calledOf(webhook)} off?`} yes="Switch off" asking={form.asking} onYes={() => void switchOff()} onClose={onClose}>
      <ul class="consequences">
        <li>What happens from now on is not queued for it, and is not sent later either.</li>
        <li>What waits goes on waiting, and is sent when it is switched on again.</li>
        <li>No test is sent and nothing is sent again meanwhile.</li>
      </ul>
      <NotDone failure={form.failure} />
    </DialogForm>
  );
}

const overlaps: [string, string][] = [
  ["24", "For a day"],
  ["48", "For two days"],
  ["168", "For a week"],
  ["0", "No longer"],
];

interface RotateProps extends DoingProps {
  onMade: (made: WithSecret) => void;
}

export function RotateDialog({ webhook, onChanged, onMade, onClose }: RotateProps) {
  const form = useForm({ hours: "24" });
  const { hours } = form.value;
  // A message in PackEdge's form has room for one signature.
  const hasOverlap = webhook.format === "standard";

  async function rotate() {
    const after = await form.send("admin.webhook.update", { webhook: webhook.id, rotateSecret: true, ...(hasOverlap && { overlapHours: Number(hours) }) });
    if (!after) return;
    const { secret, ...rest } = after;
    onChanged(rest);
    onClose();
    if (secret) onMade({ ...rest, secret });
  }

  const isAtOnce = !hasOverlap || hours === "0";
  return (
    <DialogForm title={`New secret for ${calledOf(webhook)}?`} yes="Make a new secret" asking={form.asking} isGrave onYes={() => void rotate()} onClose={onClose}>
      {hasOverlap && (
        <div class="field">
          <span class="field-label" aria-hidden="true">
            The old one signs as well
          </span>
          <Choice label="The old one signs as well" value={hours} options={overlaps} onValue={(next) => form.edit({ hours: next })} />
        </div>
      )}
      <ul class="consequences">
        {isAtOnce ? (
          <li>The receiver verifies nothing any more until it has the new secret. Choose this when the old one is known to somebody else.</li>
        ) : (
          <li>Until then the receiver verifies by the old secret or by the new one. Give it the new one in time: after that the old one signs nothing.</li>
        )}
        {hasOverlap && <li>Its public key becomes another too, with the same overlap.</li>}
        <li>The new secret is shown once.</li>
      </ul>
      <NotDone failure={form.failure} />
    </DialogForm>
  );
}

interface DeleteProps extends Omit<DoingProps, "onChanged"> {
  onDeleted: () => void;
}

export function DeleteDialog({ webhook, onDeleted, onClose }: DeleteProps) {
  const { say } = useDesk();
  const form = useForm({});

  async function end() {
    const before = await form.send("admin.webhook.delete", { webhook: webhook.id });
    if (!before) return;
    say({ text: `${calledOf(before)} is deleted.` });
    onDeleted();
  }

  return (
    <DialogForm title={`Delete ${calledOf(webhook)}?`} yes="Delete" asking={form.asking} isGrave onYes={() => void end()} onClose={onClose}>
      <ul class="consequences">
        <li>Nothing is sent there any more, not even what waits.</li>
        <li>Its deliveries are not shown any more.</li>
        <li>It does not come back: another webhook has another secret.</li>
      </ul>
      <NotDone failure={form.failure} />
    </DialogForm>
  );
}
