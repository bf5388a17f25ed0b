// The alert queue, the job lists, the search and the record store on small examples.
import { describe, expect, test } from 'vitest';
import type { Alert } from '../../../src/contracts/http/alerts.ts';
import type { Device, TimelineEntry } from '../../../src/contracts/http/devices.ts';
import type { WorkOrder } from '../../../src/contracts/http/work-orders.ts';
import { searchRecords } from '../../../src/dashboard/frame/search-records.ts';
import { createRecordStore } from '../../../src/dashboard/state/record-store.ts';
import { byValueAtRisk, isInTab } from '../../../src/dashboard/views/alerts/alert-queue.ts';
import { marksOf } from '../../../src/dashboard/views/device/event-marks.ts';
import { timeRangeOf } from '../../../src/dashboard/views/device/time-range.ts';
import { byPlan, isMine, stageOf } from '../../../src/dashboard/views/work-orders/job-list.ts';

const named = (en: string, zh = en): { code: string; name: { en: string; zh: string } } => ({
  code: en,
  name: { en, zh },
});
const alertOf = (changes: Partial<Alert>): Alert =>
  ({
    id: 1,
    device: 'MRI-001',
    severity: 'minor',
    state: 'open',
    raisedAt: '2026-11-01T00:00:00Z',
    shelvedUntil: null,
    resolution: null,
    escalationLevel: 0,
    assignee: null,
    valueAtRisk: null,
    reason: { en: 'Helium level falls', zh: '液氦液位下降' },
    ...changes,
  }) as Alert;
const cny = (amount: string): { amount: string; currency: string } => ({ amount, currency: 'CNY' });

describe('the alert queue', () => {
  test('the costliest risk first, alerts without an estimate after by severity', () => {
    const queue = [
      alertOf({ id: 1, severity: 'warning' }),
      alertOf({ id: 2, valueAtRisk: cny('900.00') }),
      alertOf({ id: 3, severity: 'critical' }),
      alertOf({ id: 4, valueAtRisk: cny('10000.00') }),
    ];
    expect(queue.sort(byValueAtRisk).map(({ id }) => id)).toEqual([4, 2, 3, 1]);
  });

  test('a shelved alert leaves the queue until its time is over', () => {
    const shelved = alertOf({ shelvedUntil: '2026-11-10T00:00:00Z', assignee: 'me@x' });
    const before = Date.parse('2026-11-09T00:00:00Z');
    const after = Date.parse('2026-11-11T00:00:00Z');
    expect(
      ['open', 'mine', 'shelved', 'done'].filter((tab) => isInTab(shelved, tab as 'open', 'me@x', before)),
    ).toEqual(['shelved']);
    expect(['open', 'mine', 'shelved', 'done'].filter((tab) => isInTab(shelved, tab as 'open', 'me@x', after))).toEqual(
      ['open', 'mine'],
    );
  });
});

describe('work orders', () => {
  const job = (changes: Partial<WorkOrder>): WorkOrder =>
    ({ id: 1, state: 'draft', priority: 'minor', plannedAt: null, engineer: null, ...changes }) as WorkOrder;

  test('planned jobs by their moment, the others by priority', () => {
    const jobs = [
      job({ id: 1 }),
      job({ id: 2, priority: 'critical' }),
      job({ id: 3, plannedAt: '2026-11-09T00:00:00Z' }),
      job({ id: 4, plannedAt: '2026-11-08T00:00:00Z' }),
    ];
    expect(jobs.sort(byPlan).map(({ id }) => id)).toEqual([4, 3, 2, 1]);
  });

  test('the board has no place for what is over; a job is mine by its engineer’s name', () => {
    expect([stageOf('waiting'), stageOf('completed'), stageOf('closed'), stageOf('cancelled')]).toEqual([
      'underWay',
      'review',
      null,
      null,
    ]);
    const chen = job({ engineer: { ...named('Chen Wei', '陈伟'), code: 'E-CHEN' } });
    expect([isMine(chen, 'E-CHEN'), isMine(chen, 'E-LIN'), isMine(chen, null)]).toEqual([true, false, false]);
    expect(isMine(job({ engineer: null }), null)).toBe(false);
  });
});

describe('search', () => {
  const device = {
    id: 'MRI-001',
    serial: 'SN77',
    product: named('MRI 1.5 T', '1.5T 磁共振'),
    customer: named('West Lake Hospital', '西湖医院'),
  } as Device;
  const search = (query: string): string[] =>
    searchRecords(query, { devices: [device], alerts: [alertOf({ id: 12 })], workOrders: [] }).map(({ path }) => path);

  test('finds by id, serial, name in either language; nothing asked is nothing found', () => {
    expect(search('sn77')).toEqual(['/devices/MRI-001']);
    expect(search('西湖')).toEqual(['/fleet']);
    expect(search('#12')).toEqual(['/alerts/12']);
    expect(search('mri 001')).toEqual(['/devices/MRI-001', '/alerts/12']);
    expect(search('  ')).toEqual([]);
  });
});

describe('records and ranges', () => {
  test('an older revision never overwrites a newer one', () => {
    const store = createRecordStore<{ id: number; revision: number }>();
    store.replace([{ id: 1, revision: 5 }]);
    store.patch({ id: 1, revision: 4 });
    expect(store.byId.value.get(1)?.revision).toBe(5);
    store.patchAll([
      { id: 1, revision: 6 },
      { id: 2, revision: 1 },
    ]);
    expect([...store.byId.value.values()].map(({ revision }) => revision)).toEqual([6, 1]);
  });

  test('a zoom in the address wins over the preset; nonsense does not', () => {
    expect(timeRangeOf({ range: '7d', zoom: '1000-2000' })).toEqual({ fromMs: 1000, toMs: 2000 });
    expect(timeRangeOf({ range: '1h', zoom: '2000-1000' })).toEqual({ spanMs: 3_600_000 });
  });

  test('one mark for each alert and job, however many steps it took', () => {
    const step = (id: number, kind: TimelineEntry['kind'], at: string): TimelineEntry => ({
      at,
      kind,
      id,
      severity: null,
      text: { en: at, zh: at },
    });
    const marks = marksOf(
      [
        step(1, 'work-order', '2026-11-03T00:00:00Z'),
        step(1, 'work-order', '2026-11-01T00:00:00Z'),
        step(1, 'alert', '2026-11-01T00:00:00Z'),
        step(9, 'presence', '2026-11-01T00:00:00Z'),
      ],
      { text: ({ en }) => en },
    );
    expect(marks.map(({ kind, text }) => [kind, text])).toEqual([
      ['work-order', '2026-11-03T00:00:00Z'],
      ['alert', '2026-11-01T00:00:00Z'],
    ]);
  });
});
