// Keys for an interviewer: digits choose, Enter goes on, Ctrl+Enter saves.
document.addEventListener("DOMContentLoaded", () => {
  const form = document.getElementById("form");
  const seen = each => each.offsetParent && !each.disabled;
  const places = () => Array.from(form.querySelectorAll(".q:not([data-kind=matrix]):not(.note),.row")).filter(seen);
  const boxes = place => Array.from(place.querySelectorAll("[type=radio],[type=checkbox]")).filter(each => !each.disabled);
  const first = place => place.querySelector("[type=radio]:checked") || place.querySelector("input,textarea,select");
  const enter = place => {
    first(place).focus();
    place.scrollIntoView({block: "center"});
  };
  const here = () => document.activeElement.closest && document.activeElement.closest(".row,.q:not([data-kind=matrix])");

  function onwards() {
    const all = places(), at = all.indexOf(here()), following = all[at + 1];
    if (following) return enter(following);
    Array.from(form.querySelectorAll("nav .main")).filter(seen)[0].focus();
  }

  function choose(place, digit) {
    const all = boxes(place);
    let wanted = all[(digit || 10) - 1];
    if (place.dataset.kind === "nps") {
      const ten = digit === 0 && all[1].checked;
      wanted = all[ten ? 10 : digit];
    }
    if (wanted) wanted.click();
    if (wanted) wanted.focus();
  }

  document.addEventListener("keydown", event => {
    const typing = /^(text|date|textarea|select-one)$/.test(event.target.type);
    if (event.key === "Enter") {
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        return Array.from(form.querySelectorAll("nav .main")).filter(seen)[0].click();
      }
      if (event.target.tagName === "TEXTAREA" || /^(BUTTON|A|SUMMARY)$/.test(event.target.tagName)) return;
      event.preventDefault();
      return onwards();
    }
    if (typing || !/^[0-9]$/.test(event.key) || event.ctrlKey || event.altKey || event.metaKey) return;
    const place = here() || (event.target.tagName !== "BUTTON" && places()[0]);
    if (!place || !boxes(place).length) return;
    event.preventDefault();
    choose(place, Number(event.key));
  });
});
