// What may be written is offered while somebody types: in the fields of forms by the list box below, in the
// YAML by the editor's own. Arrows choose, Enter takes, Escape leaves (WAI-ARIA, combobox with a list box).
"use strict";

const coworks = {};
{
  const VALUE = /\$[\w.]*$/;
  const opened = { field: null, list: null, offers: [], active: -1, start: 0 };

  // The offers of a field: variables of one more level than is typed, and functions in an expression.
  // `data-complete` says what is typed there: an `expression`, a `value`, or a `text` with expressions in it.
  function offersFor(field) {
    const before = field.value.slice(0, field.selectionStart);
    const typed = before.match(VALUE)?.[0];
    const known = field.closest("[data-offers]")?.dataset.offers;
    if (!typed || !known || field.selectionStart !== field.selectionEnd) return [];
    const { values, functions } = JSON.parse(known);
    const inMarks = before.lastIndexOf("{%") > before.lastIndexOf("%}");
    const isText = field.dataset.complete === "text" && !inMarks;
    const withFunctions = field.dataset.complete === "expression" || inMarks;
    const depth = typed.split(".").length;
    const fits = (name) => name.toLowerCase().startsWith(typed.toLowerCase()) && name.split(".").length === depth;
    opened.start = before.length - typed.length;
    return [
      ...values.filter(fits).map((name) => ({ name, written: isText ? `{% ${name} %}` : name })),
      ...(withFunctions ? functions.filter(fits).map((name) => ({ name, written: `${name}(` })) : []),
    ];
  }

  function open(field) {
    close();
    const offers = offersFor(field);
    if (!offers.length || (offers.length === 1 && offers[0].written === field.value.slice(opened.start, field.selectionStart))) return;
    const list = document.createElement("ul");
    list.id = "offers";
    list.className = "offers";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", field.closest("[data-offers]").dataset.offersLabel);
    offers.forEach(({ name }, number) => {
      const option = document.createElement("li");
      option.id = `offer-${number}`;
      option.setAttribute("role", "option");
      option.textContent = name;
      option.addEventListener("mousedown", (event) => { event.preventDefault(); take(number); });
      list.append(option);
    });
    field.closest("[data-offers]").append(list);
    Object.assign(opened, { field, list, offers });
    field.setAttribute("aria-expanded", "true");
    field.setAttribute("aria-controls", list.id);
    place();
    // Within an expression a value is what is meant; among words it may be a sum of dollars.
    activate(offers[0].written.startsWith("{%") ? -1 : 0);
  }

  function place() {
    const around = (opened.field.closest(".q-field__control") || opened.field).getBoundingClientRect();
    const { style, offsetHeight } = opened.list;
    const below = innerHeight - around.bottom;
    style.left = `${around.left}px`;
    style.minWidth = `${Math.min(around.width, 320)}px`;
    style.top = below > offsetHeight || below > around.top ? `${around.bottom + 2}px` : `${around.top - offsetHeight - 2}px`;
  }

  function activate(number) {
    opened.active = number;
    [...opened.list.children].forEach((option, other) => option.setAttribute("aria-selected", String(other === number)));
    if (number < 0) { opened.field.removeAttribute("aria-activedescendant"); return; }
    opened.field.setAttribute("aria-activedescendant", `offer-${number}`);
    opened.list.children[number].scrollIntoView({ block: "nearest" });
  }

  function close() {
    if (!opened.list) return;
    opened.list.remove();
    opened.field.setAttribute("aria-expanded", "false");
    opened.field.removeAttribute("aria-controls");
    opened.field.removeAttribute("aria-activedescendant");
    Object.assign(opened, { field: null, list: null, offers: [], active: -1 });
  }

  function take(number) {
    const { field, start, offers } = opened;
    const { written } = offers[number];
    close();
    field.setRangeText(written, start, field.selectionStart, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    close();
  }

  const KEYS = {
    ArrowDown: () => activate((opened.active + 1) % opened.offers.length),
    ArrowUp: () => activate((opened.active <= 0 ? opened.offers.length : opened.active) - 1),
    Enter: () => take(opened.active),
    Escape: close,
  };

  let swallowed = null;
  addEventListener("keydown", (event) => {
    swallowed = null;
    if (!opened.list || event.target !== opened.field || event.isComposing || !KEYS[event.key]) return;
    if (event.key === "Enter" && opened.active < 0) { close(); return; }
    // The dialog would close, too.
    swallowed = event.key;
    event.preventDefault();
    event.stopPropagation();
    KEYS[event.key]();
  }, true);
  addEventListener("keyup", (event) => { if (event.key === swallowed) event.stopPropagation(); }, true);

  addEventListener("focusin", ({ target }) => {
    if (!target.dataset?.complete || target.hasAttribute("aria-autocomplete")) return;
    target.setAttribute("aria-autocomplete", "list");
    target.setAttribute("autocomplete", "off");
    if (target.tagName !== "INPUT") return;
    target.setAttribute("role", "combobox");
    target.setAttribute("aria-expanded", "false");
  });
  addEventListener("focusout", close);
  addEventListener("input", ({ target }) => { if (target.dataset?.complete) open(target); });
  addEventListener("scroll", (event) => { if (event.target !== opened.list) close(); }, true);

  // The editor asks the server, which knows the language; an answer goes to the question of its number.
  const asked = new Map();
  let last = 0;

  const found = new WeakSet();
  new MutationObserver(() => {
    for (const editor of document.querySelectorAll("[data-complete=yaml]")) {
      if (!found.has(editor)) { found.add(editor); completeIn(editor); }
    }
  }).observe(document.documentElement, { childList: true, subtree: true });

  async function completeIn(element) {
    const CM = await import("nicegui-codemirror");
    const component = getElement(Number(element.id.slice(1)));
    const editor = await component.editorPromise;
    const source = async (context) => {
      const line = context.state.doc.lineAt(context.pos);
      const column = [...line.text.slice(0, context.pos - line.from)].length;
      const number = ++last;
      const found = await new Promise((resolve) => {
        asked.set(number, resolve);
        component.$emit("complete", { number, line: line.number, column });
      });
      if (!found || context.aborted) return null;
      const start = [...line.text].slice(0, found.start).join("").length;
      const options = found.offers.map(({ label, text, sort, about }) => ({ label, apply: text, type: sort, detail: about }));
      return { from: line.from + start, options };
    };
    const offers = CM.EditorState.languageData.of(() => [{ autocomplete: source }]);
    editor.dispatch({ effects: CM.StateEffect.appendConfig.of(offers) });
    editor.contentDOM.setAttribute("aria-label", element.getAttribute("aria-label"));
  }

  coworks.offered = (number, found) => {
    asked.get(number)?.(found);
    asked.delete(number);
  };
}
