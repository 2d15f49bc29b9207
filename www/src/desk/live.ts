// What happens, as it happens: `admin.events` over a web socket. A connection that broke is made
// again and goes on after the last event, so nothing is missed meanwhile.

import type { EventItem } from "./things.ts";

export type LiveState = "connecting" | "live" | "lost";

type OnEvent = (event: EventItem) => void;
type OnState = (state: LiveState) => void;

const firstWaitMs = 1_000;
const longestWaitMs = 30_000;

export class Live {
  state: LiveState = "connecting";
  #events = new Set<OnEvent>();
  #states = new Set<OnState>();
  #socket: WebSocket | null = null;
  #last: string | null = null;
  #wait = firstWaitMs;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #over = false;

  /** Connects, and goes on trying until `close`. */
  open() {
    if (this.#over) return;
    const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/rpc`);
    this.#socket = socket;
    socket.addEventListener("open", () => {
      const params = this.#last ? { after: this.#last } : {};
      socket.send(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "admin.events", params }));
    });
    socket.addEventListener("message", ({ data }) => this.#hear(String(data)));
    socket.addEventListener("close", () => this.#again());
  }

  close() {
    this.#over = true;
    clearTimeout(this.#timer);
    this.#socket?.close();
  }

  onEvent(hear: OnEvent): () => void {
    this.#events.add(hear);
    return () => this.#events.delete(hear);
  }

  onState(hear: OnState): () => void {
    this.#states.add(hear);
    return () => this.#states.delete(hear);
  }

  #hear(text: string) {
    const message = JSON.parse(text) as { result?: number; error?: object; params?: { result?: EventItem; error?: object } };
    if (message.error || message.params?.error) {
      // Whoever may not listen any more is told so; whether the session is over the next call says.
      this.#socket?.close();
      return;
    }
    if (message.result !== undefined) {
      this.#wait = firstWaitMs;
      this.#become("live");
    }
    const event = message.params?.result;
    if (!event) return;
    this.#last = event.id;
    for (const hear of this.#events) hear(event);
  }

  #again() {
    if (this.#over) return;
    this.#become("lost");
    this.#timer = setTimeout(() => this.open(), this.#wait);
    this.#wait = Math.min(this.#wait * 2, longestWaitMs);
  }

  #become(state: LiveState) {
    if (this.state === state) return;
    this.state = state;
    for (const hear of this.#states) hear(state);
  }
}
