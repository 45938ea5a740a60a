/**
 * Following a case: server-sent events where they come through, asking every half minute where they do not.
 *
 * Read with fetch and not with EventSource, which tells neither 401 from 404 nor how long to wait.
 */

export interface Addresses {
  readonly events: string;
  readonly case: string;
}

export type State = "on" | "off" | "signedOut" | "gone";

export interface Hooks {
  /** The id of the last event that the page shows. */
  readonly seen: () => string;
  /** Something has happened: show it. False where that did not work. */
  readonly happened: () => Promise<boolean>;
  readonly told: (state: State) => void;
}

const FIRST_BYTE = 5_000; // ms; the server sends something at once: what is later is held back on the way
const SILENCE = 40_000; // it sends a beat every 15 s
const SHORT = 10_000; // a stream of less than this was cut
const ASK_EVERY = 30_000;
const ASKS = 20; // before streaming is tried again
const LONGEST = 60_000;
const OFF_AFTER = 6_000;
const AWAY_AFTER = 300_000; // hidden for so long, it is left alone

/** Something happened, and the page of it cannot be had: it is asked for again. */
class NotShown extends Error {}

export class Following {
  private running: AbortController | null = null;
  private wake: (() => void) | null = null;
  private cut = 0;
  private failures = 0;
  private asked = 0;
  private tag = "";
  private off = 0;
  private away = 0;
  private isOver = false;
  private wasHeard = false;

  constructor(private readonly at: Addresses, private readonly hooks: Hooks) {
    addEventListener("pagehide", () => this.stop());
    addEventListener("pageshow", (event) => event.persisted && this.start());
    addEventListener("online", () => this.hurry());
    document.addEventListener("visibilitychange", () => this.turn());
  }

  start(): void {
    if (this.running || this.isOver) return;
    this.running = new AbortController();
    void this.run(this.running.signal);
  }

  stop(): void {
    this.running?.abort();
    this.running = null;
    this.wake?.();
    clearTimeout(this.off);
    this.off = 0;
  }

  /** Try now instead of after the wait. */
  hurry(): void {
    this.failures = 0;
    this.wake?.();
  }

  private turn(): void {
    clearTimeout(this.away);
    if (document.hidden) {
      this.away = window.setTimeout(() => this.stop(), AWAY_AFTER);
    } else if (this.running) {
      this.hurry();
    } else {
      this.start();
    }
  }

  private async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      let wait: number;
      try {
        wait = this.cut < 2 ? await this.listen(signal) : await this.ask(signal);
      } catch {
        if (signal.aborted) return;
        wait = this.backOff();
      }
      if (!signal.aborted) await this.pause(wait);
    }
  }

  /** Until the stream ends; how long to wait then. Throws where nothing answers. */
  private async listen(signal: AbortSignal): Promise<number> {
    const line = new AbortController();
    const stop = () => line.abort();
    signal.addEventListener("abort", stop);
    const begun = performance.now();
    try {
      const refusal = await this.read(line);
      if (refusal) return this.refused(refusal);
    } catch (error) {
      // Silent, or cut in the middle: something answered, and something on the way does not like streams.
      if (signal.aborted || !(this.wasHeard || line.signal.aborted) || error instanceof NotShown) throw error;
    } finally {
      signal.removeEventListener("abort", stop);
      line.abort();
    }
    this.cut = performance.now() - begun < SHORT ? this.cut + 1 : 0;
    return this.cut ? this.ask(signal) : 500 + Math.random() * 1000;
  }

  /** Read the stream to its end, or what refused it. */
  private async read(line: AbortController): Promise<Response | null> {
    this.wasHeard = false;
    let timer = window.setTimeout(() => line.abort(), FIRST_BYTE);
    try {
      const headers = { Accept: "text/event-stream", "Last-Event-ID": this.hooks.seen() };
      const answer = await fetch(this.at.events, { headers, signal: line.signal, cache: "no-store" });
      if (!answer.ok || !answer.body) return answer;
      this.wasHeard = true; // a head alone is an answer too: who cuts may be quicker than the first beat
      const reader = answer.body.getReader();
      const decoder = new TextDecoder(); // a character may be cut in two
      let text = "";
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return null;
        clearTimeout(timer);
        timer = window.setTimeout(() => line.abort(), SILENCE);
        this.on();
        text += decoder.decode(value, { stream: true });
        const end = text.lastIndexOf("\n\n");
        if (end < 0) continue;
        const whole = text.slice(0, end);
        text = text.slice(end + 2);
        if (/^data:/m.test(whole) && !(await this.hooks.happened())) throw new NotShown();
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ask once whether something happened; how long to wait then. Throws where nothing answers. */
  private async ask(signal: AbortSignal): Promise<number> {
    const headers: Record<string, string> = this.tag ? { "If-None-Match": this.tag } : {};
    const answer = await fetch(this.at.case, { headers, signal, cache: "no-store" });
    if (!answer.ok && answer.status !== 304) return this.refused(answer);
    const tag = answer.headers.get("ETag") ?? "";
    const version = /^"?(?:W\/")?(\d+)/.exec(tag)?.[1] ?? "";
    if (answer.ok && version !== this.hooks.seen().split("-")[0] && !(await this.hooks.happened())) {
      throw new NotShown();
    }
    this.tag = tag;
    this.on();
    if (this.cut >= 2 && ++this.asked >= ASKS) {
      this.asked = 0;
      this.cut = 1;
    }
    return this.cut < 2 ? 1000 : ASK_EVERY * (0.9 + Math.random() / 5);
  }

  /** What a refusal means: the end, or how long to wait. */
  private refused(answer: Response): number {
    if (answer.status === 401 || answer.status === 404 || answer.status === 403) {
      this.end(answer.status === 401 ? "signedOut" : "gone");
      return 0;
    }
    const after = Number.parseInt(answer.headers.get("Retry-After") ?? "", 10);
    return Math.max(Number.isNaN(after) ? 0 : after * 1000, this.backOff());
  }

  end(state: State): void {
    if (this.isOver) return;
    this.isOver = true;
    this.stop();
    this.hooks.told(state);
  }

  /** Go on after the end: somebody has signed in again. */
  resume(): void {
    this.isOver = false;
    this.start();
  }

  private on(): void {
    this.failures = 0;
    clearTimeout(this.off);
    this.off = 0;
    this.hooks.told("on");
  }

  /** The next wait, in ms; after some seconds of failing the reader is told. */
  private backOff(): number {
    this.off ||= window.setTimeout(() => this.hooks.told("off"), OFF_AFTER);
    // Everybody who was cut off at once must not come back at once.
    return Math.min(1000 * 2 ** this.failures++, LONGEST) * (0.5 + Math.random());
  }

  private pause(wait: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.wake = null;
        resolve();
      };
      const timer = setTimeout(end, wait);
      this.wake = end;
    });
  }
}
