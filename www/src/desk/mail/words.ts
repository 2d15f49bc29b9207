// What each kind of letter is called, and when it is written.

export const letterNames: Record<string, { name: string; when: string }> = {
  license_delivered: { name: "License delivered", when: "When a license was bought: here is its key." },
  license_expiring: { name: "License expires soon", when: "Seven days before its end, where nobody pays by themselves." },
  payment_failed: { name: "Payment failed", when: "When a payment failed; the license holds until its grace is over." },
  license_suspended: { name: "License suspended", when: "When it was suspended, by hand or because the grace is over." },
  license_revoked: { name: "License revoked", when: "When it was taken back." },
  inactivation_notice: { name: "License taken over", when: "When it was emptied for somebody else, and you chose to tell them." },
  portal_link: { name: "Link to the portal", when: "When a customer asks to sign in." },
};

export function letterName(template: string): string {
  return letterNames[template]?.name ?? template;
}
