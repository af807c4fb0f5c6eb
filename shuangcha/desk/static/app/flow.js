// The progress of a run, asked for every second; without this file the page says that it is to be loaded again.
(function () {
  "use strict";
  const place = document.querySelector("[data-run]");
  if (!place) return;
  const bar = place.querySelector("[data-run-bar]");
  const text = place.querySelector("[data-run-text]");
  const pill = document.querySelector("[data-run-state]");
  let wait = 1000;

  function ask() {
    fetch(place.dataset.run, { credentials: "same-origin", headers: { Accept: "application/json" } })
      .then((answer) => { if (!answer.ok) throw new Error(String(answer.status)); return answer.json(); })
      .then((told) => {
        wait = 1000;
        if (!told.open) { window.location.reload(); return; }
        bar.value = told.percent;
        pill.textContent = told.state;
        if (told.text && text.textContent !== told.text) text.textContent = told.text;
        window.setTimeout(ask, wait);
      })
      .catch(() => { wait = Math.min(wait * 2, 30000); window.setTimeout(ask, wait); });
  }
  window.setTimeout(ask, wait);
})();
