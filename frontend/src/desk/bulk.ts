/** The page of a deed with many cases: what is chosen is judged anew, by the button that does so without script. */

const SETTLES = 150; // ms: arrow keys walk through a list

let timer = 0;

export function startBulk(): void {
  document.addEventListener("change", (event) => {
    const form = event.target instanceof Element ? event.target.closest("[data-choice]")?.closest("form") : null;
    if (form) judge(form);
  });
}

function judge(form: HTMLFormElement): void {
  clearTimeout(timer);
  timer = window.setTimeout(() => {
    const again = form.querySelector<HTMLButtonElement>("[data-again]");
    if (form.matches('[aria-busy="true"]')) judge(form); // what was chosen before is under way
    else if (again) form.requestSubmit(again);
  }, SETTLES);
}
