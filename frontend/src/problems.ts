/** Errors, at the field and in a summary that takes the focus. */

import { byId, clone, maybe, say } from "./page";

export interface Problem {
  field: string;
  message: string;
  code?: string;
}

const PLACES: Record<string, string> = { issueType: "issue-type", "files[]": "files", file: "files" };
const SECTIONS: Record<string, string> = { description: ".section", files: ".section" };

export function show(problems: Problem[]): void {
  clear();
  const count = problems.length;
  byId("summary-title").textContent = count === 1 ? say("titleOne") : say("title", { count });
  byId("summary").querySelector("ul")?.replaceChildren(...problems.map(line));
  for (const problem of problems) mark(problem);
  const summary = byId("summary");
  summary.hidden = false;
  summary.focus();
  summary.scrollIntoView({ block: "start" });
  if (!document.title.startsWith(say("error"))) document.title = `${say("error")} ${document.title}`;
}

export function clear(): void {
  byId("summary").hidden = true;
  for (const error of document.querySelectorAll("#report .error")) error.remove();
  for (const wrong of document.querySelectorAll("#report .wrong")) wrong.classList.remove("wrong");
  for (const control of document.querySelectorAll("#report [aria-invalid]")) unmark(control);
  document.title = document.title.replace(`${say("error")} `, "");
}

function line(problem: Problem): HTMLLIElement {
  const item = document.createElement("li");
  const place = target(problem.field);
  const words = document.createElement(place ? "a" : "span");
  words.textContent = problem.message;
  if (place && words instanceof HTMLAnchorElement) {
    words.href = `#${place.id}`;
    words.addEventListener("click", (event) => {
      event.preventDefault();
      const folded = place.querySelector<HTMLDetailsElement>("#picker");
      if (folded) folded.open = true;
      place.scrollIntoView({ block: "center" });
      place.focus();
    });
  }
  item.append(words);
  return item;
}

function target(field: string): HTMLElement | null {
  return field ? maybe(PLACES[field] ?? field) : null;
}

function mark(problem: Problem): void {
  const control = target(problem.field);
  if (!control) return;
  const id = `${control.id}-error`;
  const box = control.closest<HTMLElement>(SECTIONS[control.id] ?? ".field, fieldset") ?? control;
  box.classList.add("wrong");
  if (maybe(id)) return;
  const error = document.createElement("p");
  error.className = "error";
  error.id = id;
  const words = document.createElement("span");
  const lead = document.createElement("span");
  lead.className = "unseen";
  lead.textContent = `${say("error")} `;
  words.append(lead, problem.message);
  error.append(clone("icon-alert"), words);
  const before = box.querySelector(".hint, .label, legend, h2");
  if (before) before.after(error);
  else box.prepend(error);
  if (control.id !== "issue-type" && control.id !== "files") control.setAttribute("aria-invalid", "true");
  const notes = control.getAttribute("aria-describedby");
  control.setAttribute("aria-describedby", notes ? `${notes} ${id}` : id);
}

function unmark(control: Element): void {
  control.removeAttribute("aria-invalid");
}

/** What a problem document (RFC 9457) says, field by field. */
export function fromDocument(text: string, status: number): Problem[] {
  try {
    const found = JSON.parse(text) as { detail?: string; message?: string; code?: string; errors?: Problem[] };
    if (found.errors?.length) return found.errors;
    const message = found.detail ?? found.message ?? say("notSent");
    return [{ field: status === 413 || status === 415 ? "files" : "", message, code: found.code ?? "" }];
  } catch {
    return [{ field: "", message: status === 401 ? say("signedOut") : say("stopped") }];
  }
}
