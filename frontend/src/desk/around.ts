/**
 * The list that a case was opened from: its neighbours are a key away (J, K), also after forms were sent, when the
 * address of the page no longer says which list it was. Kept for this tab alone.
 */

import { drawn } from "./swap";
import { say } from "./page";

const LIST = "gigdesk:list";

interface Around {
  readonly title: string;
  readonly listUrl: string;
  readonly previousUrl: string;
  readonly nextUrl: string;
  readonly place: string;
}

let known: Around | null = null;

/** Remember the list that is looked at, or that the address of this case names. */
export function startAround(): void {
  const list = document.querySelector<HTMLElement>("[data-list]")?.dataset["query"] ?? new URL(location.href).searchParams.get("list");
  if (list !== null && list !== undefined) keep(list);
  if (!place()) return;
  drawn(() => { if (known) show(known); });
  void find();
}

function place(): HTMLElement | null {
  return document.getElementById("around");
}

async function find(): Promise<void> {
  const address = place()?.dataset["around"];
  const list = kept();
  if (!address || !list) return;
  try {
    const answer = await fetch(`${address}?${new URLSearchParams({ list })}`, { headers: { Accept: "application/json" }, cache: "no-store" });
    if (!answer.ok) return;
    known = (await answer.json()) as Around;
    show(known);
  } catch {
    // Without it the page has a way back to all cases still.
  }
}

function show(around: Around): void {
  const box = place();
  const back = document.getElementById("back");
  if (!box || !(back instanceof HTMLAnchorElement)) return;
  back.href = around.listUrl;
  const title = back.querySelector("span");
  if (title) title.textContent = around.title;
  box.hidden = false;
  const words = document.getElementById("around-place");
  if (words) words.textContent = around.place || say("left");
  link("around-previous", around.previousUrl);
  link("around-next", around.nextUrl);
}

function link(id: string, address: string): void {
  const found = document.getElementById(id);
  if (!(found instanceof HTMLAnchorElement)) return;
  found.hidden = !address;
  if (address) found.href = address;
}

function keep(list: string): void {
  try {
    sessionStorage.setItem(LIST, list);
  } catch {
    // A private window keeps nothing: the list is known as long as the address names it.
  }
}

function kept(): string | null {
  try {
    return sessionStorage.getItem(LIST);
  } catch {
    return new URL(location.href).searchParams.get("list");
  }
}
