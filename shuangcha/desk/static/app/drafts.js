// Drafts on the server while a form is being typed; without this file the button 保存草稿 submits and the server keeps them.
// Nothing typed is ever thrown away by this code: what could not be saved stays in the page, and the line says so.
// Syntax must run on Chromium 80.
(function () {
  "use strict";
  if (document.documentElement.dataset.draftsOn) return; // the part may stand on the page twice
  document.documentElement.dataset.draftsOn = "1";
  const PAUSE = 2000;      // after the last key
  const LONGEST = 15000;   // of typing without a pause
  const AGAIN = 8000;      // after a save that did not arrive
  const KEEPALIVE = 60000; // bytes: the browser's limit for what outlives its page is 64 KB
  const OWN = ["csrfmiddlewaretoken", "request_key", "seen_version", "draft_version", "draft_owner"];

  class Draft {
    constructor(form) {
      this.form = form;
      this.place = form.dataset.draft;
      this.version = form.querySelector("[data-draft-version]");
      this.owner = form.querySelector("input[name=draft_owner]");
      this.state = form.querySelector("[data-draft-state]");
      this.url = this.version.dataset.draftUrl;
      this.saved = this.text();
      this.timer = 0;
      this.since = 0;
      this.flight = null;
      this.stopped = false;
      const touched = () => this.touched();
      ["input", "change", "rowschanged"].forEach((name) => form.addEventListener(name, touched));
      form.addEventListener("submit", (event) => this.sending(event), true);
      form.addEventListener("click", (event) => this.clicked(event));
      window.addEventListener("online", () => { if (this.dirty()) this.save(); });
      document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") this.leaving(); });
      window.addEventListener("pagehide", () => this.leaving());
      if (form.querySelector(".error-summary")) { this.saved = ""; this.touched(); }
    }

    pairs() {
      return Array.from(new FormData(this.form)).filter((pair) => typeof pair[1] === "string" && !OWN.includes(pair[0]));
    }
    text() { return JSON.stringify(this.pairs()); }
    dirty() { return this.text() !== this.saved; }

    say(text, kind) {
      this.state.textContent = text;
      this.state.className = "draft-state" + (kind ? " draft-" + kind : "");
    }

    touched() {
      delete this.form.dataset.kept;
      if (this.stopped || this.form.dataset.sent) return;
      clearTimeout(this.timer);
      if (!this.since) this.since = Date.now();
      const wait = Math.max(0, Math.min(PAUSE, this.since + LONGEST - Date.now()));
      this.timer = setTimeout(() => { if (this.dirty()) this.save(); }, wait);
    }

    // → "kept", "offline", "signedout", "refused" (the server said no, in its sentence) or "overtaken"
    save(options) {
      const leaving = Boolean(options && options.leaving);
      clearTimeout(this.timer);
      this.since = 0;
      if (this.flight && !leaving) return this.flight.then(() => (this.dirty() ? this.save() : "kept"));
      const text = this.text();
      const body = JSON.stringify({ place: this.place, owner: this.owner.value, version: Number(this.version.value), fields: JSON.parse(text) });
      const small = new Blob([body]).size < KEEPALIVE;
      if (!leaving) this.say("正在保存…");
      const flight = this.post(body, small)
        .then((answer) => (answer.status === 403 && !leaving ? this.newToken().then(() => this.post(body, small)) : answer))
        .then((answer) => {
          const json = (answer.headers.get("Content-Type") || "").includes("json");
          if (answer.redirected || (answer.ok && !json)) return this.later("signedout", "登录已过期，内容仍在本页；请在新窗口重新登录，之后自动保存");
          if (!json) return this.refused(answer.status === 404 || answer.status === 403 ? "这张表单现在不能保存草稿，内容仍在本页" : "暂时未能保存，内容仍在本页，稍后自动再试", answer.status >= 500);
          return answer.json().then((told) => this.told(answer, told, text));
        }, () => this.later("offline", "网络不通，内容仍在本页，恢复连接后自动保存"))
        .finally(() => { if (this.flight === flight) this.flight = null; });
      this.flight = flight;
      return flight;
    }

    post(body, small) {
      const token = this.form.querySelector("input[name=csrfmiddlewaretoken]").value;
      return fetch(this.url, { method: "POST", credentials: "same-origin", keepalive: small, body: body,
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token } });
    }

    told(answer, told, text) {
      if (answer.ok) {
        this.version.value = String(told.version);
        this.saved = text;
        this.form.dataset.kept = "1";
        this.say("已保存 " + told.saved, "kept");
        if (this.dirty()) this.touched();
        return "kept";
      }
      if (answer.status === 409 && told.version !== undefined) {
        this.stopped = true;
        this.say(told.sentence, "bad");
        const button = document.createElement("button");
        button.type = "button";
        button.className = "btn btn-sm btn-outline-secondary";
        button.textContent = "以本页内容为准，继续保存";
        button.addEventListener("click", () => { this.version.value = String(told.version); this.stopped = false; this.save(); });
        this.state.appendChild(button);
        return "overtaken";
      }
      return this.refused(told.sentence || "未能保存，内容仍在本页", false);
    }

    refused(sentence, again) {
      this.say(sentence, "bad");
      if (again) this.timer = setTimeout(() => { if (this.dirty()) this.save(); }, AGAIN);
      return "refused";
    }

    later(what, sentence) {
      this.say(sentence, "bad");
      clearTimeout(this.timer);
      this.timer = setTimeout(() => { if (this.dirty()) this.save(); }, AGAIN);
      return what;
    }

    // Signing in again in another window gives the browser another token: every form of this page takes it over.
    newToken() {
      return fetch(location.href, { credentials: "same-origin" }).then((answer) => answer.text()).then((html) => {
        const found = new DOMParser().parseFromString(html, "text/html").querySelector("input[name=csrfmiddlewaretoken]");
        if (found) document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((each) => { each.value = found.value; });
      });
    }

    leaving() {
      if (this.stopped || this.form.dataset.sent || this.flight || !this.dirty()) return;
      this.save({ leaving: true });
    }

    clicked(event) {
      if (!event.target.closest("[data-draft-save]")) return;
      event.preventDefault();
      if (!this.stopped) this.save();
    }

    // Before the form is sent its text is kept: a connection that is gone is told here, in place of the browser's error page.
    sending(event) {
      const form = this.form;
      const button = event.submitter || (document.activeElement && document.activeElement.form === form ? document.activeElement : null);
      if (button && button.hasAttribute("data-draft-drop")) {
        if (!window.confirm("确定放弃草稿吗？已填写的内容将清空。")) { event.preventDefault(); event.stopImmediatePropagation(); return; }
        clearTimeout(this.timer);
        this.stopped = true;
        return;
      }
      if (this.through || form.dataset.sent || this.stopped || (!this.dirty() && this.version.value === "0")) { clearTimeout(this.timer); return; }
      event.preventDefault();
      event.stopImmediatePropagation();
      if (this.held) return; // a double click
      this.held = true;
      this.save().then((what) => {
        this.held = false;
        if (what === "offline") { this.say("网络不通，尚未提交，内容仍在本页；恢复连接后请再提交", "bad"); this.state.scrollIntoView({ block: "center" }); return; }
        if (what === "signedout") { this.say("登录已过期，尚未提交，内容仍在本页；请在新窗口重新登录，再回到本页提交", "bad"); this.state.scrollIntoView({ block: "center" }); return; }
        clearTimeout(this.timer);
        this.through = true;
        if (button && button.type === "submit" && button.form === form) form.requestSubmit(button);
        else form.requestSubmit();
        this.through = false;
      });
    }
  }

  document.querySelectorAll("form[data-draft]").forEach((form) => { if (form.querySelector("[data-draft-version]")) new Draft(form); });
})();
