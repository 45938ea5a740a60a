/** The page of a case, alive: it follows what happens, and sends its forms without leaving. Without script it works too. */

import { announce, byId, data, read, say } from "./case-page";
import { Following, type State } from "./follow";
import { renew } from "./parts";
import { isUnderWay, send, tell } from "./sending";
import * as typed from "./typed";

let seen = data.seen;
let told: State = "on";
let saving = 0;
let fetching: Promise<boolean> | null = null;
let isLeaving = false;

const following = new Following(data, { seen: () => seen, happened, told: connection });

start();

function start(): void {
  typed.recall();
  document.addEventListener("input", (event) => {
    if (!(event.target as Element).closest("[data-form]")) return;
    clearTimeout(saving);
    saving = window.setTimeout(keep, 300);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    const part = form.closest("[data-form]");
    if (!part) return;
    event.preventDefault();
    void submit(form, part);
  });
  addEventListener("pagehide", keep);
  addEventListener("beforeunload", (event) => {
    // What is kept on the device is not lost; of safety nothing is kept.
    if (!isLeaving && !data.draft && Object.keys(typed.texts()).length) event.preventDefault();
  });
  addEventListener("gigdesk:leave", () => {
    isLeaving = true;
    following.stop();
    typed.drop();
  });
  for (const form of document.querySelectorAll("[data-sign-out]")) {
    form.addEventListener("submit", () => { isLeaving = true; });
  }
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    unmark();
    if (told === "signedOut") following.resume();
  });
  byId("news-link").addEventListener("click", () => { byId("news").hidden = true; });
  following.start();
}

function keep(): void {
  clearTimeout(saving);
  if (!isLeaving) typed.keep();
}

/** Fetch the page as it is now and show it. */
async function happened(): Promise<boolean> {
  if (isUnderWay()) return true; // its answer is the page of then
  fetching ??= refresh().finally(() => { fetching = null; });
  return fetching;
}

async function refresh(): Promise<boolean> {
  const answer = await fetch(data.page, { headers: { Accept: "text/html" }, cache: "no-store", redirect: "manual" });
  // Somebody who is signed out is led away to sign in.
  if (answer.type === "opaqueredirect" || answer.status === 401) following.end("signedOut");
  else if (answer.status === 404) following.end("gone");
  if (!answer.ok) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (read(page).person !== data.person) {
    location.reload(); // somebody else has signed in on this device: nothing of the two is mixed
    return false;
  }
  if (!isNewer(page) || isUnderWay()) return true;
  const before = standing();
  const changed = draw(page);
  if (changed.length) tellNews(before, changed);
  return true;
}

/** Whether a page shows at least as much as this one: answers may overtake each other. */
function isNewer(page: Document): boolean {
  const now = read(page).seen;
  return !!now && Number.parseInt(now, 10) >= Number.parseInt(seen, 10);
}

function draw(page: Document, sent?: string): Element[] {
  const texts = typed.texts();
  if (sent) for (const area of byId(sent).querySelectorAll("textarea")) delete texts[area.id];
  dispatchEvent(new CustomEvent("gigdesk:drawn", { detail: page }));
  const changed = renew(page, { sent });
  seen = read(page).seen;
  document.title = page.title;
  typed.put(texts);
  return changed;
}

async function submit(form: HTMLFormElement, part: Element): Promise<void> {
  keep();
  const came = await send(form);
  if (!came) return;
  if (!came.page?.getElementById("parts")) {
    tell(form, say(reason(came.status)));
    void happened(); // what came meanwhile waited for this answer
    return;
  }
  draw(came.page, part.id);
  typed.keep();
  if (told !== "on") following.resume();
  const note = document.querySelector<HTMLElement>("#parts > [data-mine]");
  note?.focus({ preventScroll: true });
  note?.scrollIntoView({ block: "start" });
  byId("news").hidden = true;
}

function reason(status: number): string {
  if (status === 401) return "signedOut";
  if (status === 404) return "gone";
  if (status === 0) return "broke";
  return status === 429 || status >= 502 ? "busy" : "notSent";
}

interface Standing {
  readonly status: string;
  readonly files: string;
}

function standing(): Standing {
  const files = [...document.querySelectorAll("#parts .file")].map((file) => file.getAttribute("data-state"));
  return { status: document.querySelector("#parts .pill")?.textContent ?? "", files: files.join() };
}

function tellNews(before: Standing, changed: Element[]): void {
  const now = standing();
  const entries = changed.filter((part) => part.matches(".entry:not(#p-report)"));
  const words = entries.map(wordsOf).filter((said) => said);
  if (now.status !== before.status) words.unshift(say("status", { status: now.status.trim() }));
  if (now.files !== before.files) words.push(say("files"));
  const all = words.join(" ") || say("changed");
  for (const entry of entries) entry.setAttribute("data-new", "");
  announce(all);
  const first = entries[0] ?? changed[0];
  if (first && !isSeen(first)) show(all, first);
  if (document.hidden && !document.title.startsWith(say("new"))) document.title = `${say("new")} ${document.title}`;
}

function wordsOf(entry: Element): string {
  if (entry.getAttribute("data-from") === "me") return "";
  const kind = entry.getAttribute("data-kind");
  if (kind === "message") return say("message");
  if (kind === "request") return say("question");
  const title = entry.querySelector("b")?.textContent?.trim();
  return title ? say("happened", { title }) : "";
}

function show(words: string, part: Element): void {
  byId("news-words").textContent = words;
  byId("news-link").setAttribute("href", `#${part.id || "p-title"}`);
  byId("news").hidden = false;
}

function isSeen(part: Element): boolean {
  const box = part.getBoundingClientRect();
  return box.top < innerHeight && box.bottom > 0;
}

function unmark(): void {
  document.title = document.title.replace(`${say("new")} `, "");
}

function connection(state: State): void {
  if (state === told) return;
  const wasOff = told === "off";
  told = state;
  const bar = byId("offline");
  bar.hidden = state === "on";
  if (state === "on") {
    if (wasOff) announce(say("online"));
    return;
  }
  const words = say(state === "off" ? "offline" : state);
  byId("offline-words").textContent = words;
  announce(words);
}
