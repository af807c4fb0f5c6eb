// 登记线索: the court from the case number, the fields from the source, likely repeats while one types, Ctrl+Enter.
// Without this file the same buttons submit and the server draws the form again. Syntax must run on Chromium 80.
(function () {
  "use strict";
  const form = document.querySelector("form[data-register]");
  if (!form) return;
  const one = (selector) => form.querySelector(selector);
  const court = one("[name=subject_court]");
  const token = () => one("input[name=csrfmiddlewaretoken]").value;
  const isNumber = (input) => /^cases\.\d+\.number$/.test(input.name || "");

  // 1. Cards of the sources; the blocks of their fields follow (move.js does the same for a list).
  const cards = Array.from(form.querySelectorAll("input[name=source]"));
  const box = one("[data-sources]");
  const follow = () => {
    const chosen = cards.find((card) => card.checked);
    cards.forEach((card) => card.closest(".card-choice").classList.toggle("on", card.checked));
    form.querySelectorAll("[data-source-help]").forEach((help) => { help.hidden = !chosen || help.dataset.sourceHelp !== chosen.value; });
    box.querySelectorAll("[data-source]").forEach((block) => {
      const on = Boolean(chosen) && block.dataset.source === chosen.value;
      block.hidden = !on;
      block.disabled = !on;
    });
    box.querySelector(".source-choose").hidden = true;
    box.hidden = !chosen;
  };
  cards.forEach((card) => card.addEventListener("change", follow));
  follow();

  // 2. The court from the case number. What the clerk typed into the court is never overwritten.
  const told = one("[data-number-told]");
  let filled = ""; // what this code wrote last
  let asked = 0;
  const say = (text, bad) => { told.textContent = text; told.hidden = !text; told.classList.toggle("bad", Boolean(bad)); };
  const read = (input) => {
    const text = input.value.trim();
    if (!text) { say(""); return; }
    const turn = ++asked;
    const body = new FormData();
    body.append("number", text);
    fetch(form.dataset.numberUrl, { method: "POST", credentials: "same-origin", body: body, headers: { "X-CSRFToken": token(), Accept: "application/json" } })
      .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error("no"))))
      .then((found) => {
        if (turn !== asked) return;
        if (found.sentence) { say(found.sentence, true); return; }
        if (found.number && input.value.trim() === text && found.number !== text) {
          input.value = found.number;
          input.dispatchEvent(new Event("change", { bubbles: true }));
        }
        const words = [];
        if (found.court) {
          if (!court.value.trim() || court.value === filled) {
            court.value = filled = found.court;
            court.dispatchEvent(new Event("change", { bubbles: true }));
          }
          words.push(court.value === found.court ? "案号属于" + found.court + "，已填为被反映法院" : "案号属于" + found.court + "，与所填被反映法院不一致，请核对");
        }
        if (found.note) words.push(found.note);
        say(words.join("；"), Boolean(found.court) && court.value !== found.court);
      })
      .catch(() => say("")); // the server checks again when the form is sent
  };
  let last = "";
  form.addEventListener("focusout", (event) => {
    if (!isNumber(event.target) || event.target.value.trim() === last) return;
    last = event.target.value.trim();
    read(event.target);
  });

  // 3. The court of who is complained of is the court complained of, until another is typed.
  form.addEventListener("focusout", (event) => {
    const match = /^subjects\.(\d+)\.name$/.exec(event.target.name || "");
    if (!match || !event.target.value.trim()) return;
    const own = form.elements["subjects." + match[1] + ".court"];
    if (own && !own.value.trim() && court.value.trim()) {
      own.value = court.value;
      own.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });

  // 4. Likely repeats: asked after a pause, of what the server may show this reader.
  const hints = one("[data-hints]"), list = one("[data-hints-list]"), state = one("[data-hints-state]"), check = one("[data-hints-check]");
  const nothing = state.textContent;
  let timer = 0, turn = 0, before = "";
  const RELEVANT = /^(cases\.\d+\.number|subject_court|subjects\.\d+\.(name|court)|title|summary|allegations\.\d+\.text)$/;
  const relevant = () => Array.from(new FormData(form)).filter((pair) => RELEVANT.test(pair[0]) && String(pair[1]).trim());
  const show = (items) => {
    const kept = {};
    list.querySelectorAll("input").forEach((input) => { if (input.type !== "radio" || input.checked) kept[input.name] = input.value; });
    list.textContent = "";
    items.forEach((item) => {
      const row = document.createElement("li"), link = document.createElement("a"), about = document.createElement("span"), why = document.createElement("ul");
      link.href = item.url; link.target = "_blank"; link.rel = "noopener";
      link.textContent = item.number + " " + item.title;
      about.className = "quiet";
      about.textContent = item.court + "，" + item.stage + "，" + item.day + "收到";
      item.reasons.forEach((reason) => { const line = document.createElement("li"); line.textContent = reason; why.appendChild(line); });
      const choice = document.importNode(one("[data-hint-choice]").content, true).firstElementChild;
      choice.setAttribute("aria-label", "与" + item.number + "的关系");
      choice.querySelectorAll("input").forEach((input) => {
        input.name += item.uid;
        const old = kept[input.name];
        if (old !== undefined) { if (input.type === "radio") input.checked = input.value === old; else input.value = old; }
      });
      [link, about, why, choice].forEach((part) => row.appendChild(part));
      list.appendChild(row);
    });
    hints.classList.toggle("found", items.length > 0);
    check.hidden = items.length === 0;
    said();
    state.textContent = items.length ? "您可以查看的线索中，有 " + items.length + " 件可能重复" : "没有找到您可以查看的相近线索";
  };
  // A reason is asked for where something was said; when something was said of each, all have been looked at.
  const said = () => {
    const choices = Array.from(list.querySelectorAll(".hint-choice"));
    choices.forEach((choice) => choice.classList.toggle("said", choice.querySelector("input:checked") !== null));
    if (choices.length && choices.every((choice) => choice.classList.contains("said"))) check.querySelector("input").checked = true;
  };
  list.addEventListener("change", said);
  const ask = () => {
    const pairs = relevant(), text = JSON.stringify(pairs);
    if (text === before) return;
    before = text;
    if (!pairs.some((pair) => pair[0] !== "subject_court" && String(pair[1]).trim().length > 1)) { show([]); state.textContent = nothing; return; }
    const mine = ++turn;
    fetch(form.dataset.repeatsUrl, { method: "POST", credentials: "same-origin", body: JSON.stringify({ fields: pairs }),
      headers: { "Content-Type": "application/json", "X-CSRFToken": token(), Accept: "application/json" } })
      .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error("no"))))
      .then((found) => { if (mine === turn) show(found.items); })
      .catch(() => { if (mine === turn) { before = ""; state.textContent = "暂时查不了重复，提交时会再查"; } });
  };
  const later = () => { clearTimeout(timer); timer = setTimeout(ask, 900); };
  ["input", "change", "rowschanged"].forEach((name) => form.addEventListener(name, later));
  one("[data-hints-ask]").addEventListener("click", (event) => { event.preventDefault(); before = ""; ask(); });
  if (relevant().length) later();
  hints.classList.toggle("found", list.children.length > 0);
  said();

  // 5. How many characters are left, while there is something to count.
  form.querySelectorAll("[data-limit-of]").forEach((holder) => {
    const input = document.getElementById(holder.dataset.limitOf), most = Number(holder.dataset.limit);
    const counter = document.createElement("span");
    counter.className = "counter quiet";
    counter.setAttribute("role", "status");
    holder.querySelector("label").appendChild(counter);
    const count = () => {
      const length = Array.from(input.value.trim()).length, left = most - length;
      counter.textContent = left < 0 ? "已超出 " + -left + " 字，请删减（全文可写入内容摘要）" : length > most / 2 ? "还可写 " + left + " 字" : "";
      counter.classList.toggle("bad", left < 0);
    };
    input.addEventListener("input", count);
    count();
  });

  // 6. Ctrl+Enter registers, from any field.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit(one(".form-foot .btn-primary"));
  });
  if (!document.querySelector("[data-focus]") && !court.value) { const first = one("[name='cases.0.number']"); if (first) first.focus(); }
})();
