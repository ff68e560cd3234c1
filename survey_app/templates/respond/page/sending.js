// Sending, and sending again until it is acknowledged.
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
  busy(true);
  event.preventDefault();
  shown = form.elements.id.value;
  const body = new URLSearchParams(new FormData(form));
  if (data.paged) body.append("by", "script");
  if (turnsBack) body.append("go", "back");
  outbox[shown] = {code: data.code, at: Date.now(), to: form.getAttribute("action"), body: String(body), answers: filled(), draft};
  outbox[shown].safe = write("sending:" + shown, outbox[shown]);
  deliver(shown);
});

// Sending twice is harmless: the submission's id is the same.
function busy(on) {
  sending = on;
  send.textContent = on ? data.words.sending : sendWords;
  if (on) send.setAttribute("aria-disabled", "true"); else send.removeAttribute("aria-disabled");
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
  tell();
  path();
  current = way()[0];
  draw();
  window.scrollTo(0, 0);
}

// What other people filled in here and is not sent yet, or has just been.
function tell(isIn) {
  if (over) return;
  const waiting = Object.keys(outbox).filter(each => each !== shown).length, line = byId("waiting");
  show(line, waiting || isIn);
  line.textContent = waiting ? data.words.waiting.replace("%1", waiting) : data.words.sent;
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
    const header = name => answer.headers.get("Survey-" + name);
    return {said: header("Answer"), puzzle: header("Puzzle"), next: header("Next"), html: await answer.text()};
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
  let {said, puzzle, next, html} = await post(sent);
  if (puzzle) ({said, next, html} = await post(Object.assign({}, sent, {body: sent.body + "&work=" + await solve(puzzle)})));
  sent.going = false;
  if (["stored", "next", "refused"].includes(said)) {
    delete outbox[id];
    // Another person may be at the form by now.
    const isSeen = shown === id, isIn = said !== "refused";
    if (isIn || isSeen) forget("sending:" + id);
    if (!isIn && isSeen && sent.draft) write(sent.draft, {at: Date.now(), answers: sent.answers});
    if (isIn && isSeen && sent.draft) forget(sent.draft);
    if (!isSeen) return tell(isIn);
    if (next) return location.assign(next);
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
