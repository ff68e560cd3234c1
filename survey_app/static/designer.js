// Saves while people type, moves by dragging, shows places without loading the page anew. The designer works
// without: every button is a form's own. What the server answers with replaces the panes; nothing is made up here.
"use strict";

const root = document.getElementById("designer");
const said = document.getElementById("designer-status");
const PANES = ["designer-bar", "designer-outline", "designer-editor", "designer-remarks"];
const STORE = `designer:${root.dataset.questionnaire}:`;
const IDLE_MS = 1200;
const RETRY_MS = 4000;

let isDirty = false; // something was typed that no request has carried yet
let queue = Promise.resolve(true); // requests go one after the other: each carries the revision of the one before
let idle = 0;
let retry = 0;
let reloading = 0;
let isOwed = false; // the server's editor is to be shown with the next answer after which nothing is being typed

document.documentElement.classList.add("with-script");

const editor = () => document.getElementById("editor");
const bar = () => document.getElementById("designer-bar");
const language = document.documentElement.lang;

// In the language and time zone of the site, not of the browser; the day is named where it is another one.
function clock(moment) {
  const zone = { timeZone: root.dataset.timeZone };
  const time = { ...zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const day = (when) => when.toLocaleDateString(language, zone);
  const when = new Date(moment);
  return when.toLocaleString(language, day(when) === day(new Date()) ? time : { month: "long", day: "numeric", ...time });
}

function say(name, time) {
  said.textContent = root.dataset[name].replace("%1", time ? clock(time) : "");
  said.dataset.state = name;
}

// --- what was typed is kept on this computer until the server has it -------------------------------

function keep(url, body) {
  try {
    localStorage.setItem(STORE + url, JSON.stringify({ body, at: Date.now() }));
  } catch { /* a full or forbidden store: the page itself still holds what was typed */ }
}

function forget(url) {
  try { localStorage.removeItem(STORE + url); } catch { /* as above */ }
}

function kept() {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(STORE))
      .map((key) => ({ url: key.slice(STORE.length), ...JSON.parse(localStorage.getItem(key)) }));
  } catch { return []; }
}

function content(button) {
  const data = new URLSearchParams(new FormData(editor()));
  data.set("do", button || "save");
  return data.toString();
}

// --- asking and showing ----------------------------------------------------------------------------

async function ask(url, body) {
  const response = await fetch(url, {
    method: body === undefined ? "GET" : "POST",
    body,
    headers: { "X-Designer": "1", ...(body === undefined ? {} : { "Content-Type": "application/x-www-form-urlencoded" }) },
    redirect: "manual",
    keepalive: body !== undefined && body.length < 60000,
  });
  if (response.type === "opaqueredirect" || response.status === 400) throw new Error("signedOut");
  if (![200, 204, 409, 422].includes(response.status)) throw new Error("failed");
  return { status: response.status, html: await response.text() };
}

function replaced(old, fresh) {
  for (const details of old.querySelectorAll("details[id]")) {
    const same = fresh.querySelector(`#${CSS.escape(details.id)}`);
    if (same) same.open = details.open;
  }
  for (const name of Object.keys(fresh.dataset)) old.dataset[name] = fresh.dataset[name];
  old.replaceChildren(...fresh.childNodes);
}

const caretIn = (field) => (field && typeof field.selectionEnd === "number" ? field.selectionEnd : null);

function show(html, withEditor) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const hadEnglish = bar().dataset.languages === "both";
  const active = document.activeElement && root.contains(document.activeElement) ? document.activeElement.id : "";
  for (const id of PANES) {
    if (id !== "designer-editor") replaced(document.getElementById(id), page.getElementById(id));
  }
  if (hadEnglish) bar().dataset.languages = "both"; // a field must not vanish under the hands of who empties it
  const fresh = page.getElementById("editor");
  if (withEditor) {
    replaced(document.getElementById("designer-editor"), page.getElementById("designer-editor"));
  } else {
    for (const id of ["editor-keys", "editor-notice"]) replaced(document.getElementById(id), page.getElementById(id));
    editor().setAttribute("action", fresh.getAttribute("action"));
    editor().dataset.place = fresh.dataset.place;
    for (const tick of fresh.querySelectorAll("[data-ticked-by-words]:checked")) { // 其他（请填写）: ticked by the server
      const mine = document.getElementById(tick.id);
      if (mine) mine.checked = true;
    }
  }
  revealCurrent();
  return active;
}

