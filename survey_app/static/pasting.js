// The preview follows typing, a line's number leads to it in the text, and the text survives a closed tab. The page
// works without: a button asks for the preview.
"use strict";

const form = document.getElementById("pasting");
const text = document.getElementById("text");
const result = document.getElementById("pasting-result");
const STORE = "pasting:text";
const IDLE_MS = 500;

let idle = 0;
let asked = 0; // the number of the last request: an answer that comes late is not shown

const say = (words) => { const status = document.getElementById("pasting-status"); if (status) status.textContent = words; };

function keep() {
  try { if (text.value.trim()) localStorage.setItem(STORE, text.value); } catch { /* a full or forbidden store */ }
}

function kept() {
  try { return localStorage.getItem(STORE) || ""; } catch { return ""; }
}

function show(html) {
  const open = new Map([...result.querySelectorAll("details[id]")].map((each) => [each.id, each.open]));
  const page = new DOMParser().parseFromString(html, "text/html");
  result.replaceChildren(...page.body.childNodes);
  for (const each of result.querySelectorAll("details[id]")) if (open.has(each.id)) each.open = open.get(each.id);
}

async function preview() {
  clearTimeout(idle);
  keep();
  if (text.value.length > Number(form.dataset.most)) { say(form.dataset.tooLong); return; }
  const number = ++asked;
  const body = new FormData(form);
  body.set("do", "preview");
  form.dataset.state = "reading";
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Pasting": "1" }, redirect: "manual" });
    const html = answer.ok ? await answer.text() : "";
    if (number !== asked) return;
    if (answer.ok) show(html);
    else say(answer.type === "opaqueredirect" || answer.status === 400 ? form.dataset.signedOut : form.dataset.failed);
  } catch {
    if (number === asked) { say(form.dataset.failed); idle = setTimeout(preview, 5000); }
  }
  if (number === asked) form.dataset.state = "";
}

function soon() {
  clearTimeout(idle);
  idle = setTimeout(preview, IDLE_MS);
  hint();
}

// A line's number selects the line in the text and scrolls it into view.
function lead(number) {
  const lines = text.value.split("\n");
  const start = lines.slice(0, number - 1).reduce((sum, line) => sum + line.length + 1, 0);
  text.focus();
  text.setSelectionRange(start, start);
  text.blur(); // a browser scrolls to the caret when focus comes back
  text.focus();
  text.setSelectionRange(start, start + (lines[number - 1] || "").length);
}

function fill(words) {
  text.value = words;
  hint();
  preview();
}

const example = document.getElementById("pasting-example");
const notice = document.getElementById("pasting-kept");

function hint() {
  if (example) example.hidden = text.value !== "";
  if (notice && text.value) notice.hidden = true;
}

text.addEventListener("input", soon);
form.elements.with_notice.addEventListener("change", preview);
document.getElementById("pasting-preview").hidden = true;
if (!text.value && kept()) {
  notice.hidden = false;
  document.getElementById("pasting-restore").addEventListener("click", () => fill(kept()));
  document.getElementById("pasting-forget").addEventListener("click", () => {
    localStorage.removeItem(STORE);
    notice.hidden = true;
    text.focus();
  });
}
result.addEventListener("click", (event) => {
  const link = event.target.closest("[data-line]");
  if (!link) return;
  event.preventDefault();
  lead(Number(link.dataset.line));
});
form.addEventListener("submit", keep);
keep();
