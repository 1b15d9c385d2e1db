// Links and buttons that lead nowhere, each with its ancestors; for handlers.without_listener. A list of elements, then
// the places in it of each candidate and its ancestors, as JSON.
(() => {
  const NOWHERE = /^\s*(#!?\/?|javascript:\s*(void\s*\(?\s*0?\s*\)?)?\s*;?)\s*$/i;
  const HOOK = /js-|toggle|open|close|modal|popup|menu|drop|collap[s]|accord|tab|slide|carousel|prev|next|scroll|top|cart|lang|share|print|theme|search|filter|load|video|play|trigger|brand|logo|home|active|current/i;
  const TOP = /^(home|top|back to top|nach oben|start(seite)?|menu|menü|×|close|\W+)$/i;
  const delegated = (() => {
    try {
      const $ = window.jQuery;
      return [document, document.body, document.documentElement].flatMap(at => $?._data?.(at, 'events')?.click || [])
        .map(one => one.selector).filter(Boolean);
    } catch { return []; }
  })();
  const caught = e => delegated.some(selector => { try { return Boolean(e.closest(selector)); } catch { return true; } });
  const NETWORK = /facebook|twitter|instagram|linkedin|youtube|tiktok|pinterest|dribbble|github|google|yelp/i;
  const icon = e => e.querySelector('i, svg') && (`${e.className} ${e.firstElementChild?.getAttribute('class')}`.match(NETWORK)?.[0] || 'icon');
  const named = e => (e.innerText || '').trim() || e.getAttribute('aria-label') || e.title || e.querySelector('img')?.alt || icon(e) || '';
  const plain = e => {
    const names = e.getAttributeNames().filter(n => !/^(href|class|style|target|rel|title|aria-label)$/.test(n));
    const marks = e.className;
    const list = e.parentElement?.localName === 'li' ? e.parentElement : null;
    return !names.length && !HOOK.test(marks) && !HOOK.test(list?.className || '') && !list?.querySelector('ul')
      && !e.closest('[role=menu], [role=tablist], [data-toggle], [data-bs-toggle]');
  };
  const shown = e => e.checkVisibility({opacityProperty: true, visibilityProperty: true}) && e.getBoundingClientRect().width > 1;
  const found = [...document.querySelectorAll('a[href]')].slice(0, 3000)
    .filter(e => NOWHERE.test(e.getAttribute('href')) && shown(e) && plain(e) && named(e) && !TOP.test(named(e)) && !caught(e));
  const elements = [], chains = [], place = new Map();
  const put = e => { if (!place.has(e)) { place.set(e, elements.length); elements.push(e); } return place.get(e); };
  for (const e of found.slice(0, 40)) {
    const chain = [];
    for (let at = e; at && at !== document.body; at = at.parentElement) chain.push(put(at));
    const r = e.getBoundingClientRect();
    chains.push({chain, text: named(e).replace(/\s+/g, ' ').slice(0, 60), box: {
      x: Math.round(r.left + scrollX), y: Math.round(r.top + scrollY), width: Math.round(r.width), height: Math.round(r.height)}});
  }
  return [...elements.slice(0, 120), JSON.stringify(chains)];
})()
