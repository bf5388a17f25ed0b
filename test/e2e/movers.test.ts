// What changed and what prevention is worth, on screen: months against the months before and one product against another,
// the numbers in the waterfall and in the table the ones of the API, opened down to the evidence; whole in every look.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isoOf, periodOf } from '../../src/contracts/time.ts';
import { postFacts } from '../../src/costing/facts.ts';
import type { NewFact } from '../../src/costing/new-fact.ts';
import { shiftPeriod } from '../../src/dashboard/state/periods.ts';
import { seededRandom } from '../../src/predictor/core/random.ts';
import { type House, startHouse } from '../support/api.ts';
import { launchBrowser, type Viewer } from './browser.ts';
import { dashboardFolder } from './dashboard-build.ts';
import { inspect, LOOKS } from './inspection.ts';
import { visit } from './visit.ts';

const LIMIT_MS = 180_000;
/** A screen loads on a machine that does much else. */
const WAIT = { timeout: 30_000 };
const NOW = Date.now();
const AFTER = shiftPeriod(periodOf(NOW), -1);
const BEFORE = shiftPeriod(AFTER, -1);
const KINDS = ['corrective', 'preventive', 'predictive', 'installation'] as const;
const PRODUCTS = ['mri-15', 'ct-64', 'vent-3'] as const;

let house: House;
let browser: Browser;

interface Job {
  id: number;
  month: string;
  kind: (typeof KINDS)[number];
  product: string;
}

/** More jobs in the later month, and dearer ones. */
const JOBS: readonly Job[] = [BEFORE, AFTER].flatMap((month, late) =>
  Array.from({ length: 14 + 8 * late }, (_, index) => ({
    id: 1 + index + 14 * late,
    month,
    kind: KINDS[index % KINDS.length] ?? 'corrective',
    product: PRODUCTS[(index * (1 + late)) % PRODUCTS.length] ?? 'mri-15',
  })),
);

function factsOf({ id, month, kind, product }: Job, random: () => number): NewFact[] {
  const price = month === AFTER ? 1.2 : 1;
  return (['labour', 'parts', 'travel'] as const).map((element, index) => ({
    amountMinor: BigInt(Math.round((40_000 + 900_000 * random()) * price)),
    currency: 'CNY',
    element,
    quantityMilli: 4000n,
    unit: 'h',
    occurredOn: `${month}-12`,
    source: { type: index === 0 ? 'labour' : 'charge', id: `${id}-${index}` },
    idempotencyKey: `movers:${id}:${index}`,
    dimensions: { product, region: 'east', customer: 'C-1', maintenance_kind: kind, product_line: 'imaging' },
    workOrderId: id,
    pool: null,
    reversalOf: null,
    actor: 'x',
    note: null,
  }));
}

beforeAll(async () => {
  [house, browser] = await Promise.all([
    dashboardFolder().then((dashboardDir) => startHouse({ dashboardDir })),
    launchBrowser(),
  ]);
  await house.database.query(
    `INSERT INTO work_order (kind, service_type, state, priority, device_id, title_en, title_zh, opened_at, opened_by,
       completed_at, downtime_minutes, product_line, product, customer, region, station)
     SELECT j->>'kind', 'on-site', 'completed', 'minor', (SELECT min(id) FROM device), 'x', 'x', at, 'x', at, 120, 'imaging',
       j->>'product', 'C-1', 'east', 's'
     FROM jsonb_array_elements($1::jsonb) j, LATERAL (SELECT ((j->>'month') || '-11T00:00:00Z')::timestamptz AS at) day`,
    [JSON.stringify(JOBS)],
  );
  const random = seededRandom(3);
  const facts = JOBS.flatMap((job) => factsOf(job, random));
  await house.database.transaction((tx) => postFacts(tx, isoOf(NOW), facts));
}, LIMIT_MS);
afterAll(async () => {
  await browser?.close();
  await house?.close();
});

const open = async (path: string, language: 'en' | 'zh' = 'en'): Promise<Viewer> =>
  visit(browser, house.url, { as: await house.signIn('manager'), path, language });

