// Draws the charts of the results page when they come into view. Without this script the tables stand open.
"use strict";

(() => {
  const own = document.currentScript;
  const places = [...document.querySelectorAll("[data-chart]")];
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const darker = JSON.parse(document.getElementById("dark-colours").textContent);
  const printing = { active: false };
  const closed = new Set();
  let loading = null;

  const style = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const escaped = text => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

  function plotly() {
    loading ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = own.dataset.plotly;
      script.onload = () => resolve(window.Plotly);
      script.onerror = () => reject(new Error("the charts could not be loaded"));
      document.head.append(script);
    });
    return loading;
  }

  // The same figure in the colours of the page: ink and lines from the sheet, lighter tones on a dark ground.
  function recoloured(value, inDark) {
    if (typeof value === "string") return inDark ? darker[value] ?? value : value;
    if (Array.isArray(value)) return value.map(each => recoloured(each, inDark));
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, recoloured(each, inDark)]));
    }
    return value;
  }

  const pen = document.createElement("canvas").getContext("2d");
  function shortened(text, width) {
    if (pen.measureText(text).width <= width) return text;
    let end = text.length;
    while (end > 1 && pen.measureText(text.slice(0, end) + "…").width > width) end -= 1;
    return text.slice(0, end) + "…";
  }

  // On a wall a chart fills the room that the screen leaves for it, with all that belongs to it, and no larger than can be read well;
  // words take more of it than on a page.
  const WORDS = 1.25, ABOVE = 1.08;
  function enlarge(layout, data, room) {
    const scale = Math.min(innerHeight / 540, Math.max(0.8, room / layout.height));
    layout.height *= scale;
    layout.font.size *= scale * WORDS;
    for (const side of Object.keys(layout.margin)) layout.margin[side] *= scale;
    for (const note of layout.annotations ?? []) note.yshift = (note.yshift ?? 0) * scale * ABOVE;
    for (const trace of data) {
      if (trace.marker?.size) trace.marker.size *= scale;
      if (trace.textfont?.size) trace.textfont.size *= scale * WORDS;
      for (const bar of [trace.error_x, trace.error_y]) if (bar) bar.thickness *= scale;
    }
  }

  // A legend that needs several lines would take their room from the bars: the chart grows by them.
  function linesOfLegend(data, room) {
    const widths = data.map(trace => pen.measureText(trace.name ?? "").width + 45);
    if (widths.reduce((all, each) => all + each, 0) <= room) return 1;
    return Math.ceil(widths.length / Math.max(1, Math.floor(room / Math.max(...widths))));
  }

  // A page tells its width on paper only when it is too late to draw: A4 less its margins, in CSS pixels of the
  // print style, which makes everything smaller.
  const PAPER = 832;
  const widthOf = place => printing.active ? Math.min(place.clientWidth, PAPER) : place.clientWidth;

  function prepared(place) {
    const inDark = dark.matches && !printing.active;
    const figure = recoloured(JSON.parse(document.getElementById("chart-" + place.dataset.chart).textContent), inDark);
    const { layout, data } = figure;
    const ink = printing.active ? "#000000" : style("--ink");
    const line = printing.active ? "#c8c8c8" : style("--line");
    const ground = printing.active ? "#ffffff" : style("--ground");
    const family = getComputedStyle(document.body).fontFamily;
    layout.font = { ...layout.font, family, color: ink };
    for (const axis of [layout.xaxis, layout.yaxis]) {
      axis.gridcolor = line;
      axis.zerolinecolor = style("--line-strong");
      axis.linecolor = line;
    }
    for (const shape of layout.shapes ?? []) shape.line.color = style("--line-strong");
    for (const trace of data) {
      if (trace.type === "bar") trace.marker.line = { color: ground, width: 1 };
    }
    layout.hoverlabel = { bgcolor: ground, bordercolor: style("--line-strong"), font: { color: ink, family }, align: "left" };
    if (place.dataset.fills) enlarge(layout, data, place.clientHeight);
    pen.font = `${layout.font.size}px ${family}`;
    const width = widthOf(place);
    const room = width - layout.margin.l - layout.margin.r;
    if (layout.showlegend && !place.dataset.fills) {
      const more = (linesOfLegend(data, room) - 1) * 1.5 * layout.font.size;
      layout.height += more;
      layout.margin.b += more;
    }
    (layout.meta?.rows ?? []).forEach(([label, value], row) => {
      const left = room - pen.measureText(value).width - 16;
      layout.annotations[2 * row].text = escaped(shortened(label, left));
      layout.annotations[2 * row + 1].text = escaped(value);
      for (const note of [layout.annotations[2 * row], layout.annotations[2 * row + 1]]) note.bgcolor = ground;
    });
    layout.width = width;
    layout.autosize = false;
    return figure;
  }

  async function draw(place) {
    const Plotly = await plotly();
    place.hidden = false;
    const { data, layout } = prepared(place);
    await Plotly.react(place, data, layout, { displayModeBar: false, responsive: false, showTips: false });
    place.dataset.drawn = String(place.clientWidth);
    const behind = place.parentElement.querySelector("details.behind");
    if (behind && !behind.dataset.settled) {
      behind.dataset.settled = "yes";
      if (printing.active) closed.add(behind);
      else behind.open = false;
    }
  }

  function failed(error) {
    console.warn(error.message);
    for (const place of places) place.hidden = true;
  }

  // The same page with something else chosen stays where people were reading; who chose by keyboard stays at the field.
  const CHOSEN = "results-as-chosen";
  const keep = field => sessionStorage.setItem(CHOSEN, JSON.stringify({ page: location.pathname, top: scrollY, field }));

  function stay() {
    const chosen = JSON.parse(sessionStorage.getItem(CHOSEN) ?? "null");
    sessionStorage.removeItem(CHOSEN);
    if (chosen?.page !== location.pathname) return;
    const back = () => scrollTo({ top: chosen.top, behavior: "instant" });
    back();
    addEventListener("load", back);
    if (chosen.field) document.getElementById(chosen.field)?.focus({ preventScroll: true });
  }

  // A form that only chooses what is shown needs no button. By keyboard a closed list changes at every arrow: then the
  // button comes back, and sends what was chosen at last.
  for (const form of document.querySelectorAll("form[data-sends-itself]")) {
    const button = form.querySelector("button");
    const by = { keys: false, field: "" };
    button.hidden = true;
    form.addEventListener("pointerdown", () => { by.keys = false; });
    form.addEventListener("keydown", event => { by.keys = event.key !== "Tab" || by.keys; });
    form.addEventListener("change", event => {
      by.field = by.keys ? event.target.id : "";
      if (by.keys) button.hidden = false;
      else form.requestSubmit();
    });
    form.addEventListener("submit", () => keep(by.field));
  }
  for (const link of document.querySelectorAll(".table-scroll thead a, .pages a")) {
    link.addEventListener("click", event => {
      if (!link.hash && !event.ctrlKey && !event.metaKey && !event.shiftKey) keep("");
    });
  }

  // On a narrow screen the tabs are a strip: the chosen one is brought into sight.
  for (const strip of document.querySelectorAll(".tabs ul")) {
    const chosen = strip.querySelector("[aria-current]");
    if (!chosen) continue;
    const [outer, inner] = [strip.getBoundingClientRect(), chosen.getBoundingClientRect()];
    strip.scrollLeft += inner.left - outer.left - (outer.width - inner.width) / 2;
  }

  const seen = new IntersectionObserver(entries => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      seen.unobserve(entry.target);
      draw(entry.target).catch(failed);
    }
  }, { rootMargin: "600px" });

  for (const place of places) {
    place.hidden = false;
    place.style.minHeight = JSON.parse(document.getElementById("chart-" + place.dataset.chart).textContent).layout.height + "px";
    seen.observe(place);
  }
  for (const behind of document.querySelectorAll("section > details.behind[open]:not(.audience)")) behind.open = false;
  stay();

  const again = () => {
    for (const place of places) {
      if (place.dataset.drawn && place.clientWidth) draw(place).catch(failed);
    }
  };
  let pending = 0;
  addEventListener("resize", () => {
    cancelAnimationFrame(pending);
    pending = requestAnimationFrame(() => {
      if (places.some(place => place.dataset.drawn && place.clientWidth && place.dataset.drawn !== String(place.clientWidth))) again();
    });
  });
  dark.addEventListener("change", again);
  document.addEventListener("charts-changed", again);

  // On paper everything is open, in the colours of paper.
  addEventListener("beforeprint", () => {
    printing.active = true;
    for (const details of document.querySelectorAll("main details:not([open])")) {
      closed.add(details);
      details.open = true;
    }
    for (const place of places) draw(place).catch(failed);
  });
  addEventListener("afterprint", () => {
    printing.active = false;
    for (const details of closed) details.open = false;
    closed.clear();
    again();
  });
})();
