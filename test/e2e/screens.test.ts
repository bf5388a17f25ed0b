// Every screen as a person gets it, in window and on phone, in both languages, light and dark, on a new instance and on
// one with months behind it: nothing sticks out, nothing complains on the console, axe finds no barrier. With
// SCREENSHOTS=folder each is also saved there, to be looked at.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Language } from '../../src/contracts/text.ts';
import { ADMINISTRATOR, startTestApp, type TestApp } from '../support/app.ts';
import { launchBrowser, openViewer, PHONE, tokensOf, WINDOW } from './browser.ts';
import { dashboardFolder } from './dashboard-build.ts';
import { fillMonths } from './months.ts';
import { barriersOf, faultsOf, type Screen, screensOf, settled } from './screens.ts';

const FOLDER = process.env.SCREENSHOTS;
const LIMIT_MS = 240_000;

/** Every size meets both languages and both themes; the page is changed in place, as a person would. */
const LOOKS = [
  { size: WINDOW, theme: 'light', language: 'zh' },
  { size: WINDOW, theme: 'dark', language: 'en' },
  { size: PHONE, theme: 'dark', language: 'en' },
  { size: PHONE, theme: 'light', language: 'zh' },
] as const;

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
  if (FOLDER) mkdirSync(FOLDER, { recursive: true });
});
afterAll(() => browser?.close());

async function wear(page: Page, { size, theme, language }: (typeof LOOKS)[number]): Promise<void> {
  await page.setViewportSize(size);
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
  await speak(page, language);
  await page.locator(`html[data-theme="${theme}"]`).waitFor();
  await settled(page);
}

async function speak(page: Page, language: Language): Promise<void> {
  const tag = language === 'zh' ? 'zh-CN' : 'en';
  if ((await page.getAttribute('html', 'lang')) === tag) return;
  await page.getByRole('button', { name: /^(语言|Language): / }).click();
  await page.locator(`html[lang="${tag}"]`).waitFor();
}

async function inspect(page: Page, screen: Screen, what: string): Promise<string[]> {
  await page.goto(screen.path);
  await settled(page);
  const found: string[] = [];
  for (const look of LOOKS) {
    await wear(page, look);
    const name = `${screen.name}, ${look.size.width} ${look.theme} ${look.language}`;
    const wrong = [...(await faultsOf(page)), ...(await barriersOf(page))];
    found.push(...wrong.map((one) => `${name}: ${one}`));
    if (FOLDER) await page.screenshot({ path: join(FOLDER, `${what}, ${name}.png`) });
  }
  return found;
}

describe.each([
  ['new', async () => {}],
  ['filled', fillMonths],
] as const)('the screens of a %s instance', (what, fill) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp({ dashboardDir: await dashboardFolder() });
    await fill(app);
  }, LIMIT_MS);
  afterAll(() => app?.close());

  test('stand in every size, language and theme', { timeout: LIMIT_MS }, async () => {
    const tokens = await tokensOf(app.httpUrl, ADMINISTRATOR);
    const viewer = await openViewer(browser, app.httpUrl, { language: 'zh', tokens });
    const found: string[] = [];
    for (const screen of await screensOf(app.api)) found.push(...(await inspect(viewer.page, screen, what)));
    expect([...found, ...viewer.complaints]).toEqual([]);
    await viewer.close();
  });

  test('let a person sign in', async () => {
    const viewer = await openViewer(browser, app.httpUrl, { language: 'zh' });
    expect([...(await inspect(viewer.page, { name: 'sign-in', path: '/' }, what)), ...viewer.complaints]).toEqual([]);
    await viewer.close();
  });
});
