/**
 * The list of cases by hand and by keyboard: j and k move the focus from row to row, x selects, and rows never jump:
 * what is new waits behind a button.
 */

import { faces, type Readers } from "./here";
import { drawn } from "./swap";
import { announce, isTyping, say, store, stored } from "./page";
import { bind } from "./keys";
import { toast } from "./toasts";

const DENSITY = "gigdesk:density";
const LAST = "gigdesk:last-case"; // the row that was opened, to come back to
const EVERY = 20_000; // ms between two looks for news
const GIVE_UP = 4;

let timer = 0;
let failures = 0;

export function startList(): void {
  if (!list()) return;
  bind("j", () => step(1));
  bind("k", () => step(-1));
  bind("x", toggle);
  bind("Escape", leave);
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement) || !box.closest(".rows")) return;
    if ("all" in box.dataset) for (const one of boxes()) one.checked = box.checked;
    count();
  });
  document.addEventListener("click", pressed);
  document.addEventListener("submit", chosen, true);
  document.addEventListener("keydown", dropChip);
  document.addEventListener("toggle", (event) => {
    const menu = event.target;
    if (menu instanceof HTMLDetailsElement && menu.open) menu.querySelector<HTMLElement>("input:not([type=hidden])")?.focus();
  }, true);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) void look(); });
  drawn(() => { if (list()) settle(); });
  settle();
  goBack();
  timer = window.setInterval(() => void look(), EVERY);
}

function list(): HTMLElement | null {
  return document.querySelector<HTMLElement>("[data-list]");
}

function rows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-row]")];
}

function boxes(): HTMLInputElement[] {
  return [...document.querySelectorAll<HTMLInputElement>('.rows input[name="case"]')];
}

/** The row that has the focus, or had it last. */
function here(): HTMLElement | null {
  return document.activeElement?.closest<HTMLElement>("[data-row]") ?? document.querySelector<HTMLElement>("[data-row].here");
}

function mark(row: HTMLElement): void {
  for (const one of rows()) one.classList.toggle("here", one === row);
}

function step(by: number): void {
  const all = rows();
  const at = here();
  const next = all[at ? all.indexOf(at) + by : 0];
  if (!next) return;
  mark(next);
  next.querySelector<HTMLElement>("a")?.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function toggle(): void {
  const box = here()?.querySelector<HTMLInputElement>('input[name="case"]');
  if (!box) return;
  box.checked = !box.checked;
  count();
}

/** Escape: out of a menu, else nothing is selected any more. */
function leave(): void {
  const menu = document.querySelector<HTMLDetailsElement>("details.menu[open]");
  if (!menu) return clear();
  menu.open = false;
  menu.querySelector<HTMLElement>("summary")?.focus();
}

function clear(): void {
  for (const box of boxes()) box.checked = false;
  count();
}

/** Say how many are selected; the bar of deeds is there while some are. */
function count(): void {
  const all = boxes();
  const some = all.filter((box) => box.checked);
  for (const row of rows()) {
    row.setAttribute("aria-selected", String(!!row.querySelector<HTMLInputElement>('input[name="case"]')?.checked));
  }
  const bar = document.querySelector<HTMLElement>("[data-bulk]");
  bar?.classList.toggle("is-idle", !some.length);
  const said = document.querySelector<HTMLElement>("[data-selected]");
  if (said) said.textContent = some.length ? say("selected", { count: String(some.length) }) : "";
  const whole = document.querySelector<HTMLInputElement>("[data-all]");
  if (whole) {
    whole.checked = some.length > 0 && some.length === all.length;
    whole.indeterminate = some.length > 0 && some.length < all.length;
  }
}

function pressed(event: MouseEvent): void {
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest("[data-clear]")) clear();
  if (target?.closest("button[data-density]")) dense(stored(DENSITY) !== "compact");
  const row = target?.closest("a")?.closest<HTMLElement>("[data-row]");
  if (row) {
    mark(row);
    session(row.id);
  }
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
    if (target && !menu.contains(target)) menu.open = false;
  }
}

/** A deed without a selection is done with the row that has the focus. */
function chosen(event: SubmitEvent): void {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.id !== "rows") return;
  if (boxes().some((box) => box.checked)) return;
  const box = here()?.querySelector<HTMLInputElement>('input[name="case"]');
  if (box) box.checked = true;
  else {
    event.preventDefault();
    announce(say("selectFirst"));
  }
}

