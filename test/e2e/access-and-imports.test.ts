// An administrator gives a device its token and certificate, takes one back, and brings a recorded file in: on screen, in
// both languages, wide and narrow. With SCREENSHOTS=folder the looks are saved there.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Import } from '../../src/contracts/http/system.ts';
import { createAuthority } from '../../src/registry/certificates/authority.ts';
import { keyAndRequest } from '../../src/simulators/enrol/certificate-request.ts';
import { ADMINISTRATOR, startTestApp, type TestApp } from '../support/app.ts';
import { foundOrganisation, registerPump } from '../support/organisation.ts';
import { type Look, launchBrowser, openViewer, PHONE, tokensOf, type Viewer } from './browser.ts';
import { dashboardFolder } from './dashboard-build.ts';
import { holds } from './visit.ts';

const LIMIT_MS = 240_000;
let folder: string;
let app: TestApp;
let browser: Browser;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stethos-access-'));
  const authority = createAuthority({ name: 'Devices', days: 30, nowMs: Date.now(), random: randomBytes });
  writeFileSync(join(folder, 'ca.pem'), authority.certificate);
  writeFileSync(join(folder, 'ca.key'), authority.key);
  app = await startTestApp({
    dashboardDir: await dashboardFolder(),
    env: { STETHOS_DEVICE_CA_CERT: join(folder, 'ca.pem'), STETHOS_DEVICE_CA_KEY: join(folder, 'ca.key') },
  });
  await foundOrganisation(app.api);
  for (const pump of ['P-1', 'P-2']) await registerPump(app.api, pump);
  browser = await launchBrowser();
}, LIMIT_MS);
afterAll(async () => {
  await browser?.close();
  await app?.close();
  rmSync(folder, { recursive: true, force: true });
});

const open = async (look: Look): Promise<Viewer> =>
  openViewer(browser, app.httpUrl, { ...look, tokens: await tokensOf(app.httpUrl, ADMINISTRATOR) });

const LOOKS: readonly [string, Look][] = [
  ['wide zh light', { language: 'zh' }],
  ['narrow en dark', { language: 'en', theme: 'dark', size: PHONE }],
];

test.each(LOOKS)('access of a device, %s', { timeout: LIMIT_MS }, async (name, look) => {
  const device = look.language === 'zh' ? 'P-1' : 'P-2';
  const viewer = await open(look);
  const { page, words } = viewer;
  const { access } = words;
  await page.goto(`/devices/${device}`);
  const part = page.locator('.access');
  await part.getByText(access.state.valid).waitFor();

  await part.getByRole('button', { name: access.rotate }).click();
  await part.getByRole('button', { name: access.make }).click();
  const token = part.getByRole('textbox', { name: access.tokens });
  expect(await token.inputValue()).toMatch(/^[\w-]{43}$/);
  await part.getByText(access.state.ending).waitFor();
  await holds(viewer, `access token ${name}`);
  await part.getByRole('button', { name: access.close }).click();
  await token.waitFor({ state: 'detached' });

  // The one that was replaced is taken back before its time.
  const replaced = part.locator('.access-entry', { hasText: access.state.ending });
  await replaced.getByRole('button', { name: access.revoke, exact: true }).click();
  await replaced.getByRole('button', { name: access.revokeSure }).click();
  await replaced.waitFor({ state: 'detached' });
  await part.getByRole('button', { name: access.older('1') }).click();
  await part.getByText(access.state.revoked).waitFor();

  await part.getByRole('button', { name: access.sign, exact: true }).click();
  await part.getByLabel(access.request).fill(keyAndRequest(device).request);
  await part.getByRole('button', { name: access.signIt }).click();
  await part.getByText(access.issuedTitle, { exact: true }).waitFor();
  expect(await part.getByRole('textbox', { name: access.issuedTitle }).inputValue()).toContain('BEGIN CERTIFICATE');
  await holds(viewer, `access certificate ${name}`);
  expect(viewer.complaints).toEqual([]);
  await viewer.close();
});

test.each(LOOKS)('a file brought in, %s', { timeout: LIMIT_MS }, async (name, look) => {
  const file = `recording ${look.language}.csv`;
  const at = (i: number): string => new Date(Date.UTC(2026, 0, 1) + i * 60_000).toISOString();
  const rows = Array.from(
    { length: 500 },
    (_, i) => `${at(i)},${i === 7 ? 9 : 1},${80 + (i % 5)},${i === 8 ? 'x' : 1}`,
  );
  writeFileSync(join(folder, file), `timestamp,unit,motor_current,odd\n${rows.join('\n')}\n`);
  const viewer = await open(look);
  const { page, words } = viewer;
  await page.goto('/system');
  await page.locator('.import-upload input').setInputFiles(join(folder, file));
  const line = page.locator('.import-line', { hasText: file });
  await line.getByRole('button', { name: words.imports.map }).click();
  await line.getByLabel(words.imports.prefix).fill('P-');
  await line.getByRole('button', { name: words.imports.tryIt }).click();
  await line.getByText(words.imports.unknownDevices('P-9')).waitFor();
  await line.getByText(words.imports.unknownMetrics('odd')).waitFor();
  await line.getByText(words.imports.refusal['not-a-number']).waitFor();
  await holds(viewer, `import preview ${name}`);
  await line.getByRole('button', { name: words.imports.start }).click();
  await line.getByText(words.system.importState.finished).waitFor();
  // It stays open: where the mapping was, the report is now.
  await line.getByText(words.imports.refusedRows, { exact: true }).waitFor();
  await holds(viewer, `import report ${name}`);
  const run = (await app.api.all<Import>('/imports')).find((one) => one.name === file);
  expect(run).toMatchObject({ state: 'finished', report: { rows: 500, refusedRows: 2, readings: 996 } });
  expect(viewer.complaints).toEqual([]);
  await viewer.close();
});
