// What is answered, as the server would clean it, and what follows from it.
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

// Numbers run on whatever is hidden: nobody is to think that a question is missing.
function count(question, number) {
  const links = find(".summary a").filter(each => question.contains(byId(each.hash.slice(1))));
  for (const each of [find("legend,label", question)[0], ...links]) {
    each.firstChild.data = each.firstChild.data.replace(/[0-9]+/, number);
  }
}

// One pass forward, as questionnaire/path.py: each rule sees only what is answered on the path before it.
function path() {
  const answers = Object.assign(Object.create(null), data.given);
  let asked = data.before;
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
        if (asked !== null) count(question, ++asked);
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
