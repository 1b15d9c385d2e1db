  // Part of measure.js: what a visitor can reach, and what lies over the page.

  // The elements of the page and of its open shadow trees.
  const everything = (() => {
    const found = [...document.querySelectorAll('*')].slice(0, 4 * MOST);
    for (let i = 0; i < found.length && found.length < 6 * MOST; i++) {
      if (found[i].shadowRoot) found.push(...found[i].shadowRoot.querySelectorAll('*'));
    }
    return found;
  })();
  const all = selector => everything.filter(e => e.matches(selector));
  const up = e => e.parentElement || e.getRootNode().host || null;
  const within = (e, outer) => { for (let at = e; at; at = up(at)) if (at === outer) return true; return false; };
  const topmost = (x, y) => {
    let e = document.elementFromPoint(x, y);
    for (let inner = e; inner?.shadowRoot; e = inner) {
      inner = inner.shadowRoot.elementFromPoint(x, y);
      if (!inner || inner === e) break;
    }
    return e;
  };
  // Whether a finger on one of an element's lines, as far as they show, would hit it.
  const reached = e => [...e.getClientRects()].filter(inFold).slice(0, 4).some(r => {
    const x = (Math.max(0, r.left) + Math.min(across, r.right)) / 2;
    const y = (Math.max(0, r.top) + Math.min(down, r.bottom)) / 2;
    const top = topmost(x, y);
    return Boolean(top) && (within(top, e) || within(e, top));
  });

  const layers = new Set();  // what overlay() found to lie over the page
  const layerOf = e => {
    for (let at = e; at && at !== document.body && at !== root; at = up(at)) {
      const style = getComputedStyle(at);
      if (at.localName === 'dialog' || style.position === 'fixed') return at;
      const r = style.position === 'absolute' && Number(style.zIndex) >= 100 && at.getBoundingClientRect();
      if (r && r.width >= 0.9 * across && r.height >= 0.9 * down) return at;
    }
    return null;
  };
  const MODAL = /modal|overlay|popup|pop-up|gate|verif|loader|loading|consent|cookie|dialog|newsletter|splash/i;
  const overlay = () => {
    const columns = 10, rows = 14, found = new Map();
    for (let i = 0; i < columns; i++) for (let j = 0; j < rows; j++) {
      const on = layerOf(topmost((i + 0.5) * across / columns, (j + 0.5) * down / rows));
      if (on) found.set(on, (found.get(on) || 0) + 1);
    }
    const words = e => short(e.innerText || e.shadowRoot?.textContent, 100000);
    const marks = e => short([e, e.querySelector('iframe')].filter(Boolean)
      .map(m => [m.id, m.getAttribute('class'), m.getAttribute('role'), m.getAttribute('aria-label'), m.title].join(' '))
      .join(' '), 150);
    const whole = words(document.body).length;
    const over = [...found].filter(([e]) => !/^(header|nav)$/.test(e.localName)
      && !e.querySelector('header, main, h1 ~ section')
      && (whole === 0 || words(e).length < 0.6 * whole || e.localName === 'dialog' || MODAL.test(marks(e))))
      .sort((a, b) => words(b[0]).length - words(a[0]).length);
    over.forEach(([e]) => layers.add(e));
    const one = ([e, points]) => ({
      share: points / (columns * rows), text: short(words(e), 400), marks: marks(e), box: box(e),
      buttons: [...e.querySelectorAll('button, a[href], [role=button], input[type=submit]')].filter(shown)
        .slice(0, 6).map(label),
      fields: [...e.querySelectorAll('input, select, textarea')].filter(shown).length,
    });
    if (!over.length) return {share: 0, layers: []};
    const each = over.slice(0, 5).map(one);
    const share = over.reduce((sum, [, points]) => sum + points, 0) / (columns * rows);
    return {...each[0], share, layers: each};
  };

  const phones = () => {
    const dials = e => {
      const href = e.getAttribute('href') || '', click = e.getAttribute('onclick') || '';
      if (/^\s*(tel|callto|sms):|\/\/(www\.)?(wa\.me|api\.whatsapp\.com)\//i.test(href)) return href;
      return click.match(/(?:tel|callto):[^'"`\s);]*/i)?.[0] || null;
    };
    const found = all('[href], [onclick]').map(e => [e, dials(e)]).filter(([, href]) => href)
      .map(([e, href]) => {
        const r = e.getBoundingClientRect(), seen = shown(e) && r.width > 0;
        const fold = seen && inFold(r);
        return {href: short(href, 60), shown: seen, fold, reached: fold && reached(e)};
      });
    const calls = found.filter(one => /^\s*tel:/i.test(one.href));
    return {
      links: calls.length,
      in_fold: calls.some(one => one.fold),
      numbers: calls.filter(one => one.shown).slice(0, 3).map(one => short(one.href.split(':')[1], 30)),
      mails: all('a[href^="mailto:" i]').filter(shown).slice(0, 10).map(e => short(e.getAttribute('href'), 60)),
      found: [...calls, ...found.filter(one => !calls.includes(one))].slice(0, 20),
    };
  };

  // The frames worth looking into, the largest first; `index` is that of window.frames.
  const frames = () => [...document.querySelectorAll('iframe, frame')].slice(0, 50)
    .map((e, index) => [e, index, e.getBoundingClientRect()])
    .filter(([e, , r]) => r.width >= 80 && r.height >= 20 && shown(e)
      && !/(^|[/.])(youtube|youtube-nocookie|vimeo|doubleclick|googletagmanager|recaptcha|hcaptcha)\.|recaptcha|facebook\.com\/plugins/i.test(e.src))
    .sort((a, b) => b[2].width * b[2].height - a[2].width * a[2].height).slice(0, 4)
    .map(([e, index, r]) => ({
      index, src: short(e.src, 100), top: Math.round(r.top), left: Math.round(r.left),
      width: Math.round(r.width), height: Math.round(r.height), fold: inFold(r), reached: inFold(r) && reached(e),
    }));
