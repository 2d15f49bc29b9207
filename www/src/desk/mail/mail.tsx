// Letters to customers: how sending fares, what was sent, and what each kind says.

import { useState } from "preact/hooks";
import { Field } from "../../parts/field.tsx";
import { Notice } from "../../parts/notice.tsx";
import { type Asked, useAsked, useListed } from "../asked.ts";
import { call, once } from "../call.ts";
import { useDesk, useMay } from "../desk.ts";
import { useForm } from "../form.ts";
import { Choice } from "../licenses/filters.tsx";
import { Ago, count, Empty, Heading, NotDone, NotShown } from "../kit/parts.tsx";
import { settle, to } from "../route.ts";
import { Badge, type Tone } from "../kit/status.tsx";
import { type Column, Table } from "../kit/table.tsx";
import type { Letter, MailStatus } from "../things.ts";
import { letterNames, letterName } from "./words.ts";

const states: [string, string][] = [
  ["", "Every letter"],
  ["queued", "Waiting"],
  ["sent", "Sent"],
  ["dead", "Could not be sent"],
];

const tones: Record<Letter["state"], [Tone, string]> = {
  queued: ["calm", "Waiting"],
  sent: ["yes", "Sent"],
  dead: ["no", "Not sent"],
};

export function MailScreen({ query }: { query: URLSearchParams }) {
  const { say } = useDesk();
  const mayWrite = useMay("licenses:write");
  const state = (query.get("state") ?? "") as Letter["state"] | "";
  const status = useAsked("admin.mail.status", {});
  const letters = useListed("admin.mail.list", state ? { state } : {});

  async function retry(letter: Letter) {
    const reply = await call("admin.mail.retry", { mail: letter.id, idempotencyKey: once() });
    if (!reply.ok) return say({ text: reply.failure.message, isBad: true });
    letters.put(reply.value);
    status.reload();
    say({ text: `The letter to ${letter.to} waits to be sent again.` });
  }

  const columns: Column<Letter>[] = [
    {
      name: "To",
      isHead: true,
      cell: ({ to: whom, template }) => (
        <>
          <span class="cell-text">{whom}</span>
          <span class="cell-more">{letterName(template)}</span>
        </>
      ),
    },
    { name: "State", cell: (letter) => <Badge tone={tones[letter.state][0]}>{tones[letter.state][1]}</Badge> },
    {
      name: "When",
      cell: ({ sentAt, createdAt, nextAttemptAt }, now) => (
        <>
          <Ago at={sentAt ?? createdAt} now={now} />
          {nextAttemptAt && <span class="cell-more">next try <Ago at={nextAttemptAt} now={now} /></span>}
        </>
      ),
    },
    { name: "Problem", isExtra: true, cell: ({ problem }) => problem ?? "" },
    {
      name: "Doing",
      cell: (letter) =>
        mayWrite &&
        letter.state === "dead" && (
          <button class="copy" type="button" onClick={() => void retry(letter)}>
            Try again<span class="unseen"> to mail {letter.to}</span>
          </button>
        ),
    },
  ];

  return (
    <>
      <Heading>Mail</Heading>
      <Standing asked={status} mayWrite={mayWrite} />
      <section aria-labelledby="mail-templates">
        <h2 class="section-title" id="mail-templates">
          What they say
        </h2>
        <Templates />
      </section>
      <section aria-labelledby="mail-letters">
        <h2 class="section-title" id="mail-letters">
          Letters
        </h2>
        <div class="filters">
          <Choice label="State" value={state} options={states} onValue={(next) => settle(to(["mail"], { state: next }))} />
        </div>
        <Table
          label="Letters"
          columns={columns}
          list={letters}
          nameOf={({ to: whom }) => whom}
          empty={
            <Empty title={state ? "No letter like this" : "No letter yet"}>
              {status.value?.configured === false
                ? "This server sends no mail. Whoever runs it sets --smtp-url and --mail-from."
                : "They are written when something happens that a customer should hear of. What was sent is forgotten after 30 days."}
            </Empty>
          }
        />
      </section>
    </>
  );
}

function Standing({ asked, mayWrite }: { asked: Asked<MailStatus>; mayWrite: boolean }) {
  const status = asked.value;
  if (!status) return asked.failure ? <NotShown failure={asked.failure} onAgain={asked.reload} /> : null;
  if (!status.configured) {
    return (
      <Notice kind="no" title="This server sends no mail">
        <p>
          What happens meanwhile is never mailed. Whoever runs the server sets <code>--smtp-url</code> and <code>--mail-from</code>.
        </p>
      </Notice>
    );
  }
  return (
    <div class="card mail-standing">
      <dl class="stats">
        <div class="stat">
          <dt>From</dt>
          <dd class="stat-text">{status.from}</dd>
        </div>
        <div class="stat">
          <dt>Waiting</dt>
          <dd>{status.queued}</dd>
        </div>
        <div class="stat" data-bad={status.dead > 0}>
          <dt>Could not be sent</dt>
          <dd>{status.dead}</dd>
        </div>
      </dl>
      {status.problem && (
        <Notice kind="no" title="No mail goes out at the moment">
          <p>{status.problem}</p>
        </Notice>
      )}
      {mayWrite && <ReplyTo status={status} onSaved={asked.put} />}
    </div>
  );
}

function ReplyTo({ status, onSaved }: { status: MailStatus; onSaved: (status: MailStatus) => void }) {
  const { say } = useDesk();
  const form = useForm({ replyTo: status.replyTo ?? "" });
  const [isOpen, setOpen] = useState(false);

  async function save() {
    const replyTo = form.value.replyTo.trim() || null;
    const saved = await form.send("admin.mail.update", { replyTo });
    if (!saved) return;
    onSaved(saved);
    setOpen(false);
    say({ text: replyTo ? `Answers go to ${replyTo}.` : "Answers go to whom the mail comes from." });
  }

  if (!isOpen) {
    return (
      <p class="reply-to">
        Answers go to {status.replyTo ?? "whom the mail comes from"}.{" "}
        <button class="link-button" type="button" onClick={() => setOpen(true)}>
          Change
        </button>
      </p>
    );
  }
  return (
    <form
      class="reply-to-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Field id="reply-to" label="Answers go to" inputMode="email" value={form.value.replyTo} onValue={(replyTo) => form.edit({ replyTo })} invalid={form.isWrong("replyTo")} hint="Empty: to whom the mail comes from." />
      <NotDone failure={form.failure} />
      <button class="button button-small" type="submit" aria-disabled={form.asking}>
        Save
      </button>
    </form>
  );
}

function Templates() {
  const templates = useAsked("admin.template.list", { limit: 200 });
  if (templates.failure) return <NotShown failure={templates.failure} onAgain={templates.reload} />;
  return (
    <ul class="template-list">
      {templates.value?.items.map(({ template, enabled, subject, customized }) => (
        <li key={template}>
          <a class="template" href={to(["mail", template])}>
            <span class="template-name">{letterNames[template]?.name ?? template}</span>
            <span class="cell-more">{subject}</span>
            <span class="template-state">
              {!enabled && <Badge tone="care">Off</Badge>}
              {customized.length > 0 && <Badge tone="calm">{`Own ${count(customized.length, "part")}`}</Badge>}
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}
