/** One report on its way: progress, and trying again without ever making a second case. */

export interface Answer {
  status: number;
  text: string;
  retryAfter: number | null;
}

export interface Attempt {
  readonly form: () => FormData;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly onProgress: (sent: number, total: number) => void;
  /** A wait begins; called again each second with what is left. */
  readonly onWait: (why: Trouble, seconds: number, said: string) => void;
  readonly onTry: () => void;
}

export type Trouble = "offline" | "broke" | "busy";

const AGAIN = new Set([0, 408, 409, 425, 429, 500, 502, 503, 504]);
const FIRST_WAIT = 2;
const LONGEST_WAIT = 60;
// Told to come back later than this, nobody keeps a page open: the answer is final.
const PATIENCE = 300;

export class Sending {
  private request: XMLHttpRequest | null = null;
  private wake: (() => void) | null = null;
  private stopped = false;
  constructor(private readonly attempt: Attempt) {}

  /** The final answer, or null once it was stopped. */
  async run(): Promise<Answer | null> {
    for (let tries = 0; !this.stopped; tries++) {
      this.attempt.onTry();
      const answer = await this.once();
      if (this.stopped) return null;
      if (!AGAIN.has(answer.status) || (answer.retryAfter ?? 0) > PATIENCE) return answer;
      await this.wait(answer, tries);
    }
    return null;
  }

  /** Try now instead of after the wait. */
  hurry(): void {
    this.wake?.();
  }

  stop(): void {
    this.stopped = true;
    this.request?.abort();
    this.wake?.();
  }

  private once(): Promise<Answer> {
    const request = new XMLHttpRequest();
    this.request = request;
    return new Promise((resolve) => {
      const lost = () => resolve({ status: 0, text: "", retryAfter: null });
      request.upload.addEventListener("progress", (e) => this.attempt.onProgress(e.loaded, e.total));
      request.addEventListener("load", () => resolve(read(request)));
      for (const end of ["error", "abort", "timeout"]) request.addEventListener(end, lost);
      request.open("POST", this.attempt.url);
      for (const [name, value] of Object.entries(this.attempt.headers)) request.setRequestHeader(name, value);
      request.send(this.attempt.form());
    });
  }

  private async wait(answer: Answer, tries: number): Promise<void> {
    const backoff = Math.min(FIRST_WAIT * 2 ** tries, LONGEST_WAIT);
    // Everybody who was cut off at once must not come back at once.
    const seconds = Math.ceil(answer.retryAfter ?? backoff * (0.75 + Math.random() / 2));
    for (let left = seconds; left > 0 && !this.stopped; left--) {
      const offline = answer.status === 0 && !navigator.onLine;
      if (offline) left = Math.max(left, 2);
      this.attempt.onWait(offline ? "offline" : answer.status ? "busy" : "broke", offline ? 0 : left, answer.text);
      if (await this.second()) return;
    }
  }

  /** A second goes by; true where it was cut short on purpose. */
  private second(): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (early: boolean) => () => {
        clearTimeout(timer);
        removeEventListener("online", online);
        this.wake = null;
        resolve(early);
      };
      const online = end(true);
      const timer = setTimeout(end(false), 1000);
      this.wake = end(true);
      addEventListener("online", online);
    });
  }
}

function read(request: XMLHttpRequest): Answer {
  const after = Number.parseInt(request.getResponseHeader("Retry-After") ?? "", 10);
  return { status: request.status, text: request.responseText, retryAfter: Number.isNaN(after) ? null : after };
}

/** Which share of each file has gone, when this much of the whole has: parts go out in order. */
export function shares(sent: number, total: number, sizes: number[]): number[] {
  let gone = sent - Math.max(0, total - sizes.reduce((a, b) => a + b, 0));
  return sizes.map((bytes) => {
    const share = Math.min(Math.max(gone, 0), bytes);
    gone -= bytes;
    return bytes ? share / bytes : 1;
  });
}
