// How it goes: what stands where, what was done each day, and what needs a look.

import type { ComponentChild } from "preact";
import { useState } from "preact/hooks";
import { useActors } from "../actors.ts";
import { useAsked, useListed } from "../asked.ts";
import { useEvents, useGathered } from "../desk.ts";
import { eventTitle, eventTone } from "../history_words.ts";
import { Ago, count, day, Empty, Heading, NotShown } from "../kit/parts.tsx";
import { to } from "../route.ts";
import { capital, statuses, statusTone, type Tone } from "../kit/status.tsx";
import type { Summary, Webhook } from "../things.ts";
import { calledOf, needsCare } from "../webhooks/words.ts";
import { Bars } from "./bars.tsx";

const spans: [number, string][] = [
  [7, "7 days"],
  [30, "30 days"],
  [90, "90 days"],
];

export function Overview() {
  const [days, setDays] = useState(30);
  const asked = useAsked("admin.stats.summary", { days });
  const mail = useAsked("admin.mail.status", {});
  const webhooks = useAsked("admin.webhook.list", { limit: 200 });
  const products = useAsked("admin.product.list", { limit: 200 });
  const later = useGathered(asked.reload);
  useEvents(later, asked.reload);
  const summary = asked.value;
  const names = new Map(products.value?.items.map(({ id, name }) => [id, name]));
  const isEmpty = summary !== null && statuses.every((status) => summary.licenses[status] === 0);
  return (
    <>
      <Heading
        doing={
          <div class="segments" role="group" aria-label="How far back">
            {spans.map(([span, name]) => (
              <button key={span} class="segment" type="button" aria-pressed={days === span} onClick={() => setDays(span)}>
                {name}
              </button>
            ))}
          </div>
        }
      >
        Overview
      </Heading>
      {asked.failure && !summary && <NotShown failure={asked.failure} onAgain={asked.reload} />}
      {isEmpty && products.value && <FirstSteps hasProduct={products.value.items.length > 0} />}
      {summary && isEmpty && <Undelivered summary={summary} webhooks={webhooks.value?.items ?? []} />}
      {summary && !isEmpty && (
        <>
          <Figures summary={summary} dead={mail.value?.dead ?? 0} webhooks={webhooks.value?.items ?? []} />
          <Undelivered summary={summary} webhooks={webhooks.value?.items ?? []} />
          <div class="overview-charts">
            <Bars title="Activations" noun="activation" days={summary.days.map(({ date, activations }) => ({ date, amount: activations }))} />
            <Bars title="Checks" noun="check" days={summary.days.map(({ date, checks }) => ({ date, amount: checks }))} />
          </div>
          <div class="overview-lists">
            <Expiring summary={summary} names={names} />
            <Fullest summary={summary} names={names} />
            <Recent />
          </div>
          <p class="as-of soft">
            Counts as of <Ago at={summary.asOf} now={asked.now} />. Days are those of UTC.
          </p>
        </>
      )}
    </>
  );
}

interface FiguresProps {
  summary: Summary;
  /** Letters that could not be sent. */
  dead: number;
  webhooks: Webhook[];
}

function Figures({ summary, dead, webhooks }: FiguresProps) {
  const sum = (of: "activations" | "checks") => summary.days.reduce((total, each) => total + each[of], 0);
  const failing = webhooks.filter(needsCare).length;
  // What needs a look is marked as soon as there is any.
  const lookedAfter = ["Letters not sent", "Webhooks failing"];
  const figures: [string, number, string, ComponentChild?][] = [
    ["Active licenses", summary.licenses.active, to(["licenses"], { status: "active" })],
    ["Suspended", summary.licenses.suspended, to(["licenses"], { status: "suspended" })],
    ["Activations", sum("activations"), to(["history"], { type: "activation." }), `in ${summary.days.length} days`],
    ["Checks", sum("checks"), to(["licenses"]), `in ${summary.days.length} days`],
    ["Letters not sent", dead, to(["mail"], { state: "dead" })],
    ...(webhooks.length > 0 ? [["Webhooks failing", failing, to(["webhooks"])] satisfies [string, number, string]] : []),
  ];
  return (
    <>
      <ul class="figures">
        {figures.map(([name, amount, href, more]) => (
          <li key={name}>
            <a class="figure" href={href} data-bad={lookedAfter.includes(name) && amount > 0}>
              <span class="figure-name">{name}</span>
              <span class="figure-amount">{amount.toLocaleString("en")}</span>
              {more && <span class="figure-more">{more}</span>}
            </a>
          </li>
        ))}
      </ul>
      <Share summary={summary} />
    </>
  );
}

