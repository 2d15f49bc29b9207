// Line drawings on a 20 × 20 grid. All are decoration: the words beside them say the same.

import type { ComponentChildren } from "preact";

function Icon({ children }: { children: ComponentChildren }) {
  return (
    <svg
      width="20"
      height="20"
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      stroke-width="1.75"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

export const Check = () => (
  <Icon>
    <path d="m4.5 10.5 3.75 3.75 7.25-8" />
  </Icon>
);

export const Cross = () => (
  <Icon>
    <path d="m5.5 5.5 9 9m0-9-9 9" />
  </Icon>
);

export const Alert = () => (
  <Icon>
    <circle cx="10" cy="10" r="7.25" />
    <path d="M10 6.5v4M10 13.5v.01" />
  </Icon>
);

export const Pause = () => (
  <Icon>
    <path d="M7.25 5.5v9m5.5-9v9" />
  </Icon>
);

export const Clock = () => (
  <Icon>
    <path d="M10 5.25V10l3.25 2.5" />
    <circle cx="10" cy="10" r="7.25" />
  </Icon>
);

export const Pin = () => (
  <Icon>
    <path d="M10 17s5.5-4.75 5.5-9A5.5 5.5 0 0 0 4.5 8c0 4.25 5.5 9 5.5 9z" />
    <circle cx="10" cy="8" r="1.75" />
  </Icon>
);

/** A signal that does not arrive: the server could not be asked. */
export const Unheard = () => (
  <Icon>
    <path d="M2.75 8a10.5 10.5 0 0 1 14.5 0M5.75 11.25a6 6 0 0 1 8.5 0M10 14.75v.01M4 3.5l12 13" />
  </Icon>
);

export const Arrow = () => (
  <Icon>
    <path d="M4.5 10h11m-4.25-4.5 4.5 4.5-4.5 4.5" />
  </Icon>
);

export const Chevron = () => (
  <Icon>
    <path d="m8 6 4 4-4 4" />
  </Icon>
);

export const Home = () => (
  <Icon>
    <path d="M3.5 9.25 10 3.75l6.5 5.5M5.25 8v8.25h9.5V8M8.25 16.25v-4.5h3.5v4.5" />
  </Icon>
);

export const Ticket = () => (
  <Icon>
    <path d="M3 6.5h14v2.25a1.5 1.5 0 0 0 0 2.75v2H3v-2a1.5 1.5 0 0 0 0-2.75zM8 6.75v.01M8 10v.01M8 13.25v.01" />
  </Icon>
);

export const People = () => (
  <Icon>
    <circle cx="7.5" cy="7" r="2.75" />
    <path d="M2.5 16c.4-3 2.3-4.5 5-4.5s4.6 1.5 5 4.5M13 4.6a2.75 2.75 0 0 1 0 4.8M14.5 11.9c1.7.6 2.7 2 3 4.1" />
  </Icon>
);

export const Box = () => (
  <Icon>
    <path d="m10 3 6.5 3.5v7L10 17l-6.5-3.5v-7zM3.5 6.5 10 10l6.5-3.5M10 10v7" />
  </Icon>
);

export const Mail = () => (
  <Icon>
    <path d="M3 5.25h14v9.5H3zM3.25 5.75 10 11l6.75-5.25" />
  </Icon>
);

export const Card = () => (
  <Icon>
    <path d="M3.25 5h13.5v10H3.25zM3.25 8.25h13.5M6 12h2.5" />
  </Icon>
);

export const Receipt = () => (
  <Icon>
    <path d="M5 3.25h10v13.5l-2.5-1.5-2.5 1.5-2.5-1.5L5 16.75zM7.75 7h4.5m-4.5 3.25h4.5" />
  </Icon>
);

export const Hook = () => (
  <Icon>
    <circle cx="5.25" cy="14" r="2.25" />
    <circle cx="14.75" cy="14" r="2.25" />
    <circle cx="10" cy="5.75" r="2.25" />
    <path d="m8.9 7.75-2.6 4.35M11.1 7.75l2.6 4.35M7.5 14h5" />
  </Icon>
);

export const Past = () => (
  <Icon>
    <path d="M4 10a6.25 6.25 0 1 1 1.9 4.5M3.75 7.25 4 10.25l2.75-1.5M10 6.75V10l2.5 1.75" />
  </Icon>
);

export const Key = () => (
  <Icon>
    <circle cx="7" cy="12.75" r="3.25" />
    <path d="m9.5 10.5 6.75-6.75M13 7l2.25 2.25M11 9l1.5 1.5" />
  </Icon>
);

export const Seal = () => (
  <Icon>
    <path d="M10 3.25 15.75 5.5v4c0 3.5-2.25 6-5.75 7.25C6.5 15.5 4.25 13 4.25 9.5v-4zM7.5 10l1.9 1.9 3.35-3.65" />
  </Icon>
);

export const Search = () => (
  <Icon>
    <circle cx="9" cy="9" r="5" />
    <path d="m12.75 12.75 3.75 3.75" />
  </Icon>
);

export const Bars = () => (
  <Icon>
    <path d="M3.5 6h13M3.5 10h13M3.5 14h13" />
  </Icon>
);

export const Sun = () => (
  <Icon>
    <circle cx="10" cy="10" r="3.25" />
    <path d="M10 2.75v1.5m0 11.5v1.5M2.75 10h1.5m11.5 0h1.5M4.9 4.9l1 1m8.2 8.2 1 1m0-10.2-1 1m-8.2 8.2-1 1" />
  </Icon>
);

export const Moon = () => (
  <Icon>
    <path d="M16.5 11.75A6.75 6.75 0 0 1 8.25 3.5a6.75 6.75 0 1 0 8.25 8.25z" />
  </Icon>
);

export const Screen = () => (
  <Icon>
    <path d="M3 4.5h14v9H3zM7.5 16.5h5" />
  </Icon>
);

export const Dots = () => (
  <Icon>
    <path stroke-width="2.75" d="M5 10v.01M10 10v.01M15 10v.01" />
  </Icon>
);

export const Plus = () => (
  <Icon>
    <path d="M10 4.5v11M4.5 10h11" />
  </Icon>
);

export const Leave = () => (
  <Icon>
    <path d="M8 4.25H4.25v11.5H8M8.5 10h8m-3-3.25L16.75 10l-3.25 3.25" />
  </Icon>
);

export const Down = () => (
  <Icon>
    <path d="m6 8 4 4 4-4" />
  </Icon>
);

export const Save = () => (
  <Icon>
    <path d="M10 3.5v9m-3.5-3.25L10 12.75l3.5-3.5M4 16.25h12" />
  </Icon>
);

export const Eye = () => (
  <Icon>
    <path d="M2.75 10S5.5 5.25 10 5.25 17.25 10 17.25 10 14.5 14.75 10 14.75 2.75 10 2.75 10z" />
    <circle cx="10" cy="10" r="2" />
  </Icon>
);

export const Bookmark = () => (
  <Icon>
    <path d="M5.75 3.75h8.5v12.5L10 13l-4.25 3.25z" />
  </Icon>
);

export const Question = () => (
  <Icon>
    <circle cx="10" cy="10" r="7.25" />
    <path d="M8 8.25c0-1.25.9-2 2-2s2 .75 2 1.9c0 1.5-2 1.6-2 3.1M10 13.5v.01" />
  </Icon>
);

export const Flask = () => (
  <Icon>
    <path d="M8 3.25v4.5l-4.25 7a1.25 1.25 0 0 0 1.1 2h10.3a1.25 1.25 0 0 0 1.1-2L12 7.75v-4.5M6.75 3.25h6.5M6 12.25h8" />
  </Icon>
);

/** The sign of the house: a ticket whose stub stays with the one who gave it. */
export const Mark = () => (
  <svg width="28" height="28" viewBox="0 0 32 32" aria-hidden="true">
    <rect class="mark-ground" width="32" height="32" rx="8" />
    <path
      class="mark-ticket"
      d="M7 9.5h18a1.5 1.5 0 0 1 1.5 1.5v2.3a2.75 2.75 0 0 0 0 5.4V21a1.5 1.5 0 0 1-1.5 1.5H7A1.5 1.5 0 0 1 5.5 21v-2.3a2.75 2.75 0 0 0 0-5.4V11A1.5 1.5 0 0 1 7 9.5z"
    />
    <path class="mark-tear" d="M12.5 12v9" />
  </svg>
);
