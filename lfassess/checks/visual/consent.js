// Whether the page may wait for its visitor's consent: it speaks of cookies, or has a tool that asks.
(() => {
  const marked = '[id*="cookie" i], [class*="cookie" i], [id*="consent" i], [class*="consent" i]';
  const said = /cookie|consent|gdpr|dsgvo|datenschutz|einwillig|zustimm|confidentialit|privacidad/i;
  return said.test(document.body ? document.body.textContent.slice(0, 200000) : '')
    || !!document.querySelector(marked)
    || [...document.scripts].some(s => /["']consent["']/.test(s.textContent));
})()
