/**
 * A form with files on its way: how much has gone, and a way to stop it. What was typed and chosen stays where it is,
 * and with it the form's key: what is sent again makes no twin.
 */

import { announce, say } from "./page";
import { toast } from "./toasts";

const SLOW = 400; // ms before progress is shown
const STEPS = [100, 75, 50, 25, 0]; // percent that are said aloud

export function bringsFiles(form: HTMLFormElement): boolean {
  return [...form.querySelectorAll<HTMLInputElement>('input[type="file"]')].some((field) => !!field.files?.length);
}

/** Does what fetch does, which tells nothing of what has gone: rejects where the line broke or it was stopped. */
export function uploading(form: HTMLFormElement): (address: string, sent: RequestInit) => Promise<Response> {
  return async (address, sent) => {
    const request = new XMLHttpRequest();
    const progress = new Progress(form, () => request.abort());
    try {
      return await post(request, address, sent, (share) => progress.at(share));
    } finally {
      progress.end();
    }
  };
}

function post(request: XMLHttpRequest, address: string, sent: RequestInit, onProgress: (share: number) => void): Promise<Response> {
  return new Promise((resolve, reject) => {
    request.upload.addEventListener("progress", (e) => onProgress(e.total ? e.loaded / e.total : 0));
    request.addEventListener("load", () => resolve(answer(request, address)));
    request.addEventListener("error", () => reject(new TypeError("the line broke")));
    request.addEventListener("abort", () => reject(new DOMException("stopped", "AbortError")));
    sent.signal?.addEventListener("abort", () => request.abort());
    request.open("POST", address);
    for (const [name, value] of Object.entries(sent.headers ?? {})) request.setRequestHeader(name, String(value));
    request.send(sent.body as FormData);
  });
}

function answer(request: XMLHttpRequest, address: string): Response {
  const headers = { "Content-Type": request.getResponseHeader("Content-Type") ?? "" };
  const made = new Response(request.responseText, { status: request.status, headers });
  const isElsewhere = request.responseURL !== new URL(address, location.href).href;
  return Object.defineProperties(made, { url: { value: request.responseURL }, redirected: { value: isElsewhere } });
}

/** Shown when sending takes its time. */
class Progress {
  private readonly line = document.createElement("p");
  private readonly bar = document.createElement("progress");
  private readonly words = document.createElement("span");
  private readonly stop = document.createElement("button");
  private readonly timer: number;
  private told = -1;

  constructor(private readonly form: HTMLFormElement, stop: () => void) {
    this.line.className = "on-its-way";
    this.bar.max = 100;
    this.bar.value = 0;
    this.bar.setAttribute("aria-label", say("sending"));
    Object.assign(this.stop, { type: "button", className: "button", textContent: say("stop") });
    this.stop.addEventListener("click", () => {
      stop();
      toast(say("stopped"));
      form.querySelector("textarea")?.focus();
    });
    this.line.append(this.words, this.bar, this.stop);
    this.at(0);
    this.timer = window.setTimeout(() => {
      (form.querySelector(".write-end") ?? form.lastElementChild)?.before(this.line);
      this.say();
    }, SLOW);
  }

  at(share: number): void {
    this.bar.value = Math.floor(share * 100);
    this.stop.hidden = share >= 1; // it is with them now
    this.words.textContent = share < 1 ? say("percentSent", { percent: String(this.bar.value) }) : say("checking");
    if (this.line.isConnected) this.say();
  }

  end(): void {
    clearTimeout(this.timer);
    const hadFocus = this.line.contains(document.activeElement);
    this.line.remove();
    if (hadFocus) this.form.querySelector("textarea")?.focus();
  }

  private say(): void {
    const step = STEPS.find((percent) => percent <= this.bar.value) ?? 0;
    if (step === this.told) return;
    this.told = step;
    announce(step < 100 ? say("percentSent", { percent: String(step) }) : say("checking"));
  }
}
