// Keeps the page true: htmx refetches a part whenever the ledger tells of an event; this file says so when that fails.
// Parts are morphed, so focus, scroll and selection stay; opened details and typed words stay by the rules below.
"use strict";
(() => {
  const PATIENCE_MS = 8000;
  const stale = document.getElementById("stale");
  const main = document.getElementById("main");
  let lastTrue = Date.now();

  function tell(problem) {
    const at = main.querySelector("[data-at]")?.dataset.at ?? "earlier";
    const text = `${problem} What you see is stale since ${at} UTC and may be wrong by now.`;
    if (stale.textContent !== text) stale.textContent = text;
    stale.hidden = false;
    main.classList.add("old");
  }

  function fresh() {
    lastTrue = Date.now();
    stale.hidden = true;
    main.classList.remove("old");
  }

  // what a person has opened, typed or scrolled is theirs
  Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, node) =>
    !((name === "open" && node.tagName === "DETAILS") || (name === "value" && node.tagName === "INPUT"));

  document.addEventListener("htmx:afterSwap", () => {
    fresh();
    const title = main.querySelector("[data-title]");
    if (title) document.title = title.dataset.title;
  });
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.requestConfig.verb === "get") tell(`The controller answered with an error (${event.detail.xhr.status}).`);
  });
  document.addEventListener("htmx:sendError", () => tell("The controller does not answer."));
  document.addEventListener("htmx:timeout", () => tell("The controller does not answer."));
  setInterval(() => {
    if (!document.hidden && Date.now() - lastTrue > PATIENCE_MS) tell("The controller does not answer.");
  }, 1000);
})();
