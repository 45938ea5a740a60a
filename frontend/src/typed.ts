/** What is being typed: kept on this device until it is sent, and carried to the form that takes its form's place. */

import { data, say } from "./case-page";

const NAME = `gigdesk:draft:${data.draft}`;
// A text to the desk is a text to the desk, whatever the form is called now.
const HEIRS: Record<string, string[]> = {
  "messages-text": ["reply-text", "statement-text"],
  "reply-text": ["messages-text", "statement-text"],
  "statement-text": ["messages-text"],
};

type Texts = Record<string, string>;

export function fields(): HTMLTextAreaElement[] {
  return [...document.querySelectorAll<HTMLTextAreaElement>("[data-form] textarea")];
}

/** Every text that stands in a form now. */
export function texts(): Texts {
  return Object.fromEntries(fields().filter((f) => f.value.trim()).map((f) => [f.id, f.value]));
}

/** Keep what is typed on this device; where nothing may be kept there, only in the page. */
export function keep(): void {
  if (!data.draft) return;
  try {
    const all = texts();
    if (Object.keys(all).length) localStorage.setItem(NAME, JSON.stringify(all));
    else localStorage.removeItem(NAME);
  } catch {
    return; // private windows and full disks refuse
  }
  for (const field of fields()) note(field, field.value.trim() ? say("saved") : "");
}

export function recall(): void {
  if (!data.draft) return;
  try {
    put(JSON.parse(localStorage.getItem(NAME) ?? "{}") as Texts);
  } catch {
    return;
  }
  keep();
}

export function drop(): void {
  try {
    if (data.draft) localStorage.removeItem(NAME);
  } catch {
    // Nothing was kept where nothing can be removed.
  }
}

/** Put texts back after the forms have changed; what has no place any more is shown to be copied. */
export function put(all: Texts): void {
  for (const [id, text] of Object.entries(all)) {
    if (typeof text !== "string" || !text.trim()) continue;
    const places = [id, ...(HEIRS[id] ?? [])].map((name) => document.getElementById(name));
    const found = places.find((e): e is HTMLTextAreaElement => e instanceof HTMLTextAreaElement);
    if (!found) show(text);
    else if (!found.value) {
      found.value = text;
      const folded = found.closest("details");
      if (folded) folded.open = true;
    }
  }
}

function show(text: string): void {
  const box = document.createElement("div");
  box.className = "callout warn section";
  box.id = "p-kept";
  box.dataset["mine"] = "";
  const inside = document.createElement("div");
  inside.className = "field kept";
  const label = document.createElement("label");
  label.className = "label";
  label.htmlFor = "kept-text";
  label.textContent = say("kept");
  const why = document.createElement("p");
  why.textContent = say("keptWhy");
  const area = document.createElement("textarea");
  area.className = "input";
  area.id = "kept-text";
  area.rows = 4;
  area.readOnly = true;
  area.value = text;
  inside.append(why, label, area);
  box.append(inside);
  document.getElementById("p-kept")?.remove();
  document.getElementById("parts")?.append(box);
}

function note(field: HTMLTextAreaElement, words: string): void {
  const id = `${field.id}-note`;
  let told = document.getElementById(id);
  if (!told && !words) return;
  if (!told) {
    told = document.createElement("p");
    told.id = id;
    told.className = "count";
    field.after(told);
  }
  told.textContent = words;
}
