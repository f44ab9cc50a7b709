// Earlier questions, kept in this browser where it allows that.

const KEY = "pluginwatch.history";
const MOST = 100;

export function createHistory() {
  const questions = read();
  let place = questions.length;
  let draft = "";

  return {
    add(question) {
      if (questions.at(-1) !== question) questions.push(question);
      questions.splice(0, questions.length - MOST);
      place = questions.length;
      write(questions);
    },
    // The question before this one; null at the oldest. What was typed so far comes back below the newest.
    older(typed) {
      if (place === 0) return null;
      if (place === questions.length) draft = typed;
      place -= 1;
      return questions[place];
    },
    newer() {
      if (place === questions.length) return null;
      place += 1;
      return place === questions.length ? draft : questions[place];
    },
    leave() {
      place = questions.length;
    },
  };
}

function read() {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY));
    return Array.isArray(stored) ? stored.filter((one) => typeof one === "string").slice(-MOST) : [];
  } catch {
    return []; // storage is forbidden, or holds something else
  }
}

function write(questions) {
  try {
    localStorage.setItem(KEY, JSON.stringify(questions));
  } catch {
    // Forbidden or full: the history lasts as long as the page.
  }
}
