// One kind of letter: its wording beside what it comes to.

import { useEffect, useState } from "preact/hooks";
import { useAsked } from "../asked.ts";
import { call, type Failure, once } from "../call.ts";
import { useDesk, useMay } from "../desk.ts";
import { Heading, NotDone, NotShown } from "../kit/parts.tsx";
import { to } from "../route.ts";
import type { Template } from "../things.ts";
import { LetterView } from "./letter_view.tsx";
import { letterNames, letterName } from "./words.ts";

type Part = "subject" | "text" | "html";
type Wording = Record<Part, string>;

const parts: [Part, string][] = [
  ["subject", "Subject"],
  ["text", "Text"],
  ["html", "HTML"],
];

const waitMs = 300;

export function TemplateScreen({ name }: { name: string }) {
  const asked = useAsked("admin.template.list", { limit: 200 });
  const template = asked.value?.items.find((one) => one.template === name);
  const above = <a href={to(["mail"])}>Mail</a>;
  return (
    <>
      <Heading above={above}>{letterName(name)}</Heading>
      <p class="lead">{letterNames[name]?.when}</p>
      {asked.failure && <NotShown failure={asked.failure} onAgain={asked.reload} />}
      {template && <Editor key={JSON.stringify(template)} template={template} onSaved={asked.reload} />}
    </>
  );
}

function Editor({ template, onSaved }: { template: Template; onSaved: () => void }) {
  const { say } = useDesk();
  const mayWrite = useMay("licenses:write");
  const [wording, setWording] = useState<Wording>(() => ({ subject: template.subject, text: template.text, html: template.html }));
  const [license, setLicense] = useState("");
  const [asking, setAsking] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const preview = usePreview(template, wording, license);
  const changed = parts.filter(([part]) => wording[part] !== template[part]).map(([part]) => part);

  async function update(change: Partial<Record<Part, string | null>> & { enabled?: boolean }, words: string) {
    if (asking) return;
    setAsking(true);
    const reply = await call("admin.template.update", { template: template.template, ...change, idempotencyKey: once() });
    setAsking(false);
    setFailure(reply.ok ? null : reply.failure);
    if (!reply.ok) return;
    onSaved();
    say({ text: words });
  }

  const own = template.customized as Part[];
  return (
    <div class="template-grid">
      <form
        class="card form template-form"
        aria-label="Wording"
        onSubmit={(event) => {
          event.preventDefault();
          void update(Object.fromEntries(changed.map((part) => [part, wording[part]])), "Saved. Letters from now on say this.");
        }}
      >
        {parts.map(([part, label]) => (
          <div class="field" key={part}>
            <label class="field-label" for={`template-${part}`}>
              {label}
              {own.includes(part) && <span class="soft"> · your own</span>}
            </label>
            {part === "subject" ? (
              <input class="field-input code-input" id={`template-${part}`} value={wording[part]} spellcheck={false} onInput={(event) => setWording({ ...wording, [part]: event.currentTarget.value })} />
            ) : (
              <textarea class="field-input code-input" id={`template-${part}`} rows={part === "text" ? 14 : 10} value={wording[part]} spellcheck={false} onInput={(event) => setWording({ ...wording, [part]: event.currentTarget.value })} />
            )}
            {mayWrite && own.includes(part) && (
              <button class="link-button" type="button" onClick={() => void update({ [part]: null }, `The built-in ${label.toLowerCase()} is back.`)}>
                Back to the built-in {label.toLowerCase()}
              </button>
            )}
          </div>
        ))}
        <NotDone failure={failure} />
        {mayWrite && (
          <footer class="form-foot">
            <button class="button button-small" type="submit" aria-disabled={asking || changed.length === 0}>
              Save
            </button>
            <button
              class="button button-quiet button-small"
              type="button"
              onClick={() => void update({ enabled: !template.enabled }, template.enabled ? "Such letters are written no more." : "Such letters are written from now on.")}
            >
              {template.enabled ? "Switch off" : "Switch on"}
            </button>
          </footer>
        )}
      </form>
      <section class="card preview" aria-labelledby="preview-title">
        <header class="card-head">
          <h2 id="preview-title">What it comes to</h2>
        </header>
        <div class="preview-about">
          <label class="field-label" for="preview-license">
            About
          </label>
          <input class="field-input" id="preview-license" value={license} placeholder="An invented license, or an alias" autocomplete="off" autocapitalize="off" spellcheck={false} onInput={(event) => setLicense(event.currentTarget.value)} />
        </div>
        {preview.failure ? (
          <div class="preview-problem">
            <NotDone failure={preview.failure} />
          </div>
        ) : (
          preview.shown && (
            <>
              <p class="preview-subject">{preview.shown.subject}</p>
              <LetterView html={preview.shown.html} />
              <details class="preview-text">
                <summary>As text</summary>
                <pre class="code">{preview.shown.text}</pre>
              </details>
            </>
          )
        )}
      </section>
    </div>
  );
}

function usePreview(template: Template, wording: Wording, license: string) {
  const [state, setState] = useState<{ shown: Wording | null; failure: Failure | null }>({ shown: null, failure: null });
  useEffect(() => {
    let isOver = false;
    const timer = setTimeout(() => {
      const about = license.trim();
      const params = { template: template.template, ...wording, ...(about && { license: about }) };
      void call("admin.template.preview", params).then((reply) => {
        if (isOver) return;
        setState((before) => (reply.ok ? { shown: reply.value, failure: null } : { ...before, failure: reply.failure }));
      });
    }, waitMs);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [template.template, wording.subject, wording.text, wording.html, license]);
  return state;
}
