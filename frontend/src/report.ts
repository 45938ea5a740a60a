/** The form of a report, better with script: it still works without. */

import * as draft from "./draft";
import { type Chosen, FileList } from "./files";
import { announce, byId, characters, data, maybe, part, say, size } from "./page";
import * as picker from "./picker";
import { clear, fromDocument, type Problem, show } from "./problems";
import { Sending, shares, type Trouble } from "./send";

const form = byId<HTMLFormElement>("report");
const text = byId<HTMLTextAreaElement>("description");
const keyField = form.elements.namedItem("idempotencyKey") as HTMLInputElement;
const title = document.title;
const TOLD = [0, 25, 50, 75, 100];
let sending: Sending | null = null;
let done = false;
let saving = 0;

const files = new FileList(count, (messages) => {
  const others = messages.map((message) => ({ field: "files", message }));
  if (others.length) show(others);
  else clear();
});

start();

function start(): void {
  text.removeAttribute("maxlength"); // it counts otherwise than people and the server do
  picker.watch(changed);
  if (!text.value && byId("summary").hidden) recall();
  picker.draw();
  count();
  chooseFiles();
  form.addEventListener("input", changed);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void submit();
  });
  byId("stop").addEventListener("click", () => sending?.stop());
  byId("again").addEventListener("click", () => sending?.hurry());
  addEventListener("beforeunload", (event) => {
    if (isUnsent()) event.preventDefault();
  });
  addEventListener("gigdesk:leave", () => {
    done = true;
    sending?.stop();
    draft.drop();
  });
  if (!byId("summary").hidden) byId("summary").focus();
}

function chooseFiles(): void {
  const input = byId<HTMLInputElement>("files");
  const camera = byId<HTMLInputElement>("camera");
  input.removeAttribute("name"); // the list below is what is sent
  byId("camera-button").hidden = !matchMedia("(pointer: coarse)").matches;
  byId("drop-words").hidden = byId("drop-icon").hidden = false;
  for (const control of [input, camera]) {
    control.addEventListener("change", () => {
      files.add(control.files ?? []);
      control.value = "";
    });
  }
  addEventListener("paste", (event) => {
    const pasted = [...(event.clipboardData?.files ?? [])];
    if (pasted.length) {
      event.preventDefault();
      files.add(pasted);
    }
  });
  const drop = byId("drop");
  addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.toggleAttribute("data-over", !!event.dataTransfer?.types.includes("Files"));
  });
  addEventListener("dragleave", () => drop.removeAttribute("data-over"));
  addEventListener("drop", (event) => {
    event.preventDefault(); // a file dropped beside the place must not open instead of the page
    drop.removeAttribute("data-over");
    if (event.dataTransfer && !byId("report").hidden) files.add(event.dataTransfer.files);
  });
}

function changed(): void {
  count();
  clearTimeout(saving);
  saving = window.setTimeout(save, 300);
}

function count(): void {
  byId("description-count").textContent = say("count", { count: characters(text.value), limit: data.limits.description });
}

function save(): void {
  const type = picker.chosenType();
  const note = byId("draft-note");
  if (done) return;
  if (type && !type.keepsDraft) {
    draft.drop();
    note.textContent = say("notKept");
  } else if (text.value.trim()) {
    const kept = draft.keep({ key: keyField.value, type: picker.chosenCode(), text: text.value, details: picker.details() });
    note.textContent = say(kept ? "saved" : "unsaved");
  } else {
    draft.drop();
    note.textContent = "";
  }
}

function recall(): void {
  const type = picker.chosenType();
  if (type && !type.keepsDraft) {
    byId("draft-note").textContent = say("notKept");
    return;
  }
  const kept = draft.recall();
  if (!kept?.text) return;
  text.value = kept.text;
  if (kept.key) keyField.value = kept.key;
  if (!type) picker.choose(kept.type);
  picker.recallDetails(kept.details);
  const list = maybe<HTMLDetailsElement>("picker");
  if (list && picker.chosenType()) list.open = false;
  byId("draft-note").textContent = say("saved");
}

function isUnsent(): boolean {
  return !done && (text.value.trim() !== "" || files.chosen.length > 0);
}

function judge(): Problem[] {
  const problems: Problem[] = [];
  const length = characters(text.value);
  const limit = data.limits.description;
  if (!picker.chosenCode()) problems.push({ field: "issueType", message: say("needType") });
  if (!length) problems.push({ field: "description", message: say("needText") });
  if (length > limit) problems.push({ field: "description", message: say("tooLong", { count: length, limit }) });
  return problems;
}

async function submit(): Promise<void> {
  if (sending) return;
  const problems = [...judge(), ...(await unreadable())];
  if (problems.length) return show(problems);
  clear();
  save();
  const rows = enterSending();
  let told = -1;
  sending = new Sending({
    url: data.api,
    form: compose,
    headers: { Accept: "application/json", "Idempotency-Key": keyField.value, "X-CSRF-Token": data.csrf },
    onTry: () => {
      byId("trouble").hidden = true;
      draw(rows, 0, 1);
    },
    onProgress: (sent, total) => {
      const percent = draw(rows, sent, total);
      const step = TOLD.filter((t) => t <= percent).pop() ?? 0;
      if (step !== told) announce(say("percentSent", { percent: (told = step) }));
    },
    onWait: trouble,
  });
  const answer = await sending.run();
  sending = null;
  if (answer && answer.status >= 200 && answer.status < 300) return received(answer.text);
  leaveSending();
  if (!answer) return announce(say("stopped"));
  refused(fromDocument(answer.text, answer.status), answer.status);
}

