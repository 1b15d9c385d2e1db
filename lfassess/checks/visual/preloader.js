// Waits until no loading screen covers the page, 6 s at most; evaluates to {waited_ms, gone}, or null without one.
(() => {
  const most = 6000, started = performance.now();
  const words = e => (e.innerText || '').replace(/\s+/g, ' ').trim();
  const LOADING = /^(\d+ ?%|(please wait|loading|lädt|wird geladen|bitte warten|chargement|cargando|caricamento)[\s.…]*)*$/i;
  const cover = () => {
    const tops = new Set();
    for (const x of [0.1, 0.5, 0.9]) for (const y of [0.1, 0.5, 0.9]) {
      let e = document.elementFromPoint(x * innerWidth, y * innerHeight);
      while (e && e !== document.body && !/fixed|absolute/.test(getComputedStyle(e).position)) e = e.parentElement;
      tops.add(e && e !== document.documentElement ? e : null);
    }
    const [top] = tops;
    return tops.size === 1 && top && top !== document.body ? top : null;
  };
  // A screen that says nothing and offers nothing, while the page beneath has something to say.
  const loading = () => {
    const e = cover();
    if (!e || e.querySelector('button, a[href], input, select, iframe, video, form, canvas, h1')) return false;
    const r = e.getBoundingClientRect(), said = words(e);
    const marked = /load|spinner|splash/i.test(`${e.id} ${e.getAttribute('class')}`);
    if (r.width < 0.95 * innerWidth || r.height < 0.95 * innerHeight) return false;
    if (said.length > 60 || !(LOADING.test(said) || marked)) return false;
    if (e.querySelector('img') && !marked && !said) return false;
    return words(document.body).length > said.length + 40;
  };
  if (!loading()) return null;
  return new Promise(done => {
    const look = () => {
      const waited = performance.now() - started, gone = !loading();
      if (gone || waited >= most) done({waited_ms: Math.round(waited), gone});
      else setTimeout(look, 100);
    };
    look();
  });
})()
