// Stays at the newest message while the reader is there, and offers the way back when not.

const NEAR = 80; // pixels from the end that still count as the end
const ROOM_ABOVE = 8; // pixels left above what is read from its top
const TITLE = document.title;

export function createScroll({ scroller, jump, words }) {
  let unseen = 0;
  let atEnd = true;

  const isNear = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR;

  function toEnd() {
    atEnd = true;
    scroller.scrollTop = scroller.scrollHeight;
    seen();
  }

  function seen() {
    if (!document.hidden) unseen = 0;
    show();
  }

  function show() {
    jump.hidden = atEnd;
    words.textContent = unseen ? `${unseen} new, jump to newest` : "Jump to newest";
    document.title = unseen && document.hidden ? `(${unseen}) ${TITLE}` : TITLE;
  }

  // Run a change of the timeline that tells whether it brought something new.
  function keeping(message, change) {
    const stay = atEnd || message.private;
    const isNew = change();
    if (isNew && !message.private && !message.replayed && (!atEnd || document.hidden)) unseen += 1;
    if (stay) toEnd();
    else show();
  }

  // What is longer than the window is read from its top, which its end would hide.
  function toTopOf(element) {
    const above = scroller.getBoundingClientRect().top - element.getBoundingClientRect().top;
    if (above <= 0) return;
    scroller.scrollTop -= above + ROOM_ABOVE;
    atEnd = isNear();
    show();
  }

  scroller.addEventListener("scroll", () => {
    atEnd = isNear();
    if (atEnd) seen();
    else show();
  }, { passive: true });
  document.addEventListener("visibilitychange", () => atEnd && seen());
  jump.addEventListener("click", () => {
    toEnd();
    document.getElementById("question").focus();
  });
  // Content that grows by itself (a wrapped line, a smaller window) keeps the end in sight.
  new ResizeObserver(() => atEnd && toEnd()).observe(scroller);

  return { keeping, toEnd, toTopOf };
}
