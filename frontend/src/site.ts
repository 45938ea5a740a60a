/** On every page: times of the reader's own place, copying, and nothing left behind after signing out. */

const PREFIX = "gigdesk:draft:";
const language = document.documentElement.lang;

const STYLES: Record<string, Intl.DateTimeFormatOptions> = {
  day: { dateStyle: "medium" },
  stamp: { dateStyle: "medium", timeStyle: "short" },
};

/** Times and buttons of a page, also of one that was fetched. */
function prepare(page: ParentNode): void {
  for (const time of page.querySelectorAll<HTMLTimeElement>("time[data-local]")) {
    const style: Intl.DateTimeFormatOptions =
      STYLES[time.dataset["local"] ?? ""] ?? { dateStyle: "full", timeStyle: "short" };
    time.textContent = new Intl.DateTimeFormat(language, style).format(new Date(time.dateTime));
  }
  for (const button of page.querySelectorAll<HTMLButtonElement>("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const text = document.querySelector(button.dataset["copy"] ?? "")?.textContent ?? "";
      await navigator.clipboard.writeText(text.trim());
      const words = button.querySelector("span");
      if (words) words.textContent = button.dataset["copied"] ?? "";
    });
  }
}

prepare(document);
addEventListener("gigdesk:drawn", (event) => prepare((event as CustomEvent<Document>).detail));

for (const button of document.querySelectorAll<HTMLButtonElement>("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

function forgetDrafts(): void {
  try {
    for (const name of Object.keys(localStorage)) if (name.startsWith(PREFIX)) localStorage.removeItem(name);
  } catch {
    // Nothing was kept where nothing can be removed.
  }
}

for (const form of document.querySelectorAll("[data-sign-out], [data-switch-person]")) form.addEventListener("submit", forgetDrafts);
if (document.querySelector("[data-signed-out]")) forgetDrafts();

let escapes: number[] = [];
const exit = document.getElementById("exit");

function leave(): void {
  const link = exit?.querySelector("a");
  document.querySelector("form")?.reset();
  dispatchEvent(new Event("gigdesk:leave"));
  document.body.hidden = true;
  if (link) location.replace(link.href); // replaces this page in the history
}

exit?.querySelector("a")?.addEventListener("click", (event) => {
  event.preventDefault();
  leave();
});
addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !exit || exit.hidden) return;
  escapes = [...escapes.filter((at) => event.timeStamp - at < 2000), event.timeStamp];
  if (escapes.length >= 3) leave();
});
