// Keying a sheet by number keys. Without this the page is a plain form: Tab goes on, a button saves.
"use strict";

const form = document.querySelector("[data-keying]");
const serial = form.querySelector("#serial");
const said = form.querySelector("[data-said]");

const places = [...form.querySelectorAll("[data-place]")].map(box => ({
  ...JSON.parse(box.dataset.place),
  box,
  input: box.querySelector("input, textarea"),
  legend: box.closest(".key-block").querySelector(".key-boxes"),
}));
const inputs = [serial, ...places.map(place => place.input)];

/** What was typed for a place as a rule sees it: a code, a list of codes, a number, words; null for nothing. */
function answer(place) {
  const typed = place.input.value.trim();
  if (typed === "") return null;
  if (place.kind === "text") return typed;
  if (place.kind === "nps") return Number(typed);
  const codes = split(place, typed).map(key => place.keys[key]).filter(code => code !== undefined);
  if (codes.length === 0) return null;
  return place.kind === "one" ? codes[0] : codes;
}

function width(place) {
  return Object.keys(place.keys)[0].length;
}

function split(place, typed) {
  const plain = typed.normalize("NFKC").replace(/[^0-9]/g, "");
  if (place.kind === "nps") return [plain];
  const size = width(place);
  return plain.match(new RegExp(`.{1,${size}}`, "g")) || [];
}

function isChosen(given, wanted) {
  return Array.isArray(given) ? given.includes(wanted) : given !== null && given === wanted;
}

/** One forward pass, as questionnaire/path.py: each rule sees only answers on the path before it. */
function walk() {
  const kept = {};
  for (const place of places) {
    let isAsked = place.rules.every(rule => rules.holds(rule, kept));
    if (isAsked && place.behind) {
      const [question, option] = place.behind;
      isAsked = isChosen(question in kept ? kept[question] : null, option);
    }
    place.input.disabled = !isAsked;
    place.box.classList.toggle("is-off", !isAsked);
    const given = isAsked ? answer(place) : null;
    if (given !== null) kept[place.code] = given;
  }
}

/** Show which boxes of the place at hand were keyed. */
function mark(place) {
  if (!place || !place.legend || place.kind === "text") return;
  const keys = split(place, place.input.value);
  for (const each of place.legend.querySelectorAll("[data-key]")) {
    each.classList.toggle("is-chosen", keys.includes(each.dataset.key));
  }
}

function placeOf(input) {
  return places.find(place => place.input === input);
}

function go(from, step) {
  walk();
  let at = inputs.indexOf(from) + step;
  while (at >= 0 && at < inputs.length && (inputs[at].disabled || inputs[at].readOnly)) at += step;
  if (at >= inputs.length) {
    form.querySelector("[name=kind][value=valid]").click();
  } else if (at >= 0) {
    inputs[at].focus();
    inputs[at].select();
  }
}

function refuse(place) {
  clear(place);
  const words = document.createElement("p");
  words.className = "field-error";
  words.textContent = said.dataset.unknown;
  place.box.append(words);
  place.box.classList.add("has-error");
  place.input.value = "";
  said.textContent = said.dataset.unknown;
}

function clear(place) {
  said.textContent = "";
  place.box.classList.remove("has-error");
  const words = place.box.querySelector(".field-error");
  if (words) words.remove();
}

function isWhole(place, typed) {
  if (place.kind === "nps") return typed !== "1" && typed in place.keys;
  if (place.kind === "one") return typed in place.keys;
  return place.kind === "ranking" && split(place, typed).length >= place.most && split(place, typed).at(-1).length === width(place);
}

function couldBe(place, typed) {
  const last = place.kind === "nps" ? typed : split(place, typed).at(-1);
  return last === undefined || Object.keys(place.keys).some(key => key.startsWith(last));
}

/** Take a digit: toggled where several may be chosen, in the place of what stood there where one is. */
function take(place, digit) {
  const input = place.input;
  clear(place);
  if (place.kind === "several" && width(place) === 1) {
    if (!(digit in place.keys)) return refuse(place);
    const there = split(place, input.value);
    input.value = (there.includes(digit) ? there.filter(key => key !== digit) : [...there, digit]).join("");
  } else {
    const isNew = input.selectionStart !== input.selectionEnd || (place.kind === "one" && input.value in place.keys);
    const typed = (isNew ? "" : input.value) + digit;
    if (!couldBe(place, typed)) return refuse(place);
    input.value = typed;
  }
  walk();
  mark(place);
  if (isWhole(place, input.value)) go(input, 1);
}

function press(kind) {
  form.querySelector(`[name=kind][value=${kind}]`).click();
}

form.addEventListener("keydown", event => {
  const input = event.target;
  if (!inputs.includes(input) || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const place = placeOf(input);
  const isWords = place !== undefined && place.kind === "text";
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    if (input !== serial || input.value.trim() !== "") go(input, 1);
  } else if (event.key === "Backspace" && input.value === "" && input !== serial) {
    event.preventDefault();
    go(input, -1);
  } else if (isWords) {
    return;
  } else if (event.key === "*" || event.key === "/") {
    event.preventDefault();
    press(event.key === "*" ? "spoilt" : "blank");
  } else if (place !== undefined && event.key === "-") {
    event.preventDefault();
    input.value = "";
    mark(place);
    go(input, 1);
  } else if (place !== undefined && /^[0-9]$/.test(event.key)) {
    event.preventDefault();
    take(place, event.key);
  } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
    event.preventDefault();
    const step = event.key === "ArrowUp" ? -1 : 1;
    if (input !== inputs.at(-1) || step < 0) go(input, step);
  }
});

form.addEventListener("input", event => {
  walk();
  mark(placeOf(event.target));
});

/** Ask as soon as a number is typed whether that sheet can be keyed, not only once all of it has been. */
async function lookUp() {
  const number = serial.value.trim(), box = serial.parentNode;
  if (serial.readOnly || number === "") return;
  let words = "";
  try {
    const answer = await fetch(`?check=1&serial=${encodeURIComponent(number)}`);
    if (!answer.ok || !answer.headers.get("Content-Type").startsWith("text/plain")) return;
    words = await answer.text();
  } catch {
    return;
  }
  if (serial.value.trim() !== number) return;
  const line = box.querySelector(".field-error") || document.createElement("p");
  line.className = "field-error";
  line.id = "serial-error";
  line.textContent = said.textContent = words;
  box.classList.toggle("has-error", words !== "");
  if (words === "") {
    line.remove();
    serial.removeAttribute("aria-invalid");
    return;
  }
  box.append(line);
  serial.setAttribute("aria-invalid", "true");
  serial.setAttribute("aria-describedby", line.id);
  serial.focus();
  serial.select();
}
serial.addEventListener("change", lookUp);

for (const place of places) {
  place.input.addEventListener("focus", () => mark(place));
  if (place.legend && place.box.contains(place.legend)) mark(place);
}

// A second Enter on a slow line must not send the next sheet's number with this sheet's answers.
form.addEventListener("submit", () => {
  form.setAttribute("aria-busy", "true");
  setTimeout(() => { for (const button of form.querySelectorAll("button")) button.disabled = true; });
});

walk();
const wrong = form.querySelector(".key-place.has-error input, .key-place.has-error textarea");
const first = wrong || (serial.readOnly ? inputs.find(input => input !== serial && !input.disabled) : serial);
first.focus();
first.select();
form.dataset.ready = "";
