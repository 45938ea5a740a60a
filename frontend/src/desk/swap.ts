/**
 * Swaps: a form that was sent, or news, brings the page to how it stands now, without leaving it.
 *
 * htmx sends forms that say so (hx-post) and morphs #main. Around that stands here what must not be lost: text that
 * is being typed, a dialog that is open, the focus, and where the reader has scrolled to.
 */

import htmx from "htmx.org";
import { upgrade } from "./dialogs";
import { isTyping, say } from "./page";
import { toast } from "./toasts";
import { localise } from "./times";
import { bringsFiles, uploading } from "./upload";

type Fetch = (address: string, sent: RequestInit) => Promise<Response>;
type Context = { sourceElement: Element; fetch?: Fetch; text?: string; response?: { status: number; raw: Response }; target: Element };
type Listener = (fresh: Element, sent: HTMLFormElement | null) => void;

const listeners: Listener[] = [];
const HELD = "data-held";
/** Said on the document when a form was sent and no page came back. */
export const UNSENT = "desk:unsent";
let sending: HTMLFormElement | null = null;
let isRefreshing = false;
let waiting = ""; // the form that was sent while another was under way, by its id
let isDrawn = false; // whether what was under way has come back

/** Call `run` after each swap, with the part that was swapped and the form that was sent, if one was. */
export function drawn(run: Listener): void {
  listeners.push(run);
}

export function startSwaps(): void {
  Object.assign(htmx.config, {
    history: false, // the address stays: a form leads back to its own page
    includeIndicatorCSS: false,
    defaultTimeout: 0, // an upload takes as long as it takes
    morphSkip: `[${HELD}]`,
    morphIgnore: ["data-htmx-powered", HELD, "data-new"],
  });
  on("htmx:before:request", (context) => {
    const form = formOf(context.sourceElement);
    if (form && bringsFiles(form)) context.fetch = uploading(form);
    form?.querySelector(".not-sent")?.remove();
    busy(context.sourceElement, true);
  });
  on("htmx:finally:request", ({ sourceElement }) => {
    busy(sourceElement, false);
    goOn();
  });
  on("htmx:after:request", (context, event) => judge(context, event));
  on("htmx:before:swap", ({ sourceElement }) => {
    if (isRefreshing) return;
    sending = formOf(sourceElement);
    hold(sending);
  });
  on("htmx:after:swap", (context) => { if (!isRefreshing) settle(context); });
  on("htmx:error", ({ sourceElement }) => failed(formOf(sourceElement), say("broke")));
  tell(document);
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.closest('[aria-busy="true"]')) return;
    event.preventDefault();
    event.stopPropagation(); // htmx sends what comes to the form, prevented or not
    // A twin of what is under way is not sent; another waits for it.
    if (form.getAttribute("aria-busy") === "true") return;
    waiting = form.id;
    isDrawn = false;
  }, true);
}

/**
 * Bring the page to how it stands on the server now, part by part (data-part), and say with which status it came.
 *
 * A part in which somebody types or has a dialog open is left alone: it is not even moved.
 */
export async function refresh(address: string): Promise<number> {
  const answer = await fetch(address, { headers: { Accept: "text/html" }, cache: "no-store", redirect: "manual" });
  if (!answer.ok) return answer.type === "opaqueredirect" ? 401 : answer.status;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("main");
  const main = document.getElementById("main");
  if (!fresh || !main || document.querySelector('form[aria-busy="true"]')) return 200; // its answer is the page of then
  if (Number(fresh.dataset["version"]) < Number(main.dataset["version"])) return 200; // overtaken by such an answer
  localise(fresh);
  isRefreshing = true;
  try {
    for (const part of main.querySelectorAll<HTMLElement>("[data-part]")) {
      const now = fresh.querySelector(`#${CSS.escape(part.id)}`);
      if (now && !isInUse(part)) await htmx.swap({ text: now.outerHTML, target: part, swap: "outerMorph", sourceElement: part });
    }
  } finally {
    isRefreshing = false;
  }
  main.dataset["version"] = fresh.dataset["version"] ?? "";
  versions(main);
  for (const listener of listeners) listener(main, null);
  return 200;
}

function isInUse(part: HTMLElement): boolean {
  if (part.querySelector("dialog[open], details[open][data-stay]")) return true;
  return [...part.querySelectorAll("form")].some(isTouched);
}

function on(name: string, run: (context: Context, event: Event) => void): void {
  document.addEventListener(name, (event) => {
    const context = (event as CustomEvent<{ ctx: Context }>).detail?.ctx;
    if (context) run(context, event);
  });
}

function formOf(source: Element): HTMLFormElement | null {
  return source instanceof HTMLFormElement ? source : null;
}

function busy(source: Element, is: boolean): void {
  for (const part of [formOf(source), document.getElementById("main")]) {
    if (is) part?.setAttribute("aria-busy", "true");
    else part?.removeAttribute("aria-busy");
  }
  for (const button of source.querySelectorAll('button[type="submit"]')) {
    if (is) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  }
}

