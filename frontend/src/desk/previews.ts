/**
 * Previews over the page: what the form would become is asked for and shown in a dialog, and the form stays as it is,
 * with its files. What sends it from there is the form itself.
 */

import { show } from "./dialogs";
import { byId } from "./page";
import { failed, refusal } from "./swap";

export function startPreviews(): void {
  const dialog = document.getElementById("preview-dialog");
  if (!(dialog instanceof HTMLDialogElement)) return;
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLButtonElement>("button[data-preview]") : null;
    if (!button?.form) return;
    event.preventDefault();
    void ask(dialog, button, button.form);
  });
}

async function ask(dialog: HTMLDialogElement, button: HTMLButtonElement, form: HTMLFormElement): Promise<void> {
  if (button.getAttribute("aria-disabled")) return;
  button.setAttribute("aria-disabled", "true");
  form.querySelector(".not-sent")?.remove();
  try {
    const answer = await fetch(button.formAction, { method: "POST", headers: { Accept: "text/html" }, body: fieldsOf(form) });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const drawn = page.getElementById("preview");
    if (drawn) open(dialog, button, form, document.importNode(drawn, true), page.getElementById("preview-title")?.textContent ?? "");
    else failed(form, wrong(page, form) || refusal(answer));
  } catch {
    failed(form, refusal(null));
  } finally {
    button.removeAttribute("aria-disabled");
  }
}

/** What is typed and chosen; of files their names alone. */
function fieldsOf(form: HTMLFormElement): URLSearchParams {
  const sent = new URLSearchParams();
  for (const [name, value] of new FormData(form)) sent.append(name, typeof value === "string" ? value : value.name);
  return sent;
}

/** What the answer says at the same form of its page. */
function wrong(page: Document, form: HTMLFormElement): string {
  const errors = page.querySelectorAll(`#${CSS.escape(form.id)} .error, dialog:has(#${CSS.escape(form.id)}) > .callout, [data-refused] p`);
  return [...errors].map((error) => error.textContent?.trim() ?? "").filter(Boolean).join(" ");
}

function open(dialog: HTMLDialogElement, opener: HTMLElement, form: HTMLFormElement, drawn: HTMLElement, title: string): void {
  byId("preview-dialog-title").textContent = title;
  const place = byId("preview-place");
  place.replaceChildren(drawn);
  place.scrollTop = 0;
  drawn.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-sends], [data-writes]") : null;
    if (!button) return;
    event.preventDefault();
    dialog.close();
    if (button.hasAttribute("data-sends")) form.requestSubmit();
  });
  show(dialog, opener);
  byId("preview-dialog-title").focus();
  // The letters themselves come into their frames, each by the button that asks for it.
  for (const part of drawn.querySelectorAll<HTMLDetailsElement>("details")) part.open = part.dataset["look"] !== undefined;
  for (const button of drawn.querySelectorAll<HTMLButtonElement>('button[name="letter"]')) {
    (drawn as HTMLFormElement).requestSubmit(button);
    button.hidden = true;
  }
}
