// Says what a visitor met: text, pictures, the page behind a frame; evaluates to one JSON object.
(() => {
  const seen = e => e.checkVisibility({opacityProperty: true, visibilityProperty: true});
  const size = e => { const r = e.getBoundingClientRect(); return r.width * r.height; };
  const screenful = Math.max(1, innerWidth * innerHeight);
  const body = document.body;
  const web = e => /^https?:/.test(e.src || '') && e.src.split('#')[0] !== location.href.split('#')[0];
  // Web components keep their parts in trees of their own; into closed ones nobody sees.
  const within = root => [...root.querySelectorAll('*')].slice(0, 5000)
    .flatMap(e => e.shadowRoot ? [e, ...within(e.shadowRoot)] : [e]);
  const all = within(document).slice(0, 10000);
  const closed = e => e.localName.includes('-') && !e.shadowRoot && !e.childElementCount;
  const picture = e => /^(img|video|canvas|svg|object|embed|iframe)$/.test(e.localName) || closed(e)
    ? size(e) >= 1024 && seen(e)
    : size(e) >= 1024 && getComputedStyle(e).backgroundImage.includes('url(') && seen(e);
  const own = root => [...root.children].filter(e => !/^(style|script|template)$/.test(e.localName))
    .map(e => e.innerText || '').join('\n');
  const text = [body?.innerText || '', ...all.filter(e => e.shadowRoot).map(e => own(e.shadowRoot))]
    .join('\n').slice(0, 20000);
  const frames = [...document.querySelectorAll('frame')].filter(web).sort((a, b) => size(b) - size(a));
  const whole = [...document.querySelectorAll('iframe')].filter(web)
    .filter(e => seen(e) && size(e) >= 0.8 * screenful);
  const framed = frames[0] || (text.trim().split(/\s+/).length < 30 ? whole[0] : null);
  return {
    text, html: document.documentElement.outerHTML.slice(0, 100000),
    pictures: all.filter(picture).length, frame: framed ? framed.src : null,
  };
})()
