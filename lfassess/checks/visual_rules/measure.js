// Measures the page as it is shown now; evaluates to one JSON object. A part that fails is null.
(() => {
  const MOST = 5000;
  const root = document.documentElement;
  // A page without a phone layout is zoomed out on a phone: this turns its pixels into those seen.
  const across = Math.max(1, root.clientWidth);
  const zoom = Math.min(1, screen.width / across);
  const down = screen.height / zoom;
  const part = f => { try { return f(); } catch { return null; } };
  const short = (text, most) => (text || '').replace(/\s+/g, ' ').trim().slice(0, most);
  const shown = e => e.checkVisibility({opacityProperty: true, visibilityProperty: true});
  const inFold = r => r.bottom > 0 && r.top < down && r.right > 0 && r.left < across;
  const name = e => {
    const own = e.id ? '#' + e.id : (e.getAttribute('class') || '').trim().split(/\s+/)[0];
    return short(e.localName + (own ? (e.id ? own : '.' + own) : ''), 60);
  };
  const box = e => {
    const r = e.getBoundingClientRect();
    return {x: Math.round((r.left + scrollX) * zoom), y: Math.round((r.top + scrollY) * zoom),
            width: Math.round(r.width * zoom), height: Math.round(r.height * zoom)};
  };
  const label = e => short(
    e.innerText || e.value || e.getAttribute('aria-label') || e.title || e.querySelector('img')?.alt,
    60);

  const colour = text => {
    const n = (text.match(/[\d.]+/g) || []).map(Number);
    return /^rgba?\(/.test(text) && n.length >= 3 ? [n[0], n[1], n[2], n[3] ?? 1] : null;
  };
  const luminance = c => {  // WCAG 2.2, relative luminance
    const [r, g, b] = c.map(v => v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => {
    const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (light + 0.05) / (dark + 0.05);
  };
  // The plain colour behind an element, or null where a picture, a gradient or glass is.
  const backdrop = e => {
    for (let at = e; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      const here = colour(style.backgroundColor);
      if (style.backgroundImage !== 'none' || Number(style.opacity) < 1 || !here) return null;
      if (here[3] === 1) return here.slice(0, 3);
      if (here[3] > 0 || /fixed|absolute/.test(style.position)) return null;
    }
    return [255, 255, 255];
  };

  const text = () => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const sizes = {}, known = new Map(), lowExamples = [];
    let all = '', fold = '', chars = 0, small = 0, smallest = null, checked = 0, low = 0, seen = 0;
    const about = e => {
      if (known.has(e)) return known.get(e);
      let it = null;
      if (shown(e) && !/^(script|style|noscript|template|title|option)$/.test(e.localName)) {
        const style = getComputedStyle(e), px = parseFloat(style.fontSize);
        const fore = colour(style.color), behind = fore && fore[3] === 1 ? backdrop(e) : null;
        const large = px >= 24 || (px >= 18.66 && Number(style.fontWeight) >= 700);
        const ratio = behind ? contrast(fore.slice(0, 3), behind) : null;
        it = {px: Math.round(px * zoom * 10) / 10, ratio, enough: large ? 3 : 4.5,
              fold: inFold(e.getBoundingClientRect()), tested: false};
      }
      known.set(e, it);
      return it;
    };
    for (let node = walker.nextNode(); node && seen < MOST; node = walker.nextNode()) {
      const words = short(node.data, 2000), e = node.parentElement;
      if (!words || !e) continue;
      seen++;
      const it = about(e);
      if (!it) continue;
      chars += words.length;
      sizes[it.px] = (sizes[it.px] || 0) + words.length;
      if (it.px < 12) small += words.length;
      if (words.length > 3 && (smallest === null || it.px < smallest)) smallest = it.px;
      if (it.ratio !== null) {
        checked += words.length;
        if (it.ratio < it.enough) {
          low += words.length;
          if (!it.tested && lowExamples.length < 3)
            lowExamples.push({text: short(words, 40), ratio: Math.round(it.ratio * 10) / 10, box: box(e)});
          it.tested = true;
        }
      }
      if (all.length < 30000) all += words + '\n';
      if (it.fold && fold.length < 5000) fold += words + '\n';
    }
    const common = Object.entries(sizes).sort((a, b) => b[1] - a[1])[0];
    return {
      all, fold, chars, smallest_px: smallest, common_px: common ? Number(common[0]) : null,
      small_share: chars ? small / chars : 0,
      contrast: {checked_chars: checked, low_share: checked ? low / checked : 0, examples: lowExamples},
    };
  };

  const width = () => {
    const hides = e => e && /hidden|clip/.test(getComputedStyle(e).overflowX);
    const over = hides(root) || hides(document.body) ? 0 : Math.max(0, root.scrollWidth - root.clientWidth);
    const wide = over > 0 ? [...document.body.querySelectorAll('*')].slice(0, MOST)
      .filter(e => e.getBoundingClientRect().right + scrollX > root.clientWidth + 8 && shown(e)) : [];
    return {
      page_width: root.clientWidth, page_height: root.scrollHeight, sideways_px: Math.round(over),
      zoom: Math.round(zoom * 1000) / 1000, wide_elements: wide.slice(0, 3).map(name), wide_boxes: wide.slice(0, 3).map(box),
    };
  };

  const targets = () => {
    const inline = e => getComputedStyle(e).display === 'inline' && e.childElementCount === 0 &&
      short(e.parentElement?.innerText).length > short(e.innerText).length + 10;
    const found = [...document.querySelectorAll(
      'a[href], button, input, select, textarea, [role=button], summary')].slice(0, MOST)
      .filter(e => !/^(hidden|checkbox|radio|range|file)$/.test(e.type || '') && shown(e));
    const sized = found.map(e => [e, e.getBoundingClientRect()]).filter(([, r]) => r.width > 1 && r.height > 1);
    const judged = sized.filter(([e]) => !inline(e)).map(([e, r]) => [e, Math.min(r.width, r.height) * zoom]);
    const under = px => judged.filter(([, least]) => least < px - 0.5);
    return {
      taps: {count: judged.length, under_24: under(24).length, under_48: under(48).length,
             examples: under(24).slice(0, 3).map(([e, least]) => ({text: label(e) || name(e), px: Math.round(least), box: box(e)}))},
      fold_actions: sized.filter(([e, r]) => inFold(r) && !/^(input|select|textarea)$/.test(e.localName) || /^(submit|button)$/.test(e.type || '') && inFold(r))
        .slice(0, 40).map(([e]) => ({text: label(e), href: short(e.getAttribute('href'), 100)})),
      fold_form: [...document.forms].some(f => inFold(f.getBoundingClientRect()) && shown(f) &&
        f.querySelectorAll('input[type=text], input[type=email], input[type=tel], input:not([type]), textarea').length > 1),
    };
  };

  const phones = () => {
    const links = [...document.querySelectorAll('a[href^="tel:" i]')];
    const visible = links.filter(e => shown(e) && e.getBoundingClientRect().width > 0);
    return {
      links: links.length,
      in_fold: visible.some(e => inFold(e.getBoundingClientRect())),
      numbers: visible.slice(0, 3).map(e => short(e.getAttribute('href').slice(4), 30)),
    };
  };

  // What lies fixed over the page, by what is on top at a grid of points.
  const overlay = () => {
    const columns = 10, rows = 14, found = new Map();
    const layer = e => {
      for (let at = e; at && at !== document.body; at = at.parentElement || at.getRootNode().host) {
        if (at.localName === 'dialog' || getComputedStyle(at).position === 'fixed') return at;
      }
      return null;
    };
    const deep = (x, y) => {
      let e = document.elementFromPoint(x, y);
      for (let inner = e; inner?.shadowRoot; e = inner) {
        inner = inner.shadowRoot.elementFromPoint(x, y);
        if (!inner || inner === e) break;
      }
      return e;
    };
    for (let i = 0; i < columns; i++) for (let j = 0; j < rows; j++) {
      const on = layer(deep((i + 0.5) * across / columns, (j + 0.5) * down / rows));
      if (on) found.set(on, (found.get(on) || 0) + 1);
    }
    const words = e => short(e.innerText || e.shadowRoot?.textContent, 100000);
    const whole = words(document.body).length;
    const over = [...found].filter(([e]) => !/^(header|nav)$/.test(e.localName) && !e.querySelector('header, main, h1 ~ section')
      && (whole === 0 || words(e).length < 0.6 * whole));
    if (!over.length) return null;
    const [main] = over.slice().sort((a, b) => words(b[0]).length - words(a[0]).length)[0];
    const marks = [main, main.querySelector('iframe')].filter(Boolean)
      .map(e => [e.id, e.getAttribute('class'), e.getAttribute('aria-label'), e.title].join(' ')).join(' ');
    const points = over.reduce((sum, [, n]) => sum + n, 0);
    return {share: points / (columns * rows), text: short(words(main), 200), marks: short(marks, 150), box: box(main)};
  };

  const old = () => {
    const tags = 'font, center, marquee, blink, frameset, frame, big, strike, tt, applet, basefont, dir';
    const flash = 'object[data$=".swf"], embed[src$=".swf"], param[value$=".swf"]';
    return {
      obsolete_tags: document.querySelectorAll(tags).length,
      flash: document.querySelectorAll(flash).length,
    };
  };

  return {
    page: part(() => ({
      lang: short(root.lang, 20),
      viewport: document.querySelector('meta[name=viewport i]')?.content ?? null,
      h1: [...document.querySelectorAll('h1')].slice(0, 5).map(e => short(e.innerText, 120)),
    })),
    width: part(width), text: part(text), targets: part(targets), phones: part(phones),
    overlay: part(overlay), old: part(old),
  };
})()
