/** The choice of an issue type: search, folding, and what changes with the type. */

import { byId, data, type Detail, type IssueType, maybe, part, say } from "./page";

interface Row {
  label: HTMLElement;
  group: HTMLDetailsElement;
  words: string;
}

const form = byId<HTMLFormElement>("report");
const typed = new Map<string, string>();

export function chosenCode(): string {
  const field = form.elements.namedItem("issueType");
  return field instanceof RadioNodeList || field instanceof HTMLInputElement ? field.value : "";
}

export function chosenType(): IssueType | null {
  return data.types[chosenCode()] ?? null;
}

export function choose(code: string): void {
  for (const radio of form.querySelectorAll<HTMLInputElement>("input[name=issueType]")) {
    if (radio.value === code) radio.checked = true;
  }
}

export function details(): Record<string, string> {
  const found: Record<string, string> = {};
  for (const control of byId("detail-fields").querySelectorAll<HTMLInputElement>("[name]")) {
    if (control.value.trim()) found[control.name] = control.value.trim();
  }
  return found;
}

export function recallDetails(values: Record<string, string>): void {
  for (const [name, value] of Object.entries(values)) typed.set(name, String(value));
}

/** Watch the choice; ``changed`` is called after each and once for what is chosen already. */
export function watch(changed: () => void): void {
  const picker = maybe<HTMLDetailsElement>("picker");
  byId("detail-fields").addEventListener("input", (event) => {
    const control = event.target as HTMLInputElement;
    typed.set(control.name, control.value);
  });
  for (const control of byId("detail-fields").querySelectorAll<HTMLInputElement>("[name]")) typed.set(control.name, control.value);
  if (!picker) return;
  search(picker);
  picker.addEventListener("change", (event) => {
    if ((event.target as HTMLInputElement).name !== "issueType") return;
    draw();
    changed();
  });
  picker.addEventListener("click", (event) => {
    // Arrow keys click too, with no button pressed: they must not fold the list away.
    if (event.detail > 0 && (event.target as HTMLElement).closest(".choice input, .choice")) queueMicrotask(() => fold(picker));
  });
  picker.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.target as HTMLElement).matches("[name=issueType]:checked")) return;
    event.preventDefault();
    fold(picker);
  });
  picker.addEventListener("toggle", () => {
    byId("type-finder").hidden = !picker.open;
  });
}

export function draw(): void {
  const type = chosenType();
  const picker = maybe<HTMLDetailsElement>("picker");
  if (!type) return;
  if (picker) nameChosen(picker);
  byId("files-hint").textContent = type.evidence || byId("files-hint").textContent;
  const reply = byId("first-reply");
  reply.textContent = (reply.dataset["words"] ?? "{time}").replace("{time}", type.firstReply);
  if (picker) {
    byId("who-sees").hidden = type.shields;
    byId("who-sees-shielded").hidden = !type.shields;
    byId("emergency").hidden = !type.emergency;
    byId("exit").hidden = type.keepsDraft;
  }
  drawDetails(type.fields);
}

function nameChosen(picker: HTMLDetailsElement): void {
  const radio = picker.querySelector<HTMLInputElement>("[name=issueType]:checked");
  const label = radio?.closest("label");
  const group = radio?.closest<HTMLElement>("[data-group]");
  if (!label || !group) return;
  byId("chosen-name").textContent = part(label, "[data-type-name]").textContent;
  byId("chosen-group").textContent = part(group, "[data-group-name]").textContent;
  picker.classList.add("chosen");
  part(picker, "summary").hidden = false;
}

function fold(picker: HTMLDetailsElement): void {
  if (!picker.querySelector("[name=issueType]:checked")) return;
  picker.open = false;
  part(picker, "summary").focus();
}

function drawDetails(fields: Detail[]): void {
  const place = byId("detail-fields");
  const names = [...place.querySelectorAll<HTMLInputElement>("[name]")].map((c) => c.name);
  byId("details").hidden = fields.length === 0;
  if (names.join() === fields.map((f) => f.name).join() && place.dataset["type"] === undefined && names.length) {
    place.dataset["type"] = chosenCode();
    return; // drawn by the server for this very type
  }
  place.dataset["type"] = chosenCode();
  place.replaceChildren(...fields.map(drawDetail));
}

function drawDetail(detail: Detail): HTMLElement {
  const field = document.createElement("div");
  field.className = "field";
  const label = document.createElement("label");
  label.className = "label";
  label.htmlFor = detail.name;
  label.textContent = detail.label;
  const control = detail.kind === "choice" ? choice(detail) : line(detail);
  control.id = control.name = detail.name;
  control.value = typed.get(detail.name) ?? "";
  field.append(label);
  if (detail.hint) {
    const hint = document.createElement("p");
    hint.className = "hint";
    hint.id = `${detail.name}-hint`;
    hint.textContent = detail.hint;
    control.setAttribute("aria-describedby", hint.id);
    field.append(hint);
  }
  field.append(control);
  return field;
}

function line(detail: Detail): HTMLInputElement {
  const control = document.createElement("input");
  control.className = detail.kind === "text" ? "input" : "input short";
  control.type = detail.kind === "date" || detail.kind === "time" ? detail.kind : "text";
  control.maxLength = detail.maxLength;
  if (detail.kind === "money") {
    control.inputMode = "decimal";
    control.autocomplete = "off";
  }
  return control;
}

function choice(detail: Detail): HTMLSelectElement {
  const control = document.createElement("select");
  control.className = "input short";
  control.append(new Option(say("choose"), ""), ...detail.choices.map((c) => new Option(c)));
  return control;
}

function search(picker: HTMLDetailsElement): void {
  const input = byId<HTMLInputElement>("type-search");
  const rows = [...picker.querySelectorAll<HTMLElement>(".choice")].map(row);
  byId("type-finder").hidden = !picker.open;
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault(); // never sends the report
  });
  input.addEventListener("input", () => filter(rows, plain(input.value)));
}

function row(label: HTMLElement): Row {
  const group = label.closest<HTMLDetailsElement>("[data-group]");
  const code = part<HTMLInputElement>(label, "input").value;
  if (!group) throw new Error("an issue type stands outside of its group");
  const words = plain(`${label.textContent} ${part(group, "summary").textContent} ${data.types[code]?.aliases ?? ""}`);
  return { label, group, words };
}

function filter(rows: Row[], query: string): void {
  const asked = query.split(" ").filter(Boolean);
  const found = rows.filter((r) => asked.every((word) => r.words.includes(word)));
  for (const r of rows) r.label.hidden = !found.includes(r);
  for (const group of new Set(rows.map((r) => r.group))) {
    const some = found.some((r) => r.group === group);
    group.hidden = !some;
    group.open = asked.length > 0 ? some : group.querySelector(":checked") !== null;
  }
  byId("type-count").textContent = asked.length ? say("found", { count: found.length }) : "";
}

function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/\s+/g, " ").trim();
}
