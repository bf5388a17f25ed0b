// Laws of the cells behind amounts: what a link says is what the pane reads, and the sides of prevention divide all cost.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Dimension, DIMENSIONS } from '../../../src/contracts/costs.ts';
import type { CostFlow, FlowNode } from '../../../src/contracts/http/cost-flow.ts';
import { WORK_ORDER_KINDS } from '../../../src/contracts/work-order-states.ts';
import { cellOf, cellQueryOf, codesIn, pairsOf } from '../../../src/dashboard/views/costs/explain/explain-cell.ts';
import { linkCell, nodeCell } from '../../../src/dashboard/views/costs/flow/flow-cells.ts';
import { sideCell } from '../../../src/dashboard/views/value/value-cells.ts';

const code = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.:-]{0,20}$/);
const codes = fc.uniqueArray(fc.option(code, { freq: 4 }), { minLength: 1, maxLength: 4 });
const cell = fc.dictionary(fc.constantFrom(...DIMENSIONS), codes, { maxKeys: 4 });
const range = { from: '2026-01', to: '2026-03' };

describe('cells of amounts', () => {
  it('are read as they were written', () => {
    fc.assert(
      fc.property(cell, (keys) => {
        const read = pairsOf(cellOf(keys)).map(([dimension, text]) => [dimension, codesIn(text)] as const);
        expect(Object.fromEntries(read)).toEqual(keys);
      }),
    );
  });

  it('keep their own months, and the scope of the screen only where its numbers do', () => {
    const filter = { region: 'east', customer: null, range };
    expect(cellQueryOf('period:2025-02..2025-04,component:', filter, false)).toEqual({
      cell: 'region:east,component:',
      period: '2025-02..2025-04',
    });
    expect(cellQueryOf('contract:C-1', filter, true)).toEqual({ cell: 'contract:C-1', period: '2026-01..2026-03' });
    expect(cellQueryOf('region:north', filter, false).cell).toBe('region:north');
  });

  it('divide every kind of maintenance, and cost of none, among the sides', () => {
    const sides = (['preventive', 'reactive', 'neither'] as const).flatMap(
      (side) => sideCell(side, {})['maintenance-kind'] ?? [],
    );
    expect(new Set(sides)).toEqual(new Set([...WORK_ORDER_KINDS, null]));
    expect(sides).toHaveLength(WORK_ORDER_KINDS.length + 1);
    expect(sideCell('reactive', { 'maintenance-kind': 'corrective' })['maintenance-kind']).toBe('corrective');
  });

  it('of a flow are what came into a pool or what it gave, and none where it is of no one pool', () => {
    const node = (kind: FlowNode['kind'], own: string | null, rest = 0): FlowNode => ({
      id: `${kind}:${own}`,
      kind,
      code: own,
      label: { en: '', zh: '' },
      rest,
      amount: { amount: '1.00', currency: 'CNY' },
    });
    const by: Dimension = 'product-line';
    const flow = { by, currency: 'CNY', otherCurrencies: [] as string[] } as unknown as CostFlow;
    const pool = node('pool', 'depot');
    expect(linkCell(flow, pool, node('carrier', 'ct'))).toEqual({
      cell: { pool: 'depot', 'product-line': 'ct' },
      way: 'allocated',
      currency: 'CNY',
    });
    expect(linkCell(flow, pool, node('carrier', null))?.cell).toEqual({ pool: 'depot', 'product-line': null });
    expect(linkCell(flow, pool, node('nobody', null))?.way).toBe('unallocated');
    expect(linkCell(flow, pool, node('carrier', null, 3))).toBeNull();
    expect(linkCell(flow, node('pool', null, 4), node('carrier', 'ct'))).toBeNull();
    expect(linkCell({ ...flow, otherCurrencies: ['USD'] }, pool, node('carrier', 'ct'))?.way).toBeNull();
    const labour = node('element', 'labour');
    expect(linkCell(flow, labour, pool)).toEqual({
      cell: { pool: 'depot', element: 'labour' },
      way: 'own',
      currency: 'CNY',
    });
    expect(linkCell(flow, labour, node('pool', null, 2))).toBeNull();
    expect(nodeCell(flow, labour)?.cell).toEqual({ element: 'labour' });
    expect(nodeCell(flow, node('carrier', 'ct'))?.way).toBe('allocated');
    expect(nodeCell(flow, pool)).toBeNull();
  });
});
