// One part, or in large type one question, at a time; what is wrong on it.
function draw() {
  const parts = way(), at = parts.indexOf(current);
  for (const section of sections) show(section, section.contains(current));
  for (const element of find(".first")) show(element, at === 0);
  const here = current.closest(".s"), progress = here && here.querySelector(".part");
  if (data.big) {
    form.parentNode.querySelector("h1").classList.toggle("gone", at > 0);
    for (const each of find(".q,.row")) show(each, each.contains(current));
    for (const each of find(".s > .lines")) show(each, parts.find(part => each.parentNode.contains(part)) === current);
  }
  if (data.paged) return;
  // How many parts there are is open until the last one: each answer may open or close some.
  const last = at === parts.length - 1, ahead = sections.filter(each => !each.dataset.off), part = ahead.indexOf(here) + 1;
  if (progress) progress.textContent = part === ahead.length ? data.words.last : data.words.part.replace("%1", part);
  show(back, at > 0);
  show(next, !last);
  show(send, last);
}

function go(screen, remember) {
  current = screen;
  draw();
  if (remember && canGoBack) history.pushState({at: screens.indexOf(screen)}, "");
  window.scrollTo(0, 0);
  const title = !data.big && screen.querySelector("h2") || screen;
  title.tabIndex = -1;
  title.focus({preventScroll: true});
}

function complain(place, text) {
  const id = "e_" + place.id;
  let line = byId(id);
  if (!text) {
    if (line) line.remove();
    place.classList.remove("bad");
    for (const each of [place, ...inputs(place)]) each.removeAttribute("aria-invalid");
    return;
  }
  if (!line) {
    line = document.createElement("p");
    line.className = "e";
    line.id = id;
    line.setAttribute("role", "alert");
    place.insertBefore(line, place.classList.contains("box") ? place.firstChild : find("legend,label", place)[0].nextSibling);
  }
  line.textContent = text;
  place.classList.add("bad");
  place.setAttribute("aria-describedby", id);
  const radios = place.getAttribute("role") === "radiogroup";
  for (const each of radios ? [place] : inputs(place)) each.setAttribute("aria-invalid", "true");
}

function problem(place, kind) {
  if (answer(place, kind) !== null) return "";
  const began = kind === "date" ? inputs(place)[0].validity.badInput || inputs(place)[0].value
    : ["multiple", "ranking"].includes(kind) ? inputs(place).some(each => each.checked || (each.tagName === "SELECT" && each.value))
    : kind === "number" && inputs(place)[0].value.trim();
  if (began) return place.dataset.refusal;
  return place.dataset.must || "";
}

// Mark what is wrong on a screen; give the first place of it.
function check(screen) {
  let first = null;
  const look = (place, text) => { complain(place, text); if (text && !first) first = place; };
  if (screen === way()[0]) for (const box of [invitation, consent]) if (box) look(box, missing(box));
  for (const place of places(screen)) look(place, problem(place, place.dataset.kind));
  return first;
}

// What is missing on a screen, without marking it.
function unanswered(screen) {
  return screen === way()[0] && [invitation, consent].some(box => box && missing(box))
    || places(screen).some(place => problem(place, place.dataset.kind));
}

function missing(box) {
  const [input] = inputs(box);
  return (box === consent ? input.checked : words(input.value)) ? "" : box.dataset.must;
}

function point(place) {
  const screen = screens.find(each => each.contains(place)) || way()[0];
  if (screen !== current) go(screen, true);
  place.scrollIntoView();
  const [input] = inputs(place);
  if (input) input.focus({preventScroll: true});
}

function forward() {
  show(byId("restored"), false);
  const wrong = check(current);
  if (wrong) return point(wrong);
  const parts = way();
  go(parts[parts.indexOf(current) + 1], true);
}

function backward() {
  const parts = way();
  if (history.state && history.state.at === screens.indexOf(current)) history.back();
  else go(parts[parts.indexOf(current) - 1]);
}

form.addEventListener("change", event => {
  const input = event.target, place = input.closest(".row,.q,.box");
  if (!place) return;
  const kind = place.dataset.kind;
  complain(place, "");
  if (kind === "multiple" && input.checked) {
    const boxes = inputs(place);
    for (const each of boxes) if (each !== input && (input.dataset.alone || each.dataset.alone)) each.checked = false;
    if (place.dataset.most && ticked(place).length > place.dataset.most) {
      input.checked = false;
      complain(place, place.dataset.refusal);
    }
  }
  path();
  keep();
});
form.addEventListener("input", event => {
  if (event.target.type === "checkbox") return;
  path();
  keep();
});
