// Contracts with everything they say, and amendments of them by date.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVERYTHING } from '../../../src/contracts/access.ts';
import type { Terms } from '../../../src/contracts/http/contract-terms.ts';
import type { Database } from '../../../src/db/database.ts';
import type { Registry } from '../../../src/registry/registry.ts';
import { openTestDatabase } from '../../support/database.ts';
import { seedMasterData, startTestRegistry } from '../../support/registry.ts';

const cny = (amount: string) => ({ amount, currency: 'CNY' });
const FULL: Terms = {
  type: 'usage-based',
  price: cny('18.50'),
  pricePer: 'unit',
  usageDriver: 'scan-count',
  included: { visits: 4, hours: 20.5, parts: cny('30000.00') },
  tariff: { perHour: cny('420.00'), perVisit: cny('600.00'), partsMarkupPercent: 15 },
  responseHours: 4,
  restorationHours: 24,
  uptimeTarget: 0.98,
  penaltyPerHour: cny('500.00'),
  penaltyCap: cny('20000.00'),
};

let database: Database;
let registry: Registry;
beforeAll(async () => {
  database = await openTestDatabase();
  registry = await startTestRegistry(database, { now: () => Date.parse('2026-06-15T12:00:00Z') });
  await seedMasterData(registry);
});
afterAll(async () => {
  await registry.close();
  await database.close();
});

const amend = (effectiveFrom: string, changes: Partial<Terms>) =>
  registry.contractAmendments.add('K-1', { effectiveFrom, changes, note: 'agreed' }, 'controller');

describe('terms of a contract', () => {
  it('are kept as they were told, and say what is agreed where nothing was', async () => {
    const { customer, startsOn, endsOn } = await registry.contracts.one('K-1', EVERYTHING);
    const contract = { code: 'K-9', customer, startsOn, endsOn, ...FULL };
    expect(await registry.contracts.create(contract)).toEqual(contract);
    expect(await registry.contracts.one('K-1', EVERYTHING)).toMatchObject({
      pricePer: 'term',
      usageDriver: null,
      included: { visits: null, hours: null, parts: null },
      tariff: { perHour: null, perVisit: null, partsMarkupPercent: 0 },
      penaltyCap: null,
    });
  });

  it('refuses a price per unit of nothing, and amounts in other currencies', async () => {
    const patch = (changes: Partial<Terms>) => registry.contracts.patch('K-1', changes);
    await expect(patch({ pricePer: 'unit' })).rejects.toThrow('says what is counted');
    await expect(patch({ usageDriver: 'exposures' })).rejects.toThrow('no other price does');
    await expect(patch({ penaltyCap: { amount: '1.00', currency: 'USD' } })).rejects.toThrow(
      'penaltyCap: a contract has',
    );
    await expect(
      patch({ included: { visits: null, hours: null, parts: { amount: '1', currency: 'EUR' } } }),
    ).rejects.toThrow('included.parts');
  });
});

describe('amendments', () => {
  it('hold from their day on, on top of those before, and leave the contract as it was', async () => {
    const before = await registry.contracts.one('K-1', EVERYTHING);
    const middle = `${Number(before.startsOn.slice(0, 4))}-07-01`;
    const first = await amend(middle, { price: cny('990.00'), restorationHours: 8 });
    expect(first).toMatchObject({ effectiveFrom: middle, actor: 'controller', note: 'agreed' });
    expect(first.terms).toMatchObject({ type: before.type, price: cny('990.00'), restorationHours: 8 });
    const later = `${Number(before.startsOn.slice(0, 4))}-09-01`;
    const second = await amend(later, { type: 'pm-only' });
    expect(second.terms).toMatchObject({ type: 'pm-only', price: cny('990.00'), restorationHours: 8 });
    expect(await registry.contracts.one('K-1', EVERYTHING)).toEqual(before);
    expect(await registry.contractAmendments.list('K-1', EVERYTHING)).toEqual([first, second]);
    const { rows } = await database.query(
      `SELECT type, from_on, to_on, price_minor FROM contract_stretch WHERE code = 'K-1' ORDER BY from_on`,
    );
    expect(rows.map((row) => [row.from_on, row.to_on, row.price_minor])).toEqual([
      [before.startsOn, middle, expect.anything()],
      [middle, later, 99_000n],
      // The terms hold on the last day, and no longer on the one after it.
      [later, '2027-01-01', 99_000n],
    ]);
  });

  it('refuses days outside the contract or before another amendment, and another currency', async () => {
    const { startsOn, endsOn } = await registry.contracts.one('K-1', EVERYTHING);
    await expect(amend(startsOn, {})).rejects.toThrow('the contract runs from');
    await expect(amend(`${Number(endsOn.slice(0, 4)) + 1}-01-01`, {})).rejects.toThrow('the contract runs from');
    await expect(amend(`${startsOn.slice(0, 4)}-08-01`, {})).rejects.toThrow('choose a later day');
    await expect(
      amend(`${startsOn.slice(0, 4)}-10-01`, { price: { amount: '1.00', currency: 'USD' } }),
    ).rejects.toThrow(/currency/);
    await expect(
      registry.contractAmendments.list('K-1', { regions: ['nowhere'], customers: null }),
    ).rejects.toMatchObject({ code: 'not-found' });
    await expect(database.query('DELETE FROM contract_amendment')).rejects.toThrow();
  });
});
