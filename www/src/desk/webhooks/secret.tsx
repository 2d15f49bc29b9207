// A secret, the one time that it is shown, and how a receiver verifies by it.

import { Copy } from "../../parts/copy.tsx";
import { Dialog } from "../kit/dialog.tsx";
import type { WebhookFormat, WithSecret } from "../things.ts";
import { calledOf } from "./words.ts";

interface SecretProps {
  made: WithSecret;
  title: string;
  onClose: () => void;
}

export function SecretDialog({ made, title, onClose }: SecretProps) {
  return (
    <Dialog title={title} isWide onClose={onClose}>
      <div class="dialog-body">
        <p>This is the secret of {calledOf(made)}. It is shown here once and to nobody again: copy it now.</p>
        <p class="secret">
          <code>{made.secret}</code>
          <Copy text={made.secret} what="the secret" />
        </p>
        <Verifying format={made.format} />
      </div>
      <footer class="dialog-foot">
        <button class="button button-small" type="button" onClick={onClose}>
          I have it
        </button>
      </footer>
    </Dialog>
  );
}

const example = `import { Webhook } from 'standardwebhooks';

const event = new Webhook(secret).verify(body, headers);   // the raw body`;

/** How to be sure that a message came from here. */
export function Verifying({ format }: { format: WebhookFormat }) {
  if (format === "packedge") {
    return (
      <p class="soft verifying-words">
        Each message has <code>X-PackEdge-Signature: sha256=…</code>: HMAC-SHA256 of the raw body under the whole text of the secret.{" "}
        <a href="/docs/#admin.webhook.create">The calls</a> are in the reference.
      </p>
    );
  }
  return (
    <div class="verifying">
      <p class="soft verifying-words">
        Verify each message by the secret, or by the public key, before believing what it says. There are libraries for most languages at{" "}
        <a href="https://www.standardwebhooks.com/" rel="noreferrer">
          standardwebhooks.com
        </a>
        ; <a href="/docs/#admin.webhook.create">the calls</a> are in the reference.
      </p>
      <pre class="code" tabIndex={0} aria-label="How to verify">
        {example}
      </pre>
    </div>
  );
}
