/**
 * The palette (Ctrl K): finds actions of this page, places, and cases. A combobox that keeps the focus, over a
 * listbox (WAI-ARIA APG, combobox with listbox popup). Where entries come from can be added to.
 */

import { show } from "./dialogs";
import { isThere } from "./keys";
import { byId, data, say } from "./page";

export interface Entry {
  readonly label: string;
  /** Said smaller, after the label. */
  readonly about?: string;
  readonly end?: string;
  readonly keys?: string;
  readonly run: () => void;
}

/** Entries for what is typed; an empty query asks for what to offer unasked. */
export type Source = (query: string, signal: AbortSignal) => readonly Entry[] | Promise<readonly Entry[]>;

const sources: { title: string; find: Source }[] = [];
const AT_MOST = 8;

/** Offer what this source finds, under this title. */
export function addSource(title: string, find: Source): void {
  sources.push({ title, find });
}

/** Open it for one source alone, before whoever opened it. */
export function openPalette(opener: HTMLElement, title: string): void {
  const dialog = byId<HTMLDialogElement>("palette");
  const input = byId<HTMLInputElement>("palette-input");
  only = title;
  input.value = "";
  show(dialog, opener);
  void find(input);
}

let only = "";
let shown: Entry[] = [];
let drawnFor = "";
let at = 0;
let asking = new AbortController();
let timer = 0;

export function startPalette(): void {
  const dialog = document.getElementById("palette");
  if (!(dialog instanceof HTMLDialogElement)) return;
  addSource(say("actions"), (query) => actions(query, "#main [data-key], #main [data-action]"));
  addSource(say("places"), (query) => actions(query, ".top [data-key], .top nav a"));
  addSource(say("views"), (query) => places("views", query));
  addSource(say("ownedBy"), (query) => places("people", query));
  addSource(say("cases"), cases);
  const input = byId<HTMLInputElement>("palette-input");
  for (const opener of document.querySelectorAll<HTMLElement>("[data-palette]")) {
    opener.addEventListener("click", () => openPalette(opener, ""));
  }
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void find(input), 90);
  });
  input.addEventListener("keydown", (event) => move(event, input));
  byId("palette-list").addEventListener("click", (event) => {
    const option = (event.target as Element).closest<HTMLElement>('[role="option"]');
    if (option) choose(Number(option.dataset["at"]));
  });
  byId("palette-list").addEventListener("pointermove", (event) => {
    const option = (event.target as Element).closest<HTMLElement>('[role="option"]');
    if (option && Number(option.dataset["at"]) !== at) select(Number(option.dataset["at"]), false);
  });
}

function actions(query: string, selector: string): Entry[] {
  const found: Entry[] = [];
  const seen = new Set<string>();
  for (const holder of document.querySelectorAll<HTMLElement>(selector)) {
    if (holder.closest("dialog") || !isThere(holder)) continue;
    const label = holder.dataset["action"] || nameOf(holder);
    if (!label || seen.has(label) || !matches(label, query)) continue;
    seen.add(label);
    const keys = holder.dataset["key"];
    found.push({ label, ...(keys ? { keys } : {}), run: () => holder.click() });
  }
  return found;
}

function nameOf(holder: HTMLElement): string {
  const given = holder.getAttribute("aria-label");
  if (given) return given;
  const copy = holder.cloneNode(true) as Element;
  for (const key of copy.querySelectorAll("kbd, svg")) key.remove();
  return copy.textContent?.replace(/\s+/g, " ").trim() ?? "";
}

type Places = Record<"views" | "people", readonly { readonly label: string; readonly url: string }[]>;
let known: Promise<Places> | null = null;

/** Views and people by what they are called, asked for once a page and only when something is typed. */
async function places(kind: keyof Places, query: string): Promise<readonly Entry[]> {
  if (!query) return [];
  known ??= fetch(data.find.places, { headers: { Accept: "application/json" } }).then((answer) => {
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json() as Promise<Places>;
  });
  known.catch(() => { known = null; });
  const found = (await known)[kind].filter(({ label }) => matches(label, query));
  return found.map(({ label, url }) => ({ label, run: () => location.assign(url) }));
}

interface Found {
  readonly items: readonly { readonly id: string; readonly reference: string; readonly said: string; readonly gig: { readonly title: string } }[];
}

/** Cases by what the search of the desk finds: words, a reference however it is written, a filter. */
async function cases(query: string, signal: AbortSignal): Promise<readonly Entry[]> {
  if (query.length < 2) return [];
  const answer = await fetch(data.find.search + encodeURIComponent(query), { headers: { Accept: "application/json" }, signal });
  if (!answer.ok) return [];
  const { items } = (await answer.json()) as Found;
  return items.slice(0, AT_MOST).map((one) => ({
    label: one.said || one.gig.title || one.reference,
    about: one.said ? one.gig.title : "",
    end: one.reference,
    run: () => location.assign(data.find.cases + one.id),
  }));
}

