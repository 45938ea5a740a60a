/**
 * The page is brought up to date part by part: what has not changed stays the same element, so that focus,
 * scrolling, open details and what is being typed are left alone.
 */

const PARTS = "[data-parts]";
const MINE = "[data-mine]"; // says what came of an act: goes with the next act, not with news
const FORM = "[data-form]";

export interface Renewal {
  /** The form that was sent: it is drawn anew, and what came of it is shown. */
  readonly sent?: string | undefined;
}

/** Bring every part of the page to how it stands in this document; the parts that are new or other now. */
export function renew(fresh: Document, renewal: Renewal = {}): Element[] {
  const changed: Element[] = [];
  const held = new Held();
  for (const id of ["parts", "side"]) {
    const old = document.getElementById(id);
    const now = fresh.getElementById(id);
    if (old && now) children(old, now, renewal, changed);
  }
  held.restore();
  return changed;
}

function children(old: Element, now: Element, renewal: Renewal, changed: Element[]): void {
  const before = new Map([...old.children].map((child) => [child.id, child]));
  let place: Element | null = old.firstElementChild;
  for (const child of [...now.children]) {
    const known = before.get(child.id);
    before.delete(child.id);
    place = stay(place, before, renewal);
    if (!known) {
      changed.push(child);
      old.insertBefore(child, place);
      continue;
    }
    if (known === place) place = place.nextElementSibling;
    else old.insertBefore(known, place);
    one(known, child, renewal, changed);
  }
  for (const gone of before.values()) if (!isMine(gone, renewal)) gone.remove();
}

/** Past the messages of the reader's own last act, which no news takes away. */
function stay(place: Element | null, before: Map<string, Element>, renewal: Renewal): Element | null {
  while (place && before.get(place.id) === place && isMine(place, renewal)) place = place.nextElementSibling;
  return place;
}

function isMine(part: Element, renewal: Renewal): boolean {
  return renewal.sent === undefined && part.matches(MINE);
}

function one(known: Element, child: Element, renewal: Renewal, changed: Element[]): void {
  if (known.matches(PARTS) && child.matches(PARTS)) {
    children(known, child, renewal, changed);
  } else if (known.matches(FORM) && known.id !== renewal.sent) {
    hidden(known, child);
  } else if (markup(known) !== markup(child)) {
    known.replaceWith(child);
    if (child.matches(FORM)) files(known, child);
    changed.push(child);
  }
}

/** A form stays as it is; but it is sent on the version that is shown now. */
function hidden(known: Element, child: Element): void {
  for (const name of ["version", "csrf"]) {
    const now = child.querySelector<HTMLInputElement>(`input[name="${name}"]`);
    const field = known.querySelector<HTMLInputElement>(`input[name="${name}"]`);
    if (now && field) field.value = now.value;
  }
}

/** Files that were chosen stay chosen where what was sent has to be put right. */
function files(known: Element, child: Element): void {
  if (!child.querySelector("[aria-invalid], .error")) return;
  for (const input of known.querySelectorAll<HTMLInputElement>('input[type="file"]')) {
    const now = child.querySelector<HTMLInputElement>(`input[type="file"][name="${input.name}"]`);
    if (now && input.files?.length) now.files = input.files;
  }
}

/** The markup without what the reader or a fresh key makes of it. */
function markup(part: Element): string {
  const copy = part.cloneNode(true) as Element;
  copy.removeAttribute("data-new");
  for (const each of [copy, ...copy.querySelectorAll("details")]) each.removeAttribute("open");
  for (const input of copy.querySelectorAll('input[type="hidden"]')) input.removeAttribute("value");
  return copy.outerHTML;
}

/** What must not be lost over a swap: the focus, and what stands where on the screen. */
class Held {
  private readonly focused = document.activeElement;
  private readonly parts = ancestors(this.focused);
  private readonly anchor = this.findAnchor();
  private readonly top = this.anchor?.getBoundingClientRect().top ?? 0;

  restore(): void {
    if (this.anchor?.isConnected) scrollBy(0, this.anchor.getBoundingClientRect().top - this.top);
    const focused = this.focused;
    if (!focused || focused === document.body || focused.isConnected) return;
    const place = this.parts.map((id) => document.getElementById(id)).find((part) => part !== null);
    const twin = focused.id ? document.getElementById(focused.id) : place && twinOf(focused, place);
    const to = twin ?? place?.querySelector<HTMLElement>("h1, h2, h3") ?? document.getElementById("p-title");
    if (!(to instanceof HTMLElement)) return;
    if (!twin) to.tabIndex = -1;
    to.focus({ preventScroll: true });
  }

  private findAnchor(): Element | null {
    const isSeen = (e: Element) => {
      const box = e.getBoundingClientRect();
      return box.bottom > 0 && box.top < innerHeight;
    };
    const focused = this.focused;
    if (focused?.matches("textarea, input, select") && isSeen(focused)) return focused;
    if (scrollY < 8) return null;
    const marks = document.querySelectorAll("#parts li[id], #parts [data-form], #parts > [id]:not([data-parts])");
    return [...marks].find((e) => e.getBoundingClientRect().top >= 0 && isSeen(e)) ?? null;
  }
}

function ancestors(from: Element | null): string[] {
  const ids: string[] = [];
  for (let e = from; e && e.id !== "main"; e = e.parentElement) if (e.id) ids.push(e.id);
  return ids;
}

function twinOf(focused: Element, part: Element): HTMLElement | null {
  const same = [...part.querySelectorAll<HTMLElement>(focused.tagName)];
  const href = focused.getAttribute("href");
  return same.find((e) => e.getAttribute("href") === href && e.textContent === focused.textContent) ?? null;
}
