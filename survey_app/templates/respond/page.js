// The page works without this. With it: one part at a time, rules as one answers, errors before sending, and answers
// that stay on the device until the server has them.
var survey;
document.addEventListener("DOMContentLoaded", () => {
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

  // What is answered on a screen: questions, and rows of matrices.
  function places(screen) {
    const all = screen.matches(".s") ? questions(screen).reduce((some, each) => some.concat(rows(each)), []) : [screen];
    return all.filter(each => each.dataset.kind && each.dataset.kind !== "statement" && !each.dataset.off);
  }

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
    if (data.paged) return setTimeout(busy, 20000, false);
    event.preventDefault();
    shown = form.elements.id.value;
    outbox[shown] = {
      code: data.code, at: Date.now(), to: form.getAttribute("action"),
      body: String(new URLSearchParams(new FormData(form))), answers: filled(),
    };
    outbox[shown].safe = write("sending:" + shown, outbox[shown]);
    deliver(shown);
  });

  // Sending twice is harmless: the submission's id is the same.
  function busy(on) {
    sending = on;
    send.textContent = on ? data.words.sending : sendWords;
    if (on) send.setAttribute("aria-disabled", "true"); else send.removeAttribute("aria-disabled");
  }

  // What is not sent yet stays on the device: what is being filled in, and what is on its way.
  const draft = data.code && !data.kiosk && !data.paged ? "answers:" + data.code : "";
  const outbox = {};
  const WEEK = 6048e5;

  function write(key, value, inSession) {
    try {
      (inSession ? sessionStorage : localStorage).setItem(key, JSON.stringify(value));
      return true;
    } catch (error) {
      return false;
    }
  }

  function read(key) {
    try {
      const value = JSON.parse(localStorage.getItem(key));
      if (value && Date.now() - value.at < WEEK) return value;
      localStorage.removeItem(key);
    } catch (error) {}
    return null;
  }

  function slip() {
    try {
      return JSON.parse(sessionStorage.getItem("code"));
    } catch (error) {
      return "";
    }
  }

  function forget(key) {
    try {
      localStorage.removeItem(key);
    } catch (error) {}
  }

  const fillable = () => find("input,select,textarea", form).filter(each => each.type !== "hidden" && each.name !== "consent-given");
  const isTick = input => /radio|checkbox/.test(input.type);

  function filled() {
    const values = {};
    for (const each of fillable()) {
      if (!isTick(each) || each.checked) (values[each.name] = values[each.name] || []).push(each.value);
    }
    return values;
  }

  function fill(values) {
    const left = {};
    for (const each of fillable()) {
      const given = values[each.name] || [];
      if (isTick(each)) each.checked = given.includes(each.value);
      else {
        left[each.name] = left[each.name] || given.slice();
        each.value = left[each.name].shift() || "";
      }
    }
  }

  function keep() {
    if (draft) write(draft, {at: Date.now(), answers: filled()});
  }

  // Everything as for the next person, without asking the network.
  function restart() {
    if (over) return;
    shown = null;
    busy(false);
    fill({});
    if (consent) inputs(consent)[0].checked = false;
    for (const each of find(".summary")) each.remove();
    for (const each of find(".bad")) complain(each, "");
    if (draft) forget(draft);
    const bytes = Array.from(crypto.getRandomValues(new Uint8Array(16)));
    bytes[6] = bytes[6] & 15 | 64;
    bytes[8] = bytes[8] & 63 | 128;
    const hex = bytes.map(each => each.toString(16).padStart(2, "0")).join("");
    form.elements.id.value = hex.replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
    opened = Date.now();
    held.querySelector("h1").textContent = "";
    show(held, false);
    show(byId("restored"), false);
    show(form, true);
    path();
    current = way()[0];
    draw();
    window.scrollTo(0, 0);
  }

  function hold(line) {
    show(form, false);
    show(held, true);
    const title = held.querySelector("h1");
    if (title.textContent === line) return;
    title.textContent = line;
    title.tabIndex = -1;
    title.focus();
    if (data.kiosk) setTimeout(restart, 10000);
  }

  async function post(sent) {
    const stop = new AbortController(), timer = setTimeout(() => stop.abort(), 20000);
    try {
      const answer = await fetch(sent.to, {
        method: "POST", body: sent.body, signal: stop.signal,
        headers: {"Content-Type": "application/x-www-form-urlencoded"},
      });
      // A page that is not ours, such as that of a hot spot to sign in to, does not say this.
      return {said: answer.headers.get("Survey-Answer"), puzzle: answer.headers.get("Survey-Puzzle"), html: await answer.text()};
    } catch (error) {
      return {};
    } finally {
      clearTimeout(timer);
    }
  }

  async function deliver(id) {
    const sent = outbox[id];
    if (!sent || sent.going) return;
    sent.going = true;
    let {said, puzzle, html} = await post(sent);
    if (puzzle) ({said, html} = await post(Object.assign({}, sent, {body: sent.body + "&work=" + await solve(puzzle)})));
    sent.going = false;
    if (said === "stored" || said === "refused") {
      delete outbox[id];
      // Another person may be at the form by now.
      const isSeen = shown === id;
      if (said === "stored" || isSeen) forget("sending:" + id);
      if (said === "refused" && isSeen && draft) write(draft, {at: Date.now(), answers: sent.answers});
      if (said === "stored" && isSeen && draft) forget(draft);
      if (!isSeen) return;
      over = true;
      if (data.kiosk && said === "stored") setTimeout(() => location.replace(sent.to), 10000);
      document.open();
      document.write(html);
      document.close();
    } else {
      tryLater();
      if (shown === id) hold(said ? data.words.later : sent.safe ? data.words.queued : data.words.open);
    }
  }

  // Squarings one after the other, which cannot be shared out (Rivest, Shamir, Wagner 1996): a moment for a phone,
  // too much for a flood.
  async function solve(puzzle) {
    const [ticket, x, n, times] = puzzle.split(" "), modulus = BigInt("0x" + n);
    let value = BigInt("0x" + x);
    for (let done = 0; done < times; done++) {
      value = value * value % modulus;
      if (done % 5000 === 0) await new Promise(resolve => setTimeout(resolve));
    }
    return ticket + "." + value.toString(16);
  }

  const deliverAll = () => Object.keys(outbox).forEach(deliver);
  let pause = 1000, planned;
  // Less and less often, and not all phones of a workshop at the same moment.
  function tryLater() {
    clearTimeout(planned);
    planned = setTimeout(deliverAll, pause * (1 + Math.random()));
    pause = Math.min(2 * pause, 20000);
  }
  window.addEventListener("online", deliverAll);
  document.addEventListener("visibilitychange", deliverAll);
  byId("retry").addEventListener("click", deliverAll);
  for (const id of ["other", "clear"]) byId(id).addEventListener("click", restart);

  // The back button shows the page again as it was left, or runs it anew with the answers filled in.
  window.addEventListener("pageshow", event => {
    if (!event.persisted && (shown || isRefused)) return;
    if (data.kiosk) return restart();
    busy(false);
    path();
    const left = history.state && screens[history.state.at], parts = way();
    const done = left && parts.slice(0, parts.indexOf(left)).every(each => !unanswered(each));
    if (done && parts.includes(left)) current = left;
    else if (left) history.replaceState(null, "");
    draw();
  });
  window.addEventListener("popstate", event => {
    const screen = event.state && screens[event.state.at];
    go(screen && !screen.dataset.off ? screen : way()[0]);
  });
  for (const link of find(".summary a")) {
    link.addEventListener("click", event => {
      event.preventDefault();
      point(byId(link.hash.slice(1)));
    });
  }
  next.addEventListener("click", forward);
  if (back.type === "button") back.addEventListener("click", backward);

  if (data.kiosk) {
    let idle;
    const wait = () => {
      clearTimeout(idle);
      idle = setTimeout(restart, 60000);
    };
    for (const kind of ["pointerdown", "keydown", "scroll", "input"]) window.addEventListener(kind, wait, {passive: true});
    wait();
  }

  document.documentElement.classList.add("js");
  form.noValidate = true;
  const isRefused = document.querySelector(".summary");
  const kept = draft && !isRefused && read(draft);
  if (kept) {
    fill(kept.answers);
    show(byId("restored"), true);
  }
  // A slip's code comes behind the # of its link, which no server sees.
  if (data.code && location.hash.length > 1) {
    write("code", decodeURIComponent(location.hash.slice(1)), true);
    history.replaceState(history.state, "", location.pathname + location.search);
  }
  if (invitation && !inputs(invitation)[0].value) inputs(invitation)[0].value = slip() || "";
  path();
  const bad = document.querySelector(".s .bad");
  if (bad) current = screens.find(each => each.contains(bad));
  draw();
  if (isRefused) isRefused.focus();
  if (data.code) try {
    for (const key of Object.keys(localStorage).filter(each => each.startsWith("sending:"))) {
      const sent = read(key), id = key.slice(8);
      if (!sent) continue;
      outbox[id] = Object.assign(sent, {safe: true, going: false});
      if (sent.code === data.code && !data.kiosk) shown = id;
    }
  } catch (error) {}
  if (shown) hold(data.words.queued);
  deliverAll();
  survey = {path, rules};
});
