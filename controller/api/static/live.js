// Keeps the page true. The ledger's events come as a stream; each makes htmx refetch the page's content, which is
// morphed in, so that focus, scroll, selection, opened details and typed words stay. Says so plainly when that fails.
"use strict";
(() => {
  const PATIENCE_MS = 8000;
  const PAUSE_MS = 1000; // the controller works a page out once a second
  const GATHER_MS = 100;
  const AGAIN_MS = 3000;
  const stale = document.getElementById("stale");
  const main = document.getElementById("main");
  let lastTrue = Date.now();
  let lastAsked = 0;
  let heard = 0;
  let asking;
  let stream;

  function tell(problem) {
    const at = main.querySelector("[data-at]")?.dataset.at ?? "earlier";
    const text = `${problem} What you see is from ${at} UTC and may be wrong by now.`;
    if (stale.textContent !== text) stale.textContent = text;
    stale.hidden = false;
    main.classList.add("old");
  }

  function fresh() {
    lastTrue = Date.now();
    stale.hidden = true;
    main.classList.remove("old");
  }

  // at most one question a second, the first of them at once
  function ask() {
    if (asking !== undefined || document.hidden) return;
    const wait = Math.max(GATHER_MS, lastAsked + PAUSE_MS - Date.now());
    asking = setTimeout(() => {
      asking = undefined;
      lastAsked = Date.now();
      htmx.trigger(main, "news");
    }, wait);
  }

  function hear(event) {
    const number = Number(event.lastEventId) || 0;
    heard = event.type === "tick" ? number : Math.max(heard, number); // a tick says where we stand, in a new ledger too
    ask();
  }

  // a hidden page listens to nothing: browsers open only a few connections to one place, and the visible pages need them
  function listen() {
    if (document.hidden || stream) return;
    stream = new EventSource(heard ? `/api/v1/events?after=${heard}` : "/api/v1/events");
    for (const kind of main.dataset.kinds.split(" ")) stream.addEventListener(kind, hear);
    stream.addEventListener("error", () => {
      if (stream?.readyState !== EventSource.CLOSED) return; // it comes back by itself
      hush();
      setTimeout(listen, AGAIN_MS);
    });
    ask();
  }

  function hush() {
    stream?.close();
    stream = undefined;
  }

  // what a person has opened, typed or chosen is theirs
  Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, node) =>
    !(
      (name === "open" && node.tagName === "DETAILS") ||
      (name === "value" && node.tagName === "INPUT") ||
      (name === "selected" && node.tagName === "OPTION")
    );

  document.addEventListener("htmx:afterSwap", () => {
    fresh();
    const view = main.querySelector("[data-title]");
    if (view) document.title = view.dataset.title;
    if (Number(view?.dataset.seq ?? heard) < heard) ask(); // worked out before the news came
  });
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.requestConfig.verb === "get") tell(`The controller answered with an error (${event.detail.xhr.status}).`);
  });
  document.addEventListener("htmx:sendError", () => tell("The controller does not answer."));
  document.addEventListener("htmx:timeout", () => tell("The controller does not answer."));
  document.addEventListener("visibilitychange", () => (document.hidden ? hush() : (lastTrue = Date.now(), listen())));
  window.addEventListener("pagehide", hush);
  window.addEventListener("pageshow", listen);
  setInterval(() => {
    if (document.hidden) return;
    const deaf = stream?.readyState !== EventSource.OPEN;
    if (deaf && Date.now() - lastAsked > AGAIN_MS) ask(); // turned away, or a proxy that knows no streams
    if (Date.now() - lastTrue > PATIENCE_MS) tell("The controller does not answer.");
  }, 1000);
})();
