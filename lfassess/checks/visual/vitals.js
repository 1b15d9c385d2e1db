// Reads the load times and how far the layout jumped; evaluates to a promise of one JSON object.
new Promise(done => {
  const answer = shifts => {
    // web.dev/articles/cls: the worst burst of shifts less than 1 s apart and at most 5 s long.
    let worst = 0, burst = 0, first = 0, last = 0;
    for (const s of shifts) {
      if (s.hadRecentInput) continue;
      if (s.startTime - last > 1000 || s.startTime - first > 5000) { burst = 0; first = s.startTime; }
      burst += s.value; last = s.startTime; worst = Math.max(worst, burst);
    }
    const load = performance.getEntriesByType('navigation')[0] || {};
    const paint = performance.getEntriesByName('first-contentful-paint')[0];
    done({
      first_byte_ms: Math.round(load.responseStart || 0),
      first_paint_ms: paint ? Math.round(paint.startTime) : null,
      content_ms: Math.round(load.domContentLoadedEventEnd || 0) || null,
      load_ms: Math.round(load.loadEventEnd || 0) || null,
      layout_shift: Math.round(worst * 1000) / 1000,
      dialogs: performance.getEntriesByName('lfassess-dialog').length,
    });
  };
  try {
    const seen = [];
    const observer = new PerformanceObserver(list => seen.push(...list.getEntries()));
    observer.observe({type: 'layout-shift', buffered: true});
    setTimeout(() => { seen.push(...observer.takeRecords()); answer(seen); }, 50);
  } catch { answer([]); }
})
