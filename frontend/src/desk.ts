/** Every page of the desk: keys, dialogs, swaps of parts, the palette. Without script links and forms do all of it. */

import { startAhead } from "./desk/ahead";
import { startAround } from "./desk/around";
import { startBulk } from "./desk/bulk";
import { startCase } from "./desk/case";
import { show, startDialogs } from "./desk/dialogs";
import { startHere } from "./desk/here";
import { areOff, bind, startKeys, switchOff } from "./desk/keys";
import { startList } from "./desk/list";
import { startMacros } from "./desk/macros";
import { startMentions } from "./desk/mentions";
import { startPalette } from "./desk/palette";
import { startPreviews } from "./desk/previews";
import { drawn, startSwaps } from "./desk/swap";
import { localise, zones } from "./desk/times";

document.documentElement.dataset["scripted"] = "";
localise(document);
zones(document);
startKeys();
startDialogs();
startSwaps();
drawn(zones);
startPalette();
startCase();
startAhead();
startList();
startBulk();
startAround();
startMacros();
startMentions();
startPreviews();
startHere();

const off = document.getElementById("keys-on");
if (off instanceof HTMLInputElement) {
  off.checked = !areOff();
  off.addEventListener("change", () => switchOff(!off.checked));
}

bind("?", () => {
  const sheet = document.getElementById("sheet");
  if (sheet instanceof HTMLDialogElement) show(sheet);
});

// A form is sent from where it is written in.
bind("Control+Enter", (event) => {
  const at = event.target instanceof Element ? event.target : null;
  const form = at?.closest("form") ?? at?.closest("dialog")?.querySelector("form");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector<HTMLButtonElement>("[data-confirms]"));
});

// A menu closes when something else is pressed, or something in it.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details[open]:is(.account, .more)")) {
    if (!menu.querySelector("summary")?.contains(event.target as Node)) menu.open = false;
  }
});
