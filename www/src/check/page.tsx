// The page at `/`: type a key, see whether it is typed right, ask the server about it.

import { inspect } from "counterfoil";
import { useRef, useState } from "preact/hooks";
import { Field } from "../parts/field.tsx";
import { Arrow, Chevron } from "../parts/icons.tsx";
import { Answer, type Shown } from "./answer.tsx";
import { ask, type Question } from "./ask.ts";
import { isMistyped, TypedKey } from "../parts/typed_key.tsx";

export function CheckPage() {
  // INVARIANT: the key lives in memory only, never in the address, the title or any storage.
  const [key, setKey] = useState("");
  const [identifier, setIdentifier] = useState("");
  const [product, setProduct] = useState("");
  const [isTest, setTest] = useState(false);
  const [{ shown, turn }, setTurn] = useState<{ shown: Shown; turn: number }>({ shown: { kind: "nothing" }, turn: 0 });
  const [asking, setAsking] = useState(false);
  const keyInput = useRef<HTMLInputElement>(null);
  const answer = useRef<HTMLElement>(null);
  const latest = useRef(new AbortController());

  const inspection = inspect(key);
  const question: Question = {
    key: inspection.normalized,
    identifier: identifier.trim(),
    product: product.trim(),
    isTest,
  };

  function show(next: Shown) {
    setTurn((before) => ({ shown: next, turn: before.turn + 1 }));
  }

  async function send() {
    // Only the latest question may be answered, however the replies overtake each other.
    latest.current.abort();
    const mine = new AbortController();
    latest.current = mine;
    setAsking(true);
    const reply = await ask(question, mine.signal);
    if (mine.signal.aborted) return;
    setAsking(false);
    show({ ...reply, question });
  }

  function submit(event: Event) {
    event.preventDefault();
    if (inspection.problem?.code === "empty") {
      keyInput.current?.focus();
    } else if (inspection.ok) {
      void send();
    } else {
      show({ kind: "held", mistyped: isMistyped(inspection) });
    }
  }

  /** For the buttons that go away when pressed: the focus stays where the answer appears. */
  function sendFromAnswer() {
    answer.current?.focus();
    void send();
  }

  function editKey(value: string) {
    // An answer beside another key than its own would be taken for that one's.
    latest.current.abort();
    setAsking(false);
    show({ kind: "nothing" });
    setKey(value);
  }

  const asked = shown.kind === "verdict" || shown.kind === "unanswered" ? shown.question : question;
  return (
    <>
      <h1 class="page-title">Check a license</h1>
      <p class="page-lead">See at once whether a key is typed right, then ask whether its license is good.</p>
      <div class="ticket">
        <form class="check-form" aria-label="Check a license" noValidate onSubmit={submit}>
          <TypedKey value={key} inspection={inspection} inputRef={keyInput} onValue={editKey} autofocus />
          <details class="more">
            <summary class="more-summary">
              <Chevron />
              Ask about one place or product
            </summary>
            <div class="more-fields">
              <Field
                id="identifier"
                label="Where it runs"
                value={identifier}
                onValue={setIdentifier}
                placeholder="example.com"
                invalid={
                  shown.kind === "unanswered" &&
                  shown.failure.code === "invalid_identifier" &&
                  asked.identifier === question.identifier
                }
                hint="A domain, device, user or instance. Leave it empty to ask about the license alone."
              />
              <Field
                id="product"
                label="Product"
                value={product}
                onValue={setProduct}
                placeholder="acme-forms-pro"
                hint="Its short name or id. Leave it empty to take any product."
              />
              <label class="more-choice">
                <input
                  class="more-box"
                  type="checkbox"
                  checked={isTest}
                  onChange={(event) => setTest(event.currentTarget.checked)}
                />
                It is a test license
              </label>
            </div>
          </details>
          <button class="button check-ask" type="submit" aria-disabled={asking}>
            {asking ? "Asking…" : "Ask the server"}
            <Arrow />
          </button>
        </form>
        <Answer
          shown={shown}
          turn={turn}
          asking={asking}
          outdated={isAnother(asked, question)}
          sectionRef={answer}
          onAsk={sendFromAnswer}
        />
      </div>
    </>
  );
}

function isAnother(asked: Question, question: Question): boolean {
  return (
    asked.identifier !== question.identifier || asked.product !== question.product || asked.isTest !== question.isTest
  );
}
