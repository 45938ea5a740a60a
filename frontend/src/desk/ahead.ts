/**
 * What is as good as done is shown at once: that the case is one's own, and the note that was just written.
 *
 * The page that comes back says how it went and takes the place of all that; where none comes, it is put back.
 */

import { drawn, UNSENT } from "./swap";

const nothing = (): void => undefined;
let putBack = nothing;

export function startAhead(): void {
  document.addEventListener("htmx:before:request", (event) => {
    const form = (event as CustomEvent<{ ctx?: { sourceElement?: Element } }>).detail?.ctx?.sourceElement;
    if (form instanceof HTMLFormElement) putBack = show(form);
  });
  document.addEventListener(UNSENT, () => {
    putBack();
    putBack = nothing;
  });
  drawn((_, sent) => { if (sent) putBack = nothing; });
}

/** Show what a form does, and say how that is taken back. */
function show(form: HTMLFormElement): () => void {
  if (form.id === "form-claim") return own();
  if (form.id === "form-note") return note(form);
  return nothing;
}

function own(): () => void {
  const place = document.getElementById("case-owner");
  const ahead = made("ahead-owner");
  if (!place || !ahead) return nothing;
  const before = [...place.childNodes];
  place.replaceChildren(ahead);
  return () => place.replaceChildren(...before);
}

function note(form: HTMLFormElement): () => void {
  const field = form.querySelector("textarea");
  const entry = made("ahead-note")?.firstElementChild;
  const place = entry?.querySelector(".entry-text");
  if (!field?.value.trim() || !entry || !place) return nothing;
  place.textContent = field.value.trim();
  document.getElementById("entries")?.append(entry);
  entry.scrollIntoView({ block: "nearest" });
  field.readOnly = true; // what is typed now belongs to what comes next
  field.blur();
  return () => {
    entry.remove();
    field.readOnly = false;
    field.focus();
  };
}

function made(id: string): DocumentFragment | null {
  const template = document.getElementById(id);
  return template instanceof HTMLTemplateElement ? (template.content.cloneNode(true) as DocumentFragment) : null;
}
