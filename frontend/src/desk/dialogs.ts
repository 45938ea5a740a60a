/**
 * Dialogs. What has data-opens="id" opens that dialog, and its closing brings the focus back. Without script the
 * same link leads to the page with the dialog drawn open; such a one is made modal here.
 */

const openers = new WeakMap<HTMLDialogElement, HTMLElement>();

export function startDialogs(): void {
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const opener = event.target.closest<HTMLElement>("[data-opens]");
    const dialog = opener && document.getElementById(opener.dataset["opens"] ?? "");
    if (opener && dialog instanceof HTMLDialogElement) {
      event.preventDefault();
      show(dialog, opener);
      return;
    }
    const closer = event.target.closest<HTMLElement>("[data-closes]");
    if (!closer) return;
    event.preventDefault();
    closer.closest("dialog")?.close();
  });
  upgrade();
}

/** Make modal what was drawn open. */
export function upgrade(): void {
  for (const dialog of document.querySelectorAll<HTMLDialogElement>("dialog[open]:not(:modal)")) {
    const opener = document.querySelector<HTMLElement>(`[data-opens="${CSS.escape(dialog.id)}"]`);
    dialog.close();
    show(dialog, opener);
  }
}

/** Show it modal; where it was opened from gets the focus back. */
export function show(dialog: HTMLDialogElement, opener: HTMLElement | null = null): void {
  if (dialog.open) return;
  if (opener) openers.set(dialog, opener);
  dialog.showModal();
  firstOf(dialog)?.focus();
  dialog.dispatchEvent(new CustomEvent("gigdesk:shown", { bubbles: true }));
  dialog.addEventListener("close", () => {
    const from = openers.get(dialog);
    const back = from?.checkVisibility?.() === false ? from.closest("details")?.querySelector("summary") : from;
    const focused = document.activeElement;
    if (back?.isConnected && (!focused || focused === document.body)) back.focus();
  }, { once: true });
}

/** What is to be put right first, else what its writer said, else the first field: never the button that closes it. */
function firstOf(dialog: HTMLDialogElement): HTMLElement | null {
  for (const first of ["[aria-invalid]", ".wrong input:not([type=hidden])", "[autofocus]", FIELD, "button[type=submit]"]) {
    const found = dialog.querySelector<HTMLElement>(first);
    if (found?.checkVisibility?.() ?? found) return found;
  }
  return null;
}

const FIELD = "textarea, input:not([type=hidden]), select";
