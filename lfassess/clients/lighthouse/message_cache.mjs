// Keeps what Lighthouse's own texts are parsed into, which it otherwise does for each use of each.
//
// That are thousands for an audit, and more than half of Node's time for one. The texts are the
// same for every page, in one language: a page's figures and names are put in afterwards.

import {createRequire} from 'node:module';

const MOST = 10_000;

export function keepMessages(lighthouse) {
  const {IntlMessageFormat} = createRequire(lighthouse)('intl-messageformat');
  for (const step of ['__parse', 'resolveLocale']) {
    IntlMessageFormat[step] = remembering(IntlMessageFormat[step]);
  }
}

// By the first argument, a text or a locale: Lighthouse gives the same others every time.
function remembering(plain) {
  const results = new Map();
  return (key, ...others) => {
    if (!results.has(key)) {
      if (results.size >= MOST) results.clear();
      results.set(key, plain(key, ...others));
    }
    return results.get(key);
  };
}
