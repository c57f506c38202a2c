// Turns <select data-picker="url"> into a field that searches by name, pinyin or initials. The select stays the form's value.
// The url answers ?q= with {"results": [{"value", "label", "note"}]}; without a url the select's own options are searched.
const WAIT_MS = 150;
const SHOWN = 50;
let made = 0;

function element(tag, className, text = "") {
  const node = document.createElement(tag);
  node.className = className;
  if (text) node.textContent = text;
  return node;
}

function own(select, text) {
  const wanted = text.toLowerCase();
  return [...select.options]
    .filter((option) => option.value && `${option.textContent} ${option.dataset.key ?? ""}`.toLowerCase().includes(wanted))
    .slice(0, SHOWN)
    .map((option) => ({ value: option.value, label: option.textContent.trim(), note: option.dataset.note ?? "" }));
}

class Picker {
  constructor(select) {
    this.select = select;
    this.id = `picker-${++made}`;
    this.input = element("input", "picker__input");
    this.list = element("div", "picker__list");
    this.box = element("div", "picker__box");
    this.root = element("div", "picker");
    this.running = null;
    this.timer = 0;
    this.build();
    this.draw();
  }

  build() {
    const { select, input, list, box, root } = this;
    Object.assign(input, { type: "text", id: this.id, autocomplete: "off", spellcheck: false });
    Object.assign(list, { id: `${this.id}-list`, role: "listbox", hidden: true, tabIndex: -1 });
    const label = select.labels?.[0];
    if (label) {
      label.htmlFor = this.id;
      list.setAttribute("aria-label", label.textContent.trim());
    }
    for (const [name, value] of [["role", "combobox"], ["aria-expanded", "false"], ["aria-controls", list.id], ["aria-autocomplete", "list"]]) input.setAttribute(name, value);
    for (const name of ["aria-describedby", "aria-invalid", "aria-label"]) if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
    if (select.required) input.setAttribute("aria-required", "true");
    select.hidden = true;
    select.after(root);
    root.append(box, list);
    box.append(input);
    box.addEventListener("click", (event) => {
      const remove = event.target.closest("[data-value]");
      if (remove) this.drop(remove.dataset.value);
      input.focus();
    });
    input.addEventListener("input", (event) => event.isComposing || this.askSoon());
    input.addEventListener("compositionend", () => this.askSoon());
    input.addEventListener("focus", () => this.ask());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => setTimeout(() => this.close(), 120));
    list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const option = event.target.closest('[role="option"]');
      if (option) this.take(option);
    });
  }

  chosen() {
    return [...this.select.selectedOptions].filter((option) => option.value);
  }

  draw() {
    this.box.querySelectorAll(".picker__chip").forEach((chip) => chip.remove());
    for (const option of this.chosen()) {
      const label = option.textContent.trim();
      const chip = element("span", "picker__chip", label);
      const remove = element("button", "picker__remove", "×");
      Object.assign(remove, { type: "button", disabled: this.select.disabled });
      remove.dataset.value = option.value;
      remove.setAttribute("aria-label", `${this.select.dataset.remove} ${label}`);
      chip.append(remove);
      this.input.before(chip);
    }
    this.input.placeholder = this.chosen().length ? "" : this.select.dataset.placeholder;
  }

  askSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), WAIT_MS);
  }

  async ask() {
    const text = this.input.value.trim();
    const url = this.select.dataset.picker;
    if (!url) return this.show(own(this.select, text));
    this.running?.abort();
    this.running = new AbortController();
    try {
      const answer = await fetch(`${url}${url.includes("?") ? "&" : "?"}q=${encodeURIComponent(text)}`, { signal: this.running.signal, headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      this.show((await answer.json()).results);
    } catch (error) {
      if (error.name !== "AbortError") this.show([]);
    }
  }

  show(found) {
    const taken = new Set(this.chosen().map((option) => option.value));
    const left = found.filter((one) => !taken.has(String(one.value)));
    this.list.replaceChildren(
      ...left.map((one, index) => {
        const option = element("div", "picker__option");
        option.id = `${this.id}-${index}`;
        option.setAttribute("role", "option");
        option.dataset.value = one.value;
        option.append(element("span", "picker__label", one.label), element("span", "picker__note", one.note ?? ""));
        return option;
      }),
    );
    if (!left.length) this.list.append(element("div", "picker__none", this.select.dataset.none));
    this.list.hidden = document.activeElement !== this.input;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.mark(this.list.querySelector('[role="option"]'));
  }

  mark(option) {
    for (const other of this.list.children) other.setAttribute("aria-selected", String(other === option));
    if (option) {
      this.input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    }
  }

  key(event) {
    if (event.isComposing || event.keyCode === 229) return;
    const options = [...this.list.querySelectorAll('[role="option"]')];
    const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (this.list.hidden) this.ask();
      else if (options.length) this.mark(options[(at + (event.key === "ArrowDown" ? 1 : -1) + options.length) % options.length]);
    } else if (event.key === "Enter" && !this.list.hidden && options[at]) {
      this.take(options[at]);
    } else if (event.key === "Escape" && !this.list.hidden) {
      this.close();
    } else if (event.key === "Backspace" && !this.input.value && this.chosen().length) {
      this.drop(this.chosen().at(-1).value);
    } else {
      return;
    }
    event.preventDefault();
  }

  take(option) {
    const value = option.dataset.value;
    if (!this.select.multiple) for (const other of this.select.options) other.selected = false;
    let target = [...this.select.options].find((other) => other.value === value);
    if (!target) {
      target = new Option(option.querySelector(".picker__label").textContent, value);
      this.select.add(target);
    }
    target.selected = true;
    this.changed();
    if (this.select.multiple) this.ask();
    else this.close();
  }

  drop(value) {
    for (const option of this.select.options) if (option.value === value) option.selected = false;
    if (!this.select.multiple) this.select.value = "";
    this.changed();
  }

  changed() {
    this.input.value = "";
    this.draw();
    this.select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}

function enhance(root) {
  for (const select of root.querySelectorAll("select[data-picker]:not([hidden])")) new Picker(select);
}

enhance(document);
document.addEventListener("htmx:load", (event) => enhance(event.detail.elt));
