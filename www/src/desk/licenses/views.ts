// Views that somebody saved: filters under a name, kept in this browser for each vendor and mode.

import type { Session } from "../session.ts";

export interface View {
  name: string;
  /** The address's query: `status=active&product=prd_…`. */
  query: string;
}

function place({ vendor, mode }: Session): string {
  return `counterfoil.views.${vendor.id}.${mode}`;
}

export function savedViews(session: Session): View[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(place(session)) ?? "[]");
    return Array.isArray(kept) ? kept.filter(isView) : [];
  } catch {
    // Kept by somebody else, or this browser keeps nothing for anybody.
    return [];
  }
}

function isView(value: unknown): value is View {
  const { name, query } = (value ?? {}) as Partial<View>;
  return typeof name === "string" && typeof query === "string";
}

export function saveViews(session: Session, views: View[]) {
  try {
    localStorage.setItem(place(session), JSON.stringify(views));
  } catch {
    // As above: they last as long as the page.
  }
}
