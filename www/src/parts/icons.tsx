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
