// What counts as a changed component, and which jobs leave which components with another normal.
import { describe, expect, test } from 'vitest';
import type { Product } from '../../../src/contracts/product.ts';
import { renewedBy } from '../../../src/predictor/core/renewal.ts';
import { componentChanges } from '../../../src/registry/component-changes.ts';
import { productFaults } from '../../../src/registry/product-check.ts';
import { COOLER } from '../../support/predictor-signals.ts';

describe('components as a device reports them', () => {
  const cell = (serial: string) => ({ component: 'o2-cell', serial });

  test('another serial is a change; the first one told, the same, or none is not', () => {
    expect(componentChanges([cell('A')], [cell('B'), { code: 'blower', serial: 'X' }])).toEqual([
      { component: 'o2-cell', previousSerial: 'A', serial: 'B' },
    ]);
    expect(componentChanges([cell('A')], [cell('A')])).toEqual([]);
    expect(componentChanges(undefined, [cell('A')])).toEqual([]);
    expect(componentChanges([cell('A')], [{ component: 'o2-cell' }])).toEqual([]);
  });

  test.each([['text'], [null], [[null, 3, 'x', {}, { component: 7, serial: 'B' }]], [{ component: 'o2-cell' }]])(
    'what is no list of components changes nothing: %j',
    (reported) => expect(componentChanges([cell('A')], reported)).toEqual([]),
  );
});

describe('components a finished job renews', () => {
  const renewed = (job: Partial<Parameters<typeof renewedBy>[1]>): string[] =>
    renewedBy(COOLER, { kind: 'corrective', component: 'head', confirmed: true, parts: new Set(), ...job }).map(
      ({ code }) => code,
    );

  test.each([
    [{}, ['head']],
    [{ kind: 'preventive', confirmed: null }, ['head']],
    [{ kind: 'inspection', confirmed: null }, []],
    [{ kind: 'inspection', confirmed: true }, ['head']],
    [{ kind: 'remote-support', confirmed: null }, []],
    [{ confirmed: false }, []],
    [{ component: null }, []],
    [{ kind: 'installation', component: null, confirmed: null }, ['head', 'pump']],
    // The part of both modes of this catalogue.
    [{ confirmed: false, parts: new Set(['P-1']) }, ['head', 'pump']],
    [{ parts: new Set(['P-9']) }, ['head']],
  ] as const)('%j', (job, expected) => expect(renewed(job)).toEqual(expected));
});

test('a sign is judged per a metric that exists, is another one, and has a band', () => {
  const per = (driver: string): string[] => {
    const product: Product = structuredClone(COOLER);
    const sign = product.components[0]?.failureModes[0]?.signs[0];
    if (sign !== undefined) sign.per = driver;
    return productFaults(product);
  };
  expect(per('flow')).toEqual([]);
  expect(per('speed')).toEqual(['failure mode head/wear: head_temp is judged per speed, which is not a metric']);
  expect(per('head_temp')).toEqual(['failure mode head/wear: head_temp is judged per itself']);
  expect(per('count')).toEqual([
    'failure mode head/wear: head_temp is judged per count, which needs normalMin and normalMax',
  ]);
});
