  // Part of measure.js: texts of the first screen that are painted over one another.
  const SLIDES = '[aria-hidden=true], [class*=slide i], [class*=carousel i], [class*=swiper i], [class*=ticker i], marquee, svg';
  const seeThrough = e => {
    const style = getComputedStyle(e), fill = colour(style.backgroundColor);
    return style.backgroundImage === 'none' && (!fill || fill[3] < 0.1) && !/^(img|video|canvas|iframe|svg)$/.test(e.localName);
  };
  const clash = () => {
    const lines = [];
    for (const e of everything) {
      if (lines.length >= 150) break;
      const own = [...e.childNodes].find(n => n.nodeType === 3 && n.data.trim().length > 2);
      if (!own || !inFold(e.getBoundingClientRect()) || !shown(e) || e.closest?.(SLIDES) || layerOf(e)) continue;
      const style = getComputedStyle(e), fore = colour(style.color);
      if (!fore || fore[3] < 0.6 || Number(style.opacity) < 0.6 || parseFloat(style.textIndent) < -99) continue;
      const range = document.createRange();
      range.selectNodeContents(own);
      // Letters fill the middle of their line's box; what touches above and below is no clash.
      const put = r => lines.push([e, {left: r.left, right: r.right, top: r.top + 0.25 * r.height, bottom: r.bottom - 0.25 * r.height}]);
      [...range.getClientRects()].filter(r => r.width > 8 && r.height > 8 && inFold(r)).slice(0, 6).forEach(put);
    }
    const found = [];
    lines.forEach(([a, r], i) => lines.slice(i + 1).forEach(([b, s]) => {
      if (a === b || within(a, b) || within(b, a) || found.length >= 5) return;
      const left = Math.max(r.left, s.left), right = Math.min(r.right, s.right);
      const top = Math.max(r.top, s.top), bottom = Math.min(r.bottom, s.bottom);
      if (right - left < 12 || bottom - top < 4) return;
      const stack = document.elementsFromPoint((left + right) / 2, (top + bottom) / 2);
      const [first, second] = [stack.indexOf(a), stack.indexOf(b)].sort((x, y) => x - y);
      // Both are hit there, and nothing between them hides the lower one.
      if (first < 0 || !stack.slice(0, second).every(seeThrough)) return;
      found.push({text: label(a), over: label(b), box: box(a)});
    }));
    return found;
  };
