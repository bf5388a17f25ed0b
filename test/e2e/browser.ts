// Chromium for the browser tests, and pages that remember everything they complained about.
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import type { Tokens } from '../../src/contracts/http/auth.ts';
import type { Language } from '../../src/contracts/text.ts';
import { en } from '../../src/dashboard/i18n/en.ts';
import type { Words } from '../../src/dashboard/i18n/words.ts';
import { zh } from '../../src/dashboard/i18n/zh.ts';

const CHROMIUM = '/usr/bin/chromium';
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const WORDS: Readonly<Record<Language, Words>> = { en, zh };
const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', zh: 'zh-CN' };
/** A step that takes longer has failed; generous, since tests share the machine. */
const STEP_LIMIT_MS = 15_000;
/** Where the users are; also not the zone of the machine that runs the tests. */
const TIME_ZONE = 'Asia/Shanghai';

export const WINDOW = { width: 1440, height: 900 } as const;
export const PHONE = { width: 390, height: 844 } as const;

export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: CHROMIUM, headless: true, args: QUIET });

export interface Look {
  language: Language;
  theme?: 'light' | 'dark';
  size?: { width: number; height: number };
  /** Already signed in; absent: the page begins with the sign-in form. */
  tokens?: Tokens;
}

export interface Viewer {
  readonly page: Page;
  readonly words: Words;
  /** Errors on the console, exceptions nobody caught, and answers of the server that say it failed. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

export async function openViewer(browser: Browser, httpUrl: string, look: Look): Promise<Viewer> {
  const { language, theme = 'light', size = WINDOW, tokens } = look;
  const context = await browser.newContext({
    baseURL: httpUrl,
    locale: LOCALES[language],
    timezoneId: TIME_ZONE,
    colorScheme: theme,
    viewport: size,
    hasTouch: size.width < 700,
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(STEP_LIMIT_MS);
  if (tokens) await holdSession(context, tokens);
  const page = await context.newPage();
  return { page, words: WORDS[language], complaints: listen(page), close: () => context.close() };
}

const holdSession = (context: BrowserContext, tokens: Tokens): Promise<unknown> =>
  context.addInitScript((text) => {
    if (localStorage.getItem('stethos.session') === null) localStorage.setItem('stethos.session', text);
  }, JSON.stringify(tokens));

function listen(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('response', (response) => {
    if (response.status() >= 500) complaints.push(`${response.status()} ${response.url()}`);
  });
  return complaints;
}

/** Through the form, as a person does. */
export async function signInAs({ page, words }: Viewer, account: { email: string; password: string }): Promise<void> {
  await page.goto('/');
  await page.getByLabel(words.frame.signIn.email).fill(account.email);
  await page.getByLabel(words.frame.signIn.password).fill(account.password);
  await page.getByRole('button', { name: words.frame.signIn.submit }).click();
  await page.getByRole('navigation', { name: words.frame.nav.label }).waitFor();
}

export async function tokensOf(httpUrl: string, account: { email: string; password: string }): Promise<Tokens> {
  const response = await fetch(`${httpUrl}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: account.email, password: account.password }),
  });
  if (!response.ok) throw new Error(`${account.email} may not sign in: ${response.status} ${await response.text()}`);
  return (await response.json()) as Tokens;
}
