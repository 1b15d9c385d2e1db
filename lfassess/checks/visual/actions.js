  // Part of measure.js: what on the first screen asks to be tapped, by its looks and its place.
  const SEARCH = /search|suche|recherche|buscar/i;
  const formKind = form => {
    if (form.querySelector('input[type=password]')) return 'login';
    const marks = [form.id, form.className, form.role, form.getAttribute('action')].join(' ');
    const searches = form.querySelector('input[type=search], input[name=q], input[name=s]');
    if (searches || SEARCH.test(marks)) return 'search';
    const fields = form.querySelectorAll('input[type=text], input[type=email], input[type=tel], '
      + 'input[type=date], input[type=number], input:not([type]), select, textarea');
    return [...fields].some(shown) ? 'form' : 'other';
  };
  const placeOf = e => {
    for (let at = e; at; at = up(at)) {
      const role = at.getAttribute?.('role') || '';
      if (layers.has(at)) return 'over';
      if (at.localName === 'footer' || role === 'contentinfo') return 'footer';
      if (at.localName === 'nav' || /^(navigation|menu|menubar|tablist)$/.test(role)) return 'nav';
    }
    return 'page';
  };
  const far = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
  // Whether an element stands out as a button: filled with a colour of its own, or framed.
  const looks = e => {
    for (const at of [e, e.childElementCount === 1 ? e.firstElementChild : null].filter(Boolean)) {
      const style = getComputedStyle(at), fill = colour(style.backgroundColor);
      const behind = at.parentElement ? backdrop(at.parentElement) : null;
      if (style.backgroundImage !== 'none' && !e.querySelector('img')) return 'filled';
      if (fill && fill[3] >= 0.5 && (!behind || far(fill, behind) > 40)) return 'filled';
      const sides = ['Top', 'Right', 'Bottom', 'Left'];
      const framed = sides.every(side => parseFloat(style[`border${side}Width`]) >= 1
        && !/none|hidden/.test(style[`border${side}Style`])
        && (colour(style[`border${side}Color`])?.[3] ?? 1) > 0.3);
      if (framed) return 'framed';
    }
    return quieter(e);
  };
  // Less than a button, but set apart: a coloured box around a link, a picture, a link in larger
  // or bold type on a line of its own. Titles and lists of links are neither.
  const quieter = e => {
    if (e.closest('h1, h2, h3, h4, h5, h6, li, dd, dt, nav') || home(e)) return 'plain';
    const text = short(e.innerText, 100), block = blockOf(e), around = e.parentElement;
    if (!text) return e.querySelector('img, svg') ? 'picture' : 'plain';
    if (!around || short(block.innerText, 200) !== text) return 'plain';
    const fill = colour(getComputedStyle(around).backgroundColor);
    const behind = around.parentElement ? backdrop(around.parentElement) : null;
    if (fill && fill[3] >= 0.5 && (!behind || far(fill, behind) > 40)) return 'boxed';
    const own = getComputedStyle(e), usual = getComputedStyle(document.body);
    const larger = parseFloat(own.fontSize) >= 1.2 * parseFloat(usual.fontSize);
    return larger || Number(own.fontWeight) >= 600 ? 'alone' : 'plain';
  };
  const home = e => {
    try {
      const to = new URL(e.getAttribute('href') || '', document.baseURI);
      return to.origin === location.origin && !to.hash && (to.pathname === location.pathname
        || /^\/(?:index\.\w+|home)?\/?$/.test(to.pathname));
    } catch {
      return false;
    }
  };
  // A link around a button is as large as the button.
  const size = e => {
    const own = e.getBoundingClientRect(), inner = e.childElementCount === 1 && e.firstElementChild.getBoundingClientRect();
    return inner && inner.height > own.height ? inner : own;
  };
  const actions = () => {
    const found = all('a[href], button, input[type=submit], input[type=button], input[type=image], '
      + '[role=button], [role=link], [onclick]:not(body)').filter(shown)
      .map(e => [e, size(e)])
      .filter(([, r]) => r.width > 1 && r.height > 1 && inFold(r));
    const each = found.slice(0, 300).map(([e, r]) => {
      const form = e.form || e.closest('form');
      const click = e.getAttribute('onclick')?.match(/tel:[^'"`\s);]*/i)?.[0];
      return {
        text: label(e), href: short(e.getAttribute('href') || click, 100), look: looks(e), place: placeOf(e),
        width: Math.round(r.width * zoom), height: Math.round(r.height * zoom), top: Math.round(r.top * zoom),
        submits: e.type === 'submit' && form ? formKind(form) : null, reached: reached(e),
      };
    });
    const rank = one => (one.look === 'plain' && !/^(tel|mailto|sms):/i.test(one.href) ? 1 : 0);
    return each.sort((a, b) => rank(a) - rank(b)).slice(0, 40);
  };
