/**
 * Canned replies where somebody writes: offered by the palette while a box is written in, put in at the caret. Only such
 * as fit the box: a reply for who reads it, a note for a note, reasons for a decision. Nothing is ever replaced.
 */

import { addSource, openPalette, type Entry } from "./palette";
import { read, say } from "./page";
import { bind } from "./keys";

interface Macro {
  readonly name: string;
  readonly kind: "reply" | "note" | "reasons";
  readonly texts: readonly { readonly to: string; readonly text: string }[];
}

type Box = HTMLTextAreaElement;

const KINDS: Record<string, Macro["kind"]> = { "reply-text": "reply", "note-text": "note", "decide-reasons": "reasons" };

let box: Box | null = null;
let caret: readonly [number, number] = [0, 0]; // where it stood when the box was left
let known: Promise<readonly Macro[]> | null = null;

export function startMacros(): void {
  const address = read<{ readonly macros: string }>("case-data")?.macros;
  if (!address) return;
  document.addEventListener("focusin", (event) => {
    if (event.target instanceof HTMLTextAreaElement && event.target.id in KINDS) box = event.target;
  });
  document.addEventListener("focusout", (event) => {
    if (event.target === box && box) caret = [box.selectionStart, box.selectionEnd];
  });
  document.addEventListener("click", (event) => {
    const opener = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-macros]") : null;
    const meant = opener && document.getElementById(opener.dataset["macros"] ?? "");
    if (meant instanceof HTMLTextAreaElement) offer(meant);
  });
  bind("Control+/", () => { if (box?.isConnected) offer(box); });
  addSource(say("macros"), async (query) => (box?.isConnected ? entries(await all(address), box, query) : []));
}

function offer(meant: Box): void {
  box = meant;
  openPalette(meant, say("macros"));
}

/** Asked for once a page: a case does not change what is canned. */
function all(address: string): Promise<readonly Macro[]> {
  known ??= fetch(address, { headers: { Accept: "application/json" }, cache: "no-store" }).then(async (answer) => {
    if (!answer.ok) throw new Error(String(answer.status));
    return ((await answer.json()) as { readonly items: readonly Macro[] }).items;
  }).catch(() => {
    known = null;
    return [];
  });
  return known;
}

function entries(macros: readonly Macro[], meant: Box, query: string): readonly Entry[] {
  const kind = KINDS[meant.id];
  const words = query.toLocaleLowerCase();
  return macros.filter((one) => one.kind === kind).flatMap((one) => {
    const text = textFor(one, meant);
    const fits = text && `${one.name} ${text}`.toLocaleLowerCase().includes(words);
    return fits ? [{ label: one.name, about: text.slice(0, 80), run: () => put(text, meant) }] : [];
  });
}

/** Of a reply the text for who is chosen to read it. */
function textFor(macro: Macro, meant: Box): string {
  const form = meant.form ? new FormData(meant.form) : null;
  const to = macro.kind === "reply" ? String(form?.get("to") ?? "reporter") : "";
  return (macro.texts.find((one) => one.to === to) ?? (to ? undefined : macro.texts[0]))?.text ?? "";
}

function put(text: string, meant: Box): void {
  const { value } = meant;
  const [at, end] = caret.map((place) => Math.min(place, value.length)) as [number, number];
  meant.focus();
  const gap = at > 0 && !/\s$/.test(value.slice(0, at)) ? "\n" : "";
  meant.setRangeText(gap + text, at, end, "end");
  meant.dispatchEvent(new Event("input", { bubbles: true }));
}
