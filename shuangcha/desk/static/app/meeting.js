// The meeting's screen and its projector, progressive enhancement only: every act is a plain form without this file.
// Syntax must run on Chromium 80.
(function () {
  "use strict";
  const pulse = document.querySelector("[data-pulse-url]");
  const EVERY = 10000;

  // 1. Where the last act was made has the focus again.
  if (location.hash.length > 1) {
    const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (place && !document.querySelector("[data-focus]")) {
      place.focus({ preventScroll: true });
      place.scrollIntoView({ block: "center" });
    }
  }

  // 2. The agenda by drag and by keys.
  const board = document.querySelector("[data-board]");
  const drop = document.getElementById("board-drop");
  if (board && drop) {
    const queue = board.querySelector("[data-queue]");
    const agenda = board.querySelector("[data-agenda]");
    const mark = document.createElement("li");
    mark.className = "board-mark";
    mark.textContent = "放到这里";
    let held = null;
    const send = (card, before) => {
      if (drop.dataset.sent) return;
      drop.dataset.sent = "1";
      drop.action = card.parentElement === queue ? board.dataset.list : board.dataset.order;
      drop.querySelector("[name=item]").value = card.dataset.uid;
      drop.querySelector("[name=before]").value = before;
      drop.querySelector("[name=seen_version]").value = card.dataset.version || "";
      drop.submit();
    };
    const cards = () => Array.from(agenda.querySelectorAll("[data-uid]"));
    const after = (y) => cards().find((card) => { const box = card.getBoundingClientRect(); return card !== held && y < box.top + box.height / 2; });
    board.querySelectorAll("[data-movable]").forEach((card) => {
      card.draggable = true;
      card.tabIndex = 0;
      card.addEventListener("dragstart", (event) => {
        held = card;
        card.classList.add("board-held");
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", card.dataset.uid);
      });
      card.addEventListener("dragend", () => { held = null; card.classList.remove("board-held"); mark.remove(); });
      card.addEventListener("keydown", (event) => {
        if (event.target !== card) return;
        const up = event.key === "ArrowUp", down = event.key === "ArrowDown";
        if (event.altKey && (up || down)) {
          const button = card.querySelector(up ? "[data-up]" : "[data-down]");
          event.preventDefault();
          if (button) button.click();
        } else if (event.key === "Enter" && card.parentElement === queue) {
          event.preventDefault();
          send(card, "");
        } else if ((up || down) && !event.altKey) {
          const all = Array.from(card.parentElement.querySelectorAll("[data-movable]"));
          const next = all[all.indexOf(card) + (up ? -1 : 1)];
          if (next) { event.preventDefault(); next.focus(); }
        }
      });
    });
    const target = agenda.closest("section");
    target.addEventListener("dragover", (event) => {
      if (!held) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "move";
      agenda.insertBefore(mark, after(event.clientY) || null);
    });
    target.addEventListener("dragleave", (event) => { if (!target.contains(event.relatedTarget)) mark.remove(); });
    target.addEventListener("drop", (event) => {
      if (!held) return;
      event.preventDefault();
      const next = after(event.clientY), before = next ? next.dataset.uid : "";
      const all = cards(), place = all.indexOf(held);
      const same = place >= 0 && ((all[place + 1] ? all[place + 1].dataset.uid : "") === before);
      if (!same) send(held, before);
    });
  }

  // 3. The minutes as they read, while they are typed; what is typed is kept on the server.
  const preview = document.querySelector("[data-minutes-url]");
  const text = document.querySelector(".minutes textarea[name=minutes]");
  if (preview && text) {
    let timer = 0, turn = 0, kept = text.value;
    const show = () => {
      const now = ++turn, typed = text.value, body = new FormData();
      if (typed === kept) return;
      body.append("minutes", typed);
      body.append("csrfmiddlewaretoken", document.querySelector("input[name=csrfmiddlewaretoken]").value);
      fetch(preview.dataset.minutesUrl, { method: "POST", body: body, credentials: "same-origin", headers: { "X-Requested-With": "fetch" } })
        .then((answer) => (answer.ok && !answer.redirected ? answer.text() : Promise.reject(new Error(String(answer.status)))))
        .then((page) => {
          if (now !== turn) return;
          kept = typed;
          preview.innerHTML = page;
        })
        .catch(() => {
          let note = preview.querySelector(".sheet-kept");
          if (!note) { note = document.createElement("p"); note.className = "quiet sheet-kept"; note.setAttribute("role", "status"); preview.appendChild(note); }
          note.textContent = "草稿没有保存成功，连接恢复后会再次保存，请先不要关闭页面。";
          timer = setTimeout(show, 5000);
        });
    };
    text.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(show, 700); });
    window.addEventListener("beforeunload", (event) => {
      if (text.value === kept || (text.form && text.form.dataset.sent)) return;
      show();
      event.preventDefault();
      event.returnValue = "";
    });
  }

  // 4. Somebody else has acted: the projector follows, a page on which somebody types says so.
  if (pulse) {
    const look = () => {
      if (document.hidden) return;
      fetch(pulse.dataset.pulseUrl, { credentials: "same-origin", headers: { Accept: "application/json" } })
        .then((answer) => (answer.ok && !answer.redirected ? answer.json() : Promise.reject(new Error(String(answer.status)))))
        .then((found) => {
          if (found.pulse === pulse.dataset.pulse) return;
          if ("pulseReload" in pulse.dataset) location.reload(); else pulse.hidden = false;
        })
        .catch(() => {});
    };
    setInterval(look, Number(pulse.dataset.pulseEvery || EVERY));
    document.addEventListener("visibilitychange", look);
  }

  // 5. Turning the pages of the projector.
  if (document.body.classList.contains("projector")) {
    document.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const back = ["ArrowLeft", "ArrowUp", "PageUp"].includes(event.key), on = ["ArrowRight", "ArrowDown", "PageDown"].includes(event.key);
      const link = back || on ? document.querySelector(back ? "[data-previous]" : "[data-next-item]") : null;
      if (link) { event.preventDefault(); link.click(); }
    });
  }
})();
