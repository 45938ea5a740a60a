/** Who else reads this case: a beat while the page is in sight says that somebody is here, and hears of others. */

import { drawn } from "./swap";

const EVERY = 20_000; // ms; after a minute without one they are gone

export interface Readers {
  readonly faces: readonly string[];
  readonly words: string;
}

let known: Readers | null = null;
let isOver = false;

export function startHere(): void {
  if (!place()) return;
  drawn(() => { if (known) show(known); });
  document.addEventListener("visibilitychange", () => void beat());
  addEventListener("pageshow", (event) => { if (event.persisted) void beat(); });
  addEventListener("pagehide", () => { void post({ leaves: "1" }).catch(() => null); });
  setInterval(() => void beat(), EVERY);
  void beat();
}

/** The faces of these readers, ringed; their words are beside them or, where there is no room, their name. */
export function faces(readers: Readers): HTMLElement[] {
  return readers.faces.map((initials) => {
    const face = Object.assign(document.createElement("span"), { className: "face d here", textContent: initials });
    face.setAttribute("aria-hidden", "true");
    return face;
  });
}

function place(): HTMLElement | null {
  return document.getElementById("case-here");
}

async function beat(): Promise<void> {
  if (document.hidden || isOver) return;
  try {
    const answer = await post({});
    // Signed out, or the case is no longer open to them: the page says so by itself.
    if ([401, 403, 404].includes(answer.status) || answer.type === "opaqueredirect") isOver = true;
    if (!answer.ok) return;
    known = (await answer.json()) as Readers;
    show(known);
  } catch {
    // The next beat tries again.
  }
}

function post(more: Record<string, string>): Promise<Response> {
  const csrf = document.querySelector<HTMLInputElement>('input[name="csrf"]')?.value ?? "";
  const body = new URLSearchParams({ csrf, ...more });
  const headers = { Accept: "application/json" };
  return fetch(place()?.dataset["here"] ?? "", { method: "POST", body, headers, keepalive: true, redirect: "manual" });
}

function show(readers: Readers): void {
  const box = place();
  if (!box || box.dataset["words"] === readers.words) return;
  box.dataset["words"] = readers.words;
  const said = document.createElement("span");
  said.textContent = readers.words;
  box.replaceChildren(...(readers.words ? [...faces(readers), said] : []));
}
