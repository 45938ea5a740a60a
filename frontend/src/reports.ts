/** The list of reports: who comes back to it after a while sees it as it is then. Without script it works too. */

const AWAY_AFTER = 30_000; // ms; a glance at another tab fetches nothing

let hiddenAt = document.hidden ? Date.now() : 0;
let isFetching = false;

document.addEventListener("visibilitychange", () => {
  if (document.hidden) hiddenAt = Date.now();
  else if (hiddenAt && Date.now() - hiddenAt >= AWAY_AFTER) void refresh();
});
addEventListener("pageshow", (event) => {
  if (event.persisted) void refresh(); // back from a report, which is no longer new
});

/** Fetch the list as it is now and show what is other; what cannot be had leaves it as it is. */
async function refresh(): Promise<void> {
  if (isFetching) return;
  isFetching = true;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store", redirect: "manual" });
    // Somebody who is signed out is led away to sign in, and what is theirs does not stay on the screen.
    if (answer.type === "opaqueredirect" || answer.status === 401) location.reload();
    if (answer.ok) show(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    // There is no line just now: it is tried again the next time.
  } finally {
    isFetching = false;
  }
}

function show(page: Document): void {
  if (session(page) !== session(document)) {
    location.reload(); // somebody else has signed in on this device: nothing of the two is mixed
    return;
  }
  dispatchEvent(new CustomEvent("gigdesk:drawn", { detail: page }));
  const old = document.getElementById("parts");
  const fresh = page.getElementById("parts");
  if (!old || !fresh || old.innerHTML === fresh.innerHTML) return;
  const back = held(old);
  for (const line of fresh.querySelectorAll("li[id]")) {
    const known = document.getElementById(line.id);
    if (known && known.outerHTML === line.outerHTML) line.replaceWith(known); // what has not changed stays
  }
  old.replaceWith(fresh);
  back();
  const live = document.getElementById("live");
  if (live) live.textContent = live.dataset["changed"] ?? "";
}

/** Remember the focus and what stands where on the screen; what it gives puts both back. */
function held(list: Element): () => void {
  const focused = document.activeElement;
  const place = focused instanceof HTMLElement && list.contains(focused) ? focused : null;
  const line = place?.closest("[id]")?.id;
  const seen = [...list.querySelectorAll("li[id]")].find((each) => each.getBoundingClientRect().bottom > 0);
  const anchor = place?.closest("li[id]") ?? (scrollY > 8 ? seen : undefined);
  const top = anchor?.getBoundingClientRect().top ?? 0;
  return () => {
    const now = anchor && document.getElementById(anchor.id);
    if (now) scrollBy(0, now.getBoundingClientRect().top - top);
    if (!place) return;
    const links = line ? [...(document.getElementById(line)?.querySelectorAll("a") ?? [])] : [];
    const twin = place.isConnected ? place : links.find((link) => link.href === (place as HTMLAnchorElement).href);
    (twin ?? document.getElementById("p-title"))?.focus({ preventScroll: true });
  };
}

/** What is the same for as long as the same person is signed in. */
function session(page: Document): string {
  return page.querySelector<HTMLInputElement>('input[name="csrf"]')?.value ?? "";
}
