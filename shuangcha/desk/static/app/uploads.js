// Attachments are sent ahead of the form, one by one: chosen, photographed or dragged in, each with its progress. A file larger than
// what goes in one piece is sent in parts and goes on where the server stopped. Without this file they go with the form.
// Syntax must run on Chromium 80.
(function () {
  "use strict";
  if (document.documentElement.dataset.uploadsOn) return; // the part may stand on the page twice
  document.documentElement.dataset.uploadsOn = "1";
  const TOGETHER = 2;
  const AGAIN = 5000;
  const MARK = 512; // bytes at either end that tell two files of one name and size apart
  const size = (bytes) => (bytes < 1024 * 1024 ? Math.max(1, Math.round(bytes / 1024)) + " KB" : (bytes / 1024 / 1024).toFixed(1).replace(".0", "") + " MB");
  const make = (tag, name, text) => { const one = document.createElement(tag); if (name) one.className = name; if (text) one.textContent = text; return one; };

  class Lost extends Error {}   // the network: to be tried again
  class Refused extends Error {} // the server's sentence: not to be tried again

  class Uploads {
    constructor(box) {
      this.box = box;
      this.form = box.closest("form");
      this.list = box.querySelector("[data-sent]");
      this.state = box.querySelector("[data-upload-state]");
      this.queue = [];
      this.running = 0;
      this.held = null;
      box.querySelectorAll("input[type=file]").forEach((input) => input.addEventListener("change", () => {
        const files = Array.from(input.files);
        input.value = "";
        this.take(files);
      }));
      const drop = box.querySelector("[data-drop]");
      // The whole form is the target: a file let go beside the box must not be opened by the browser in place of the page.
      const over = (event) => { if (Array.from(event.dataTransfer.types).includes("Files")) { event.preventDefault(); drop.classList.add("over"); } };
      this.form.addEventListener("dragover", over);
      this.form.addEventListener("dragleave", (event) => { if (!this.form.contains(event.relatedTarget)) drop.classList.remove("over"); });
      this.form.addEventListener("drop", (event) => {
        if (!Array.from(event.dataTransfer.types).includes("Files")) return;
        event.preventDefault();
        drop.classList.remove("over");
        this.take(Array.from(event.dataTransfer.files));
      });
      this.form.addEventListener("submit", (event) => this.sending(event), true);
      window.addEventListener("online", () => this.wake());
      window.addEventListener("beforeunload", (event) => { if (this.open()) { event.preventDefault(); event.returnValue = ""; } });
      this.tell();
    }

    rows() { return Array.from(this.list.children); }
    open() { return this.queue.length + this.running; }

    take(files) {
      const most = Number(this.box.dataset.most), largest = Number(this.box.dataset.largest);
      files.forEach((file) => {
        const row = this.row(file);
        if (this.rows().filter((one) => !one.classList.contains("bad")).length > most) this.fail(row, "超过" + most + "个，未上传；可以先提交，再补充材料");
        else if (file.size > largest) this.fail(row, "有 " + size(file.size) + "，超过 " + size(largest) + "，请压缩或分成几个文件");
        else if (!file.size) this.fail(row, "文件是空的");
        else this.queue.push({ file: file, row: row });
      });
      this.next();
    }

    row(file) {
      const row = make("li", "upload-row");
      row.appendChild(make("span", "upload-name", file.name));
      const bar = make("progress");
      bar.max = 100; bar.value = 0;
      bar.setAttribute("aria-label", file.name + "的上传进度");
      row.appendChild(bar);
      row.appendChild(make("span", "upload-word", "等待上传，" + size(file.size)));
      const stop = make("button", "btn btn-sm btn-outline-secondary", "取消");
      stop.type = "button";
      stop.setAttribute("aria-label", "取消上传" + file.name);
      stop.addEventListener("click", () => this.cancel(row));
      row.appendChild(stop);
      this.list.appendChild(row);
      return row;
    }

    say(row, word, done) {
      row.querySelector(".upload-word").textContent = word;
      if (done !== undefined) row.querySelector("progress").value = done;
    }

    fail(row, word) {
      row.classList.add("bad");
      this.say(row, word);
      const bar = row.querySelector("progress");
      if (bar) bar.remove();
      row.querySelector("button").textContent = "移去";
    }

    cancel(row) {
      this.queue = this.queue.filter((one) => one.row !== row);
      row.dataset.gone = "1";
      if (row.request) row.request.abort();
      row.remove();
      this.next();
    }

    next() {
      while (this.running < TOGETHER && this.queue.length) {
        const one = this.queue.shift();
        this.running += 1;
        this.send(one)
          .then((sent) => this.done(one, sent))
          .catch((wrong) => {
            if (one.row.dataset.gone) return;
            if (wrong instanceof Refused) { this.fail(one.row, wrong.message.replace("“" + one.file.name + "”：", "")); return; }
            this.say(one.row, "网络不通，恢复后自动继续");
            this.queue.push(one);
            setTimeout(() => this.wake(), AGAIN);
            this.sleeping = true;
          })
          .then(() => { this.running -= 1; this.tell(); if (!this.sleeping) this.next(); });
      }
      this.tell();
    }

    wake() { this.sleeping = false; this.next(); }

    tell() {
      const waiting = this.open(), sent = this.list.querySelectorAll("input.tick").length;
      const texts = [];
      if (waiting) texts.push("正在上传，还有 " + waiting + " 个");
      if (sent > 3 || (waiting && sent)) texts.push("已上传 " + sent + " 个");
      if (this.held && waiting) texts.push("传完后自动提交");
      this.state.textContent = texts.join("；");
      if (this.held && !waiting) {
        const button = this.held.button;
        this.held = null;
        if (this.list.querySelector(".bad")) { this.state.textContent = "有附件没有传上，请移去或重新选择后再提交"; this.state.scrollIntoView({ block: "center" }); return; }
        if (button && button.type === "submit" && button.form === this.form) this.form.requestSubmit(button);
        else this.form.requestSubmit();
      }
    }

    sending(event) {
      if (!this.open()) return;
      const button = event.submitter || (document.activeElement && document.activeElement.form === this.form ? document.activeElement : null);
      event.preventDefault();
      event.stopImmediatePropagation();
      this.held = { button: button };
      this.tell();
      this.state.scrollIntoView({ block: "center" });
    }

    done(one, sent) {
      if (one.row.dataset.gone) return;
      const row = make("li"), label = make("label", "choice"), box = make("input", "tick"), text = make("span", "", sent.name);
      box.type = "checkbox"; box.name = this.box.dataset.uploads; box.value = sent.uid; box.checked = true;
      text.appendChild(make("small", "", size(sent.size) + "，已上传；去掉勾选即不附"));
      label.appendChild(box); label.appendChild(text); row.appendChild(label);
      one.row.replaceWith(row);
      box.dispatchEvent(new Event("change", { bubbles: true })); // the draft keeps it too
    }

    send(one) {
      return one.file.size > Number(this.box.dataset.atOnce) ? this.inParts(one) : this.whole(one);
    }

    whole(one) {
      const data = new FormData();
      data.append("file", one.file, one.file.name);
      return this.request(one, this.box.dataset.uploadUrl, data, {}, (sent) => this.say(one.row, sent < 100 ? "已传 " + sent + "%" : "正在处理", sent))
        .then((answer) => answer.files[0]);
    }

    inParts(one) {
      const address = this.box.dataset.openUrl.replace(/open\/$/, "");
      return this.mark(one.file)
        .then((mark) => this.request(one, this.box.dataset.openUrl, JSON.stringify({ name: one.file.name, size: one.file.size, mark: mark }), { "Content-Type": "application/json" }))
        .then((told) => {
          const part = (offset) => {
            if (one.row.dataset.gone) return Promise.reject(new Lost());
            if (offset >= one.file.size) {
              this.say(one.row, "正在处理", 100);
              return this.request(one, address + told.id + "/complete/", "", {}).then((answer) => (answer.files ? answer.files[0] : part(answer.offset)));
            }
            const piece = one.file.slice(offset, offset + told.chunk);
            const word = () => { const now = Math.floor((offset / one.file.size) * 100); this.say(one.row, "已传 " + now + "%，共 " + size(one.file.size), now); };
            word();
            return this.hash(piece)
              .then((headers) => this.request(one, address + told.id + "/" + offset + "/", piece, headers))
              .then((answer) => part(answer.offset));
          };
          return part(told.offset);
        });
    }

    mark(file) {
      const ends = new Blob([file.slice(0, MARK), file.slice(Math.max(0, file.size - MARK))]);
      return new Promise((resolve, reject) => {
        const reader = new FileReader();
        reader.onload = () => resolve(String(file.lastModified) + "|" + String(reader.result).split(",").pop());
        reader.onerror = () => reject(new Refused("文件读不出来，请重新选择"));
        reader.readAsDataURL(ends);
      });
    }

    // The browser hashes on https and on this machine only; elsewhere the length and the server's own hash have to do.
    hash(piece) {
      if (!window.crypto || !window.crypto.subtle) return Promise.resolve({});
      return new Response(piece).arrayBuffer().then((bytes) => window.crypto.subtle.digest("SHA-256", bytes)).then((sum) => ({
        "X-Content-SHA256": Array.from(new Uint8Array(sum)).map((one) => one.toString(16).padStart(2, "0")).join("") }));
    }

    request(one, url, body, headers, progress) {
      return new Promise((resolve, reject) => {
        const request = new XMLHttpRequest();
        one.row.request = request;
        request.open("POST", url);
        request.setRequestHeader("X-CSRFToken", this.form.querySelector("input[name=csrfmiddlewaretoken]").value);
        request.setRequestHeader("Accept", "application/json");
        Object.keys(headers).forEach((name) => request.setRequestHeader(name, headers[name]));
        if (body instanceof Blob && !headers["Content-Type"]) request.setRequestHeader("Content-Type", "application/octet-stream");
        if (progress) request.upload.onprogress = (event) => { if (event.lengthComputable) progress(Math.floor((event.loaded / event.total) * 100)); };
        request.onerror = request.ontimeout = request.onabort = () => reject(new Lost());
        request.onload = () => {
          let told = null;
          try { told = JSON.parse(request.responseText); } catch (wrong) { told = null; }
          if (request.status < 300 && told) resolve(told);
          else if (request.status === 409 && told && told.offset !== undefined) resolve(told); // go on from where the server stands
          else if (request.status >= 500) reject(new Lost());
          else if (told && told.sentence) reject(new Refused(told.sentence));
          else reject(new Refused(request.status === 413 ? "文件太大，服务器没有接受" : "登录可能已过期，请重新登录后再上传"));
        };
        request.send(body);
      });
    }
  }

  document.querySelectorAll("[data-uploads]").forEach((box) => { if (box.closest("form")) new Uploads(box); });
})();
