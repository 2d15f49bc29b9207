// How the dialog around the checkout looks. By constructed style sheet: a seller's policy may
// forbid every other kind.

export const overlayStyle = `
dialog {
  box-sizing: border-box;
  width: min(34rem, 100vw - 2rem);
  max-width: none;
  max-height: calc(100dvh - 2rem);
  margin: auto;
  padding: 0;
  border: 0;
  border-radius: 0.875rem;
  background: light-dark(#f8f8f6, #101113);
  color: light-dark(#1a1b1f, #eeeef0);
  color-scheme: light dark;
  font: 1rem/1.5 system-ui, sans-serif;
  box-shadow: 0 24px 64px -16px #0009;
  overflow: auto;
}

dialog::backdrop {
  background: #0d0e1199;
}

div {
  display: grid;
  min-height: 12rem;
}

button {
  position: sticky;
  z-index: 1;
  top: 0.5rem;
  display: grid;
  width: 2.25rem;
  height: 2.25rem;
  margin: 0.5rem 0.5rem -2.75rem auto;
  place-items: center;
  border: 0;
  border-radius: 50%;
  background: light-dark(#ebebe7, #24262a);
  color: inherit;
  cursor: pointer;
  font: 1.375rem/1 system-ui, sans-serif;
}

button:focus-visible {
  outline: 2px solid light-dark(#3a53c5, #9fb1ff);
  outline-offset: 2px;
}

iframe {
  display: block;
  width: 100%;
  height: 12rem;
  border: 0;
  color-scheme: light dark;
}

p {
  display: none;
  margin: 0;
  padding: 1.25rem;
}

dialog[data-silent] iframe {
  display: none;
}

dialog[data-silent] p {
  display: block;
  padding-inline-end: 3.5rem;
}

a {
  color: light-dark(#3a53c5, #9fb1ff);
}

@media (max-width: 36rem) {
  dialog {
    width: 100vw;
    max-height: 100dvh;
    min-height: 100dvh;
    border-radius: 0;
  }
}
`;
