/** A form of the page on its way: as it is, its files too, once at a time, and to be sent again when it fails. */

import { announce, say } from "./case-page";

const SLOW = 400; // ms before progress is shown

export interface Came {
  readonly status: number;
  /** The page that came back, or null where there is none. */
  readonly page: Document | null;
}

const busy = new WeakSet<HTMLFormElement>();

/** Send it; null where it is under way already. */
export async function send(form: HTMLFormElement): Promise<Came | null> {
  if (busy.has(form)) return null;
  busy.add(form);
  const button = form.querySelector<HTMLButtonElement>('button[type="submit"]');
  button?.setAttribute("aria-disabled", "true");
  tell(form, "");
  const progress = new Progress(form);
  try {
    return await post(form, (share) => progress.at(share));
  } finally {
    progress.end();
    button?.removeAttribute("aria-disabled");
    busy.delete(form);
  }
}

export function isUnderWay(): boolean {
  return [...document.forms].some((form) => busy.has(form));
}

/** Say at the form why it was not sent. */
export function tell(form: HTMLFormElement, words: string): void {
  form.querySelector(".not-sent")?.remove();
  if (!words) return;
  const error = document.createElement("p");
  error.className = "error not-sent";
  error.setAttribute("role", "alert");
  error.textContent = words;
  form.querySelector(".send")?.before(error);
}

function post(form: HTMLFormElement, onProgress: (share: number) => void): Promise<Came> {
  const request = new XMLHttpRequest(); // fetch tells nothing of what has gone
  const content = new FormData(form);
  const isMultipart = form.enctype === "multipart/form-data";
  const body = isMultipart ? content : new URLSearchParams([...content].map(([name, value]) => [name, String(value)]));
  return new Promise((resolve) => {
    const lost = () => resolve({ status: 0, page: null });
    request.upload.addEventListener("progress", (e) => onProgress(e.total ? e.loaded / e.total : 0));
    request.addEventListener("load", () => resolve({ status: request.status, page: pageOf(request) }));
    for (const end of ["error", "abort", "timeout"]) request.addEventListener(end, lost);
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "text/html");
    request.send(body);
  });
}

function pageOf(request: XMLHttpRequest): Document | null {
  if (!(request.getResponseHeader("Content-Type") ?? "").startsWith("text/html")) return null;
  return new DOMParser().parseFromString(request.responseText, "text/html");
}

/** Shown when sending takes its time: what is there in a blink needs no bar. */
class Progress {
  private readonly line = document.createElement("p");
  private readonly bar = document.createElement("progress");
  private readonly words = document.createElement("span");
  private readonly timer: number;

  constructor(form: HTMLFormElement) {
    this.line.className = "on-its-way";
    this.bar.max = 100;
    this.bar.setAttribute("aria-label", say("sending"));
    this.words.textContent = say("sending");
    this.line.append(this.words, this.bar);
    this.timer = window.setTimeout(() => {
      form.querySelector(".send")?.after(this.line);
      announce(say("sending"));
    }, SLOW);
  }

  at(share: number): void {
    const percent = Math.round(share * 100);
    this.bar.value = percent;
    this.words.textContent = percent < 100 ? say("percentSent", { percent: String(percent) }) : say("sending");
  }

  end(): void {
    clearTimeout(this.timer);
    this.line.remove();
  }
}
