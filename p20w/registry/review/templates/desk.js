// Keys press the buttons that name them; without this script every button still works.
"use strict";
(() => {
  let sent = false;
  document.addEventListener("submit", (event) => {
    if (sent) event.preventDefault(); // one verdict a page, however often a key is hit
    sent = true;
  });
  window.addEventListener("pageshow", () => { sent = false; });
  document.addEventListener("keydown", (event) => {
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    const button = document.querySelector(`button[data-key="${CSS.escape(event.key.toLowerCase())}"]:not(:disabled)`);
    if (button && !sent) {
      event.preventDefault();
      button.click();
    }
  });
})();