function matches(label: string, query: string): boolean {
  const text = plain(label);
  return plain(query).split(" ").every((word) => text.includes(word));
}

function plain(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase();
}

async function find(input: HTMLInputElement): Promise<void> {
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  const query = input.value.trim();
  const asked = sources.filter(({ title }) => !only || title === only);
  const groups: { title: string; entries: readonly Entry[] }[] = asked.map(({ title }) => ({ title, entries: [] }));
  await Promise.all(
    asked.map(async ({ title, find: ask }, place) => {
      try {
        const entries = (await ask(query, signal)).slice(0, AT_MOST);
        if (signal.aborted) return;
        groups[place] = { title, entries };
        draw(groups, query);
      } catch {
        // A source that does not answer has found nothing.
      }
    }),
  );
  if (signal.aborted) return;
  draw(groups, query);
  const first = shown[0];
  byId("palette-said").textContent = first ? say("found", { count: String(shown.length), first: first.label }) : say("foundNone");
}

function draw(groups: { title: string; entries: readonly Entry[] }[], query: string): void {
  const list = byId("palette-list");
  drawnFor = query;
  shown = groups.flatMap((group) => group.entries);
  list.replaceChildren();
  let number = 0;
  groups.forEach((group, place) => {
    if (!group.entries.length) return;
    const part = element("div", { role: "group", "aria-labelledby": `palette-g${place}` });
    part.append(element("p", { id: `palette-g${place}`, class: "palette-group", role: "presentation" }, group.title));
    for (const entry of group.entries) part.append(option(entry, number++, query));
    list.append(part);
  });
  if (!shown.length) list.append(element("p", { class: "palette-none" }, say("foundNone")));
  byId("palette-input").setAttribute("aria-expanded", String(shown.length > 0));
  select(0);
}

function option(entry: Entry, number: number, query: string): Element {
  const line = element("div", { id: `palette-o${number}`, role: "option", class: "option", "data-at": String(number), "aria-selected": "false" });
  const words = element("span", { class: "grow" });
  words.append(...marked(entry.label, query));
  if (entry.about) words.append(" ", element("small", {}, entry.about));
  line.append(words);
  if (entry.end) line.append(element("span", { class: "ref muted" }, entry.end));
  if (entry.keys) for (const key of entry.keys.split(" ")) line.append(element("kbd", {}, keyName(key)));
  return line;
}

export function keyName(key: string): string {
  return key.replace("Control+", "Ctrl ").replace("Escape", "Esc").replace(/\b[a-z]$/, (letter) => letter.toUpperCase());
}

function marked(label: string, query: string): (Node | string)[] {
  const place = query ? plain(label).indexOf(plain(query)) : -1;
  if (place < 0 || plain(label).length !== label.length) return [label];
  const end = place + query.length;
  return [label.slice(0, place), element("mark", {}, label.slice(place, end)), label.slice(end)];
}

function element(name: string, attributes: Record<string, string>, text = ""): HTMLElement {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text) made.textContent = text;
  return made;
}

function select(place: number, isScrolled = true): void {
  at = place;
  const input = byId("palette-input");
  for (const line of document.querySelectorAll<HTMLElement>('#palette-list [role="option"]')) {
    const is = Number(line.dataset["at"]) === place;
    line.setAttribute("aria-selected", String(is));
    if (is && isScrolled) line.scrollIntoView({ block: "nearest" });
  }
  if (shown.length) input.setAttribute("aria-activedescendant", `palette-o${place}`);
  else input.removeAttribute("aria-activedescendant");
}

function move(event: KeyboardEvent, input: HTMLInputElement): void {
  if (event.isComposing) return;
  const last = shown.length - 1;
  const steps: Record<string, number> = { ArrowDown: at + 1 > last ? 0 : at + 1, ArrowUp: at ? at - 1 : last };
  const to = steps[event.key];
  if (to !== undefined && shown.length) {
    event.preventDefault();
    select(to);
  } else if (event.key === "Enter") {
    event.preventDefault();
    clearTimeout(timer);
    if (drawnFor === input.value.trim()) choose(at);
    else void find(input).then(() => choose(0)); // typed faster than it was found
  } else if (event.key === "Escape" && input.value) {
    event.preventDefault(); // first what was typed, then the palette
    input.value = "";
    void find(input);
  }
}

function choose(place: number): void {
  const entry = shown[place];
  if (!entry) return;
  byId<HTMLDialogElement>("palette").close();
  entry.run();
}
