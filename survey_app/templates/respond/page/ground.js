// What all parts of the page's script stand on. Together they are one function: see web/respond/assets.py.
// The page works without it. With it: one part at a time, rules as one answers, errors before sending, and answers that
// stay on the device until the server has them.
const find = (query, within = document) => Array.from(within.querySelectorAll(query));
const byId = id => document.getElementById(id);
const data = JSON.parse(byId("data").textContent);
const form = byId("form"), send = byId("send"), held = byId("held"), sendWords = send.textContent;
const sections = find(".s"), consent = byId("q_consent-given"), invitation = byId("q_invitation-code");
// In large type each question, and each row of a matrix, is a screen of its own; else a section is one.
const screens = data.big ? find("div.first:not(.own),.q:not([data-kind=matrix]),.row", form) : sections;
const canGoBack = window.top === window;
let current = screens[0], sending = false, opened = Date.now(), shown = null, over = false;

function button(id, words, name) {
  const made = document.createElement("button");
  made.type = "button";
  made.id = id;
  made.textContent = words;
  made.className = name;
  made.hidden = true;
  return send.parentNode.insertBefore(made, send);
}
const back = byId("back") || button("back", data.words.back, "");
const next = button("next", data.words.next, "main");

const questions = within => find(".q", within);
const way = () => screens.filter(each => !each.dataset.off);
const inputs = place => find("input,select,textarea", place).filter(each => !each.dataset.specify);
const rows = question => question.dataset.kind === "matrix" ? find(".row", question) : [question];
const ticked = place => inputs(place).filter(each => each.checked).map(each => each.value);
const words = text => text.replace(/[\p{Cc}\p{Cf}\s]+/gu, "") ? text.trim() : null;
const show = (element, on) => { element.hidden = !on; };