/** In the empty box, Backspace takes the last filter away. */
function dropChip(event: KeyboardEvent): void {
  const box = event.target;
  if (!(box instanceof HTMLInputElement) || box.id !== "q") return;
  if (event.key === "Escape") return box.blur();
  if (event.key !== "Backspace" || box.value) return;
  const last = [...document.querySelectorAll<HTMLAnchorElement>(".query .chip a")].at(-1);
  last?.click();
}

function dense(is: boolean): void {
  store(DENSITY, is ? "compact" : null);
  density();
}

function density(): void {
  const is = stored(DENSITY) === "compact";
  document.querySelector<HTMLElement>(".rows")?.setAttribute("data-density", is ? "compact" : "comfortable");
  document.querySelector("button[data-density]")?.setAttribute("aria-pressed", String(is));
}

/** What a page that was just drawn needs. */
function settle(): void {
  density();
  count();
  offerUndo();
  const address = new URL(location.href);
  for (const name of ["done", "cases", "nothing", "gone", "saved", "removed", "was", "shared", "naming", "wrong", "seal"]) address.searchParams.delete(name);
  if (address.href !== location.href) history.replaceState(null, "", address);
}

/** What was just done is told in a toast, with its way back. */
function offerUndo(): void {
  const done = document.getElementById("done");
  if (!(done instanceof HTMLFormElement)) return;
  const words = done.querySelector("[data-said]")?.textContent?.trim() ?? "";
  const button = done.querySelector<HTMLButtonElement>("[data-undo]");
  done.hidden = true;
  button?.removeAttribute("data-key");
  if (button) toast(words, { label: say("undo"), run: () => done.requestSubmit(button) });
  else toast(words);
}

/** Back from a case, the focus is where it was: on that row, or the first if it left the list. */
function goBack(): void {
  const id = session();
  session(null);
  if (!id || isTyping(document.activeElement)) return;
  const row = document.getElementById(id) ?? rows()[0];
  if (!row) return;
  mark(row);
  row.querySelector<HTMLElement>("a")?.focus();
}

function session(set?: string | null): string | null {
  try {
    if (set === undefined) return sessionStorage.getItem(LAST);
    if (set === null) sessionStorage.removeItem(LAST);
    else sessionStorage.setItem(LAST, set);
  } catch {
    // A private window keeps nothing; the list begins at its top then.
  }
  return null;
}

interface News {
  readonly cases: Record<string, number>;
  readonly counts: Record<string, string>;
  readonly readers: Record<string, Readers>;
}

/** Ask what the first page holds now, and say how much of it is new. The rows stay as they are. */
async function look(): Promise<void> {
  const main = list();
  const address = main?.dataset["news"];
  if (!main || !address || document.hidden) return;
  try {
    const answer = await fetch(address, { headers: { Accept: "application/json" }, cache: "no-store", redirect: "manual" });
    if (!answer.ok) throw new Error(String(answer.status));
    failures = 0;
    tell((await answer.json()) as News);
  } catch {
    failures += 1;
    if (failures >= GIVE_UP) clearInterval(timer);
  }
}

function tell(news: News): void {
  for (const [name, count] of Object.entries(news.counts)) {
    const place = document.querySelector(`[data-count="${CSS.escape(name)}"]`);
    if (place) place.textContent = count;
  }
  if (new URL(location.href).searchParams.has("cursor")) return;
  for (const id of Object.keys(news.cases)) read(id, news.readers[id]);
  const fresh = Object.entries(news.cases).filter(([id, version]) => {
    const row = document.getElementById(`case-${id}`);
    return !row || Number(row.dataset["version"]) < version;
  }).length;
  const banner = document.getElementById("fresh");
  const words = banner?.querySelector("span");
  if (!banner || !words) return;
  banner.hidden = fresh === 0;
  const said = fresh ? say(fresh === 1 ? "freshOne" : "fresh", { count: String(fresh) }) : "";
  if (words.textContent !== said) words.textContent = said;
}


/** Who reads the case of this row, beside its words. */
function read(id: string, readers: Readers | undefined): void {
  const what = document.getElementById(`case-${id}`)?.querySelector(".what");
  const box = what?.querySelector<HTMLElement>(".faces");
  const words = readers?.words ?? "";
  if (!what || (box?.getAttribute("aria-label") ?? "") === words) return;
  box?.remove();
  if (!readers || !words) return;
  const fresh = Object.assign(document.createElement("span"), { className: "faces", title: words });
  fresh.setAttribute("role", "img");
  fresh.setAttribute("aria-label", words);
  fresh.append(...faces(readers));
  what.querySelector("a")?.after(fresh);
}
