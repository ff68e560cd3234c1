// Suggests units while somebody types a part of a name. Without it the server looks the name up when the form is sent.
"use strict";

(() => {
  const list = document.querySelector("#places");
  const known = new Map();
  let wanted = "";

  function show(names) {
    list.replaceChildren(...names.map(name => Object.assign(document.createElement("option"), { value: name })));
  }

  async function suggest(field) {
    const text = field.value.trim();
    wanted = text;
    if (!text || /^\d+ /.test(text)) return;
    if (!known.has(text)) {
      const answer = await fetch(`${field.dataset.places}?text=${encodeURIComponent(text)}`);
      if (!answer.ok) return;
      known.set(text, await answer.json());
    }
    if (wanted === text) show(known.get(text).places.map(each => `${each.unit} ${each.name}`));
  }

  for (const field of document.querySelectorAll("[data-places]")) {
    let timer = 0;
    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => suggest(field).catch(() => {}), 150);
    });
  }
})();