/** What came back is swapped in only if it is a page of the desk. */
function judge({ sourceElement, response, text }: Context, event: Event): void {
  const place = response?.raw.redirected ? new URL(response.raw.url) : location;
  if (/<body class="desk/.test(text ?? "")) {
    if (place.pathname === location.pathname) return;
    event.preventDefault();
    location.assign(response?.raw.url ?? ""); // it leads to another page: that is no part of this one
    return;
  }
  event.preventDefault();
  failed(formOf(sourceElement), response ? refusal(response.raw) : say("notSent"));
}

/** What an answer that is no page of the desk means, in words; without one the line broke. */
export function refusal(answer: Response | null): string {
  if (!answer) return say("broke");
  const words: Record<number, string> = { 401: "signedOut", 404: "gone", 429: "busy", 502: "busy", 503: "busy", 504: "busy" };
  return say(answer.redirected ? "signedOut" : (words[answer.status] ?? "notSent"));
}

/** Say at the form why it was not sent; what was typed stands there still. */
export function failed(form: HTMLFormElement | null, words: string): void {
  form?.querySelector(".not-sent")?.remove();
  document.dispatchEvent(new Event(UNSENT));
  const next = taken();
  if (!form) return;
  const error = Object.assign(document.createElement("p"), { className: "error not-sent", textContent: words });
  error.setAttribute("role", "alert");
  (form.querySelector(".write-end, .buttons") ?? form).before(error);
  if (next) failed(next, words);
}

/** Send the form that waited, once the page that it waited for is there and nothing is under way any more. */
function goOn(): void {
  if (!isDrawn || document.querySelector('#main[aria-busy="true"]')) return;
  const form = taken();
  if (form) setTimeout(() => form.requestSubmit());
}

/** The form that waited, once. */
function taken(): HTMLFormElement | null {
  const form = waiting ? document.getElementById(waiting) : null;
  waiting = "";
  return form instanceof HTMLFormElement ? form : null;
}

/** Forms with something in them, dialogs that are open and details stay as they are, but for what was sent. */
function hold(sent: HTMLFormElement | null): void {
  const dialog = sent?.closest("dialog");
  dialog?.close();
  for (const part of document.querySelectorAll<HTMLElement>("#main form, #main dialog, #main details[data-stay]")) {
    if (part === sent || part === dialog || part.contains(sent)) continue;
    const isOpen = part.matches("dialog[open], details[open]");
    if (isOpen || (part instanceof HTMLFormElement && isTouched(part))) part.setAttribute(HELD, "");
  }
  if (sent) for (const field of sent.querySelectorAll("textarea")) field.blur();
}

function isTouched(form: HTMLFormElement): boolean {
  if (form.contains(document.activeElement) && document.activeElement?.matches("textarea, input, select")) return true;
  return [...form.querySelectorAll<HTMLTextAreaElement | HTMLInputElement>("textarea, input[type=text], input[type=file]")].some(
    (field) => (field instanceof HTMLInputElement && field.type === "file" ? !!field.files?.length : field.value !== field.defaultValue),
  );
}

function settle({ target }: Context): void {
  const main = document.getElementById("main") ?? target;
  for (const part of main.querySelectorAll(`[${HELD}]`)) part.removeAttribute(HELD);
  versions(main);
  localise(main);
  const sent = sending; // the page that came may have no such form any more
  sending = null;
  for (const listener of listeners) listener(main, sent);
  if (!sent) return;
  upgrade();
  const said = tell(main);
  const first = document.querySelector<HTMLElement>("dialog:modal [autofocus]") ?? main.querySelector<HTMLElement>("[data-refused]");
  if (first) first.focus();
  if (said && !isTyping(document.activeElement) && !document.querySelector("dialog:modal")) focusAfter(main);
  isDrawn = true;
  goOn();
}

/** What was just done, as a toast: the line of the page that says it is for who has no script. */
function tell(page: ParentNode): boolean {
  const said = page.querySelector<HTMLElement>("[data-said]");
  if (!said) return false;
  const undo = document.getElementById(said.dataset["undo"] ?? "");
  const run = undo instanceof HTMLFormElement ? { label: say("undo"), run: () => undo.requestSubmit() } : undefined;
  toast(said.textContent?.trim() ?? "", run);
  return true;
}

/** A form that stayed is sent on the version that is shown now. */
function versions(main: Element): void {
  const version = main.getAttribute("data-version");
  if (!version) return;
  for (const field of main.querySelectorAll<HTMLInputElement>('input[name="version"]')) field.value = version;
}

/** What was done stands in the newest entry: there the reader goes on; else at the heading. */
function focusAfter(main: Element): void {
  const place = main.querySelector<HTMLElement>("[data-focus]") ?? main.querySelector<HTMLElement>("h1");
  if (!place) return;
  if (!place.hasAttribute("tabindex")) place.tabIndex = -1;
  place.focus({ preventScroll: true });
}
