// The timeline: cards edited in place with their threads, broadcast replies as lines, and private answers.

import { createScroll } from "./scroll.js";

const MOST_SHOWN = 600;
const REFUSED = "warning"; // the tone of what was not done: its form can be mended and sent again
const QUIET = 500; // milliseconds without a replayed message after which the screen reader is told of new ones

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const dated = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });
const dayName = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });

export class Timeline {
  #cards = new Map(); // id -> {element, message, replies: ids}
  #pending = [];
  #lastDay = "";
  #quiet;

  // `press` is told the command of a button that somebody presses, the button, and what was filled into its form.
  constructor({ log, scroller, empty, jump, jumpWords, press }) {
    this.log = log;
    log.addEventListener("click", ({ target }) => {
      const button = target.closest("button[data-command]");
      if (button && !isWaiting(button)) press(button.dataset.command, button);
    });
    log.addEventListener("submit", (event) => {
      event.preventDefault();
      const form = event.target;
      const button = form.querySelector("button[type=submit]");
      if (!isWaiting(button)) press(form.dataset.command, button, Object.fromEntries(new FormData(form)));
    });
    this.empty = empty;
    this.scroll = createScroll({ scroller, jump, words: jumpWords });
  }

  add(message) {
    if (message.replayed) this.caughtUpSoon();
    else this.#live();
    const card = this.#cards.get(message.thread);
    let answer;
    this.scroll.keeping(message, () => {
      if (message.private) answer = this.#addAnswer(message);
      else if (this.#cards.has(message.id)) return this.#updateCard(message);
      else if (card) return this.#addReply(card, message);
      else this.#addCard(message);
      return true;
    });
    this.#trim();
    this.empty.hidden = this.log.childElementCount > 0;
    if (answer) this.scroll.toTopOf(answer);
  }

  #addCard(message) {
    const element = clone("card");
    const thread = element.querySelector(".thread");
    element.id = `message-${message.id}`;
    thread.id = `thread-${message.id}`;
    const toggle = element.querySelector(".toggle");
    toggle.setAttribute("aria-controls", thread.id);
    toggle.addEventListener("click", () => openThread(element, thread.hidden));
    this.#cards.set(message.id, { element, message, replies: new Set() });
    fillCard(element, message);
    this.#append(element, message.at);
  }

