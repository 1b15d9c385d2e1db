"use strict";

// Keeps what is marked data-live up to date: on the batch's events where there are any, else by
// looking every few seconds. The page is fetched again and the marked parts are exchanged.
(() => {
  const POLL_MS = 3000;
  const IDLE_MS = 15000; // nothing runs, but something may begin
  const APART_MS = 700; // events may come faster than anybody reads
  const SELECTOR = "[data-live='yes'], [data-live='idle']";

  let last = 0;
  let due = null;
  let failures = 0;
  let stream = null;
  let announced = -1;

  const parts = () => Array.from(document.querySelectorAll("[data-live]"));
  const running = () => document.querySelector("[data-live='yes']") !== null;

  function say(text) {
    const note = document.getElementById("live-note");
    note.textContent = text;
    note.hidden = text === "";
  }

  function busyIn(part) {
    if (part.matches(":active")) return true; // a click on what is exchanged would be lost
    const active = document.activeElement;
    if (part.contains(active) && active.matches("input, select, textarea")) return true;
    const chosen = document.getSelection();
    return chosen !== null && !chosen.isCollapsed && part.contains(chosen.anchorNode);
  }

  function exchange(part, fresh) {
    const open = new Set(Array.from(part.querySelectorAll("details[open]"), (d) => d.id));
    const scrolled = Array.from(part.querySelectorAll(".scroll"), (s) => s.scrollLeft);
    const active = part.contains(document.activeElement) ? document.activeElement : null;
    const href = active && active.getAttribute("href");
    const next = document.importNode(fresh, true);
    for (const details of next.querySelectorAll("details[id]")) details.open = open.has(details.id);
    part.replaceWith(next);
    next.querySelectorAll(".scroll").forEach((s, i) => { s.scrollLeft = scrolled[i] || 0; });
    if (href) {
      const same = Array.from(next.querySelectorAll("a[href]")).find((a) => a.getAttribute("href") === href);
      if (same) same.focus({ preventScroll: true });
    }
  }

  function tellProgress() {
    const part = document.querySelector("[data-progress]");
    const note = document.getElementById("progress-note");
    if (!part || !note) return;
    const tens = Math.floor(Number(part.dataset.progress) / 10);
    if (tens !== announced && announced !== -1) note.textContent = `${part.dataset.progress} percent done`;
    announced = tens;
  }

  async function refresh() {
    due = null;
    if (document.hidden) return;
    last = Date.now();
    try {
      const answer = await fetch(location.href, { headers: { "X-Fragment": "1" }, cache: "no-store" });
      if (answer.status === 401) {
        stop();
        say("You are signed out; load the page again to sign in.");
        return;
      }
      if (!answer.ok) throw new Error(String(answer.status));
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const part of parts()) {
        const found = fresh.getElementById(part.id);
        if (found && !found.isEqualNode(part) && !busyIn(part)) exchange(part, found);
      }
      failures = 0;
      say("");
      tellProgress();
    } catch {
      failures += 1;
      if (failures > 1) say("The server does not answer; what you see may be out of date.");
    }
    plan();
  }

  function soon() {
    if (due !== null) clearTimeout(due);
    due = setTimeout(refresh, Math.max(0, last + APART_MS - Date.now()));
  }

  function plan() {
    if (due !== null || document.querySelector(SELECTOR) === null) {
      if (document.querySelector(SELECTOR) === null) stop();
      return;
    }
    const slow = stream !== null && stream.readyState === EventSource.OPEN;
    const pause = running() && !slow ? POLL_MS : IDLE_MS;
    due = setTimeout(refresh, Math.min(pause * 2 ** Math.min(failures, 4), 60000));
  }

  function stop() {
    if (stream !== null) stream.close();
    stream = null;
  }

  function listen() {
    const part = document.querySelector("[data-live='yes'][data-events]");
    if (!part || !("EventSource" in window)) return;
    stream = new EventSource(part.dataset.events);
    for (const name of ["progress", "assessment", "end"]) {
      stream.addEventListener(name, soon);
    }
    stream.addEventListener("end", stop);
    stream.addEventListener("error", () => { if (running()) soon(); });
  }

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && document.querySelector(SELECTOR)) soon();
  });
  tellProgress();
  listen();
  plan();
})();
