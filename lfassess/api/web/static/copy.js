"use strict";

// Buttons that copy a text; without a clipboard the text is selected, ready to be copied by hand.
(() => {
  const SHOWN_MS = 2000;

  function select(node) {
    const range = document.createRange();
    range.selectNodeContents(node);
    const chosen = document.getSelection();
    chosen.removeAllRanges();
    chosen.addRange(range);
  }

  async function copy(button) {
    const node = document.getElementById(button.dataset.copies);
    const label = button.textContent;
    try {
      await navigator.clipboard.writeText(node.textContent);
      button.textContent = "Copied";
    } catch {
      select(node);
      button.textContent = "Selected: press Ctrl+C";
    }
    setTimeout(() => { button.textContent = label; }, SHOWN_MS);
  }

  for (const button of document.querySelectorAll("[data-copies]")) {
    button.hidden = false;
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copies]");
    if (button) copy(button);
  });
})();
