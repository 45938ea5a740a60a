/** The viewer of evidence: a dialog with one file at a time, moved and zoomed by keys. */

import { show } from "./dialogs";
import { byId, say } from "./page";

const CLOSEST = 4;

export function startViewer(): void {
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const opener = event.target.closest<HTMLElement>("[data-view]");
    const step = event.target.closest<HTMLElement>("[data-step]");
    const zoom = event.target.closest<HTMLElement>("[data-zoom-by]");
    const veil = event.target.closest<HTMLElement>("[data-unveil]");
    if (opener && viewer()) {
      event.preventDefault();
      turn(document.getElementById(`view-${opener.dataset["view"]}`));
      show(byId<HTMLDialogElement>("viewer"), opener);
      stage()?.focus();
    } else if (step) {
      move(Number(step.dataset["step"]));
    } else if (zoom) {
      nearer(Number(zoom.dataset["zoomBy"]));
    } else if (veil) {
      event.preventDefault();
      unveil(veil);
    }
  });
  document.addEventListener("gigdesk:shown", (event) => {
    if (event.target === viewer()) turn(current());
  });
}

function viewer(): HTMLDialogElement | null {
  return document.getElementById("viewer") as HTMLDialogElement | null;
}

function views(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("#viewer .view")];
}

function current(): HTMLElement | null {
  return views().find((view) => !view.hidden) ?? null;
}

function stage(): HTMLElement | null {
  return current()?.querySelector<HTMLElement>(".viewer-stage") ?? null;
}

function turn(to: HTMLElement | null): void {
  if (!to) return;
  const all = views();
  for (const view of all) view.hidden = view !== to;
  const image = to.querySelector<HTMLImageElement>("img[data-src]");
  if (image && !image.src) image.src = image.dataset["src"] ?? "";
  byId("viewer-title").textContent = to.dataset["name"] ?? "";
  byId("viewer-place").textContent = say("place", { at: String(all.indexOf(to) + 1), all: String(all.length) });
}

function move(by: number): void {
  const all = views();
  const at = all.findIndex((view) => !view.hidden);
  turn(all[(at + by + all.length) % all.length] ?? null);
}

function nearer(by: number): void {
  const image = stage()?.querySelector<HTMLImageElement>("img[data-zoom]");
  if (!image) return;
  const zoom = Math.min(CLOSEST, Math.max(1, Number(image.dataset["zoom"]) + by));
  image.dataset["zoom"] = String(zoom);
}

/** Shown because somebody asked for it, once. */
function unveil(link: HTMLElement): void {
  const image = document.createElement("img");
  image.alt = link.closest<HTMLElement>(".view")?.dataset["name"] ?? "";
  image.dataset["zoom"] = "1";
  image.src = link.dataset["src"] ?? "";
  link.closest(".veiled")?.replaceWith(image);
  stage()?.focus();
}
