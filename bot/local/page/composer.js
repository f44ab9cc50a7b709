// The question box: an ARIA combobox with completions, and the earlier questions under the arrow keys.

import { suggestions } from "./completion.js";
import { createHistory } from "./history.js";

// How the end of a line stands in the box, which has one line: of a pasted file each line is one plugin.
const LINE_END = "↵";
const onOneLine = (text) => text.replaceAll(/\s*\n\s*/g, ` ${LINE_END} `);
const inLines = (text) => text.trim().replaceAll(new RegExp(`\\s*${LINE_END}\\s*`, "g"), "\n");

export function createComposer({ form, input, list, words, ask, wanted }) {
  const history = createHistory();
  let offered = [];
  let active = -1;
  let isTyping = false;

  function offer() {
    isTyping = true;
    offered = suggestions(input.value, words);
    list.replaceChildren(...offered.map(option));
    list.hidden = offered.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    activate(-1);
  }

  function offerForTyped() {
    if (isTyping && input.value) offer();
  }

  function close() {
    isTyping = false;
    offered = [];
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    activate(-1);
  }

  function option(one, place) {
    const item = document.createElement("li");
    item.id = `suggestion-${place}`;
    item.setAttribute("role", "option");
    for (const [name, words] of [["word", one.word], ["usage", one.usage], ["hint", one.hint]]) {
      if (words) item.append(Object.assign(document.createElement("span"), { className: name, textContent: words }), " ");
    }
    item.addEventListener("pointerdown", (event) => event.preventDefault()); // the focus stays in the box
    item.addEventListener("click", () => accept(place));
    return item;
  }

  function activate(place) {
    active = place;
    [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === place)));
    if (place < 0) {
      input.removeAttribute("aria-activedescendant");
    } else {
      input.setAttribute("aria-activedescendant", `suggestion-${place}`);
      list.children[place].scrollIntoView({ block: "nearest" });
    }
  }

  function accept(place) {
    input.value = offered[place].value;
    /[ :]$/.test(input.value) ? offer() : close();
    input.focus();
  }

  function submit(text) {
    const question = inLines(text);
    if (!question || !ask(question)) return;
    history.add(question);
    input.value = "";
    close();
    input.focus();
  }

  // Round the list and through "nothing chosen", so that one can come back to what was typed.
  function step(by) {
    const places = offered.length + 1;
    activate(((active + 1 + by + places) % places) - 1);
  }

  function recall(text) {
    if (text === null) return;
    input.value = onOneLine(text);
    close();
    input.setSelectionRange(input.value.length, input.value.length);
  }

  const keys = {
    ArrowDown: () => (offered.length ? step(1) : recall(history.newer())),
    ArrowUp: () => (offered.length ? step(-1) : recall(history.older(input.value))),
    Tab: () => offered.length > 0 && accept(Math.max(active, 0)),
    Enter: () => active >= 0 && accept(active),
    Escape: () => offered.length > 0 && close(),
  };

  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.shiftKey || event.ctrlKey || event.altKey || event.metaKey) return;
    if (keys[event.key] && keys[event.key]() !== false) event.preventDefault();
  });
  input.addEventListener("input", () => {
    history.leave();
    offer();
    wanted();
  });
  input.addEventListener("paste", (event) => {
    const pasted = event.clipboardData.getData("text/plain").trim();
    if (!pasted.includes("\n")) return;
    event.preventDefault();
    input.setRangeText(onOneLine(pasted), input.selectionStart, input.selectionEnd, "end");
    input.dispatchEvent(new Event("input"));
  });
  input.addEventListener("blur", close);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(input.value);
  });

  return { offerForTyped, submit };
}
