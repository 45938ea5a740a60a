/** What the page of a case says to its script. */

interface CaseData {
  page: string;
  case: string;
  events: string;
  seen: string;
  draft: string;
  person: string;
  words: Record<string, string>;
}

export const data = read(document);

export function read(from: Document): CaseData {
  return JSON.parse(from.getElementById("page-data")?.textContent ?? "{}") as CaseData;
}

/** A sentence of the page with its {places} filled. */
export function say(name: string, values: Record<string, string> = {}): string {
  return (data.words[name] ?? name).replace(/\{(\w+)\}/g, (whole, key: string) => values[key] ?? whole);
}

export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}

/** Tell who listens, politely. */
export function announce(words: string): void {
  byId("live").textContent = words;
}
