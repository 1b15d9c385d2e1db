"use strict";

// Lets a file be dropped on the form; without this script the file field works as ever.
(() => {
  for (const zone of document.querySelectorAll("[data-drop]")) {
    const input = zone.querySelector("input[type=file]");
    const name = zone.querySelector(".drop-name");
    const show = () => {
      const file = input.files[0];
      name.textContent = file ? `${file.name}, ${Math.ceil(file.size / 1024)} kB` : "";
    };
    const mark = (over) => zone.classList.toggle("over", over);

    input.addEventListener("change", show);
    zone.addEventListener("dragover", (event) => { event.preventDefault(); mark(true); });
    zone.addEventListener("dragleave", () => mark(false));
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      mark(false);
      if (event.dataTransfer.files.length === 0) return;
      input.files = event.dataTransfer.files;
      show();
    });
  }
})();
