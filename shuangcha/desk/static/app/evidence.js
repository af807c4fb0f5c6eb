// Evidence onto a point: by dragging, or by the tick that is there without this file too. Syntax must run on Chromium 80.
(function () {
  "use strict";

  // 1. The answer form: ticking, or dropping, moves an entry with its own inputs between the two lists.
  const chosen = document.querySelector("[data-evidence-chosen]");
  const candidates = document.querySelector("[data-evidence-candidates]");
  const told = document.querySelector("[data-evidence-told]");
  if (chosen && candidates) {
    const lists = new Map([[chosen, chosen.querySelector("[data-evidence-list]")], [candidates, candidates.querySelector("[data-evidence-list]")]]);
    const none = chosen.querySelector("[data-evidence-none]");
    let carried = null;
    const settle = () => { none.hidden = lists.get(chosen).children.length > 0; };
    const place = (entry, box) => {
      const tick = entry.querySelector("input[type=checkbox]");
      const page = entry.querySelector("input[type=text]");
      const cite = box === chosen;
      tick.checked = cite;
      if (!cite) page.value = "";
      if (entry.parentElement !== lists.get(box)) lists.get(box).appendChild(entry);
      told.textContent = (cite ? "已作为证据：" : "不再作为证据：") + entry.querySelector("label span").textContent.trim();
      settle();
      return cite ? page : tick;
    };
    document.querySelectorAll("[data-evidence-entry]").forEach((entry) => {
      entry.setAttribute("draggable", "true");
      entry.addEventListener("dragstart", (event) => {
        if (event.target.matches("input")) return;
        carried = entry;
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", entry.querySelector("label span").textContent.trim());
      });
      entry.addEventListener("dragend", () => { carried = null; document.querySelectorAll(".is-over").forEach((one) => one.classList.remove("is-over")); });
      // Text in the page box is selected with the mouse: that is no dragging of the entry.
      entry.querySelector("input[type=text]").addEventListener("mousedown", () => entry.setAttribute("draggable", "false"));
      entry.querySelector("input[type=text]").addEventListener("blur", () => entry.setAttribute("draggable", "true"));
      entry.querySelector("input[type=checkbox]").addEventListener("change", (event) => {
        place(entry, event.target.checked ? chosen : candidates).focus();
      });
    });
    [chosen, candidates].forEach((box) => {
      box.addEventListener("dragover", (event) => {
        if (!carried) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = "move";
        box.classList.add("is-over");
      });
      box.addEventListener("dragleave", (event) => { if (!box.contains(event.relatedTarget)) box.classList.remove("is-over"); });
      box.addEventListener("drop", (event) => {
        if (!carried) return;
        event.preventDefault();
        const entry = carried;
        place(entry, box);
        entry.dispatchEvent(new CustomEvent("rowschanged", { bubbles: true }));
        if (box === chosen) entry.querySelector("input[type=text]").focus();
      });
    });
    settle();
  }

  // 2. The round's page: a record dropped on a point opens that point's answer with the record cited.
  let record = "";
  document.querySelectorAll("[data-evidence]").forEach((row) => {
    row.addEventListener("dragstart", (event) => { record = row.dataset.evidence; event.dataTransfer.setData("text/plain", record); });
    row.addEventListener("dragend", () => { record = ""; });
  });
  document.querySelectorAll("[data-point-drop]").forEach((point) => {
    point.addEventListener("dragover", (event) => { if (record) { event.preventDefault(); point.classList.add("is-over"); } });
    point.addEventListener("dragleave", (event) => { if (!point.contains(event.relatedTarget)) point.classList.remove("is-over"); });
    point.addEventListener("drop", (event) => {
      if (!record) return;
      event.preventDefault();
      window.location.assign(point.dataset.pointDrop + "&evidence=" + encodeURIComponent(record));
    });
  });
})();
