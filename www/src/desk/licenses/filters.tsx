// What the list of licenses is narrowed by. All of it stands in the address.

import { useEffect, useRef, useState } from "preact/hooks";
import { Bookmark, Cross, Search } from "../../parts/icons.tsx";
import { useAsked } from "../asked.ts";
import { useDesk } from "../desk.ts";
import { Menu } from "../kit/menu.tsx";
import { go, settle, to } from "../route.ts";
import { capital, statuses } from "../kit/status.tsx";
import type { LicenseFilter, Status } from "../things.ts";
import { SaveView } from "./save_view.tsx";
import { savedViews, saveViews, type View } from "./views.ts";

const names = ["status", "product", "plan", "customer", "order"] as const;

// An alias has fourteen characters. What is longer, and no address or name, may be a key, which has
// no place in an address that the browser remembers.
const aliasLength = 14;

export function mayBeKey(text: string): boolean {
  return text.length > aliasLength && !/[@\s]/u.test(text);
}

/** The filter that an address says. */
export function filterOf(query: URLSearchParams): LicenseFilter {
  const filter: Record<string, string> = {};
  for (const name of names) {
    const value = query.get(name);
    if (value) filter[name] = value;
  }
  if (!statuses.includes(filter.status as Status)) delete filter.status;
  return filter as LicenseFilter;
}

export function addressOf(filter: LicenseFilter): string {
  const { search, ...rest } = filter;
  return to(["licenses"], { ...rest, q: search && !mayBeKey(search) ? search : undefined });
}

interface FiltersProps {
  filter: LicenseFilter;
  search: string;
  onSearch: (search: string) => void;
}

export function Filters({ filter, search, onSearch }: FiltersProps) {
  const products = useAsked("admin.product.list", { limit: 200 });
  const plans = useAsked("admin.plan.list", filter.product ? { product: filter.product, limit: 200 } : null);
  const customer = useAsked("admin.customer.get", filter.customer ? { customer: filter.customer } : null);

  function narrow(change: Partial<Record<(typeof names)[number], string | undefined>>) {
    const after = Object.entries({ ...filter, ...change }).filter(([, value]) => value);
    go(addressOf({ ...(Object.fromEntries(after) as LicenseFilter), search }));
  }

  const isNarrow = search.trim() !== "" || names.some((name) => filter[name]);
  return (
    <section class="filters" aria-label="Filters">
      <SearchField search={search} onSearch={onSearch} />
      <Choice
        label="Status"
        value={filter.status ?? ""}
        options={[["", "Every status"], ...statuses.map((status): [string, string] => [status, capital(status)])]}
        onValue={(status) => narrow({ status })}
      />
      <Choice
        label="Product"
        value={filter.product ?? ""}
        options={[["", "Every product"], ...(products.value?.items ?? []).map(({ id, name }): [string, string] => [id, name])]}
        onValue={(product) => narrow({ product, plan: undefined })}
      />
      {filter.product && (plans.value?.items.length ?? 0) > 0 && (
        <Choice
          label="Plan"
          value={filter.plan ?? ""}
          options={[["", "Every plan"], ...(plans.value?.items ?? []).map(({ id, name }): [string, string] => [id, name])]}
          onValue={(plan) => narrow({ plan })}
        />
      )}
      {filter.customer && (
        <button class="filter-chip" type="button" onClick={() => narrow({ customer: undefined })}>
          {customer.value?.email ?? "One customer"}
          <Cross />
          <span class="unseen">: show every customer’s</span>
        </button>
      )}
      {filter.order && (
        <button class="filter-chip" type="button" onClick={() => narrow({ order: undefined })}>
          {filter.order}
          <Cross />
          <span class="unseen">: show every order’s</span>
        </button>
      )}
      {isNarrow && (
        <button
          class="link-button"
          type="button"
          onClick={() => {
            onSearch("");
            go(to(["licenses"]));
          }}
        >
          Clear
        </button>
      )}
      <Views query={addressOf({ ...filter, search }).split("?")[1] ?? ""} />
    </section>
  );
}

// As one types, but not at each letter.
const waitMs = 200;

function SearchField({ search, onSearch }: { search: string; onSearch: (search: string) => void }) {
  const [text, setText] = useState(search);
  const told = useRef(search);
  useEffect(() => {
    if (search !== told.current) setText(search);
    told.current = search;
  }, [search]);
  useEffect(() => {
    if (text === told.current) return undefined;
    const timer = setTimeout(() => {
      told.current = text;
      onSearch(text);
    }, waitMs);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <div class="search-field">
      <Search />
      <input
        class="field-input"
        type="search"
        data-search
        aria-label="Search licenses"
        aria-keyshortcuts="/"
        placeholder="Alias, whole key, customer or product"
        value={text}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        onInput={(event) => setText(event.currentTarget.value)}
      />
    </div>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  options: [string, string][];
  onValue: (value: string) => void;
}

export function Choice({ label, value, options, onValue }: ChoiceProps) {
  return (
    <select class="select" aria-label={label} data-set={value !== ""} value={value} onChange={(event) => onValue(event.currentTarget.value)}>
      {options.map(([option, name]) => (
        <option key={option} value={option} selected={option === value}>
          {name}
        </option>
      ))}
    </select>
  );
}

function Views({ query }: { query: string }) {
  const { session, say } = useDesk();
  const [views, setViews] = useState(() => savedViews(session));
  const [isNaming, setNaming] = useState(false);

  function keep(after: View[]) {
    setViews(after);
    saveViews(session, after);
  }

  const current = views.find((view) => view.query === query);
  return (
    <div class="filters-views">
      <Menu
        label={
          <>
            <Bookmark />
            {current?.name ?? "Views"}
          </>
        }
        items={[
          ...views.map(({ name, query: saved }) => ({ label: name, onPick: () => settleOn(saved) })),
          ...(views.length > 0 ? (["line"] as const) : []),
          ...(current
            ? [
                {
                  label: `Forget “${current.name}”`,
                  onPick: () => {
                    keep(views.filter((view) => view !== current));
                    say({
                      text: `The view “${current.name}” was forgotten.`,
                      undo: async () => {
                        keep(views);
                        return `The view “${current.name}” is back.`;
                      },
                    });
                  },
                },
              ]
            : [{ label: "Save this view…", onPick: () => setNaming(true) }]),
        ]}
      />
      {isNaming && (
        <SaveView
          taken={views.map(({ name }) => name)}
          onClose={() => setNaming(false)}
          onSave={(name) => {
            keep([...views.filter((view) => view.name !== name), { name, query }]);
            setNaming(false);
            say({ text: `Saved as “${name}”, in this browser.` });
          }}
        />
      )}
    </div>
  );
}

function settleOn(query: string) {
  settle(`#/licenses${query && `?${query}`}`);
}
