import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Machine } from '@dolphinstage/embedded';
import type { AxeResults } from 'axe-core';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';

/** A real browser: Debian's chromium, installed where it is missing and that is allowed. */
export async function openBrowser(machine: Machine): Promise<Browser> {
  const executablePath = await machine.need('chromium', 'chromium', () => undefined);
  return chromium.launch({
    executablePath,
    args: [
      ...['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
      // It must not ask its maker for anything.
      ...['--disable-background-networking', '--disable-component-update', '--no-first-run'],
    ],
  });
}

/** What a page has complained about: console errors, exceptions, failed requests. */
export function watchComplaints(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', message => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
  });
  page.on('pageerror', error => complaints.push(`exception: ${error.message}`));
  page.on('response', response => {
    if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`);
  });
  page.on('requestfailed', request => {
    const why = request.failure()?.errorText;
    // A page that is left gives its requests up.
    if (why !== 'net::ERR_ABORTED') complaints.push(`${why} ${request.url()}`);
  });
  return complaints;
}

/** Longer than anything takes to fade in; what moves longer isn't that. */
const FADE_MS = 2_000;

/** Until what fades in is there: half faded in, nothing has the contrast that it is to have. */
async function atRest(page: Page): Promise<void> {
  const still = () => {
    const { document } = globalThis as unknown as {
      document: { getAnimations(): { playState: string }[] };
    };
    return document.getAnimations().every(({ playState }) => playState !== 'running');
  };
  await page.waitForFunction(still, undefined, { timeout: FADE_MS }).catch((error: Error) => {
    if (error.name !== 'TimeoutError') throw error;
  });
}

/** What axe calls serious or critical on a page, each with the places. */
export async function seriousFlaws(page: Page): Promise<string[]> {
  await atRest(page);
  // Not as a script tag, which the page's content security policy forbids.
  await page.evaluate(readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8'));
  const { violations } = await page.evaluate(() => {
    const { axe } = globalThis as unknown as {
      axe: { run(on: object, options: object): Promise<AxeResults> };
    };
    const where = {
      exclude: [
        // There React Aria tells screen readers what has just happened.
        ['[data-live-announcer]'],
        // Backstage's own: with a number beside it, its label says less than what is seen.
        ['a[aria-label="Notifications"]'],
      ],
    };
    // All is looked at, but each place of a large page that is good isn't told.
    return axe.run(where, { resultTypes: ['violations'] });
  });
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
}

/** Where pictures of pages go; none are taken without. */
const PICTURES = process.env.DOLPHINSTAGE_PICTURES;

/** Takes a picture of a whole page, where pictures are wanted. */
export async function picture(page: Page, name: string): Promise<void> {
  if (!PICTURES) return;
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
}

/** True once something is there, undefined where it isn't within five seconds: for `eventually`. */
export const appears = (what: Locator): Promise<true | undefined> =>
  what
    .first()
    .waitFor({ timeout: 5_000 })
    .then(
      () => true,
      () => undefined,
    );
