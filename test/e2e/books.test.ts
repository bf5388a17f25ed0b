// A month is closed by two people on screen, its journal looked at, and a batch taken for the general ledger. With
// SCREENSHOTS=folder the looks are saved there.
import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JournalEntry, JournalExport } from '../../src/contracts/http/journal.ts';
import type { Page as Listed } from '../../src/contracts/http/page.ts';
import { type House, startHouse } from '../support/api.ts';
import { putInForce } from '../support/cycles.ts';
import { postByTwo } from '../support/two-people.ts';
import { launchBrowser, PHONE } from './browser.ts';
import { dashboardFolder } from './dashboard-build.ts';
import { holds, visit } from './visit.ts';

const LIMIT_MS = 240_000;
const [MONTH, NEXT] = ['2026-03', '2026-04'];
let house: House;
let browser: Browser;

const post = (pool: string, amount: string, occurredOn: string, key: string) =>
  postByTwo(
    house.costing,
    { pool, element: 'overhead', amount: { amount, currency: 'CNY' }, occurredOn, note: 'a bill' },
    key,
  );

beforeAll(async () => {
  house = await startHouse({ dashboardDir: await dashboardFolder() });
  const { allocation } = house.costing;
  for (const code of ['depot', 'desk']) await allocation.createPool({ code, name: { en: code, zh: code } });
  await putInForce(allocation, {
    code: 'overhead',
    version: 1,
    effectiveFrom: '2026-01',
    method: 'direct',
    segments: [{ pool: 'depot', driver: 'installed-devices' }],
  });
  await post('depot', '1000.00', `${MONTH}-05`, 'a');
  await post('desk', '50.00', `${MONTH}-06`, 'b');
  await house.costing.idle();
  browser = await launchBrowser();
}, LIMIT_MS);
afterAll(async () => {
  await browser?.close();
  await house?.close();
});

const get = async <T>(path: string, token: string): Promise<T> =>
  (await fetch(`${house.root}${path}`, { headers: { authorization: `Bearer ${token}` } })).json() as Promise<T>;

test('two people close a month; the journal, a batch and the late bill are on screen', {
  timeout: LIMIT_MS,
}, async () => {
  const path = `/costs?tab=books&period=${MONTH}`;
  const asker = await house.signIn('controller');
  const first = await visit(browser, house.url, { as: asker, path, language: 'zh' });
  const { books } = first.words;
  const ask = first.page.getByRole('button', { name: books.act.close });
  await ask.waitFor();
  expect(await ask.isDisabled()).toBe(true);
  await first.page.getByLabel(`${books.reason}: ${books.item.unallocated}`).fill('呼叫台的动因下月才有');
  await holds(first, 'books-open');
  await ask.click();
  await first.page.getByText(books.own).waitFor();
  expect(await first.page.getByRole('button', { name: books.act.approveClose }).count()).toBe(0);

  const approver = await house.signIn('manager');
  const second = await visit(browser, house.url, { as: approver, path, theme: 'dark', size: PHONE });
  const words = second.words.books;
  await second.page.getByRole('button', { name: words.act.approveClose }).click();
  await second.page.getByText(words.stateHint.closed).waitFor();
  await post('depot', '7.00', `${MONTH}-31`, 'late');
  await second.page.reload();
  await second.page.getByText(words.late('1')).click();
  await second.page.locator('.books-step summary').click();
  await second.page.getByText(words.trueUp.title).waitFor();
  await holds(second, 'books-closed');
  expect((await house.costing.periods.list()).map(({ period, state }) => [period, state])).toEqual([
    [NEXT, 'open'],
    [MONTH, 'closed'],
  ]);

  await first.page.reload();
  const download = first.page.waitForEvent('download');
  await first.page.getByRole('button', { name: books.exports.claim }).click();
  await first.page.getByRole('button', { name: books.exports.save('1', 'CSV') }).click();
  const saved = readFileSync(await (await download).path(), 'utf8');
  const [batch] = (await get<Listed<JournalExport>>('/journal/exports', asker.accessToken)).items;
  const { items } = await get<Listed<JournalEntry>>('/journal?limit=500', asker.accessToken);
  expect(saved.trimEnd().split('\r\n')).toHaveLength((batch?.entries ?? 0) + 1);
  expect(batch?.entries).toBe(items.length);
  // Two bills, the run's entries, and the late bill.
  expect(
    items
      .filter(({ kind }) => kind === 'run')
      .map(({ account, debit, credit }) => [account.code, debit?.amount ?? null, credit?.amount ?? null]),
  ).toEqual([
    ['5280', '1000.00', null],
    ['5180', null, '1000.00'],
  ]);
  await first.page.getByRole('button', { name: books.journal.entries, exact: true }).click();
  await first.page
    .locator('td', { hasText: books.journal.ofRun('1') })
    .first()
    .waitFor();
  await holds(first, 'books-journal');
  expect([...first.complaints, ...second.complaints]).toEqual([]);
});
