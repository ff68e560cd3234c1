// Turns the pages of the wall view and brings in new figures without a flash. Without it all pages stand one below the other.
"use strict";

(() => {
  const main = document.getElementById("content");
  const slides = [...document.querySelectorAll(".slide")];
  const stop = document.getElementById("wall-stop");
  const next = document.getElementById("wall-next");
  const full = document.getElementById("wall-full");
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const goes = { word: stop.dataset.go, timer: 0, at: 0, running: slides.length > 1 && !still.matches };
  const stops = stop.textContent;

  function show(place) {
    goes.at = (place + slides.length) % slides.length;
    slides.forEach((slide, number) => { slide.hidden = number !== goes.at; });
    dispatchEvent(new Event("resize"));
  }

  function turn(isRunning) {
    goes.running = isRunning;
    clearInterval(goes.timer);
    if (isRunning) goes.timer = setInterval(() => show(goes.at + 1), Number(main.dataset.slideSeconds) * 1000);
    stop.textContent = isRunning ? stops : goes.word;
  }

  // What there is to tell, a figure that was withheld until now among it.
  const names = page => [...page.querySelectorAll(".slide, [data-live]")].map(each => each.id || each.dataset.live).join();

  // Only words and the data of charts are exchanged: nothing moves that has not changed.
  async function refresh() {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (names(document) !== names(page)) { location.reload(); return; }
    for (const live of document.querySelectorAll("[data-live]")) {
      const fresh = page.querySelector(`[data-live="${live.dataset.live}"]`);
      if (fresh && fresh.textContent !== live.textContent) live.textContent = fresh.textContent;
    }
    let hasChanged = false;
    for (const chart of document.querySelectorAll("script[id^=chart-]")) {
      const fresh = page.getElementById(chart.id);
      if (!fresh || fresh.textContent === chart.textContent) continue;
      chart.textContent = fresh.textContent;
      hasChanged = true;
    }
    if (hasChanged) document.dispatchEvent(new Event("charts-changed"));
  }

  // Set before the charts are drawn: where there is room for it, they fill the screen.
  document.body.classList.add("with-slides");
  if (matchMedia("(min-width: 900px) and (min-height: 600px)").matches) {
    document.body.classList.add("fills-screen");
    for (const place of document.querySelectorAll(".drawing")) {
      place.dataset.fills = "yes";
      place.style.minHeight = "";
    }
  }
  if (slides.length > 1) {
    for (const button of [stop, next]) button.hidden = false;
    stop.addEventListener("click", () => turn(!goes.running));
    next.addEventListener("click", () => { turn(false); show(goes.at + 1); });
    addEventListener("keydown", event => {
      if (event.target.closest("button, a") && event.key === " ") return;
      if (event.key === " ") turn(!goes.running);
      else if (event.key === "ArrowRight") { turn(false); show(goes.at + 1); }
      else if (event.key === "ArrowLeft") { turn(false); show(goes.at - 1); }
      else if (event.key === "Escape") turn(false);
      else return;
      event.preventDefault();
    });
    show(0);
    turn(goes.running);
    still.addEventListener("change", () => turn(goes.running && !still.matches));
  }
  if (document.fullscreenEnabled) {
    full.hidden = false;
    full.addEventListener("click", () => document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen());
  }
  const every = Number(main.dataset.refreshSeconds ?? 0);
  if (every) setInterval(() => refresh().catch(error => console.warn(error.message)), every * 1000);
})();
