// Law: the pages of a list hold every row of the scope exactly once, in order, whatever the codes and the page size.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Region } from '../../../src/contracts/http/registry.ts';
import type { Page } from '../../../src/contracts/http/page.ts';
import type { Registry } from '../../../src/registry/registry.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { startTestRegistry, testClock } from '../../support/registry.ts';

describe('pages', () => {
  let database: TestDatabase;
  let registry: Registry;

  beforeAll(async () => {
    database = await openTestDatabase();
    registry = await startTestRegistry(database, testClock());
  });
  afterAll(async () => {
    await registry.close();
    await database.close();
  });

  it('cover every row of the scope exactly once', async () => {
    const code = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.:-]{0,6}$/);
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(code, { minLength: 1, maxLength: 25 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 2, max: 3 }),
        async (codes, limit, every) => {
          await database.query('DELETE FROM region');
          for (const each of codes) await registry.regions.create({ code: each, name: { en: each, zh: each } });
          const wanted = codes.filter((_, index) => index % every !== 0);
          const seen: string[] = [];
          let page: Page<Region> = { items: [], next: null };
          do {
            const query = page.next === null ? { limit } : { limit, cursor: page.next };
            page = await registry.regions.list(query, { regions: wanted, customers: null });
            expect(page.items.length).toBeLessThanOrEqual(limit);
            seen.push(...page.items.map((region) => region.code));
          } while (page.next !== null);
          expect(seen).toHaveLength(wanted.length);
          expect([...seen].sort()).toEqual([...wanted].sort());
        },
      ),
      { numRuns: 15 },
    );
  });
});
