/** The page of one case: its composer, its drafts, and following what happens to it. */

import { Following, type State } from "../follow";
import { forget, keepAll, startDrafts } from "./drafts";
import { announce, byId, read, say } from "./page";
import { drawn, refresh } from "./swap";
import { startViewer } from "./viewer";

interface CaseData {
  readonly page: string;
  readonly case: string;
  readonly events: string;
  readonly seen: string;
  readonly person: string;
  readonly draft: string;
  readonly news: Record<string, string>;
}

const NEW_FOR = 20_000; // ms that an entry is marked as new

let known = new Set<string>();
let told: State = "on";

export function startCase(): void {
  const data = read<CaseData>("case-data");
  if (!data) return;
  startDrafts(data.draft);
  startViewer();
  known = entryIds();
  toEnd();
  document.addEventListener("click", write);
  document.addEventListener("change", choose);
  const following = new Following(data, {
    seen: () => read<CaseData>("case-data")?.seen ?? data.seen,
    happened: async () => {
      const status = await refresh(data.page);
      if (status === 401) following.end("signedOut");
      else if (status === 404) following.end("gone");
      return status === 200;
    },
    told: connection,
  });
  drawn((main, sent) => settled(main, sent, data));
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && told === "signedOut") following.resume();
  });
  following.start();
}

/** The move to write something leads to its box at once: what is typed next belongs there. So does a click on the mode. */
function write(event: MouseEvent): void {
  const target = event.target instanceof Element ? event.target : null;
  const link = target?.closest<HTMLElement>("[data-write]");
  // With arrow keys somebody only looks what modes there are (detail is 0 then).
  const clicked = event.detail ? target?.closest<HTMLInputElement>('input[name="mode"]') : null;
  const mode = link?.dataset["write"] ?? clicked?.id.replace("mode-", "");
  if (!mode) return;
  if (link) event.preventDefault();
  byId<HTMLInputElement>(`mode-${mode}`).checked = true;
  const field = byId(`${mode}-text`);
  field.focus();
  field.closest(".composer")?.scrollIntoView({ block: "nearest" });
}

function choose(event: Event): void {
  const input = event.target;
  if (!(input instanceof HTMLInputElement) || input.type !== "file") return;
  const place = input.closest("form")?.querySelector("[data-chosen]");
  if (place) place.textContent = [...(input.files ?? [])].map((file) => file.name).join(", ");
}

function entryIds(): Set<string> {
  return new Set([...document.querySelectorAll("#entries > .entry")].map((entry) => entry.id));
}

/** What is new is marked and said; what was sent is forgotten. */
function settled(main: Element, sent: HTMLFormElement | null, data: CaseData): void {
  const fresh = [...main.querySelectorAll<HTMLElement>("#entries > .entry")].filter((entry) => !known.has(entry.id));
  known = entryIds();
  const wasDone = sent !== null && main.querySelector("[data-said]") !== null;
  if (wasDone) {
    const mode = sent.id.replace("form-", "");
    if (mode === "reply" || mode === "note") {
      byId<HTMLFormElement>(sent.id).reset();
      byId<HTMLTextAreaElement>(`${mode}-text`).value = "";
      forget(mode);
    }
    for (const place of sent.querySelectorAll("[data-chosen]")) place.textContent = "";
    if (fresh.length) toEnd();
    return;
  }
  keepAll();
  if (!fresh.length) return;
  for (const entry of fresh) {
    if (entry.hasAttribute("data-own")) continue;
    entry.dataset["new"] = "";
    setTimeout(() => delete entry.dataset["new"], NEW_FOR);
  }
  const last = fresh.filter((entry) => entry.dataset["kind"] !== "event").at(-1) ?? fresh.at(-1);
  if (!last) return;
  const name = last.querySelector("h3")?.textContent ?? "";
  const what = (data.news[last.dataset["kind"] ?? "event"] ?? "").replace("{name}", name);
  const words = say("news", { what });
  announce(words);
  const place = document.getElementById("case-news");
  const link = document.getElementById("case-news-link");
  if (!place || !link || isSeen(last)) return;
  link.textContent = words;
  link.setAttribute("href", `#${last.id}`);
  place.hidden = false;
  link.addEventListener("click", () => { place.hidden = true; }, { once: true });
}

function isSeen(part: Element): boolean {
  const box = part.getBoundingClientRect();
  const pane = document.getElementById("composer")?.getBoundingClientRect();
  return box.top < (pane?.top ?? innerHeight) && box.bottom > 0;
}

/** The newest stands above the composer, where the timeline scrolls by itself. */
function toEnd(): void {
  const talk = document.getElementById("talk");
  if (talk && talk.scrollHeight > talk.clientHeight && !location.hash) talk.scrollTop = talk.scrollHeight;
}

function connection(state: State): void {
  if (state === told) return;
  const wasOff = told === "off";
  told = state;
  const place = document.getElementById("case-offline");
  const words = document.getElementById("case-offline-words");
  if (!place || !words) return;
  place.hidden = state === "on";
  words.textContent = state === "on" ? "" : say(state === "off" ? "offline" : state);
  if (state !== "on" || wasOff) announce(say(state === "on" ? "online" : state === "off" ? "offline" : state));
}
