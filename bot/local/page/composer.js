// The question box: an ARIA combobox with completions, and the earlier questions under the arrow keys.

import { suggestions } from "./completion.js";
import { createHistory } from "./history.js";

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
    const question = text.trim();
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
    input.value = text;
    close();
    input.setSelectionRange(text.length, text.length);
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
  input.addEventListener("blur", close);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(input.value);
  });

  return { offerForTyped, submit };
}