function revealCurrent() {
  const outline = document.getElementById("designer-outline");
  const current = outline.querySelector("[aria-current]");
  if (!current) return;
  const [frame, box] = [outline.getBoundingClientRect(), current.getBoundingClientRect()];
  if (box.top < frame.top) outline.scrollTop += box.top - frame.top;
  else if (box.bottom > frame.bottom) outline.scrollTop += box.bottom - frame.bottom;
}

// What stands near the top is shown with the top: the title, 撤销 and the button to publish stay in sight.
function bringIntoView(target) {
  const box = target.getBoundingClientRect();
  if (box.bottom + window.scrollY < window.innerHeight) window.scrollTo(0, 0);
  else if (box.top < 0 || box.bottom > window.innerHeight) target.scrollIntoView({ block: "center" });
}

function focusOn(id, caret = null) {
  const target = id && document.getElementById(id);
  if (!target || document.activeElement === target) return;
  target.focus({ preventScroll: true });
  bringIntoView(target);
  if (caret !== null && target.setSelectionRange && target.type !== "checkbox") target.setSelectionRange(caret, caret);
}

function showInPreview() {
  const [kind, code] = editor().dataset.place.split(":");
  const frame = document.querySelector("iframe[name=preview]");
  const page = frame.contentDocument;
  if (kind !== "question" || !page) return;
  const codes = Array.from(document.querySelectorAll("#designer-outline [data-question]"), (each) => each.dataset.question);
  const upTo = codes.slice(0, codes.indexOf(code) + 1).reverse();
  // One that is only asked after other answers is not there yet: then the one before it, to be answered.
  const target = upTo.map((each) => page.getElementById(`q_${each}`)).find((each) => each && !each.closest("[data-off]"));
  if (!target) return;
  const at = Array.from(page.querySelectorAll(".s")).indexOf(target.closest(".s"));
  const elements = frame.contentWindow.HTMLElement.prototype;
  const focus = elements.focus;
  elements.focus = () => {}; // turning to its section must not take the focus from what is being written
  frame.contentWindow.dispatchEvent(new PopStateEvent("popstate", { state: { at } }));
  elements.focus = focus;
  // Scrolled within its frame alone: scrollIntoView would take the page, and what is being written, along.
  frame.contentWindow.scrollBy(0, target.getBoundingClientRect().top);
}

function refreshPreview() {
  clearTimeout(reloading);
  reloading = setTimeout(() => {
    const frame = document.querySelector("iframe[name=preview]");
    if (!frame) return;
    frame.contentWindow.location.reload();
  }, 300);
}

// --- saving ----------------------------------------------------------------------------------------

function send(button = "save", reload = false) {
  clearTimeout(idle);
  clearTimeout(retry);
  isOwed ||= reload;
  queue = queue.then(() => sendNow(button));
  return queue;
}

async function sendNow(button) {
  const isSave = button === "save";
  if (isSave && !isDirty) return true;
  const form = editor();
  const url = form.getAttribute("action");
  const body = content(button);
  if (isDirty) keep(url, content()); // what was typed, not what was pressed: a button must not be pressed twice
  isDirty = false;
  say("saving");
  if (!isSave) form.inert = true;
  try {
    settle(await ask(url, body), url, !isSave);
  } catch (error) {
    isDirty = true;
    say(error.message === "signedOut" ? "signedOut" : "failed");
    retry = setTimeout(() => send(), RETRY_MS);
    return false;
  } finally {
    form.inert = false;
  }
  return !isDirty;
}

