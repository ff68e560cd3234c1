// How the page begins: as new, as it was left, or with what was sent and could not be taken.
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
show(byId("other"), !data.paged);
if (shown) hold(data.words.queued);
tell();
deliverAll();
survey = {path, rules};
