/** Times in the reader's own zone: the server writes UTC, and says so. */

const language = document.documentElement.lang;
const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" });
const short = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const long = new Intl.DateTimeFormat(language, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const full = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "short" });
const year = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });

/** Say every time of this part as its style is: brief (the day only where it is another), due, or both. */
export function localise(part: ParentNode): void {
  const now = new Date();
  for (const time of part.querySelectorAll<HTMLTimeElement>("time[data-time]")) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    time.title = full.format(at);
    time.textContent = words(at, now, time.dataset["time"] ?? "brief");
  }
}

/** Where the reader is: "tomorrow at nine" is said there. */
export function zones(part: ParentNode): void {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  for (const field of part.querySelectorAll<HTMLInputElement>('input[name="zone"]')) field.value = zone;
}

function words(at: Date, now: Date, style: string): string {
  if (at.getFullYear() !== now.getFullYear()) return year.format(at);
  if (style === "due") return long.format(at);
  return at.toDateString() === now.toDateString() ? clock.format(at) : short.format(at);
}
