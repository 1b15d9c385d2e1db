// Says what a visitor met: text, pictures, the page behind a frame; evaluates to one JSON object.
(() => {
  const seen = e => e.checkVisibility({opacityProperty: true, visibilityProperty: true});
  const size = e => { const r = e.getBoundingClientRect(); return r.width * r.height; };
  const screenful = Math.max(1, innerWidth * innerHeight);
  const body = document.body;
  const web = e => /^https?:/.test(e.src || '') && e.src.split('#')[0] !== location.href.split('#')[0];
  const all = [...document.querySelectorAll('*')].slice(0, 5000);
  const picture = e => /^(img|video|canvas|svg|object|embed|iframe)$/.test(e.localName)
    ? size(e) >= 1024 && seen(e)
    : size(e) >= 1024 && getComputedStyle(e).backgroundImage.includes('url(') && seen(e);
  const text = (body?.innerText || '').slice(0, 20000);
  const frames = [...document.querySelectorAll('frame')].filter(web).sort((a, b) => size(b) - size(a));
  const whole = [...document.querySelectorAll('iframe')].filter(web)
    .filter(e => seen(e) && size(e) >= 0.8 * screenful);
  const framed = frames[0] || (text.trim().split(/\s+/).length < 30 ? whole[0] : null);
  return {
    text, html: document.documentElement.outerHTML.slice(0, 100000),
    pictures: all.filter(picture).length, frame: framed ? framed.src : null,
  };
})()
