"use strict";

// The review page by keyboard: findings one after another, dismiss, approve, the next audit.
(() => {
  const NAME = "lfassess-reviewer";
  const findings = Array.from(document.querySelectorAll("[data-finding]"));
  const names = Array.from(document.querySelectorAll("input[name='by']"));
  const approval = document.getElementById("approve");

  function remembered() {
    try {
      return localStorage.getItem(NAME) || "";
    } catch {
      return ""; // storage is switched off
    }
  }

  function remember(name) {
    try {
      localStorage.setItem(NAME, name);
    } catch {
      // it is asked for each time
    }
  }

  function current() {
    return findings.findIndex((finding) => finding.contains(document.activeElement));
  }

  function move(by) {
    if (findings.length === 0) return;
    const at = current();
    const next = at === -1 ? (by > 0 ? 0 : findings.length - 1) : at + by;
    const finding = findings[Math.max(0, Math.min(findings.length - 1, next))];
    finding.focus();
    finding.scrollIntoView({ block: "nearest" });
  }

  function firstEmpty(form) {
    return Array.from(form.querySelectorAll("input[required]")).find((field) => field.value.trim() === "");
  }

  function dismiss() {
    const finding = findings[current()];
    const fold = finding && finding.querySelector("details[data-dismiss]");
    if (!fold) return;
    fold.open = true;
    (firstEmpty(fold.querySelector("form")) || fold.querySelector("input[name='note']")).focus();
  }

  function approve() {
    if (!approval) return;
    const missing = firstEmpty(approval);
    if (missing) missing.focus();
    else approval.querySelector("button").focus(); // Enter approves: no key does it by accident
  }

  function follow(id) {
    const link = document.getElementById(id);
    if (link) link.click();
  }

  const KEYS = {
    j: () => move(1),
    k: () => move(-1),
    d: dismiss,
    a: approve,
    n: () => follow("next"),
    r: () => follow("open-report"),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.matches("input, textarea, select");
    if (typing) {
      const finding = event.key === "Escape" && event.target.closest("[data-finding]");
      if (finding) finding.focus();
      else if (event.key === "Escape") event.target.blur();
      return;
    }
    const act = KEYS[event.key];
    if (act) {
      event.preventDefault();
      act();
    }
  });
  for (const field of names) {
    if (field.value === "") field.value = remembered();
    field.addEventListener("change", () => remember(field.value.trim()));
  }
})();
