// Reads what a visitor finds on the page once Lighthouse has measured it: title, text, pictures.
//
// Lighthouse collects only what an audit asks for, so there is an audit, too; it judges nothing and
// belongs to no category.

import {join} from 'node:path';
import {pathToFileURL} from 'node:url';

const MAX_CHARACTERS = 2_000;
const MAX_ELEMENTS = 1_500;

// Runs in the page; everything it needs must be inside it.
/* c8 ignore start */
function readPage(mostCharacters, mostElements) {
  const large = (element) => {
    const {width, height} = element.getBoundingClientRect();
    return width >= 40 && height >= 40;
  };
  const drawn = [...document.querySelectorAll('img, picture, svg, video, canvas, object, embed')];
  let pictures = drawn.filter((e) => large(e) && (e.tagName !== 'IMG' || e.naturalWidth > 1)).length;
  for (const element of [...document.querySelectorAll('body, body *')].slice(0, mostElements)) {
    if (getComputedStyle(element).backgroundImage.includes('url(') && large(element)) pictures += 1;
  }
  const text = (document.body?.innerText ?? '').replace(/\s+/g, ' ').trim();
  return {
    title: document.title.replace(/\s+/g, ' ').trim().slice(0, 300),
    text: text.slice(0, mostCharacters),
    words: text ? text.split(' ').length : 0,
    pictures,
  };
}
/* c8 ignore stop */

export async function pageReader(folder) {
  const from = (path) => import(pathToFileURL(join(folder, 'node_modules/lighthouse/core', path)));
  const {default: BaseGatherer} = await from('gather/base-gatherer.js');
  const {Audit} = await from('audits/audit.js');

  class PageText extends BaseGatherer {
    meta = {supportedModes: ['navigation']};

    async getArtifact({driver}) {
      return driver.executionContext.evaluate(readPage, {
        args: [MAX_CHARACTERS, MAX_ELEMENTS], useIsolation: true,
      });
    }
  }

  class PageTextAudit extends Audit {
    static get meta() {
      return {id: 'page-text', title: 'Page text', description: 'What the page shows.',
        requiredArtifacts: ['PageText'], scoreDisplayMode: Audit.SCORING_MODES.INFORMATIVE};
    }

    static audit() {
      return {score: null};
    }
  }

  return {
    artifacts: [{id: 'PageText', gatherer: {instance: new PageText()}}],
    audits: [{implementation: PageTextAudit}],
    name: 'page-text',
  };
}
