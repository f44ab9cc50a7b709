// What may follow a half-typed question. Pure: words are {commands, plugins, tags, branches, servers}, and a command is
// {name, usage, summary, leading, trailing}: its places, those in their order and those behind them in any. A place is
// {lead, words, source, required}: perhaps a word before it, and what may stand there.

const PREFIX = "/plugin";
const MOST = 8;
const TAG = "tag:"; // what a tag begins with where it is followed
const KINDS = { plugins: "plugin", branches: "host branch", servers: "canary server" };

// Suggestions as {value, word, hint}: the whole input once accepted, the word to show, and what it is.
export function suggestions(text, words) {
  const typed = text.trimStart();
  if (!typed) return [];
  const tokens = typed.split(/\s+/);
  if (tokens.length === 1) return firstWord(tokens[0], words);
  if (tokens[0].toLowerCase() !== PREFIX) return [];
  const done = tokens.slice(0, -1);
  const found = matching(tokens.at(-1), candidates(done.slice(1), words));
  return found
    .map((one) => ({ ...one, value: `${[...done, one.word].join(" ")}${one.more ? " " : ""}` }))
    .filter((one) => one.value !== typed);
}

// Somebody who types "sta" means "/plugin status".
function firstWord(token, words) {
  const isPrefix = PREFIX.startsWith(token.toLowerCase());
  const found = matching(isPrefix ? "" : token, commandWords(words), true);
  return found.map((one) => ({ ...one, value: `${PREFIX} ${one.word}${one.more ? " " : ""}` }));
}

function candidates(given, words) {
  if (!given.length) return commandWords(words);
  const known = named(given.slice(0, 2), words) ?? named(given.slice(0, 1), words);
  if (!known) return [];
  const rest = given.slice(known.name.split(" ").length);
  const parts = rest.length ? [] : secondWords(known, words);
  return [...parts, ...expected(known, rest, words)];
}

const named = (given, words) => words.commands.find((one) => one.name === given.join(" ").toLowerCase());

// "canary run" is a command of its own: after "canary", "run" is one of the words.
function secondWords(known, words) {
  return words.commands
    .filter((one) => one.name.startsWith(`${known.name} `))
    .map((one) => ({ word: one.name.slice(known.name.length + 1), hint: one.summary, more: one.leading.length > 0 }));
}

function expected({ leading, trailing }, given, words) {
  let rest = given;
  for (const [index, place] of leading.entries()) {
    const more = index + 1 < leading.length || trailing.length > 0;
    if (!place.required && !(rest.length && place.words.includes(rest[0].toLowerCase()))) {
      if (rest.length) continue;
      return [...standing(place, more, words), ...standing(leading[index + 1], more, words)];
    }
    if (!rest.length) return standing(place, more, words);
    rest = rest.slice(1);
  }
  return behind(trailing, rest, words);
}

function behind(trailing, given, words) {
  const last = given.at(-1)?.toLowerCase();
  const led = trailing.find((place) => place.lead && place.lead === last);
  if (led) return standing(led, trailing.length > 1, words);
  return trailing
    .filter((place) => !isGiven(place, given))
    .flatMap((place) => {
      const more = trailing.length > 1;
      return place.lead ? [{ word: place.lead, hint: "", more: true }] : standing(place, more, words);
    });
}

function isGiven(place, given) {
  const typed = given.map((word) => word.toLowerCase());
  if (place.lead) return typed.includes(place.lead);
  return place.words.length ? place.words.some((word) => typed.includes(word)) : given.length > 0;
}

function standing(place, more, words) {
  const fixed = place.words.map((word) => ({ word, hint: "", more }));
  if (place.source === "commands") return [...fixed, ...commandWords(words).map((one) => ({ ...one, more }))];
  if (place.source === "followed") return [...fixed, ...followed(more, words)];
  const names = (words[place.source] ?? []).map((word) => ({ word, hint: KINDS[place.source], more }));
  return [...fixed, ...names];
}

// That tags can be followed is told before the plugins; which there are, once "tag:" is typed.
function followed(more, { plugins, tags }) {
  const beginning = tags.length ? [{ word: TAG, hint: "plugins with a tag", more: false }] : [];
  const handles = plugins.map((word) => ({ word, hint: KINDS.plugins, more }));
  const whole = tags.filter((tag) => !/\s/.test(tag)); // others need quotes
  return [...beginning, ...handles, ...whole.map((word) => ({ word, hint: "tag", more }))];
}

function commandWords(words) {
  return words.commands
    .filter((one) => !one.name.includes(" "))
    .map((one) => ({ word: one.name, hint: one.summary, usage: one.usage, more: one.leading.length + one.trailing.length > 0 }));
}

// Words that begin so come before words that merely contain it.
function matching(typed, candidates, beginOnly = false) {
  const wanted = typed.toLowerCase();
  const begins = candidates.filter((one) => one.word.toLowerCase().startsWith(wanted));
  const contains = beginOnly ? [] : candidates.filter((one) => one.word.toLowerCase().indexOf(wanted) > 0);
  return [...begins, ...contains].slice(0, MOST);
}
