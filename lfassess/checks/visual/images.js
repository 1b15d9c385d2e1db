// Looks at the pictures once they have been scrolled into view; evaluates to one JSON object.
(() => {
  const source = e => (e.currentSrc || e.src || '').replace(/^data:.*/s, 'data:').slice(0, 200);
  const shown = e => e.checkVisibility({visibilityProperty: true});
  const images = [...document.images].slice(0, 1000).filter(shown);
  const broken = images.filter(e => e.complete && !e.naturalWidth && e.getAttribute('src'));
  const oversized = images.filter(e => {
    const r = e.getBoundingClientRect();
    const needed = r.width * r.height * 4;  // enough for screens of two device pixels per pixel
    const has = e.naturalWidth * e.naturalHeight;
    return !/\.svg([?#]|$)|^data:image\/svg/i.test(e.currentSrc) && has > 1e6 && has > 2 * Math.max(needed, 1);
  });
  const zoom = Math.min(1, screen.width / Math.max(1, document.documentElement.clientWidth));
  const box = e => {
    const r = e.getBoundingClientRect();
    return {x: Math.round((r.left + scrollX) * zoom), y: Math.round((r.top + scrollY) * zoom),
            width: Math.round(r.width * zoom), height: Math.round(r.height * zoom)};
  };
  // Pixels that count visits are no pictures; the other names are as good as an alternative text.
  const informative = e => e.width > 3 && e.height > 3 && !e.closest('[aria-hidden=true]')
    && !/^(none|presentation)$/.test(e.getAttribute('role') || '')
    && !['aria-label', 'aria-labelledby', 'title'].some(name => e.getAttribute(name));
  return {
    count: images.length,
    broken: broken.slice(0, 10).map(source), broken_count: broken.length,
    broken_boxes: broken.slice(0, 3).map(box),
    oversized_count: oversized.length,
    oversized: oversized.slice(0, 5).map(e => ({
      url: source(e), width: e.naturalWidth, height: e.naturalHeight,
      shown_width: Math.round(e.getBoundingClientRect().width), box: box(e),
    })),
    alt_missing: images.filter(e => !e.hasAttribute('alt') && informative(e)).length,
  };
})()
