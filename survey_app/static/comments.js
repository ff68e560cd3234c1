// Keys for going through many comments, and masking what was selected. The page works without.
"use strict";

const rows = [...document.querySelectorAll("[data-comment]")];
let here = -1;

for (const help of document.querySelectorAll(".only-script")) help.hidden = false;

function boxOf(row) {
  return row.querySelector("input[name=chosen]");
}

function goTo(place) {
  if (place < 0 || place >= rows.length) return;
  rows[here]?.classList.remove("is-here");
  here = place;
  rows[here].classList.add("is-here");
  boxOf(rows[here]).focus();
  rows[here].scrollIntoView({ block: "nearest" });
}

function decide(deed) {
  if (here < 0) return;
  const form = rows[here].closest("form");
  const button = form.querySelector(`button[name=deed][value=${deed}]`);
  if (!button) return;
  if (!form.querySelector("input[name=chosen]:checked")) boxOf(rows[here]).checked = true;
  form.requestSubmit(button);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select")) return;
  const deeds = {
    j: () => goTo(here + 1),
    k: () => goTo(here - 1),
    x: () => { if (here >= 0) boxOf(rows[here]).checked = !boxOf(rows[here]).checked; },
    r: () => decide("release"),
    h: () => decide("hold"),
  };
  const deed = deeds[event.key.toLowerCase()];
  if (!deed) return;
  event.preventDefault();
  deed();
});

for (const [place, row] of rows.entries()) {
  row.addEventListener("focusin", () => {
    rows[here]?.classList.remove("is-here");
    here = place;
    row.classList.add("is-here");
  });
  row.querySelector("[data-words]").addEventListener("mouseup", () => {
    const chosen = getSelection().toString().trim();
    if (!chosen || !row.querySelector("[data-words]").textContent.includes(chosen)) return;
    row.querySelector("details").open = true;
    row.querySelector("[data-hide]").value = chosen;
  });
}

// A click that ends a selection is not meant for the box beside the words.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-words]") && getSelection().toString()) event.preventDefault();
});
