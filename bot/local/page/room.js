// Puts the room together: messages go to the timeline, questions go to the server.

import { createComposer } from "./composer.js";
import { connect } from "./connection.js";
import { Timeline } from "./timeline.js";

const COMPLETIONS_AGE = 60_000; // milliseconds after which the words are asked for again

const byId = (id) => document.getElementById(id);
const words = { commands: [], plugins: [], tags: [], branches: [], servers: [], readAt: -Infinity };

const timeline = new Timeline({
  log: byId("timeline"), scroller: byId("scroller"), empty: byId("empty"), jump: byId("jump"), jumpWords: byId("jump-words"),
  press,
});

const connection = connect({
  onMessage: (message) => timeline.add(message),
  onState(state, word) {
    byId("connection").dataset.state = state;
    byId("connection-word").textContent = word;
    if (state === "connected") {
      byId("notice").textContent = "";
      timeline.caughtUpSoon();
      refreshWords();
    } else {
      timeline.lost();
    }
  },
});

const composer = createComposer({
  form: byId("composer"), input: byId("question"), list: byId("suggestions"), words, ask, wanted: refreshWords,
});

function ask(text) {
  const sent = connection.send(text);
  byId("notice").textContent = sent ? "" : "Not connected, so your question stays here until the room is back.";
  if (sent) timeline.asked(text);
  return sent;
}

// Pressing a button is typing its command; one of a form sends what was filled in as well.
function press(command, button, filled) {
  const text = `/plugin ${command}`;
  const sent = connection.send(text, filled);
  byId("notice").textContent = sent ? "" : "Not connected, so nothing was done. Press again when the room is back.";
  if (sent) timeline.asked(text, button);
}

async function refreshWords() {
  if (performance.now() - words.readAt < COMPLETIONS_AGE) return;
  const isFirst = words.readAt === -Infinity;
  words.readAt = performance.now();
  try {
    const response = await fetch("/completions");
    if (response.ok) Object.assign(words, await response.json());
  } catch {
    words.readAt = -Infinity; // the room is away; ask again when it is back
  }
  if (isFirst) composer.offerForTyped(); // somebody may type before the words are here
  showExamples();
}

function showExamples() {
  const plugin = words.plugins[0];
  const examples = [
    ["/plugin help", "what you can ask"],
    ["/plugin failing", "what is broken now"],
    plugin ? [`/plugin status ${plugin}`, "how one plugin stands"] : ["/plugin list", "which plugins are watched"],
  ];
  byId("examples").replaceChildren(...examples.map(([text, hint]) => {
    const button = Object.assign(document.createElement("button"), { type: "button" });
    const code = Object.assign(document.createElement("code"), { textContent: text });
    const told = Object.assign(document.createElement("span"), { textContent: hint });
    button.append(code, " ", told);
    button.addEventListener("click", () => composer.submit(text));
    const item = document.createElement("li");
    item.append(button);
    return item;
  }));
}

showExamples();
