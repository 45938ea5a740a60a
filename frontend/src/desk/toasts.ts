/** Toasts: what was done, for ten seconds, with one button where it can be undone. Never the only place that says it. */

import { byId } from "./page";

const STAYS = 10_000; // ms

export interface Undo {
  readonly label: string;
  readonly run: () => void;
}

export function toast(words: string, undo?: Undo): void {
  const box = document.createElement("div");
  box.className = "toast";
  const said = document.createElement("span");
  said.textContent = words;
  box.append(said);
  if (undo) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.dataset["key"] = "u";
    button.setAttribute("aria-keyshortcuts", "U");
    button.append(`${undo.label} `, Object.assign(document.createElement("kbd"), { textContent: "U" }));
    button.addEventListener("click", () => {
      box.remove();
      undo.run();
    });
    box.append(button);
  }
  const place = byId("toasts");
  place.replaceChildren(box);
  let timer = setTimeout(() => box.remove(), STAYS);
  // Who is about to press it, or reads it, has the time that they need.
  const hold = () => clearTimeout(timer);
  const go = () => { timer = setTimeout(() => box.remove(), STAYS); };
  box.addEventListener("pointerenter", hold);
  box.addEventListener("focusin", hold);
  box.addEventListener("pointerleave", go);
  box.addEventListener("focusout", go);
}
