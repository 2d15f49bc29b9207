// One license: what it is, who holds it, where it runs, what can be done, why it is valid or not,
// and all that happened to it.

import { useState } from "preact/hooks";
import { useAsked, useListed } from "../asked.ts";
import { useEvents, useGathered, useMay } from "../desk.ts";
import { Heading, NotShown } from "../kit/parts.tsx";
import { to } from "../route.ts";
import { StatusBadge, reason } from "../kit/status.tsx";
import type { License } from "../things.ts";
import { Doing } from "./doing.tsx";
import { Details } from "./details.tsx";
import { KeyBox } from "./key_box.tsx";
import { Places } from "./places.tsx";
import { Timeline } from "./timeline.tsx";
import { Why } from "./why.tsx";

export function LicenseScreen({ id }: { id: string }) {
  const asked = useAsked("admin.license.get", { license: id });
  const activations = useListed("admin.activation.list", { license: id }, 100);
  const mayWrite = useMay("licenses:write");
  // Counts what happened, so that what is made of the history is made anew.
  const [turn, setTurn] = useState(0);

  function refresh() {
    asked.reload();
    activations.reload();
    setTurn((before) => before + 1);
  }

  const license = asked.value;
  const later = useGathered(refresh);
  useEvents((event) => {
    if (event.license === license?.id) later();
  }, refresh);

  const above = <a href={to(["licenses"])}>Licenses</a>;
  if (!license) {
    return (
      <>
        <Heading above={above}>License</Heading>
        {asked.failure && <NotShown failure={asked.failure} onAgain={asked.reload} />}
      </>
    );
  }

  function change(after: License) {
    asked.put(after);
    activations.reload();
    setTurn((before) => before + 1);
  }

  const why = reason(license);
  return (
    <>
      <Heading above={above} doing={mayWrite && <Doing license={license} now={asked.now} onChanged={change} />}>
        {license.alias}
      </Heading>
      <div class="license-standing">
        <StatusBadge license={license} />
        <p>
          {license.product.name}
          {license.plan && ` · ${license.plan.name}`}
          {why && <span class="soft"> · {why}</span>}
        </p>
      </div>
      <div class="license-grid">
        <div class="license-main">
          <KeyBox license={license} />
          <Places license={license} list={activations} mayWrite={mayWrite} onChanged={refresh} />
          <Why license={license} activations={activations.items} now={asked.now} turn={turn} />
          <Timeline license={license.id} turn={turn} now={asked.now} />
        </div>
        <Details license={license} now={asked.now} />
      </div>
    </>
  );
}