/** Every license by its status, as one line. */
function Share({ summary }: { summary: Summary }) {
  const total = statuses.reduce((sum, status) => sum + summary.licenses[status], 0);
  const present = statuses.filter((status) => summary.licenses[status] > 0);
  let from = 0;
  return (
    <section class="card share" aria-labelledby="share-title">
      <h2 class="share-title" id="share-title">
        {count(total, "license")}
      </h2>
      <svg class="share-bar" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">
        {present.map((status) => {
          const width = (summary.licenses[status] / total) * 1000;
          const x = from;
          from += width;
          return <rect key={status} class="share-part" data-status={status} x={x} y="0" width={Math.max(width - 2, 1)} height="10" />;
        })}
      </svg>
      <ul class="share-legend">
        {present.map((status) => (
          <li key={status}>
            <a href={to(["licenses"], { status })} data-tone={statusTone(status)}>
              <i class="share-dot" data-status={status} aria-hidden="true" />
              {capital(status)} <strong>{summary.licenses[status].toLocaleString("en")}</strong>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Expiring({ summary, names }: { summary: Summary; names: Map<string, string> }) {
  return (
    <section class="card" aria-labelledby="expiring-title">
      <header class="card-head">
        <h2 id="expiring-title">Expire next</h2>
      </header>
      {summary.expiring.length === 0 && <p class="card-empty">No active license has an end.</p>}
      <ul class="short-list">
        {summary.expiring.map(({ id, alias, product, expiresAt }) => (
          <li key={id}>
            <a class="short-row" href={to(["licenses", id])}>
              <span class="alias">{alias}</span>
              <span class="soft short-what">{names.get(product)}</span>
              <time class="short-when" dateTime={expiresAt} title={day(expiresAt)}>
                <Ago at={expiresAt} now={summary.asOf} />
              </time>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Who has hardly a place left: a question to come, or a bigger plan to sell. */
function Fullest({ summary, names }: { summary: Summary; names: Map<string, string> }) {
  const { nearlyFull, fullest } = summary;
  return (
    <section class="card" aria-labelledby="fullest-title">
      <header class="card-head">
        <h2 id="fullest-title">Places nearly all taken</h2>
        {nearlyFull > fullest.length && <span class="soft">{`${fullest.length} of ${count(nearlyFull, "license")}`}</span>}
      </header>
      {fullest.length === 0 && <p class="card-empty">Every license of more than one place has room.</p>}
      <ul class="short-list">
        {fullest.map(({ id, alias, product, activationLimit, activationsUsed }) => (
          <li key={id}>
            <a class="short-row" href={to(["licenses", id])}>
              <span class="alias">{alias}</span>
              <span class="soft short-what">{names.get(product)}</span>
              <span class="short-when">{`${activationsUsed.toLocaleString("en")} of ${activationLimit.toLocaleString("en")}`}</span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

// The server counts no further.
const countedMax = 10_000;

/** What did not get through, each leading to where it is listed. */
function Undelivered({ summary, webhooks }: { summary: Summary; webhooks: Webhook[] }) {
  const { deliveries } = summary;
  const nameOf = (id: string) => {
    const webhook = webhooks.find((one) => one.id === id);
    return webhook ? calledOf(webhook) : `…${id.slice(-8)}`;
  };
  const rows: [Tone, number, string, string][] = [
    ...deliveries.webhooks.map(({ webhook, failed }): [Tone, number, string, string] => [
      "no",
      failed,
      `not delivered to ${nameOf(webhook)}`,
      to(["webhooks", webhook], { status: "failed" }),
    ]),
    ["no", deliveries.payments?.refused ?? 0, "from payment providers refused", to(["payments"], { state: "refused" })],
    ["care", deliveries.payments?.parked ?? 0, "from payment providers waiting", to(["payments"], { state: "parked" })],
  ];
  const present = rows.filter(([, amount]) => amount > 0);
  if (present.length === 0) return null;
  return (
    <section class="card undelivered" aria-labelledby="undelivered-title">
      <header class="card-head">
        <h2 id="undelivered-title">Deliveries to look after</h2>
      </header>
      <ul class="short-list">
        {present.map(([tone, amount, what, href]) => (
          <li key={href}>
            <a class="short-row" href={href}>
              <i class="tone-dot" data-tone={tone} aria-hidden="true" />
              <span class="short-what">
                <strong>{`${amount.toLocaleString("en")}${amount >= countedMax ? " or more" : ""}`}</strong> {what}
              </span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

const recentCount = 8;

function Recent() {
  const list = useListed("admin.history.list", {}, recentCount);
  const actor = useActors();
  const later = useGathered(list.reload);
  useEvents(later, list.reload);
  return (
    <section class="card" aria-labelledby="recent-title">
      <header class="card-head">
        <h2 id="recent-title">Happened lately</h2>
        <a class="card-do" href={to(["history"])}>
          All of it
        </a>
      </header>
      {list.failure && <NotShown failure={list.failure} onAgain={list.reload} />}
      <ul class="short-list">
        {list.items.slice(0, recentCount).map((item) => (
          <li key={item.id}>
            <a class="short-row" href={to(["licenses", item.license])}>
              <i class="tone-dot" data-tone={eventTone(item)} aria-hidden="true" />
              <span class="short-what">
                {eventTitle(item)} <span class="soft">· {actor(item.actor).name}</span>
              </span>
              <span class="short-when">
                <Ago at={item.at} now={list.now} />
              </span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

function FirstSteps({ hasProduct }: { hasProduct: boolean }) {
  return (
    <Empty title={hasProduct ? "A product, and no license yet" : "Welcome: nothing is sold here yet"}>
      {hasProduct ? (
        <>
          Next: <a href={to(["licenses", "new"])}>make a license</a>, and check its key on the <a href="/">page for that</a>.
        </>
      ) : (
        <>
          First <a href={to(["products", "new"])}>make a product</a>, then a plan for it, then a license. The <a href="/docs/">reference</a> has every
          call with an example that runs.
        </>
      )}
    </Empty>
  );
}
