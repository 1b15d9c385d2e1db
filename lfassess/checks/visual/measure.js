// Measures the page as it is shown now; evaluates to one JSON object. A part that fails is null.
(() => {
  const MOST = 5000;
  const root = document.documentElement;
  // A page without a phone layout is zoomed out on a phone: this turns its pixels into those seen.
  const across = Math.max(1, root.clientWidth);
  const zoom = Math.min(1, screen.width / across);
  const down = screen.height / zoom;
  const failed = [];
  const part = f => { try { return f(); } catch { failed.push(f.name || 'page'); return null; } };
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

  // The nearest ancestor that starts a line of its own, or stands in one like a word.
  const blockOf = e => {
    let at = e;
    while (at.parentElement && /^(inline|contents)$/.test(getComputedStyle(at).display)) at = at.parentElement;
    return at;
  };
  const inRow = e => /^inline-/.test(getComputedStyle(e).display) || (e.parentElement
    && /flex$/.test(getComputedStyle(e.parentElement).display)
    && !/column/.test(getComputedStyle(e.parentElement).flexDirection));
  // What stands between the last text and this one: nothing inside a line, else a blank or a break.
  const joined = (last, block, node) => {
    let at = node;
    while (!at.previousSibling && at.parentNode && at.parentNode !== block) at = at.parentNode;
    if (at.previousSibling?.nodeName === 'BR') return '\n';
    if (!last || last === block) return '';
    const beside = last.parentElement === block.parentElement && inRow(block);
    return beside || (block.parentElement === last && inRow(block)) || (last.parentElement === block && inRow(last))
      ? ' ' : '\n';
  };
  const shadowText = tree => {
    const walker = document.createTreeWalker(tree, NodeFilter.SHOW_TEXT);
    let found = '';
    for (let node = walker.nextNode(); node && found.length < 4000; node = walker.nextNode()) {
      const e = node.parentElement;
      if (e && !/^(script|style|template)$/.test(e.localName) && shown(e)) found += node.data;
    }
    return found;
  };

  const text = () => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const sizes = {}, known = new Map(), lowExamples = [];
    let whole = '', fold = '', last = null, chars = 0, small = 0, smallest = null, checked = 0, low = 0, seen = 0;
    const about = e => {
      if (known.has(e)) return known.get(e);
      let it = null;
      if (shown(e) && !/^(script|style|noscript|template|title|option)$/.test(e.localName)) {
        const style = getComputedStyle(e), px = parseFloat(style.fontSize);
        const fore = colour(style.color), behind = fore && fore[3] === 1 ? backdrop(e) : null;
        const large = px >= 24 || (px >= 18.66 && Number(style.fontWeight) >= 700);
        const ratio = behind ? contrast(fore.slice(0, 3), behind) : null;
        it = {px: Math.round(px * zoom * 10) / 10, ratio, enough: large ? 3 : 4.5,
              fold: inFold(e.getBoundingClientRect()), tested: false, block: blockOf(e)};
      }
      known.set(e, it);
      return it;
    };
    for (let node = walker.nextNode(); node && seen < MOST; node = walker.nextNode()) {
      const words = short(node.data, 2000), e = node.parentElement;
      if (!words && last?.contains(e)) whole += ' ';
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
            lowExamples.push({text: short(words, 100), ratio: Math.floor(it.ratio * 10) / 10, box: box(e)});
          it.tested = true;
        }
      }
      const gap = joined(last, it.block, node), data = node.data.slice(0, 2000).replace(/\s+/g, ' ');
      last = it.block;
      if (whole.length < 150000) whole += gap + data;
      if (it.fold && fold.length < 5000) fold += gap + data;
    }
    for (const e of everything.filter(e => e.shadowRoot && shown(e)).slice(0, 50)) {
      const words = short(shadowText(e.shadowRoot), 2000);
      whole += '\n' + words;
      if (inFold(e.getBoundingClientRect()) && fold.length < 5000) fold += '\n' + words;
    }
    const common = Object.entries(sizes).sort((a, b) => b[1] - a[1])[0];
    return {
      all: whole.length > 40000 ? whole.slice(0, 25000) + '\n' + whole.slice(-15000) : whole,
      fold, chars, smallest_px: smallest, common_px: common ? Number(common[0]) : null,
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
      fold_form: [...document.forms].some(f => inFold(f.getBoundingClientRect()) && shown(f) && formKind(f) === 'form'
        && f.querySelectorAll('input, textarea, select').length > 1),
    };
  };

//PARTS

  const old = () => {
    const tags = 'font, center, marquee, blink, frameset, frame, big, strike, tt, applet, basefont, dir';
    const flash = 'object[data$=".swf"], embed[src$=".swf"], param[value$=".swf"]';
    return {
      obsolete_tags: document.querySelectorAll(tags).length,
      flash: document.querySelectorAll(flash).length,
    };
  };

  const covered = part(overlay);  // before the actions, which look what lies over the page
  return {
    page: part(() => ({
      lang: short(root.lang, 20),
      viewport: document.querySelector('meta[name=viewport i]')?.content ?? null,
      h1: [...document.querySelectorAll('h1')].slice(0, 5).map(e => short(e.innerText, 120)),
    })),
    width: part(width), text: part(text), targets: part(targets), overlay: covered,
    actions: part(actions), clash: part(clash), phones: part(phones), frames: part(frames), old: part(old), failed,
  };
})()
