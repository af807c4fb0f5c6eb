// The move form, progressive enhancement only: without this file the same buttons submit and the server draws the form again.
// Syntax must run on Chromium 80.
(function () {
  "use strict";

  // 1. Only the fields of the chosen source are shown and sent.
  document.querySelectorAll("[data-sources]").forEach((box) => {
    const select = document.getElementById(box.dataset.sources);
    const choose = box.querySelector(".source-choose");
    if (!select || select.tagName !== "SELECT") return; // cards: register.js
    const follow = () => {
      box.querySelectorAll("[data-source]").forEach((block) => {
        const on = block.dataset.source === select.value;
        block.hidden = !on;
        block.disabled = !on;
      });
      box.hidden = !select.value;
    };
    if (choose) choose.hidden = true;
    select.addEventListener("change", follow);
    follow();
  });

  // 2. A group of rows inside a row: the blank row carries __g__ for the group's name and __m__ for the index.
  const put = (text, name, index) => text.split("__g__").join(name).split("__m__").join(index);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-inner-add]");
    if (!button) return;
    const group = button.closest("[data-inner]");
    const blank = group.querySelector("template");
    const next = group.querySelector("[data-inner-next]");
    if (!blank || !next) return;
    event.preventDefault();
    const index = next.value;
    next.value = String(Number(index) + 1);
    const row = document.importNode(blank.content, true).firstElementChild;
    [row].concat(Array.from(row.querySelectorAll("*"))).forEach((element) => {
      Array.from(element.attributes).forEach((each) => element.setAttribute(each.name, put(each.value, group.dataset.inner, index)));
    });
    group.querySelector("[data-inner-rows]").appendChild(row);
    group.dispatchEvent(new CustomEvent("rowschanged", { bubbles: true }));
    const first = row.querySelector("input:not([type=hidden]), select, textarea");
    if (first) first.focus();
  });
})();
