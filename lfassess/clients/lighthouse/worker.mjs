// Runs Lighthouse audits for its parent: one JSON line in, one out. Keeps one Chromium.
//
// In: {id, url, strategy, categories, read_page, timeoutMs}. Out: {id, lhr} or {id, error: {code, message}}.
// It runs in a cage (see lfassess/clients/cage), which ends with it, and has the temporary folder
// to itself.

import {spawn} from 'node:child_process';
import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {pathToFileURL} from 'node:url';

import {keepMessages} from './message_cache.mjs';
import {pageReader} from './page_reader.mjs';

const [, , folder, chromium, flagsJson, recycleAfter, temporary] = process.argv;
const require = createRequire(join(folder, 'package.json'));
const {default: lighthouse} = await import(pathToFileURL(require.resolve('lighthouse')).href);
const {default: desktopConfig} = await import(
  pathToFileURL(join(folder, 'node_modules/lighthouse/core/config/desktop-config.js')).href
);

const {pageFunctions} = await import(
  pathToFileURL(join(folder, 'node_modules/lighthouse/core/lib/page-functions.js')).href
);

keepMessages(require.resolve('lighthouse'));
const reader = await pageReader(folder);

const START_MS = 20_000;
// Of the load, one frame each 50 ms of its first three seconds: Lighthouse's own eight don't tell a
// quick page's first content from its whole.
const FRAMES = {path: 'screenshot-thumbnails', options: {numberOfThumbnails: 60}};
// Audits that give no score and no figure, so that nothing of them is stored: what only they need
// isn't gathered.
const UNREAD = [
  'bf-cache', // leaves the page and comes back, to say that it doesn't apply in a headless browser
  'final-screenshot', 'js-libraries', 'main-thread-tasks', 'network-requests', 'script-treemap-data',
];
const benchmark = pageFunctions.computeBenchmarkIndex;
let browser = null;
let audits = 0;

async function startBrowser() {
  const profile = mkdtempSync(join(temporary, 'profile-'));
  const flags = [...JSON.parse(flagsJson), `--user-data-dir=${profile}`,
    '--remote-debugging-port=0', '--headless', 'about:blank'];
  const child = spawn(chromium, flags, {stdio: 'ignore'});
  const file = join(profile, 'DevToolsActivePort');
  const end = Date.now() + START_MS;
  while (!existsSync(file) || !readFileSync(file, 'utf8').includes('\n')) {
    if (child.exitCode !== null || Date.now() > end) {
      child.kill('SIGKILL');
      rmSync(profile, {recursive: true, force: true});
      throw Object.assign(new Error('Chromium did not start.'), {code: 'CHROMIUM_START'});
    }
    await new Promise((done) => setTimeout(done, 25));
  }
  const port = Number(readFileSync(file, 'utf8').split('\n')[0]);
  return {child, port, profile};
}

async function stopBrowser() {
  if (!browser) return;
  const {child, profile} = browser;
  browser = null;
  const gone = new Promise((done) => child.once('exit', done));
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL');
    await gone;
  }
  rmSync(profile, {recursive: true, force: true, maxRetries: 5});
}

const ITEMIZED = ['unsized-images', 'modern-http-insight', 'uses-http2']; // as in normal.py

// What judging needs; the rest is most of the bytes.
function slim({lhr, artifacts}) {
  const audits = {};
  for (const [id, audit] of Object.entries(lhr.audits)) {
    if (id === reader.name) continue;
    const {title, score, scoreDisplayMode, numericValue, numericUnit, displayValue, metricSavings,
      errorMessage, details} = audit;
    audits[id] = {title, score, scoreDisplayMode, numericValue, numericUnit, displayValue,
      metricSavings, errorMessage};
    if (details?.overallSavingsMs || details?.overallSavingsBytes) {
      const {overallSavingsMs, overallSavingsBytes} = details;
      audits[id].details = {overallSavingsMs, overallSavingsBytes};
    }
    if (ITEMIZED.includes(id) && details?.items) {
      audits[id].details = {items: details.items.map(({url}) => ({url}))};
    }
    if ([FRAMES.path, 'metrics'].includes(id) && details) {
      audits[id].details = {items: details.items};
    }
  }
  const categories = Object.fromEntries(Object.entries(lhr.categories)
    .map(([id, {title, score, auditRefs}]) => [id, {title, score,
      auditRefs: auditRefs.map(({id, weight}) => ({id, weight}))}]));
  const page = artifacts?.PageText;
  const {requestedUrl, finalDisplayedUrl, lighthouseVersion, fetchTime, runWarnings, runtimeError,
    configSettings} = lhr;
  return {requestedUrl, finalDisplayedUrl, lighthouseVersion, fetchTime, runWarnings, runtimeError,
    configSettings: {formFactor: configSettings.formFactor}, timing: {total: lhr.timing.total},
    environment: {benchmarkIndex: lhr.environment?.benchmarkIndex}, categories, audits,
    page: page?.words === undefined ? undefined : page};
}

async function audit({url, strategy, categories, read_page: readPage, timeoutMs}) {
  browser ??= await startBrowser();
  audits += 1;
  const phone = strategy !== 'desktop';
  // A second of the processor. The phone's runs say how fast the machine was.
  pageFunctions.computeBenchmarkIndex = phone ? benchmark : () => null;
  const settings = {
    ...(phone ? {} : desktopConfig.settings),
    onlyCategories: categories,
    skipAudits: phone ? UNREAD : [...UNREAD, FRAMES.path],
    disableFullPageScreenshot: true,
    ignoreStatusCode: true, // error pages are judged as such, as with PageSpeed Insights
    pauseAfterFcpMs: 0,
    pauseAfterLoadMs: 0,
    networkQuietThresholdMs: 300,
    cpuQuietThresholdMs: 300,
    maxWaitForFcp: 15_000,
    maxWaitForLoad: Math.max(5_000, Math.min(35_000, timeoutMs - 15_000)),
  };
  const config = {extends: 'lighthouse:default', settings, audits: phone ? [FRAMES] : []};
  if (readPage) {
    config.artifacts = reader.artifacts;
    config.audits.push(...reader.audits);
    settings.onlyAudits = [reader.name];
  }
  const flags = {port: browser.port, logLevel: 'silent', output: []}; // no report as text
  const result = await lighthouse(url, flags, config);
  return slim(result);
}

const requests = createInterface({input: process.stdin});
// The parent is gone, perhaps in the middle of an audit.
requests.on('close', () => {
  browser?.child.kill('SIGKILL');
  process.exit();
});

for await (const line of requests) {
  const request = JSON.parse(line);
  let answer;
  try {
    answer = {id: request.id, lhr: await audit(request)};
  } catch (error) {
    const message = String(error.friendlyMessage ?? error.message ?? error);
    answer = {id: request.id, error: {code: error.code ?? 'UNKNOWN', message}};
    await stopBrowser();
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
  if (audits >= Number(recycleAfter)) {
    audits = 0;
    await stopBrowser();
  }
}
