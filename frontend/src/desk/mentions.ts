/**
 * Whom a note names: after an @ those of the desk who see the case are offered in a listbox, which the box of the note
 * points into (aria-activedescendant); the focus stays where somebody writes. What is put in is what the server reads:
 * the full name, or the login where two have that name.
 */

import { announce, read, say } from "./page";

interface Colleague {
  readonly name: string;
  readonly handle: string;
}

const AT_MOST = 6;
// An @ that begins something, and up to three words after it, before the caret.
const BEGUN = /(?:^|[^\p{L}\p{N}])@((?:[\p{L}\p{N}][\p{L}\p{M}\p{N}.@:_'’-]*(?: (?=[\p{L}\p{N}]|$))?){0,3})$/u;

let known: Promise<readonly Colleague[]> | null = null;
let shown: readonly Colleague[] = [];
let at = 0;
let begun = 0; // where the name that is being written begins
let asked = 0;

export function startMentions(): void {
  const address = read<{ readonly colleagues: string }>("case-data")?.colleagues;
  if (!address) return;
  document.addEventListener("input", (event) => { if (event.target === box()) void look(address); });
  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest("[data-mention]")) begin(address);
    else if (target === box()) void look(address);
    else if (!target?.closest("#mention-list")) close();
  });
  // What takes the focus away would close the list before it is pressed.
  document.addEventListener("mousedown", (event) => {
    const option = event.target instanceof Element ? event.target.closest<HTMLElement>("#mention-list [data-at]") : null;
    if (!option) return;
    event.preventDefault();
    choose(Number(option.dataset["at"]));
  });
  document.addEventListener("keydown", press);
  document.addEventListener("focusout", (event) => { if (event.target === box()) close(); });
}

function box(): HTMLTextAreaElement | null {
  return document.getElementById("note-text") as HTMLTextAreaElement | null;
}

/** The button writes the @: on a phone it is a key far away. */
function begin(address: string): void {
  const field = box();
  if (!field) return;
  field.focus();
  const gap = /[^\s(]$/.test(field.value.slice(0, field.selectionStart)) ? " " : "";
  field.setRangeText(`${gap}@`, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  void look(address);
}

async function look(address: string): Promise<void> {
  const number = ++asked;
  const typed = query();
  if (typed === null) return close();
  const people = await everybody(address);
  if (number !== asked || query() !== typed) return;
  const found = people.filter((one) => fits(one, typed)).slice(0, AT_MOST);
  if (!found.length) {
    if (shown.length) announce(say("noPeople"));
    return close();
  }
  draw(found, typed);
}

/** What is written of a name before the caret; null where none is begun. */
function query(): string | null {
  const field = box();
  if (!field || field.selectionStart !== field.selectionEnd) return null;
  const match = BEGUN.exec(field.value.slice(Math.max(0, field.selectionStart - 80), field.selectionStart));
  const typed = match?.[1];
  if (typed === undefined) return null;
  begun = field.selectionStart - typed.length;
  return typed;
}

/** Asked for once a page, when first somebody is to be named. */
function everybody(address: string): Promise<readonly Colleague[]> {
  known ??= fetch(address, { headers: { Accept: "application/json" }, cache: "no-store" })
    .then(async (answer) => {
      if (!answer.ok) throw new Error(String(answer.status));
      return ((await answer.json()) as { readonly items: readonly Colleague[] }).items;
    })
    .catch(() => {
      known = null;
      return [];
    });
  return known;
}

/** Whether a word of the name begins so, or all of it; who is written in full already needs no list. */
function fits(one: Colleague, typed: string): boolean {
  const words = plain(typed);
  if (words && words === plain(one.handle)) return false;
  return [one.name, one.handle].some((name) => plain(name).startsWith(words) || plain(name).includes(` ${words}`));
}

function plain(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase();
}

function draw(found: readonly Colleague[], typed: string): void {
  const list = document.getElementById("mention-list");
  if (!list) return;
  const wasOpen = !list.hidden;
  shown = found;
  list.replaceChildren(...found.map((one, number) => {
    const line = Object.assign(document.createElement("div"), { id: `mention-${number}`, className: "option" });
    line.setAttribute("role", "option");
    line.dataset["at"] = String(number);
    line.append(one.name);
    if (one.handle !== one.name) line.append(" ", Object.assign(document.createElement("small"), { textContent: one.handle }));
    return line;
  }));
  list.hidden = false;
  select(0);
  if (!wasOpen || typed) announce(say("people", { count: String(found.length), first: found[0]?.name ?? "" }));
}

function select(place: number): void {
  at = place;
  for (const line of document.querySelectorAll<HTMLElement>("#mention-list .option")) {
    const is = Number(line.dataset["at"]) === place;
    line.setAttribute("aria-selected", String(is));
    if (is) line.scrollIntoView({ block: "nearest" });
  }
  const field = box();
  field?.setAttribute("aria-controls", "mention-list");
  field?.setAttribute("aria-autocomplete", "list");
  field?.setAttribute("aria-activedescendant", `mention-${place}`);
}

function press(event: KeyboardEvent): void {
  if (event.target !== box() || !shown.length || event.isComposing) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return close();
  const last = shown.length - 1;
  const steps: Record<string, number> = { ArrowDown: at + 1 > last ? 0 : at + 1, ArrowUp: at ? at - 1 : last };
  const to = steps[event.key];
  if (to !== undefined) select(to);
  else if (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey)) choose(at);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
}

function choose(place: number): void {
  const field = box();
  const one = shown[place];
  close();
  if (!field || !one) return;
  field.setRangeText(`${one.handle} `, begun, field.selectionStart, "end");
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function close(): void {
  asked++;
  shown = [];
  const list = document.getElementById("mention-list");
  if (list) list.hidden = true;
  const field = box();
  for (const name of ["aria-controls", "aria-autocomplete", "aria-activedescendant"]) field?.removeAttribute(name);
}
