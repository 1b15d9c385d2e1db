// Reads a frame inside the page; returns its text and what it dials.
const shown = e => e.checkVisibility({opacityProperty: true, visibilityProperty: true});
const links = [...document.querySelectorAll('a[href], area[href], [onclick]')].filter(shown).map(e => {
  const href = e.getAttribute('href') || '', click = e.getAttribute('onclick') || '';
  return {href: (/^\s*(tel|callto|sms):/i.test(href) ? href : click.match(/tel:[^'"`\s);]*/i)?.[0] || '').slice(0, 60),
          top: Math.round(e.getBoundingClientRect().top)};
}).filter(one => one.href);
return {text: (document.body?.innerText || '').slice(0, 5000), links: links.slice(0, 10)};