  #updateCard(message) {
    const card = this.#cards.get(message.id);
    const overtaken = (message.edited_at ?? "") < (card.message.edited_at ?? "");
    if (overtaken || (message.html === card.message.html && message.edited === card.message.edited)) return false;
    card.message = message;
    fillCard(card.element, message);
    if (!message.replayed) flash(card.element);
    return false;
  }

  #addReply(card, message) {
    if (card.replies.has(message.id)) return false;
    card.replies.add(message.id);
    const element = clone("reply");
    element.id = `message-${message.id}`;
    fill(element, message);
    card.element.querySelector(".thread").append(element);
    const count = card.replies.size;
    card.element.querySelector(".toggle").hidden = false;
    card.element.querySelector(".toggle-words").textContent = count === 1 ? "1 reply" : `${count} replies`;
    card.element.querySelector(".toggle-last").textContent = `last ${clock.format(new Date(message.at))}`;
    if (message.broadcast) this.#addLine(card, element, message);
    return message.broadcast;
  }

  #addLine(card, reply, message) {
    const element = clone("line");
    element.dataset.tone = message.tone;
    element.querySelector(".line-tone").append(...reply.querySelector(".tone").cloneNode(true).childNodes);
    element.querySelector("bdi").textContent = card.message.title;
    const link = element.querySelector("a");
    link.textContent = message.title;
    link.href = `#${card.element.id}`;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      openThread(card.element, true);
      reply.focus({ preventScroll: true });
      reply.scrollIntoView({ block: "center" });
      flash(reply);
    });
    setTime(element, message.at);
    this.#append(element, message.at);
  }

  #addAnswer(message) {
    const waiting = this.#pending.findIndex((one) => one.question === message.question);
    if (this.#pending.length) {
      const [{ element, button }] = this.#pending.splice(Math.max(waiting, 0), 1);
      element.remove();
      if (button?.type === "submit" && message.tone !== REFUSED) setSent(button);
      else setWaiting(button, false);
    }
    const element = clone("answer");
    element.querySelector(".asked code").textContent = message.question ?? "";
    element.querySelector(".asked").hidden = message.question === null;
    fill(element, message);
    this.#append(element, message.at);
    return element;
  }

  // A question is on its way; the button that asked it waits too, if it was one.
  asked(question, button) {
    setWaiting(button, true);
    const element = clone("pending");
    element.querySelector("code").textContent = question;
    this.#pending.push({ question, element, button });
    this.empty.hidden = true;
    this.#append(element, new Date().toISOString());
    this.scroll.toEnd();
  }

  // The connection broke: questions on the way will not be answered.
  lost() {
    this.log.setAttribute("aria-live", "off");
    for (const { element, button } of this.#pending.splice(0)) {
      setWaiting(button, false);
      element.classList.add("lost");
      element.querySelector(".pending-words").textContent = "The connection broke before the answer came. Please ask again.";
    }
  }

  #append(element, at) {
    const day = new Date(at).toDateString();
    if (day !== this.#lastDay) {
      this.#lastDay = day;
      const separator = Object.assign(document.createElement("h2"), { className: "day" });
      separator.textContent = day === new Date().toDateString() ? "Today" : dayName.format(new Date(at));
      this.log.append(separator);
    }
    this.log.append(element);
  }

  #trim() {
    while (this.log.childElementCount > MOST_SHOWN) {
      this.#cards.delete(this.log.firstElementChild.id.replace("message-", ""));
      this.log.firstElementChild.remove();
    }
  }

  #live() {
    clearTimeout(this.#quiet);
    this.log.setAttribute("aria-live", "polite");
  }

  caughtUpSoon() {
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => {
      this.#live();
      this.empty.hidden = this.log.childElementCount > 0;
    }, QUIET);
  }
}

// A button that waits keeps the focus, which a disabled one would lose.
function setWaiting(button, waiting) {
  button?.setAttribute("aria-disabled", String(waiting));
}

// A form that was taken is not sent again: its button waits for ever.
function setSent(button) {
  button.textContent = "Sent";
  button.classList.add("sent");
}

function isWaiting(button) {
  return button.getAttribute("aria-disabled") === "true";
}

// An edit replaces the buttons: the focus goes on to the one in the same place.
function keepingFocus(element, change) {
  const buttons = () => [...element.querySelectorAll(".buttons button")];
  const place = buttons().indexOf(document.activeElement);
  change();
  if (place >= 0) (buttons()[place] ?? buttons().at(-1) ?? element).focus({ preventScroll: true });
}

function fillCard(element, message) {
  const open = [...element.querySelectorAll(".card > .body details")].map((one) => one.open);
  keepingFocus(element, () => fill(element, message));
  element.querySelectorAll(".card > .body details").forEach((one, place) => { one.open = open[place] ?? false; });
  const edited = element.querySelector(".edited");
  edited.hidden = !message.edited;
  if (message.edited_at) edited.title = `edited ${dated.format(new Date(message.edited_at))}`;
}

function fill(element, message) {
  element.dataset.tone = message.tone;
  element.querySelector(".body").innerHTML = message.html; // made inert by the server
  setTime(element, message.at);
}

function setTime(element, at) {
  const time = element.querySelector("time");
  time.dateTime = at;
  time.textContent = clock.format(new Date(at));
  time.title = dated.format(new Date(at));
}

function openThread(card, open) {
  card.querySelector(".thread").hidden = !open;
  card.querySelector(".toggle").setAttribute("aria-expanded", String(open));
}

function flash(element) {
  element.classList.remove("flash");
  void element.offsetWidth; // starts the animation again
  element.classList.add("flash");
}

function clone(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}
