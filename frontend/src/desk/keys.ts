/**
 * Keys. What has data-key is pressed by it: "r", "g m" (one after the other), "Control+k", "Escape".
 *
 * 1. Single keys rest while somebody types, and can be switched off on this device (WCAG 2.1.4).
 * 2. While a modal dialog is open, only what stands in it has keys, and chords with Control.
 * 3. A page whose keys do more than press something binds them with `bind`.
 */

import { isTyping, store, stored } from "./page";

const OFF = "gigdesk:keys";
const CHORD = 1200; // ms between the keys of a chord

type Run = (event: KeyboardEvent) => void;

const bound = new Map<string, Run>();
let first = "";
let at = 0;

/** Call `run` for this key of the page, unless something that stands on it has the key. */
export function bind(key: string, run: Run): void {
  bound.set(normal(key), run);
}

export function areOff(): boolean {
  return stored(OFF) === "off";
}

export function switchOff(isOff: boolean): void {
  store(OFF, isOff ? "off" : null);
  mark();
}

export function startKeys(): void {
  mark();
  addEventListener("keydown", press);
  addEventListener("storage", (event) => { if (event.key === OFF) mark(); });
}

function mark(): void {
  if (areOff()) document.documentElement.dataset["keys"] = "off";
  else delete document.documentElement.dataset["keys"];
}

function press(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || event.key === "Dead") return;
  if (["Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
  if (event.key === "Escape" && leave(event)) return;
  const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (isPlain && event.key !== "Escape" && (isTyping(event.target) || areOff())) return;
  const key = nameOf(event);
  if (isPlain && first && event.timeStamp - at < CHORD) {
    const chord = `${first} ${key}`;
    first = "";
    if (run(chord, event)) return;
  }
  if (run(key, event)) return;
  first = "";
  if (isPlain && key.length === 1 && beginsChord(key)) {
    first = key;
    at = event.timeStamp;
  }
}

/** Escape first leaves the smaller thing: a field, a menu; only then the page. */
function leave(event: KeyboardEvent): boolean {
  if (modal()) return true; // which closes by itself
  const menu = document.querySelector<HTMLDetailsElement>("details[open]:is(.account, .more)");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary")?.focus();
    return true;
  }
  if (!isTyping(event.target)) return false;
  const place = document.getElementById("talk") ?? document.getElementById("main");
  place?.focus({ preventScroll: true });
  return true;
}

function run(key: string, event: KeyboardEvent): boolean {
  const found = holderOf(key);
  if (found) {
    event.preventDefault();
    if (found.matches("select, textarea, input:not([type=radio], [type=checkbox])")) found.focus();
    else found.click();
    return true;
  }
  const handler = modal() && !key.startsWith("Control+") ? undefined : bound.get(key);
  if (!handler) return false;
  handler(event);
  return true;
}

/** What stands on the page with this key. */
export function holderOf(key: string): HTMLElement | null {
  for (const holder of holders()) if (normal(holder.dataset["key"] ?? "") === key) return holder;
  return null;
}

/** Everything that has a key now, in the order of the page. */
export function holders(): HTMLElement[] {
  const within: ParentNode = modal() ?? document;
  return [...within.querySelectorAll<HTMLElement>("[data-key]")].filter(isThere);
}

/** Whether it can be seen, or would be once the menu of further moves is opened. */
export function isThere(part: HTMLElement): boolean {
  const seen = part.closest<HTMLElement>("details.more") ?? part;
  return seen.checkVisibility?.() ?? seen.getClientRects().length > 0;
}

function modal(): HTMLDialogElement | null {
  return [...document.querySelectorAll<HTMLDialogElement>("dialog:modal")].at(-1) ?? null;
}

function beginsChord(key: string): boolean {
  const all = [...holders().map((e) => normal(e.dataset["key"] ?? "")), ...bound.keys()];
  return all.some((one) => one.startsWith(`${key} `));
}

function nameOf(event: KeyboardEvent): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.ctrlKey || event.metaKey) return `Control+${key}`;
  if (event.altKey) return `Alt+${key}`;
  return event.shiftKey && (event.key.length > 1 || /\p{L}/u.test(event.key)) ? `Shift+${key}` : key;
}

function normal(key: string): string {
  return key.split(" ").map((part) => (part.length === 1 ? part.toLowerCase() : part)).join(" ");
}