function settle(answer, url, withEditor) {
  const typedMeanwhile = isDirty;
  const whole = (withEditor || isOwed || answer.status !== 200) && !typedMeanwhile;
  isOwed = (withEditor || isOwed) && !whole;
  const caret = caretIn(document.activeElement);
  const active = show(answer.html, whole);
  if (answer.status === 200) {
    forget(url);
    if (typedMeanwhile) keep(editor().getAttribute("action"), content());
    say("saved", Date.now());
    history.replaceState(null, "", bar().dataset.address);
    refreshPreview();
  } else {
    say(answer.status === 409 ? "conflict" : "refused");
  }
  if (whole) focusOn(bar().dataset.focus || active, bar().dataset.focus ? null : caret);
}

async function flush() {
  if (isDirty) await send();
  return queue;
}

function touched() {
  isDirty = true;
  keep(editor().getAttribute("action"), content());
  clearTimeout(idle);
  idle = setTimeout(() => send(), IDLE_MS);
}

// --- going to another place ------------------------------------------------------------------------

async function go(url, push = true) {
  if (!(await flush()) && isDirty) return;
  try {
    show((await ask(url)).html, true);
  } catch {
    location.assign(url);
    return;
  }
  if (push) history.pushState(null, "", url);
  showInPreview();
  const title = document.getElementById("editor-title");
  title.tabIndex = -1;
  title.focus({ preventScroll: true });
  bringIntoView(title);
}

root.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || link.target) return;
  const url = new URL(link.href);
  if (url.pathname !== location.pathname) return;
  event.preventDefault();
  if (link.dataset.discard) {
    forget(editor().getAttribute("action"));
    isDirty = false;
    say("fresh");
  }
  go(url.pathname + url.search);
});
window.addEventListener("popstate", () => go(location.pathname + location.search, false));

// --- typing and pressing ---------------------------------------------------------------------------

root.addEventListener("input", (event) => {
  if (event.target.form && event.target.form.id === "editor" && event.target.id !== "lines") touched();
});
root.addEventListener("change", (event) => {
  const field = event.target;
  if (!field.form || field.form.id !== "editor" || ["lines", "kind_wanted", "target"].includes(field.id)) return;
  if (field.form.inert) return; // a field that loses the focus because its form is under way: it has been sent
  isDirty = true;
  send("save", Boolean(field.dataset.reload));
});
root.addEventListener("submit", (event) => {
  event.preventDefault();
  const button = event.submitter;
  if (event.target.id === "editor") {
    if (!button || button.value === "save") { isDirty = true; send("save", true); } else send(button.value);
    return;
  }
  flush().then(() => turn(button.name === "redo"));
});

async function turn(redo) {
  const form = document.getElementById("turning");
  const data = new URLSearchParams(new FormData(form));
  if (redo) data.set("redo", "1");
  await deed(form.getAttribute("action"), data, redo ? "redo" : "undo");
}

async function deed(url, data, focus) {
  try {
    const answer = await ask(url, data.toString());
    show(answer.html, true);
    if (answer.status === 200) { say("saved", Date.now()); refreshPreview(); } else say("conflict");
    history.replaceState(null, "", bar().dataset.address);
    focusOn(focus);
  } catch {
    say("failed");
  }
}

root.addEventListener("keydown", (event) => {
  const row = event.target.dataset && event.target.dataset.row;
  if (!row || event.key !== "Enter" || event.isComposing || event.shiftKey) return;
  event.preventDefault(); // as in a spreadsheet: Enter goes on to the next row
  const [name, number] = row.split(":");
  const next = document.getElementById(`${name}-${Number(number) + 1}-zh`);
  if (next) next.focus(); else send(`row-add:${name}`);
});
root.addEventListener("paste", (event) => {
  const row = event.target.dataset && event.target.dataset.row;
  const text = row && event.clipboardData.getData("text/plain").trim();
  const lines = document.getElementById("lines");
  if (!text || !/\n/.test(text) || !lines) return;
  event.preventDefault();
  lines.value = text;
  isDirty = true;
  send(`row-lines:${row.split(":")[0]}`);
});

// --- dragging questions ----------------------------------------------------------------------------

let dragged = null;

