// A person in front of a screen, and what holds of whatever is shown to them: nothing sticks out, nothing bars anybody. With
// SCREENSHOTS=folder each screen that was held is also saved there.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { expect } from 'vitest';
import type { Tokens } from '../../src/contracts/http/auth.ts';
import { type Look, openViewer, tokensOf, type Viewer } from './browser.ts';
import { barriersOf, faultsOf, settled } from './screens.ts';

const FOLDER = process.env.SCREENSHOTS;

export interface Visit extends Partial<Omit<Look, 'tokens'>> {
  as: Tokens | { email: string; password: string };
  path: string;
}

export async function visit(browser: Browser, httpUrl: string, { as, path, ...look }: Visit): Promise<Viewer> {
  const tokens = 'accessToken' in as ? as : await tokensOf(httpUrl, as);
  const viewer = await openViewer(browser, httpUrl, { language: 'en', ...look, tokens });
  await viewer.page.goto(path);
  return viewer;
}

export async function holds({ page }: Viewer, name: string): Promise<void> {
  await settled(page);
  if (FOLDER) {
    mkdirSync(FOLDER, { recursive: true });
    await page.screenshot({ path: join(FOLDER, `${name}.png`), fullPage: true });
  }
  const found = [...(await faultsOf(page)), ...(await barriersOf(page, 'all'))];
  expect(found.map((fault) => `${name}: ${fault}`)).toEqual([]);
}
