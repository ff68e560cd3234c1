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

const form = document.querySelector("form.deciding");
const told = document.querySelector("[data-chosen]");

function tell() {
  const count = form ? form.querySelectorAll("input[name=chosen]:checked").length : 0;
  if (told) told.textContent = told.dataset.chosen.replace("{n}", String(count));
  return count;
}

function mark(isOn) {
  if (here < 0) return;
  boxOf(rows[here]).checked = isOn ?? !boxOf(rows[here]).checked;
  tell();
}

// What is chosen; where nothing is, the sentence that one is at.
function decide(deed) {
  const button = form?.querySelector(`button[name=deed][value=${deed}]`);
  if (!button) return;
  if (!tell()) mark(true);
  if (tell()) form.requestSubmit(button);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Enter" && event.target.matches?.("[data-hide]")) {
    event.preventDefault();
    event.target.closest("details").querySelector("button").click();
    return;
  }
  if (event.target.closest("input:not([type=checkbox]), textarea, select")) return;
  const deeds = {
    j: () => goTo(here + 1),
    k: () => goTo(here - 1),
    x: () => mark(),
    r: () => { mark(true); goTo(here + 1); },
    h: () => decide("hold"),
  };
  // Enter on a link or a button is theirs.
  if (!event.target.closest("a, button, summary")) deeds.enter = () => { if (tell()) decide("release"); };
  const deed = deeds[event.key.toLowerCase()];
  if (!deed) return;
  event.preventDefault();
  deed();
});

form?.addEventListener("change", tell);
// A page that the browser brings back has its boxes ticked as they were.
addEventListener("pageshow", tell);

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
