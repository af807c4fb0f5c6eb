// Enhancement of lists only: choose all of the page, say how many are chosen. Runs on Chromium 80.
(function () {
  "use strict";
  document.querySelectorAll("form[data-picks]").forEach((form) => {
    const boxes = Array.from(form.querySelectorAll("input[name=pick]"));
    const all = form.querySelector("[data-pick-all]");
    const count = form.querySelector("[data-pick-count]");
    const buttons = Array.from(form.querySelectorAll("button[name=act]"));
    const tell = () => {
      const n = boxes.filter((one) => one.checked).length;
      if (count) count.textContent = n ? "对所选 " + n + " 项：" : "勾选后可以批量办理：";
      buttons.forEach((one) => { one.disabled = n === 0; });
      if (all) { all.checked = n > 0 && n === boxes.length; all.indeterminate = n > 0 && n < boxes.length; all.disabled = boxes.length === 0; }
    };
    if (all) all.addEventListener("change", () => { boxes.forEach((one) => { one.checked = all.checked; }); tell(); });
    boxes.forEach((one) => one.addEventListener("change", tell));
    window.addEventListener("pageshow", tell);
    tell();
  });
  // The page stays while a file is handed out: say where it goes.
  document.querySelectorAll("form[data-export]").forEach((form) => form.addEventListener("submit", () => {
    form.querySelector("[data-export-said]").textContent = "正在生成表格，随后由浏览器保存到下载文件夹。";
  }));
  // A tool that folds out closes with Escape, or when another opens.
  const tools = () => document.querySelectorAll("details.list-tool[open]");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    tools().forEach((one) => { one.open = false; one.querySelector("summary").focus(); });
  });
  document.querySelectorAll("details.list-tool").forEach((one) => one.addEventListener("toggle", () => {
    if (one.open) tools().forEach((other) => { if (other !== one) other.open = false; });
  }));
})();
