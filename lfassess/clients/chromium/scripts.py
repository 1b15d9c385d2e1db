"""The scripts that a page runs for every lead."""

from __future__ import annotations

from typing import Final

# Dialogs stop a page until somebody answers; here nobody does, and a mark counts them.
NO_DIALOGS: Final = """
for (const name of ['alert', 'confirm', 'prompt', 'print']) {
  window[name] = () => {
    try { performance.mark('lfassess-dialog'); } catch {}
    return name === 'confirm' ? false : name === 'prompt' ? null : undefined;
  };
}
"""
FONTS_READY: Final = """
Promise.race([document.fonts.ready, new Promise(done => setTimeout(done, 1000))]).then(() => true)
"""
# Pictures that load late and parts that appear late need to have been scrolled into view once.
SCROLL_THROUGH: Final = """
(async () => {
  const pause = ms => new Promise(done => setTimeout(done, ms));
  const end = Math.min(document.documentElement.scrollHeight, %d);
  if (end <= innerHeight) return false;
  const started = performance.now();
  for (let y = 0; y < end && performance.now() - started < 1500; y += innerHeight) {
    scrollTo({top: y, behavior: 'instant'});
    await pause(40);
  }
  scrollTo({top: 0, behavior: 'instant'});
  await pause(100);
  return true;
})()
"""
