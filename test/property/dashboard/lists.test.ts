// Laws of the lists: sorting and grouping lose nothing, a filter link reads back as it was written, ranges touch.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { STATUSES } from '../../../src/contracts/health.ts';
import type { Device } from '../../../src/contracts/http/devices.ts';
import { hrefWith, scopeOf } from '../../../src/dashboard/state/scope-filter.ts';
import { monthsOf, parseRange, rangeBefore, rangeText, shiftPeriod } from '../../../src/dashboard/state/periods.ts';
import { windowOf } from '../../../src/dashboard/state/use-row-window.ts';
import {
  countByStatus,
  groupDevices,
  itemsOf,
  SORT_KEYS,
  sortDevices,
} from '../../../src/dashboard/views/fleet/fleet-rows.ts';

const named = fc.constantFrom('a', 'b', 'c', 'd').map((code) => ({ code, name: { en: code, zh: code } }));
const device = fc
  .record({
    id: fc.uuid(),
    status: fc.constantFrom(...STATUSES),
    health: fc.option(fc.integer({ min: 0, max: 100 })),
    region: named,
    customer: named,
    product: named,
    openAlerts: fc.nat(3),
    healthAt: fc.constant(null),
  })
  .map((one) => one as unknown as Device);
const devices = fc.uniqueArray(device, { maxLength: 50, selector: ({ id }) => id });
const ids = (list: readonly Device[]): string[] => list.map(({ id }) => id).sort();

describe('the fleet list', () => {
  test('sorting is a permutation, groups are a partition, counts add up', () => {
    fc.assert(
      fc.property(devices, fc.constantFrom(...SORT_KEYS), fc.boolean(), (given, key, isDescending) => {
        const sorted = sortDevices(given, { key, isDescending }, 'en');
        expect(ids(sorted)).toEqual(ids(given));
        expect(ids(groupDevices(sorted, 'region').flatMap((group) => group.devices))).toEqual(ids(given));
        expect(itemsOf(sorted, 'customer').filter(({ kind }) => kind === 'device')).toHaveLength(given.length);
        expect(Object.values(countByStatus(given)).reduce((a, b) => a + b, 0)).toBe(given.length);
      }),
    );
  });

  test('what fails comes first and what is unknown never among the healthy', () => {
    fc.assert(
      fc.property(devices, (given) => {
        const order = sortDevices(given, { key: 'status', isDescending: false }, 'en').map(({ status }) => status);
        expect(order.lastIndexOf('failing')).toBeLessThan(order.includes('healthy') ? order.indexOf('healthy') : 1e9);
        if (order.includes('healthy')) expect(order.lastIndexOf('unknown')).toBeLessThan(order.indexOf('healthy'));
      }),
    );
  });

  test('the window of rows covers what is visible and stays inside the list', () => {
    fc.assert(
      fc.property(fc.nat(5000), fc.nat(200_000), fc.integer({ min: 1, max: 2000 }), (count, top, height) => {
        const [first, last] = windowOf(count, 32, top, height);
        expect(first).toBeGreaterThanOrEqual(0);
        expect(last).toBeLessThanOrEqual(count);
        expect(first).toBeLessThanOrEqual(Math.min(count, Math.floor(top / 32)));
        expect(last).toBeGreaterThanOrEqual(Math.min(count, Math.ceil((top + height) / 32)));
      }),
    );
  });
});

const period = fc
  .tuple(fc.integer({ min: 2020, max: 2035 }), fc.integer({ min: 1, max: 12 }))
  .map(([year, month]) => `${year}-${String(month).padStart(2, '0')}`);

describe('periods and links', () => {
  test('a range and the one before it touch and are equally long', () => {
    fc.assert(
      fc.property(period, fc.nat(40), (from, more) => {
        const range = { from, to: shiftPeriod(from, more) };
        const before = rangeBefore(range);
        expect(shiftPeriod(before.to, 1)).toBe(range.from);
        expect(monthsOf(before)).toHaveLength(monthsOf(range).length);
        expect(parseRange(rangeText(range))).toEqual(range);
      }),
    );
  });

  test('a link carries the filter to the next screen and leaves the rest behind', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_.:-]{1,20}$/), period, (region, month) => {
        const href = hrefWith('/costs', { region, period: month, status: 'failing' }, { cell: 'a:b' });
        const query = Object.fromEntries(new URL(href, 'http://x').searchParams);
        expect(query).toEqual({ region, period: month, cell: 'a:b' });
        expect(scopeOf(query, 0)).toEqual({ region, customer: null, range: { from: month, to: month } });
      }),
    );
  });
});
