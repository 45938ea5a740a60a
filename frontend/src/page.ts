/** What the page says to its script, and the smallest tools to work on a page. */

export interface Detail {
  name: string;
  kind: "text" | "money" | "date" | "time" | "choice";
  label: string;
  hint: string;
  maxLength: number;
  choices: string[];
}

export interface IssueType {
  evidence: string;
  firstReply: string;
  emergency: boolean;
  shields: boolean;
  keepsDraft: boolean;
  aliases: string;
  fields: Detail[];
}

export interface Limits {
  files: number;
  description: number;
  bodyBytes: number;
  imageBytes: number;
  pdfBytes: number;
  videoBytes: number;
  mediaTypes: Record<string, string>;
  extensions: Record<string, string>;
}

export interface PageData {
  api: string;
  reports: string;
  exit: string;
  draft: string;
  csrf: string;
  language: string;
  limits: Limits;
  types: Record<string, IssueType>;
  words: Record<string, string>;
}

export const data = JSON.parse(byId("page-data").textContent ?? "{}") as PageData;

export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found as T;
}

export function maybe<T extends HTMLElement = HTMLElement>(id: string): T | null {
  return document.getElementById(id) as T | null;
}

export function part<T extends HTMLElement = HTMLElement>(parent: ParentNode, selector: string): T {
  const found = parent.querySelector<T>(selector);
  if (!found) throw new Error(`nothing is ${selector}`);
  return found;
}

/** A sentence of the page with its {places} filled. */
export function say(name: string, values: Record<string, string | number> = {}): string {
  const words = data.words[name] ?? name;
  return words.replace(/\{(\w+)\}/g, (whole, key: string) => {
    const value = values[key];
    return value === undefined ? whole : typeof value === "number" ? number(value) : value;
  });
}

export function number(value: number): string {
  return new Intl.NumberFormat(data.language).format(value);
}

/** Bytes in words, by 1,024, as the server writes them. */
export function size(bytes: number): string {
  for (const [power, unit] of [[30, "GB"], [20, "MB"], [10, "kB"]] as const) {
    const exact = bytes / 2 ** power;
    if (exact >= 1) {
      const digits = exact < 10 ? 1 : 0;
      return `${new Intl.NumberFormat(data.language, { maximumFractionDigits: digits }).format(exact)} ${unit}`;
    }
  }
  return `${number(bytes)} B`;
}

/** Characters as the server counts them: code points after normalising, not UTF-16 units. */
export function characters(text: string): number {
  return [...text.normalize("NFC").trim()].length;
}

/** Tell who listens, politely. */
export function announce(words: string): void {
  byId("live").textContent = words;
}

export function clone(id: string): Element {
  const first = byId<HTMLTemplateElement>(id).content.firstElementChild;
  if (!first) throw new Error(`#${id} is empty`);
  return first.cloneNode(true) as Element;
}
