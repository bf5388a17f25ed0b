// A screen looked at as people get it: window and phone, both languages, light and dark, changed in place as a person
// would. With SCREENSHOTS=folder each look is also saved there.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { ADMINISTRATOR, type TestApp } from '../support/app.ts';
import { openViewer, PHONE, tokensOf, WINDOW } from './browser.ts';
import { barriersOf, faultsOf, type Screen, screensOf, settled } from './screens.ts';

const FOLDER = process.env.SCREENSHOTS;

/** Every size meets both languages and both themes; what does not hang on colour is judged once a size. */
export const LOOKS = [
  { size: WINDOW, theme: 'light', language: 'zh', rules: 'all' },
  { size: PHONE, theme: 'dark', language: 'en', rules: 'all' },
  { size: PHONE, theme: 'light', language: 'zh', rules: 'contrast' },
  { size: WINDOW, theme: 'dark', language: 'en', rules: 'contrast' },
] as const;
type Look = (typeof LOOKS)[number];
/** One of each size, language and theme: enough where there is little to show. */
export const TWO_LOOKS: readonly Look[] = LOOKS.slice(0, 2);

async function dress(page: Page, { size, theme, language }: Look): Promise<void> {
  await page.setViewportSize(size);
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
  await settled(page);
  const tag = language === 'zh' ? 'zh-CN' : 'en';
  if ((await page.getAttribute('html', 'lang')) !== tag) {
    await page.getByRole('button', { name: /^(语言|Language): / }).click();
  }
  await page.locator(`html[lang="${tag}"][data-theme="${theme}"]`).waitFor();
  await settled(page);
}

async function save(page: Page, name: string): Promise<void> {
  if (!FOLDER) return;
  mkdirSync(FOLDER, { recursive: true });
  await page.screenshot({ path: join(FOLDER, `${name}.png`) });
}

export async function inspect(page: Page, screen: Screen, looks: readonly Look[], instance: string): Promise<string[]> {
  await page.goto(screen.path);
  const found: string[] = [];
  for (const look of looks) {
    try {
      await dress(page, look);
    } catch (error) {
      return [...found, `${screen.name}: it does not settle, ${String(error)}`];
    }
    const name = `${screen.name}, ${look.size.width} ${look.theme} ${look.language}`;
    const wrong = [...(await faultsOf(page)), ...(await barriersOf(page, look.rules))];
    found.push(...wrong.map((one) => `${name}: ${one}`));
    await save(page, `${instance}, ${name}`);
  }
  return found;
}

export interface Inspected {
  app: TestApp;
  /** In the names of saved pictures. */
  instance: string;
  looks: readonly Look[];
  /** Only screens whose name begins with one of these; absent: all, with signing in. */
  only?: readonly string[];
}

/** What is wrong with any screen of the instance, from signing in on; nothing is what one wants. */
export async function inspectAll(browser: Browser, { app, instance, looks, only }: Inspected): Promise<string[]> {
  const stranger = await openViewer(browser, app.httpUrl, { language: 'zh' });
  const found = only ? [] : await inspect(stranger.page, { name: 'sign-in', path: '/' }, looks, instance);
  const tokens = await tokensOf(app.httpUrl, ADMINISTRATOR);
  const viewer = await openViewer(browser, app.httpUrl, { language: 'zh', tokens });
  for (const screen of await screensOf(app.api)) {
    if (only && !only.some((start) => screen.name.startsWith(start))) continue;
    found.push(...(await inspect(viewer.page, screen, looks, instance)));
  }
  await Promise.all([stranger.close(), viewer.close()]);
  return [...found, ...stranger.complaints, ...viewer.complaints];
}
