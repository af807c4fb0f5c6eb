// Progressive enhancement only: every page reads and submits without this file.
// Syntax must run on Chromium 80 (no ??=, no replaceAll, no private methods).
(function () {
  "use strict";
  const page = document.documentElement;
  page.classList.add("js");

  const mb = (bytes) => (bytes / 1024 / 1024).toFixed(1).replace(".0", "") + " MB";

  // 1. One act per form: the second submit of the same form is dropped. The request key inside the form is untouched, so a retry
  //    after a timeout is still the same act. Buttons are disabled only after the browser has collected the form's data.
  function guardSubmit(form) {
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      if (form.dataset.sent) { event.preventDefault(); return; }
      const tooBig = Array.from(form.querySelectorAll("input[type=file]")).find((input) => !input.checkValidity() && input.validity.customError);
      if (tooBig && !(event.submitter && event.submitter.formNoValidate)) { event.preventDefault(); tooBig.reportValidity(); return; }
      const pressed = event.submitter || document.activeElement;
      if (pressed && pressed.form === form && pressed.formTarget === "_blank") return; // a preview in a window of its own
      form.dataset.sent = "1";
      const button = document.activeElement && document.activeElement.form === form ? document.activeElement : null;
      setTimeout(() => {
        form.querySelectorAll("button[type=submit]").forEach((each) => { each.disabled = true; });
        const place = button && button.type === "submit" ? button : form.querySelector("button[type=submit]:not(.default-submit)");
        if (!place) return;
        const note = document.createElement("span");
        note.className = "sending";
        note.setAttribute("role", "status");
        note.textContent = "正在提交，请稍候…";
        place.insertAdjacentElement("afterend", note);
      }, 0);
    });
  }
  // Back from the next page restores the form as it was: it may be sent again.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    document.querySelectorAll("form[data-sent]").forEach((form) => {
      delete form.dataset.sent;
      form.querySelectorAll("button[type=submit]").forEach((each) => { each.disabled = false; });
      form.querySelectorAll(".sending").forEach((each) => each.remove());
    });
  });

  // 2. Leaving a changed form asks first.
  function guardLeaving(form) {
    let changed = form.querySelector(".error-summary") !== null;
    form.addEventListener("input", () => { changed = true; });
    form.addEventListener("change", () => { changed = true; });
    form.addEventListener("rowschanged", () => { changed = true; });
    window.addEventListener("beforeunload", (event) => {
      if (!changed || form.dataset.sent || form.dataset.kept) return; // kept: the draft on the server has it all
      event.preventDefault();
      event.returnValue = "";
    });
  }

  // 3. Repeated rows: add and remove on the spot. Without this code the same buttons submit add-NAME and remove-NAME.
  function repeatRows(group) {
    const blank = group.querySelector("template");
    const rows = group.querySelector("[data-rows]");
    const next = group.querySelector("[data-next]");
    const add = group.querySelector("[data-add]");
    if (!blank || !rows || !next || !add) return;
    const limit = Number(group.dataset.max || 0);
    const settle = () => { add.hidden = limit > 0 && rows.children.length >= limit; };
    const fill = (element, index) => {
      for (const attribute of Array.from(element.attributes)) {
        if (attribute.value.includes("__n__")) element.setAttribute(attribute.name, attribute.value.split("__n__").join(index));
      }
    };
    add.addEventListener("click", (event) => {
      event.preventDefault();
      const index = next.value;
      next.value = String(Number(index) + 1);
      const row = document.importNode(blank.content, true).firstElementChild;
      fill(row, index);
      row.querySelectorAll("*").forEach((element) => fill(element, index));
      rows.appendChild(row);
      enhance(row);
      settle();
      group.dispatchEvent(new CustomEvent("rowschanged", { bubbles: true }));
      const first = row.querySelector("input:not([type=hidden]), select, textarea");
      if (first) first.focus();
    });
    group.addEventListener("click", (event) => {
      const button = event.target.closest("[data-remove]");
      if (!button || !group.contains(button)) return;
      event.preventDefault();
      const row = button.closest("[data-row]");
      const typed = Array.from(row.querySelectorAll("input:not([type=hidden]):not([type=checkbox]):not([type=radio]), textarea")).some((each) => each.value.trim());
      if (typed && !window.confirm("这一行已填写内容，确定删除吗？")) return;
      row.remove();
      settle();
      add.focus();
      group.dispatchEvent(new CustomEvent("rowschanged", { bubbles: true }));
    });
    settle();
  }

  // 4. Court picker: ARIA combobox over suggestions of the server; two typed characters are enough.
  let pickers = 0;
  function courtPicker(box) {
    const input = box.querySelector("input[type=text]");
    const code = box.querySelector("input[type=hidden]");
    const url = box.dataset.suggestUrl;
    if (!input || !url) return;
    const list = document.createElement("ul");
    list.className = "picker-list";
    list.id = "picker-" + ++pickers;
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "可选的法院");
    box.appendChild(list);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id]]) input.setAttribute(name, value);
    let active = -1, timer = 0, asked = 0;
    const options = () => Array.from(list.querySelectorAll("[role=option]"));
    const close = () => { list.hidden = true; active = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
    const mark = (index) => {
      const all = options();
      if (!all.length) return;
      active = (index + all.length) % all.length;
      all.forEach((each, place) => each.setAttribute("aria-selected", String(place === active)));
      input.setAttribute("aria-activedescendant", all[active].id);
      all[active].scrollIntoView({ block: "nearest" });
    };
    const pick = (option) => {
      input.value = option.dataset.value;
      if (code) code.value = option.dataset.code || "";
      close();
      input.dispatchEvent(new Event("change", { bubbles: true }));
    };
    const show = (items) => {
      list.textContent = "";
      items.forEach((item, place) => {
        const row = document.createElement("li");
        row.id = list.id + "-" + place;
        row.setAttribute("role", "option");
        row.setAttribute("aria-selected", "false");
        row.dataset.value = item.value;
        row.dataset.code = item.code || "";
        row.textContent = item.value;
        if (item.note) { const note = document.createElement("small"); note.textContent = item.note; row.appendChild(note); }
        list.appendChild(row);
      });
      if (!items.length) {
        const none = document.createElement("li");
        none.className = "picker-none";
        none.setAttribute("role", "presentation");
        none.textContent = "没有找到，请换两个字试试";
        list.appendChild(none);
      }
      active = -1;
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
    };
    input.addEventListener("input", () => {
      if (code) code.value = "";
      clearTimeout(timer);
      const text = input.value.trim();
      const turn = ++asked;
      if (text.length < 2) { close(); return; }
      timer = setTimeout(() => {
        const join = url.includes("?") ? "&" : "?";
        fetch(url + join + "q=" + encodeURIComponent(text), { credentials: "same-origin", headers: { Accept: "application/json" } })
          .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(String(answer.status)))))
          .then((found) => { if (turn === asked) show(found.items || []); })
          .catch(() => { if (turn === asked) close(); });
      }, 200);
    });
    input.addEventListener("keydown", (event) => {
      if (list.hidden) return;
      if (event.key === "ArrowDown") { event.preventDefault(); mark(active + 1); }
      else if (event.key === "ArrowUp") { event.preventDefault(); mark(active - 1); }
      else if (event.key === "Escape") { event.preventDefault(); close(); }
      else if (event.key === "Enter" && !event.isComposing && active >= 0) { event.preventDefault(); pick(options()[active]); }
    });
    list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const option = event.target.closest("[role=option]");
      if (option) pick(option);
    });
    input.addEventListener("blur", () => setTimeout(close, 100));
  }

  // 5. Size of chosen files, told before they are sent.
  function fileHint(input) {
    const hint = input.parentElement.querySelector(".file-hint");
    const limit = Number(input.dataset.maxBytes);
    const rule = hint ? hint.textContent : "";
    input.addEventListener("change", () => {
      const files = Array.from(input.files || []);
      const big = files.filter((file) => file.size > limit);
      const text = big.length ? "“" + big[0].name + "”有 " + mb(big[0].size) + "，超过 " + mb(limit) + "，请压缩或分成几个文件" : "";
      input.setCustomValidity(text);
      if (hint) hint.textContent = text || (files.length ? "已选 " + files.length + " 个文件，共 " + mb(files.reduce((sum, file) => sum + file.size, 0)) + "。" + rule : rule);
      if (text) input.reportValidity();
    });
  }

  function enhance(root) {
    root.querySelectorAll("form[data-once]").forEach(guardSubmit);
    root.querySelectorAll("form[data-guard]").forEach(guardLeaving);
    root.querySelectorAll("[data-repeat]").forEach(repeatRows);
    root.querySelectorAll(".picker[data-suggest-url]").forEach(courtPicker);
    root.querySelectorAll("input[type=file][data-max-bytes]").forEach(fileHint);
    root.querySelectorAll("[data-print]").forEach((button) => button.addEventListener("click", () => window.print()));
    const errors = root.querySelector("[data-focus]");
    if (errors) errors.focus();
  }
  enhance(document);

  // 6. An opened menu closes with Escape or a click elsewhere.
  const menus = () => document.querySelectorAll(".topbar details[open]");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menus().forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
  });
  document.addEventListener("click", (event) => {
    menus().forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
})();
