/** What a page of the desk says to its script, and the smallest tools to work on it. */

interface DeskData {
  /** Words by name, with {places}. */
  readonly words: Record<string, string>;
  /** Where a case is, and where cases are found. */
  readonly find: { readonly cases: string; readonly search: string; readonly places: string };
}

const empty: DeskData = { words: {}, find: { cases: "", search: "", places: "" } };

export const data: DeskData = read("desk-data") ?? empty;

/** The JSON document of this id that stands in the page, or null. */
export function read<T>(id: string, from: Document = document): T | null {
  const text = from.getElementById(id)?.textContent;
  return text ? (JSON.parse(text) as T) : null;
}

/** A sentence of the page with its {places} filled. */
export function say(name: string, values: Record<string, string> = {}): string {
  return (data.words[name] ?? name).replace(/\{(\w+)\}/g, (whole, key: string) => values[key] ?? whole);
}

export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found as T;
}

/** Tell who listens, politely; the same words twice are told twice. */
export function announce(words: string): void {
  const live = byId("live");
  live.textContent = "";
  setTimeout(() => { live.textContent = words; }, 30);
}

/** Whether somebody types there. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.matches("textarea, select")) return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit", "file"].includes(target.type);
}

/** What may be kept on this device; private windows and full disks refuse. */
export function stored(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

/** Keep it; null forgets. False where the device refuses. */
export function store(name: string, value: string | null): boolean {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
    return true;
  } catch {
    return false;
  }
}
