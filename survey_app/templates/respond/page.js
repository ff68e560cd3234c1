// The page works without this. With it: one section at a time, rules as one answers, errors before sending.
const survey = (() => {
  const find = (query, within = document) => Array.from(within.querySelectorAll(query));
  const byId = id => document.getElementById(id);
  const data = JSON.parse(byId("data").textContent);
  const form = byId("form"), back = byId("back"), next = byId("next"), send = byId("send"), sendWords = send.textContent;
  const sections = find(".s"), opened = Date.now();
  const canGoBack = window.top === window;
  let current = sections[0], sending = false;

  const questions = within => find(".q", within);
  const asked = section => questions(section).filter(each => !each.disabled && !each.dataset.off);
  const way = () => sections.filter(each => !each.dataset.off);
  const inputs = place => find("input,select,textarea", place).filter(each => !each.dataset.specify);
  const rows = question => question.dataset.kind === "matrix" ? find(".row", question) : [question];
  const ticked = place => inputs(place).filter(each => each.checked).map(each => each.value);
  const words = text => text.replace(/[\p{Cc}\p{Cf}\s]+/gu, "") ? text.trim() : null;
  const show = (element, on) => { element.hidden = !on; };

  function number(input) {
    let text = input.value.normalize("NFKC").trim();
    if (/^[+-]?[0-9]{1,3}(,[0-9]{3})+([.e]|$)/i.test(text)) text = text.replace(/,/g, "");
    if (!/^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]{1,3})?$/i.test(text)) return null;
    const value = Number(text), {least, most, decimals} = input.dataset;
    if (value < (least || -1e15) || value > (most || 1e15) || Math.abs(value) >= 1e15) return null;
    return Number(value.toFixed(decimals)) === value ? value : null;
  }

  // An answer as the server would clean it: null where it would take none.
  function answer(place, kind) {
    const [input] = inputs(place);
    const chosen = kind === "ranking" ? inputs(place).map(each => each.value).filter(each => each) : ticked(place);
    switch (kind) {
      case "multiple": {
        const alone = inputs(place).some(each => each.checked && each.dataset.alone);
        return chosen.length && (alone || chosen.length >= (place.dataset.least || 0)) ? chosen : null;
      }
      case "ranking": return chosen.length && new Set(chosen).size === chosen.length ? chosen : null;
      case "nps": return chosen.length ? Number(chosen[0]) : null;
      case "number": return number(input);
      case "date": return input.validity.valid && input.value || null;
      case "short_text": case "long_text": return words(input.value);
      default: return chosen.length ? chosen[0] : null;
    }
  }

  function turn(element, on) {
    element.disabled = !on;
    if (element.tagName !== "FIELDSET") for (const each of inputs(element)) each.disabled = !on;
    if (on) delete element.dataset.off; else element.dataset.off = "1";
    show(element, on);
  }

  // One pass forward, as questionnaire/path.py: each rule sees only what is answered on the path before it.
  function path() {
    const answers = Object.assign(Object.create(null), data.given);
    const holds = id => !data.rules[id] || rules.holds(data.rules[id], answers);
    for (const section of sections) {
      const open = holds(section.id);
      let any = !questions(section).length;
      for (const question of questions(section)) {
        const kind = question.dataset.kind, source = answers[question.dataset.from];
        let on = open && holds(question.id);
        for (const row of kind === "matrix" ? rows(question) : []) {
          turn(row, on && (!question.dataset.from || (source || []).includes(row.dataset.when)));
        }
        on = on && (kind !== "matrix" || rows(question).some(row => !row.disabled));
        turn(question, on);
        if (on && kind !== "statement") {
          for (const row of rows(question)) {
            const given = row.disabled ? null : answer(row, kind);
            if (given !== null) answers[row.id.slice(2)] = given;
          }
          for (const box of find("[data-specify]", question)) {
            const holder = inputs(question).find(each => each.value === box.dataset.specify);
            box.disabled = !holder.checked;
            show(box.parentNode, holder.checked);
            const said = holder.checked ? words(box.value) : null;
            if (said !== null) answers[box.name.slice(2)] = said;
          }
        }
        any = any || on;
      }
      if (open && any) delete section.dataset.off; else section.dataset.off = "1";
    }
    if (current.dataset.off) current = way()[0];
    draw();
    return answers;
  }

  function draw() {
    const parts = way(), at = parts.indexOf(current);
    for (const section of sections) show(section, section === current);
    for (const element of find(".first")) show(element, at === 0);
    const progress = current.querySelector(".part");
    if (progress && !data.paged) progress.textContent = data.words.part.replace("%1", at + 1).replace("%2", parts.length);
    if (data.paged) return;
    const last = at === parts.length - 1;
    show(back, at > 0);
    show(next, !last);
    show(send, last);
  }

  function go(section, remember) {
    current = section;
    draw();
    if (remember && canGoBack) history.pushState({at: section.id}, "");
    window.scrollTo(0, 0);
    const title = section.querySelector("h2");
    if (title) title.focus({preventScroll: true});
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

  // Mark what is wrong in a section; give the first place of it.
  function check(section) {
    let first = null;
    const look = (place, text) => { complain(place, text); if (text && !first) first = place; };
    const consent = byId("q_consent");
    if (consent && section === way()[0]) look(consent, inputs(consent)[0].checked ? "" : consent.dataset.must);
    for (const question of asked(section)) {
      const kind = question.dataset.kind;
      if (kind === "statement") continue;
      for (const row of rows(question)) if (!row.disabled) look(row, problem(row, kind));
    }
    return first;
  }

  function point(place) {
    const section = place.closest(".s") || way()[0];
    if (section !== current) go(section, true);
    place.scrollIntoView();
    const [input] = inputs(place);
    if (input) input.focus({preventScroll: true});
  }

  function forward() {
    const wrong = check(current);
    if (wrong) return point(wrong);
    const parts = way();
    go(parts[parts.indexOf(current) + 1], true);
  }

  function backward() {
    const parts = way();
    if (history.state && history.state.at === current.id) history.back();
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
  });
  form.addEventListener("input", event => { if (event.target.type !== "checkbox") path(); });

  form.addEventListener("submit", event => {
    const turnsBack = event.submitter && event.submitter === back;
    if (sending) return event.preventDefault();
    path();
    if (!data.paged && current !== way().slice(-1)[0]) {
      event.preventDefault();
      return forward();
    }
    const wrong = turnsBack ? null : way().map(check).find(each => each);
    if (wrong) {
      event.preventDefault();
      return point(wrong);
    }
    form.elements.seconds.value = Math.round((Date.now() - opened) / 1000);
    if (turnsBack) return;
    busy(true);
    setTimeout(busy, 20000, false);
  });

  // Sending twice is harmless: the submission's id is the same.
  function busy(on) {
    sending = on;
    send.textContent = on ? data.words.sending : sendWords;
    if (on) send.setAttribute("aria-disabled", "true"); else send.removeAttribute("aria-disabled");
  }

  // The back button shows the page again as it was left, or runs it anew with the answers filled in.
  window.addEventListener("pageshow", () => {
    busy(false);
    path();
    const left = history.state && byId(history.state.at), parts = way();
    const done = left && parts.slice(0, parts.indexOf(left)).every(each => !unanswered(each));
    if (done && parts.includes(left)) current = left;
    else if (left) history.replaceState(null, "");
    draw();
  });

  // What is missing in a section, without marking it.
  function unanswered(section) {
    const consent = byId("q_consent");
    if (consent && section === way()[0] && !inputs(consent)[0].checked) return true;
    return asked(section).some(question => question.dataset.kind !== "statement"
      && rows(question).some(row => !row.disabled && problem(row, question.dataset.kind)));
  }

  window.addEventListener("popstate", event => {
    const section = event.state && byId(event.state.at);
    go(section && !section.dataset.off ? section : way()[0]);
  });
  for (const link of find(".summary a")) {
    link.addEventListener("click", event => {
      event.preventDefault();
      point(byId(link.hash.slice(1)));
    });
  }
  next.addEventListener("click", forward);
  if (!data.paged) back.addEventListener("click", backward);

  document.documentElement.classList.add("js");
  form.noValidate = true;
  path();
  const bad = document.querySelector(".s .bad");
  if (bad) current = bad.closest(".s");
  draw();
  if (document.querySelector(".summary")) document.querySelector(".summary").focus();
  return {path, rules};
})();
