// The WebSocket to the room: reconnects by itself, with growing and scattered pauses.

const FIRST_PAUSE = 400; // milliseconds
const LONGEST_PAUSE = 10_000;
const STEADY = 5_000; // a connection that lived this long resets the pause

export function connect({ onMessage, onState }) {
  let socket;
  let pause = FIRST_PAUSE;
  let timer;

  function open() {
    clearTimeout(timer);
    const current = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`);
    socket = current;
    let openedAt = Infinity;
    current.addEventListener("open", () => {
      openedAt = performance.now();
      onState("connected", "Connected");
    });
    current.addEventListener("message", (event) => onMessage(JSON.parse(event.data)));
    current.addEventListener("close", () => {
      if (performance.now() - openedAt > STEADY) pause = FIRST_PAUSE;
      onState("waiting", "Reconnecting…");
      timer = setTimeout(open, pause * (0.75 + Math.random() / 2));
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    });
  }

  function openNow() {
    if (socket.readyState !== WebSocket.CLOSED || document.hidden) return;
    pause = FIRST_PAUSE;
    open();
  }

  window.addEventListener("online", openNow);
  document.addEventListener("visibilitychange", openNow);
  open();

  return {
    // Whether the text went out.
    send(text, filled) {
      if (socket.readyState !== WebSocket.OPEN) return false;
      socket.send(JSON.stringify({ text, filled }));
      return true;
    },
  };
}
