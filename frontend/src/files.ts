/** The files to send: chosen, dropped, pasted or photographed; judged before anything is sent. */

import { announce, byId, clone, data, part, say, size } from "./page";

export interface Chosen {
  file: File;
  name: string;
  row: HTMLElement;
  preview: string;
}

const limits = data.limits;
const MOST: Record<string, number> = {
  image: limits.imageBytes,
  pdf: limits.pdfBytes,
  video: limits.videoBytes,
};
// Room for boundaries, part headers and the fields.
const OVERHEAD = 64 * 1024;

export class FileList {
  readonly chosen: Chosen[] = [];
  constructor(
    private readonly onChange: () => void,
    private readonly onProblem: (messages: string[]) => void,
  ) {}

  /** Take what may be sent; say why the others are not. */
  add(files: Iterable<File>): void {
    const problems: string[] = [];
    const added: string[] = [];
    for (const file of files) {
      if (this.chosen.some((c) => same(c.file, file))) continue;
      const problem = this.judge(file);
      if (problem) problems.push(problem);
      else added.push(this.put(file));
    }
    if (added.length) announce(added.map((name) => say("added", { name })).join(". "));
    this.onProblem(problems);
    if (added.length) this.onChange();
  }

  remove(chosen: Chosen): void {
    const at = this.chosen.indexOf(chosen);
    if (at < 0) return;
    this.chosen.splice(at, 1);
    const next = this.chosen[at] ?? this.chosen[at - 1];
    chosen.row.remove();
    if (chosen.preview) URL.revokeObjectURL(chosen.preview);
    announce(say("removed", { name: chosen.name }));
    (next ? part(next.row, "button") : byId("chosen-files")).focus();
    this.onChange();
  }

  get bytes(): number {
    return this.chosen.reduce((sum, c) => sum + c.file.size, 0);
  }

  private judge(file: File): string | null {
    const name = file.name;
    const kind = kindOf(file);
    if (!kind) return say("wrongKind", { name });
    if (file.size === 0) return say("empty", { name });
    if (this.chosen.length >= limits.files) return say("tooMany", { name, limit: limits.files });
    const most = MOST[kind] ?? 0;
    if (file.size > most) return say("tooLarge", { name, size: size(file.size), limit: size(most) });
    if (this.bytes + file.size + OVERHEAD > limits.bodyBytes) {
      return say("tooLargeAll", { name, limit: size(limits.bodyBytes) });
    }
    return null;
  }

  private put(file: File): string {
    const row = clone("file-row") as HTMLElement;
    const chosen: Chosen = { file, name: file.name, row, preview: "" };
    nameRow(row, file.name);
    part(row, ".file-note").textContent = say("ready", { size: size(file.size) });
    const button = part<HTMLButtonElement>(row, "button");
    button.setAttribute("aria-label", say("remove", { name: file.name }));
    button.addEventListener("click", () => this.remove(chosen));
    drawThumb(chosen);
    byId("file-list").append(row);
    this.chosen.push(chosen);
    return file.name;
  }
}

export function nameRow(row: ParentNode, name: string): void {
  const dot = name.lastIndexOf(".");
  const cut = dot > 0 && name.length - dot <= 6 ? dot : name.length;
  part(row, ".stem").textContent = name.slice(0, cut);
  part(row, ".tail").textContent = name.slice(cut);
}

/** Kind of a file by what the browser says or by its ending; the server looks at the bytes. */
function kindOf(file: File): string | null {
  const ending = file.name.split(".").pop()?.toLowerCase() ?? "";
  return limits.mediaTypes[file.type] ?? limits.extensions[ending] ?? null;
}

function drawThumb(chosen: Chosen): void {
  const place = part(chosen.row, ".thumb");
  const kind = kindOf(chosen.file) ?? "pdf";
  const plain = clone(kind === "image" ? "icon-picture" : kind === "video" ? "icon-video" : "icon-pdf");
  place.replaceChildren(plain);
  if (kind !== "image") return;
  chosen.preview = URL.createObjectURL(chosen.file);
  const image = new Image(56, 56);
  image.className = "thumb";
  image.alt = "";
  image.decoding = "async";
  image.addEventListener("load", () => place.replaceWith(image));
  image.src = chosen.preview; // what this browser cannot draw keeps its icon
}

function same(one: File, other: File): boolean {
  return one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;
}
