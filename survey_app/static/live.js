// While people can answer: asks this page's own JSON whether there are newer figures, and offers them. Nothing on the
// page changes by itself. Without it a plain link brings the page anew.
"use strict";

(() => {
  const KEEPS = "results-as-they-stood";
  const line = document.querySelector("[data-live-json]");
  const details = () => [...document.querySelectorAll("main details")];
  const name = each => each.querySelector("summary")?.textContent.trim() ?? "";

  // What was open and where people were reading stays through the new page.
  function keep() {
    const open = details().filter(each => each.open).map(name);
    sessionStorage.setItem(KEEPS, JSON.stringify({ address: location.href, open, top: scrollY }));
  }

  function bringBack() {
    const kept = JSON.parse(sessionStorage.getItem(KEEPS) ?? "null");
    sessionStorage.removeItem(KEEPS);
    if (kept?.address !== location.href) return;
    const left = [...kept.open];
    for (const each of details()) {
      const at = left.indexOf(name(each));
      if (at >= 0) left.splice(at, 1);
      each.open = at >= 0;
      each.dataset.settled = "yes";
    }
    const scroll = () => scrollTo({ top: kept.top, behavior: "instant" });
    if (document.readyState === "complete") scroll();
    else addEventListener("load", scroll);
  }

  bringBack();
  if (!line) return;
  const plain = line.querySelector("[data-live-plain]");
  const news = line.querySelector("[data-live-news]");
  const every = Number(line.dataset.liveSeconds) * 1000;
  const state = { timer: 0, last: Date.now() };

  function offer() {
    clearInterval(state.timer);
    document.removeEventListener("visibilitychange", seen);
    plain.hidden = true;
    news.hidden = false;
  }

  async function ask() {
    if (document.hidden) return;
    state.last = Date.now();
    const answer = await fetch(line.dataset.liveJson, {
      headers: { "If-None-Match": line.dataset.liveTag },
      credentials: "same-origin",
      cache: "no-store",
    });
    if (answer.ok && answer.headers.get("ETag") !== line.dataset.liveTag) offer();
    else if (answer.status === 401 || answer.status === 403) clearInterval(state.timer);
  }

  const quietly = () => ask().catch(error => console.warn(error.message));
  function seen() {
    if (!document.hidden && Date.now() - state.last >= every) quietly();
  }

  for (const link of line.querySelectorAll("a")) {
    link.addEventListener("click", event => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      keep();
      location.reload();
    });
  }
  state.timer = setInterval(quietly, every);
  document.addEventListener("visibilitychange", seen);
})();
