/**
 * Drafts: what is typed into the reply and into the note survives a reload, each by itself, on this device. Of a
 * sensitive case nothing is kept there. Text of one is never put into the other.
 */

import { say, store, stored } from "./page";

const PREFIX = "gigdesk:draft:desk:";
const MODES = ["reply", "note"] as const;
type Mode = (typeof MODES)[number];

let key = "";
let timer = 0;

export function startDrafts(draft: string): void {
  key = draft;
  for (const mode of MODES) recall(mode);
  document.addEventListener("input", (event) => {
    const mode = MODES.find((one) => event.target === area(one));
    if (!mode) return;
    clearTimeout(timer);
    timer = window.setTimeout(() => keep(mode), 300);
  });
  addEventListener("pagehide", keepAll);
  document.addEventListener("paste", warn, true);
  addEventListener("beforeunload", (event) => {
    // What is kept on the device is not lost.
    if (!key && MODES.some((mode) => area(mode)?.value.trim())) event.preventDefault();
  });
}

/** It was sent: nothing of it stays. */
export function forget(mode: Mode): void {
  clearTimeout(timer);
  if (key) store(name(mode), null);
  tell(mode, "");
}

export function keepAll(): void {
  clearTimeout(timer);
  for (const mode of MODES) keep(mode);
}

function keep(mode: Mode): void {
  const field = area(mode);
  if (!field) return;
  const text = field.value;
  if (!key) {
    tell(mode, text.trim() ? say("notSaved") : "");
    return;
  }
  const isKept = store(name(mode), text.trim() ? text : null);
  tell(mode, text.trim() ? say(isKept ? "saved" : "notSaved") : "");
}

function recall(mode: Mode): void {
  const field = area(mode);
  const text = key ? stored(name(mode)) : null;
  if (!field || !text || field.value.trim()) return;
  field.value = text;
  tell(mode, say("saved"));
}

/** Text of a note does not get into what a party reads by mistake. */
function warn(event: ClipboardEvent): void {
  if (event.target !== area("reply")) return;
  const pasted = plain(event.clipboardData?.getData("text/plain") ?? "");
  if (pasted.length < 12) return;
  const notes = [...document.querySelectorAll('[data-kind="note"] .entry-text')].map((part) => plain(part.textContent ?? ""));
  const own = plain(area("note")?.value ?? "");
  if (![...notes, own].some((note) => note.includes(pasted))) return;
  if (!confirm(say("fromNote"))) event.preventDefault();
}

function plain(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

function area(mode: Mode): HTMLTextAreaElement | null {
  return document.getElementById(`${mode}-text`) as HTMLTextAreaElement | null;
}

function name(mode: Mode): string {
  return `${PREFIX}${key}:${mode}`;
}

function tell(mode: Mode, words: string): void {
  const place = document.querySelector(`[data-saved="${mode}"]`);
  if (place && place.textContent !== words) place.textContent = words;
}
