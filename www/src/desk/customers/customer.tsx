// One customer and their licenses.

import { useEffect } from "preact/hooks";
import { Field } from "../../parts/field.tsx";
import { Plus } from "../../parts/icons.tsx";
import { useAsked, useListed } from "../asked.ts";
import { useDesk, useEvents, useGathered, useMay } from "../desk.ts";
import { useForm } from "../form.ts";
import { licenseColumns } from "../licenses/columns.tsx";
import { day, Empty, Heading, NotDone, NotShown } from "../kit/parts.tsx";
import { to } from "../route.ts";
import { Table } from "../kit/table.tsx";

export function CustomerScreen({ id }: { id: string }) {
  const { say } = useDesk();
  const asked = useAsked("admin.customer.get", { customer: id });
  const licenses = useListed("admin.license.list", { customer: id });
  const mayWrite = useMay("licenses:write");
  const form = useForm({ email: "", name: "" });
  const customer = asked.value;
  useEffect(() => {
    if (customer) form.edit({ email: customer.email, name: customer.name ?? "" });
  }, [customer]);
  const later = useGathered(licenses.reload);
  useEvents(({ license }) => {
    if (licenses.items.some((own) => own.id === license)) later();
  }, licenses.reload);

  async function save() {
    const { email, name } = form.value;
    const saved = await form.send("admin.customer.update", { customer: id, email: email.trim(), name: name.trim() || null });
    if (!saved) return;
    asked.put(saved);
    licenses.reload();
    say({ text: "Saved." });
  }

  const above = <a href={to(["customers"])}>Customers</a>;
  if (!customer) {
    return (
      <>
        <Heading above={above}>Customer</Heading>
        {asked.failure && <NotShown failure={asked.failure} onAgain={asked.reload} />}
      </>
    );
  }
  const columns = licenseColumns.filter(({ name }) => name !== "Customer");
  return (
    <>
      <Heading
        above={above}
        doing={
          mayWrite && (
            <a class="button button-small" href={to(["licenses", "new"], { email: customer.email })}>
              <Plus />
              New license
            </a>
          )
        }
      >
        {customer.name ?? customer.email}
      </Heading>
      <p class="lead">
        {customer.name && `${customer.email} · `}customer since {day(customer.createdAt)}
      </p>
      <Table
        label="Licenses"
        columns={columns}
        list={licenses}
        href={(license) => to(["licenses", license.id])}
        nameOf={({ alias }) => alias}
        empty={<Empty title="No license">What this customer had belongs to somebody else now.</Empty>}
      />
      {mayWrite && (
        <section aria-labelledby="customer-edit">
          <h2 class="section-title" id="customer-edit">
            Address and name
          </h2>
          <form
            class="card form"
            noValidate
            onSubmit={(event) => {
              event.preventDefault();
              void save();
            }}
          >
            <div class="form-row">
              <Field id="customer-email" label="Address" inputMode="email" value={form.value.email} onValue={(email) => form.edit({ email })} invalid={form.isWrong("email") || form.failure?.code === "conflict"} hint="Links to the portal go there from now on; sessions that are open end." />
              <Field id="customer-name" label="Name" value={form.value.name} onValue={(name) => form.edit({ name })} invalid={form.isWrong("name")} />
            </div>
            <NotDone failure={form.failure} />
            <footer class="form-foot">
              <button class="button button-small" type="submit" aria-disabled={form.asking}>
                {form.asking ? "One moment…" : "Save"}
              </button>
            </footer>
          </form>
        </section>
      )}
    </>
  );
}
