// Keeps the page true: fetches the fragment every 2 s and swaps the main element's content.
// Keeps focus, scroll and opened details; says so when the controller does not answer.
"use strict";
(() => {
  const EVERY_MS = 2000;
  const GIVE_UP_MS = 5000;
  const main = document.querySelector("main[data-fragment]");
  const stale = document.getElementById("stale");
  if (!main) return;
  let shown = "";

  const isReading = () => {
    const selection = document.getSelection();
    return Boolean(selection && !selection.isCollapsed && main.contains(selection.anchorNode));
  };

  function remember() {
    const active = document.activeElement;
    return {
      focus: active && main.contains(active) && active.id ? active.id : null,
      open: [...main.querySelectorAll("details[id][open]")].map((d) => d.id),
      scrolled: [...main.querySelectorAll("pre[id], .scroll[id]")].map((e) => [e.id, e.scrollLeft, e.scrollTop]),
    };
  }

  function restore(memory) {
    for (const id of memory.open) document.getElementById(id)?.setAttribute("open", "");
    for (const [id, left, top] of memory.scrolled) document.getElementById(id)?.scrollTo(left, top);
    if (memory.focus) document.getElementById(memory.focus)?.focus({ preventScroll: true });
  }

  function swap(html) {
    if (html === shown || isReading()) return;
    const memory = remember();
    const next = new DOMParser().parseFromString(html, "text/html");
    main.replaceChildren(...next.body.childNodes);
    const title = main.querySelector("[data-title]");
    if (title) document.title = title.dataset.title;
    restore(memory);
    shown = html;
  }

  function tell(problem) {
    const at = main.querySelector("[data-at]")?.dataset.at ?? "earlier";
    const text = `${problem} What you see is stale since ${at} UTC and may be wrong by now.`;
    if (stale.textContent !== text) stale.textContent = text;
    stale.hidden = false;
    main.classList.add("old");
  }

  async function look() {
    if (document.hidden) return;
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), GIVE_UP_MS);
    try {
      const answer = await fetch(main.dataset.fragment, { signal: patience.signal, cache: "no-store" });
      if (!answer.ok) return tell(`The controller answered with an error (${answer.status}).`);
      swap(await answer.text());
      stale.hidden = true;
      main.classList.remove("old");
    } catch {
      tell("The controller does not answer.");
    } finally {
      clearTimeout(timer);
    }
  }

  async function goOn() {
    await look();
    setTimeout(goOn, EVERY_MS);
  }
  document.addEventListener("visibilitychange", look);
  setTimeout(goOn, EVERY_MS);
})();