test('a month against the one before: more jobs, dearer jobs, and who moved it most', {
  timeout: LIMIT_MS,
}, async () => {
  const viewer = await open(`/costs?tab=movers&period=${AFTER}`);
  const { page } = viewer;
  const words = viewer.words.movers;
  const steps = page.locator('.waterfall li');
  await expect.poll(() => steps.count(), WAIT).toBe(5);
  // Eight more jobs at a higher price: volume and rate are both more.
  await expect.poll(() => steps.nth(1).innerText(), WAIT).toContain('+');
  expect(await steps.nth(3).innerText()).toContain('+');
  await page.getByText(words.counted('14', '22')).waitFor();
  await page.locator('.mover-controls select').nth(1).selectOption('element');
  await expect.poll(() => page.locator('table.movers tbody tr').count(), WAIT).toBeGreaterThan(3);
  await page.locator('table.movers tbody a').first().click();
  await page.locator('.facts-pane').waitFor();
  expect(viewer.complaints).toEqual([]);
  await viewer.close();
});

test('one product against another in the same months', { timeout: LIMIT_MS }, async () => {
  const viewer = await open(`/costs?tab=movers&period=${AFTER}&basis=values&of=product&by=element`);
  const { page } = viewer;
  const words = viewer.words.movers;
  await page.getByText(words.chooseTitle).waitFor();
  await page.getByLabel(words.valueBefore, { exact: true }).last().selectOption('ct-64');
  await page.getByLabel(words.valueAfter, { exact: true }).selectOption('mri-15');
  await expect.poll(() => page.locator('table.movers tbody tr').count(), WAIT).toBe(3);
  expect(viewer.complaints).toEqual([]);
  await viewer.close();
});

const numberIn = (text: string | null): number => Number(/¥([\d,.]+)/.exec(text ?? '')?.[1]?.replaceAll(',', ''));

test('prevention by product, with direct cost alone on demand', { timeout: LIMIT_MS }, async () => {
  const viewer = await open(`/value?period=${AFTER}&by=product`);
  const { page } = viewer;
  await expect.poll(() => page.locator('table.value-groups tbody tr').count(), WAIT).toBeGreaterThanOrEqual(3);
  await page.getByRole('button', { name: viewer.words.value.costs.direct }).click();
  await expect.poll(() => page.url(), WAIT).toContain('cost=direct');
  await page.getByRole('combobox', { name: viewer.words.value.byDimension }).selectOption('maintenance-kind');
  await expect.poll(() => page.locator('table.value-groups tbody tr').count(), WAIT).toBe(KINDS.length);
  await page.getByRole('columnheader', { name: viewer.words.terms.dimension['maintenance-kind'] }).waitFor();
  // An amount opens beside the screen it stands on, at the part of the cost that it is.
  const amount = page.locator('table.value-groups tbody a.pivot-amount').first();
  const shown = numberIn(await amount.textContent());
  await amount.click();
  const pane = page.getByRole('complementary', { name: viewer.words.explain.title });
  const place = pane.locator('[aria-current="location"]');
  await place.waitFor();
  expect(Math.round(numberIn(await place.textContent()))).toBe(shown);
  expect(new URL(page.url()).pathname).toBe('/value');
  await pane
    .getByRole('link', { name: /^Fact / })
    .first()
    .click();
  await expect.poll(() => place.textContent(), WAIT).toContain('Fact ');
  await page.keyboard.press('Escape');
  await pane.waitFor({ state: 'detached' });
  expect(viewer.complaints).toEqual([]);
  await viewer.close();
});

test('both stand on a window and a phone, in both languages, light and dark', { timeout: LIMIT_MS }, async () => {
  for (const [name, path] of [
    ['movers', `/costs?tab=movers&period=${AFTER}&within=element`],
    ['value-groups', `/value?period=${AFTER}`],
  ] as const) {
    const viewer = await open(path, 'zh');
    await viewer.page.locator('table').first().waitFor();
    expect(await inspect(viewer.page, { name, path }, LOOKS, 'movers')).toEqual([]);
    expect(viewer.complaints).toEqual([]);
    await viewer.close();
  }
});
