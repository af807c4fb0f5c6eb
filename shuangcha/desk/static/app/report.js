// The report's editor: counts and coverage follow the typing, an answer is put where the cursor stands. Nothing here is needed to
// write, compare or send the report. Syntax must run on Chromium 80.
(function () {
  "use strict";
  const editor = document.querySelector("[data-editor]");
  if (!editor) return;
  const areas = Array.from(editor.querySelectorAll("[data-part] textarea"));
  const points = Array.from(editor.querySelectorAll("[data-point]"));
  const sum = editor.querySelector("[data-cover-sum]");

  const count = () => editor.querySelectorAll("[data-part]").forEach((part) => {
    const shown = part.querySelector("[data-count]");
    if (!shown) return;
    const length = Array.from(part.querySelector("textarea").value.trim()).length;
    shown.textContent = length + " 字";
    part.querySelector("[data-thin]").hidden = length >= Number(shown.dataset.least);
  });

  const cover = () => {
    const text = areas.map((one) => one.value).join("\n");
    const open = [];
    points.forEach((point) => {
      const words = Array.from(point.querySelectorAll("[data-mention]"), (one) => one.dataset.mention);
      const mentioned = words.some((word) => text.includes(word));
      const missing = !mentioned && !point.dataset.answered;
      point.querySelector("[data-mentioned]").hidden = !mentioned;
      point.querySelector("[data-open]").hidden = !missing;
      point.classList.toggle("is-open", missing);
      if (missing) open.push(point.dataset.point);
    });
    const told = open.length ? "未提及：第" + open.join("、") + "项" : "都已答复或者提及";
    if (sum && sum.textContent !== told) sum.textContent = told;
  };

  let last = editor.querySelector("textarea[name=facts]");
  let timer = 0;
  areas.forEach((area) => {
    area.addEventListener("focus", () => { last = area; });
    area.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => { count(); cover(); }, 200); });
  });
  editor.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    if (!button || !last) return;
    const at = last.selectionEnd === null ? last.value.length : last.selectionEnd;
    const before = last.value.slice(0, at);
    const gap = before && !before.endsWith("\n") ? "\n" : "";
    last.setRangeText(gap + button.dataset.insert, at, at, "end");
    last.focus();
    last.dispatchEvent(new Event("input", { bubbles: true }));
  });
  count();
  cover();
})();
