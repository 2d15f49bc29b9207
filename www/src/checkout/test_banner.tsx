// Said wherever something looks like a purchase and is none.

import { elsewhere } from "./embed.ts";

export function TestBanner() {
  return (
    <p class="test-banner">
      <strong>Test mode: no money moves.</strong> What you get is a test license.{" "}
      <a href="/testpay/" {...elsewhere}>
        How paying is tried
      </a>
    </p>
  );
}
