// What is not sent yet stays on the device: what is being filled in, and what is on its way.
const draft = data.code && !data.kiosk ? "answers:" + data.code + (data.paged ? "/" + sections[0].id : "") : "";
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