function dropTarget(event) {
  const item = event.target.closest("li[data-question]");
  const part = event.target.closest("[data-section]");
  if (!part) return null;
  if (!item) return { at: part, target: `start:${part.dataset.section}`, before: false };
  const box = item.getBoundingClientRect();
  const before = event.clientY < box.top + box.height / 2;
  const other = before ? item.previousElementSibling : item;
  return { at: item, before, target: other ? `after:${other.dataset.question}` : `start:${part.dataset.section}` };
}

function unmark() {
  for (const each of root.querySelectorAll(".drop-before, .drop-after")) each.classList.remove("drop-before", "drop-after");
}

root.addEventListener("dragstart", (event) => {
  const item = event.target.closest && event.target.closest("li[data-question]");
  if (!item) return;
  dragged = item.dataset.question;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged);
});
root.addEventListener("dragover", (event) => {
  const found = dragged && dropTarget(event);
  if (!found) return;
  event.preventDefault();
  unmark();
  found.at.classList.add(found.before ? "drop-before" : "drop-after");
});
root.addEventListener("dragend", () => { dragged = null; unmark(); });
root.addEventListener("drop", async (event) => {
  const found = dragged && dropTarget(event);
  if (!found) return;
  event.preventDefault();
  const code = dragged;
  unmark();
  await flush();
  const data = new URLSearchParams(new FormData(document.getElementById("turning")));
  data.set("code", code);
  data.set("target", found.target);
  await deed(root.dataset.move, data, "");
});

// --- leaving, coming back --------------------------------------------------------------------------

// What is on its way arrives before the page goes: else its answer is lost, and it seems not to be saved.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[href]");
  if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || link.target) return;
  if (new URL(link.href).origin !== location.origin || link.getAttribute("href").startsWith("#")) return;
  event.preventDefault();
  await flush();
  location.assign(link.href);
});
// A page that the browser kept whole shows an old draft: what is written into it would come too late.
window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
window.addEventListener("beforeunload", (event) => { if (isDirty) event.preventDefault(); });
window.addEventListener("online", () => { if (isDirty) send(); });

// Asks the server what a kept copy would change: null where the draft says all of it already.
async function unsaved(copy) {
  const data = new URLSearchParams(copy.body);
  data.set("csrf_token", editor().elements.csrf_token.value);
  data.set("do", "compare");
  const answer = await ask(copy.url, data.toString());
  return answer.status === 204 ? null : new DOMParser().parseFromString(answer.html, "text/html");
}

async function offerKept() {
  for (const copy of kept()) {
    const page = await unsaved(copy);
    if (page) { offer(copy, page); return; }
    forget(copy.url);
  }
}

function offer(copy, page) {
  const box = document.createElement("div");
  box.className = "notice notice-wait";
  box.id = "kept";
  box.setAttribute("role", "status");
  const words = document.createElement("p");
  words.textContent = root.dataset.kept.replace("%1", clock(copy.at));
  const changes = document.importNode(page.getElementById("unsaved") || document.createElement("div"), true);
  changes.removeAttribute("id");
  const buttons = ["apply", "discard"].map((name) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-small";
    button.textContent = root.dataset[name];
    return button;
  });
  buttons[0].addEventListener("click", async () => {
    const data = new URLSearchParams(copy.body);
    data.set("csrf_token", editor().elements.csrf_token.value);
    data.set("do", "save");
    data.set("revision", page.getElementById("designer-bar").dataset.revision); // the draft that it was compared with
    box.remove();
    try { settle(await ask(copy.url, data.toString()), copy.url, true); } catch { say("failed"); }
  });
  buttons[1].addEventListener("click", () => { forget(copy.url); box.remove(); offerKept(); });
  const actions = document.createElement("p");
  actions.className = "actions";
  actions.append(...buttons);
  box.append(words, changes, actions);
  root.before(box);
}
revealCurrent();
document.querySelector("iframe[name=preview]").addEventListener("load", showInPreview);
showInPreview(); // it may be there already
say(root.dataset.savedAt ? "idle" : "fresh", root.dataset.savedAt);
offerKept().catch(() => { /* no connection: the copies stay, and are offered when the page is opened again */ });
