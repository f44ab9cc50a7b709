// What may follow a half-typed question. Pure: words are {commands: [{name, usage, summary}], plugins, branches, servers}.

const PREFIX = "/plugin";
const MOST = 8;

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

// The usage says what stands at each place: "/plugin status NAME [on BRANCH]". A word in brackets may be left out.
function candidates([command, ...given], words) {
  if (command === undefined) return commandWords(words);
  const known = words.commands.find((one) => one.name === command.toLowerCase());
  if (!known) return [];
  const usage = parts(known);
  let place = 1;
  for (const word of given) {
    while (isLeftOut(usage[place], word)) place += 1;
    place += 1;
  }
  const found = expectedAt(usage, place, words);
  return isOptionalWord(usage[place]) ? [...found, ...expectedAt(usage, place + 1, words)] : found;
}

function expectedAt(usage, place, words) {
  const more = usage.length > place + 1;
  const expected = usage[place]?.replace(/[[\]]/g, "");
  if (expected?.split("|")[0] === "NAME") return words.plugins.map((word) => ({ word, hint: "plugin", more }));
  if (expected === "BRANCH") return words.branches.map((word) => ({ word, hint: "host branch", more }));
  if (expected === "SERVER") return words.servers.map((word) => ({ word, hint: "canary server", more }));
  if (expected === "COMMAND") return commandWords(words).map((one) => ({ ...one, more }));
  const fixed = expected && expected === expected.toLowerCase() ? expected.split("|") : [];
  return fixed.map((word) => ({ word, hint: "", more }));
}

const isOptionalWord = (part) => /^\[[a-z]+\]$/.test(part ?? "");
const isLeftOut = (part, word) => isOptionalWord(part) && part !== `[${word.toLowerCase()}]`;

function commandWords(words) {
  return words.commands.map((one) => ({
    word: one.name, hint: one.summary, usage: one.usage.split(/\s+/).slice(2).join(" "), more: parts(one).length > 1,
  }));
}

// The places of a usage without its prefix: ["status", "NAME", "[on", "BRANCH]"].
function parts(command) {
  return command.usage.split(/\s+/).slice(1);
}

// Words that begin so come before words that merely contain it.
function matching(typed, candidates, beginOnly = false) {
  const wanted = typed.toLowerCase();
  const begins = candidates.filter((one) => one.word.toLowerCase().startsWith(wanted));
  const contains = beginOnly ? [] : candidates.filter((one) => one.word.toLowerCase().indexOf(wanted) > 0);
  return [...begins, ...contains].slice(0, MOST);
}