/** A file that was moved or changed since it was chosen would break the line at every try. */
async function unreadable(): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const chosen of [...files.chosen]) {
    try {
      await chosen.file.slice(0, 1).arrayBuffer();
    } catch {
      files.remove(chosen);
      problems.push({ field: "files", message: say("gone", { name: chosen.name }) });
    }
  }
  return problems;
}

/** Fields first, so that a wrong one is told before the files go. */
function compose(): FormData {
  const body = new FormData();
  body.append("csrf", data.csrf);
  body.append("gigId", (form.elements.namedItem("gigId") as HTMLInputElement).value);
  body.append("issueType", picker.chosenCode());
  body.append("description", text.value);
  for (const [name, value] of Object.entries(picker.details())) body.append(name, value);
  for (const chosen of files.chosen) body.append("files", chosen.file, chosen.name);
  return body;
}

function enterSending(): HTMLElement[] {
  for (const part of pageParts()) part.hidden = true;
  byId("sending").hidden = false;
  const rows = files.chosen.map(sendingRow);
  byId("sending-files").replaceChildren(...rows);
  byId("sending-title").focus();
  scrollTo({ top: 0 });
  return rows;
}

function leaveSending(): void {
  byId("sending").hidden = true;
  document.title = title;
  for (const part of pageParts()) part.hidden = false;
  byId("summary").hidden = true;
  byId("emergency").hidden = !picker.chosenType()?.emergency;
  byId("heading").focus();
}

/** All that stands beside the sending view in the column. */
function pageParts(): HTMLElement[] {
  const column = byId("sending").parentElement;
  const parts = [...(column?.children ?? [])] as HTMLElement[];
  return parts.filter((p) => p.id !== "sending" && p.id !== "live");
}

function sendingRow(chosen: Chosen): HTMLElement {
  const row = chosen.row.cloneNode(true) as HTMLElement;
  part(row, "button").remove();
  const bar = part<HTMLProgressElement>(row, "progress");
  bar.setAttribute("aria-label", chosen.name);
  return row;
}

function draw(rows: HTMLElement[], sent: number, total: number): number {
  const percent = Math.floor((100 * sent) / Math.max(total, 1));
  const sizes = files.chosen.map((c) => c.file.size);
  const gone = shares(sent, total, sizes);
  const ready = gone.filter((share) => share >= 1).length;
  byId<HTMLProgressElement>("progress").value = percent;
  byId("progress-percent").textContent = `${percent} %`;
  byId("progress-words").textContent = rows.length ? say("filesSent", { done: ready, all: rows.length }) : say("textOnly");
  const all = sizes.reduce((a, b) => a + b, 0);
  const note = percent >= 100 ? say("checking") : all ? say("partly", { done: size(Math.min(sent, all)), all: size(all), percent }) : "";
  byId("progress-note").textContent = note;
  rows.forEach((row, at) => drawRow(row, gone[at] ?? 0, sizes[at] ?? 0));
  document.title = `${percent} % · ${say("sending")}`;
  return percent;
}

function drawRow(row: HTMLElement, share: number, bytes: number): void {
  const bar = part<HTMLProgressElement>(row, "progress");
  const percent = Math.floor(share * 100);
  row.dataset["state"] = share >= 1 ? "sent" : share > 0 ? "sending" : "waiting";
  bar.hidden = share <= 0 || share >= 1;
  bar.value = percent;
  const words = { done: size(share * bytes), all: size(bytes), percent };
  part(row, ".file-note").textContent =
    share >= 1 ? say("sent", { size: size(bytes) }) : share > 0 ? say("partly", words) : say("waits", { size: size(bytes) });
}

function trouble(why: Trouble, seconds: number, said: string): void {
  byId("trouble").hidden = false;
  const detail = why === "busy" ? fromDocument(said, 503)[0]?.message : "";
  const words = detail && detail !== say("stopped") ? detail : say(why);
  if (byId("trouble-text").textContent !== words) byId("trouble-text").textContent = words;
  byId("trouble-wait").textContent = seconds ? say("again", { seconds }) : "";
  document.title = say("notSent");
}

function received(answer: string): void {
  done = true;
  draft.drop();
  const { id } = JSON.parse(answer) as { id?: string };
  location.assign(id ? `${data.reports}/${encodeURIComponent(id)}` : data.reports);
}

function refused(problems: Problem[], status: number): void {
  // Another body came with this key before: it is in. What is written now is a new report.
  if (status === 422 && problems.some((p) => p.code?.startsWith("idempotency"))) keyField.value = crypto.randomUUID();
  const said = status === 401 ? [{ field: "", message: say("signedOut") }] : problems;
  save();
  show(said);
}
