import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVERYTHING } from '../../../src/contracts/access.ts';
import type { NewWorkOrder } from '../../../src/contracts/http/work-orders.ts';
import { Problem, type ProblemCode } from '../../../src/contracts/problems.ts';
import type { WorkOrderState } from '../../../src/contracts/work-order-states.ts';
import { appendEvent, readEvents } from '../../../src/db/event-log.ts';
import { NOW, type ServiceWorld, startServiceWorld } from '../../support/service-world.ts';

const ACTOR = 'dispatcher';
const at = (hours: number): string => new Date(NOW + hours * 3_600_000).toISOString();

let world: ServiceWorld;
beforeAll(async () => {
  world = await startServiceWorld();
});
afterAll(() => world.close());

const problem = (code: ProblemCode, text: RegExp) =>
  expect.objectContaining({ name: 'Problem', code, message: expect.stringMatching(text) });

async function open(body: Partial<NewWorkOrder> = {}): Promise<number> {
  const { commands } = world.service;
  return (await commands.open({ device: 'MRI-1', kind: 'corrective', at: at(-100), ...body }, ACTOR)).id;
}
const go = (workOrderId: number, to: WorkOrderState, hours: number, more: object = {}) =>
  world.service.commands.transition({ workOrderId, actor: ACTOR }, { to, at: at(hours), ...more });
/** A corrective job somebody is working on since `hours`. */
async function onSite(hours = -90, body: Partial<NewWorkOrder> = {}): Promise<number> {
  const id = await open(body);
  await go(id, 'approved', hours - 1);
  await go(id, 'on-site', hours);
  return id;
}

async function alertOf(device: string): Promise<number> {
  const { rows } = await world.database.query<{ id: bigint }>(
    `INSERT INTO alert (device_id, cause, severity, raised_at, last_seen_at, reason, contributors, window_from, window_to)
     SELECT id, 'metric:x', 'major', $2, $2, '{}', '[]', $2, $2 FROM device WHERE code = $1 RETURNING id`,
    [device, at(-200)],
  );
  return Number(rows[0]?.id);
}

describe('opening', () => {
  it('freezes the dimensions, titles the job in both languages and proposes the fix', async () => {
    const id = await open({ failureMode: 'displacer-wear' });
    const detail = await world.service.reads.one(id, EVERYTHING);
    expect(detail?.workOrder).toMatchObject({
      state: 'draft',
      title: { en: 'Cold head: Displacer wear – replace the cold head', zh: '冷头：排出器磨损，更换冷头' },
      component: { code: 'cold-head', name: { zh: '冷头' } },
      customer: { code: 'renji' },
      contract: { code: 'c-renji', type: 'uptime' },
      region: 'east',
      openedAt: at(-100),
      allowedTransitions: ['approved', 'cancelled'],
      finding: null,
      cost: [],
    });
    expect(detail?.proposal).toMatchObject({ part: { code: 'P-COLDHEAD', name: { zh: '冷头' } }, people: 2 });
    await world.database.query(`UPDATE device SET contract_code = NULL WHERE code = 'MRI-1'`);
    expect((await world.service.reads.one(id, EVERYTHING))?.workOrder.contract?.code).toBe('c-renji');
    await world.database.query(`UPDATE device SET contract_code = 'c-renji' WHERE code = 'MRI-1'`);
  });

  it('refuses an unknown device, a code the product does not know, and the future', async () => {
    await expect(open({ device: 'MRI-9' })).rejects.toThrow(problem('not-found', /no device MRI-9/));
    await expect(open({ component: 'wheel' })).rejects.toThrow(problem('refused', /it has cold-head/));
    await expect(open({ failureMode: 'rust' })).rejects.toThrow(problem('refused', /no failure mode rust/));
    await expect(open({ at: at(1) })).rejects.toThrow(problem('refused', /in the future/));
  });

  it('takes an alert of its own device along, and no other', async () => {
    const alertId = await alertOf('MRI-2');
    await expect(open({ device: 'MRI-1', alertId })).rejects.toThrow(problem('refused', /of device MRI-1/));
    await expect(open({ device: 'MRI-1', alertId: 999 })).rejects.toThrow(problem('refused', /no alert 999/));
    const id = await open({ device: 'MRI-2', alertId });
    expect((await world.service.reads.one(id, EVERYTHING))?.workOrder.alertId).toBe(alertId);
  });
});

describe('transitions', () => {
  it('walk the table, keep who, when and why, and name the allowed states when refused', async () => {
    const id = await open();
    await expect(go(id, 'completed', -99)).rejects.toThrow(
      problem('transition-refused', /allowed: approved, cancelled/),
    );
    await go(id, 'approved', -99, { reason: 'urgent' });
    await go(id, 'scheduled', -98, { engineer: 'wang', plannedAt: at(-90) });
    await expect(go(id, 'dispatched', -99.5)).rejects.toThrow(problem('refused', /cannot lie before/));
    await go(id, 'on-site', -90);
    await expect(go(id, 'waiting', -89)).rejects.toThrow(problem('refused', /parts, customer or access/));
    const waiting = await go(id, 'waiting', -89, { waiting: 'parts' });
    expect(waiting).toMatchObject({ state: 'waiting', waitingReason: 'parts', engineer: { code: 'wang' } });
    expect(await go(id, 'on-site', -80)).toMatchObject({ waitingReason: null, plannedAt: at(-90) });
    const detail = await world.service.reads.one(id, EVERYTHING);
    expect(detail?.transitions.map((step) => step.to)).toEqual([
      'draft',
      'approved',
      'scheduled',
      'on-site',
      'waiting',
      'on-site',
    ]);
    expect(detail?.transitions[1]).toMatchObject({ from: 'draft', at: at(-99), actor: ACTOR, reason: 'urgent' });
  });

  it('complete only with a finding, and tell everybody what was found', async () => {
    const alertId = await alertOf('MRI-1');
    const id = await onSite(-70, { failedAt: at(-80), failureMode: 'displacer-wear', alertId });
    await expect(go(id, 'completed', -60)).rejects.toThrow(problem('refused', /finding first/));
    const finding = { failureMode: null, cause: null, remedy: null, confirmed: null };
    const found = await world.service.commands.recordFinding({ workOrderId: id, actor: ACTOR }, finding);
    expect(found.workOrder.finding).toEqual({ ...finding, note: null });
    const done = await go(id, 'completed', -60, { restoredAt: at(-61) });
    expect(done).toMatchObject({ downtimeMinutes: 19 * 60, completedAt: at(-60) });
    const [event] = (await readEvents(world.database, 0, 1000, ['work-order.completed'])).slice(-1);
    expect(event?.payload).toMatchObject({
      job: { workOrderId: id, customerGroup: 'sjtu', contractType: 'uptime', maintenanceKind: 'corrective' },
      alertId,
      failureMode: 'displacer-wear',
      confirmed: null,
      downtimeMinutes: 1140,
    });
    await expect(
      world.service.commands.recordFinding({ workOrderId: id, actor: ACTOR }, { ...finding, confirmed: true }),
    ).rejects.toThrow(problem('transition-refused', /this one is completed/));
  });

  it('refuse a revision that is out of date, and change nothing then', async () => {
    const id = await open();
    const { revision } = await go(id, 'approved', -99);
    const stale = { workOrderId: id, actor: ACTOR, revision: revision - 1 };
    await expect(world.service.commands.transition(stale, { to: 'cancelled' })).rejects.toThrow(
      problem('out-of-date', /read it again/),
    );
    expect((await world.service.reads.one(id, EVERYTHING))?.workOrder).toMatchObject({ state: 'approved', revision });
  });
});

describe('capture', () => {
  const labour = (workOrderId: number, engineer: string, from: number, to: number) =>
    world.service.commands.recordLabour(
      { workOrderId, actor: ACTOR },
      { engineer, from: at(from), to: at(to), category: 'repair' },
    );

  it('takes no entries on a draft, and after completion until the job is closed', async () => {
    const id = await open({ kind: 'inspection' });
    await expect(labour(id, 'li', -52, -51)).rejects.toThrow(problem('transition-refused', /approve it first/));
    await go(id, 'approved', -99);
    await go(id, 'on-site', -55);
    await go(id, 'completed', -51);
    await labour(id, 'li', -52, -51);
    await go(id, 'reviewed', -50);
    await go(id, 'closed', -50);
    await expect(labour(id, 'li', -51, -50)).rejects.toThrow(problem('transition-refused', /reversing/));
  });

  it('knows that nobody works in two places at once, and says where', async () => {
    const [first, second] = [await onSite(), await onSite()];
    await labour(first, 'wang', -48, -46);
    await expect(labour(second, 'wang', -47, -45)).rejects.toThrow(
      problem('refused', new RegExp(`work order ${first}`)),
    );
    await labour(second, 'wang', -46, -45);
    await labour(second, 'li', -47, -45);
    await expect(labour(second, 'wang', -45, 1)).rejects.toThrow(problem('refused', /in the future/));
    const simultaneous = await Promise.allSettled([labour(first, 'zhao', -20, -18), labour(second, 'zhao', -19, -17)]);
    expect(simultaneous.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('freezes the cost of a part when it is issued and takes no more back than that', async () => {
    const workOrderId = await onSite();
    const { commands } = world.service;
    const part = (body: object) =>
      commands.recordPart({ workOrderId, actor: ACTOR }, { part: 'P-SCREW', quantity: 1, at: at(-40), ...body });
    await part({ quantity: 5 });
    await world.database.query(`UPDATE part SET unit_cost_minor = 400 WHERE code = 'P-SCREW'`);
    await part({ quantity: 2 });
    await expect(part({ quantity: -8 })).rejects.toThrow(problem('refused', /Only 7 of part P-SCREW/));
    const { parts } = await part({ quantity: -3 });
    await world.database.query(`UPDATE part SET unit_cost_minor = 333 WHERE code = 'P-SCREW'`);
    expect(parts.map(({ quantity, unitCost }) => [quantity, unitCost.amount])).toEqual([
      [5, '3.33'],
      [2, '4.00'],
      [-2, '4.00'],
      [-1, '3.33'],
    ]);
  });

  it('asks for the serial or lot where the part is controlled by it', async () => {
    const workOrderId = await onSite();
    const { commands } = world.service;
    const part = (body: { part: string; quantity: number; serial?: string; lot?: string }) =>
      commands.recordPart({ workOrderId, actor: ACTOR }, body);
    await expect(part({ part: 'P-COLDHEAD', quantity: 1 })).rejects.toThrow(problem('refused', /serial number/));
    await expect(part({ part: 'P-GAS', quantity: 1 })).rejects.toThrow(problem('refused', /give its lot/));
    await part({ part: 'P-COLDHEAD', quantity: 1, serial: 'S1' });
    await expect(part({ part: 'P-COLDHEAD', quantity: 1, serial: 'S1' })).rejects.toThrow(
      problem('refused', /already/),
    );
    await expect(part({ part: 'P-COLDHEAD', quantity: -1, serial: 'S2' })).rejects.toThrow(
      problem('refused', /Only 0/),
    );
    const { parts } = await part({ part: 'P-COLDHEAD', quantity: -1, serial: 'S1' });
    expect(parts).toHaveLength(2);
  });

  it('is append-only in the database itself', async () => {
    const workOrderId = await onSite();
    await labour(workOrderId, 'li', -30, -29);
    for (const table of ['labour_span', 'work_order_transition']) {
      await expect(world.database.query(`DELETE FROM ${table}`)).rejects.toThrow(/append-only/);
    }
    await expect(world.database.query(`UPDATE labour_span SET category = 'test'`)).rejects.toThrow(/append-only/);
  });
});

describe('prognoses', () => {
  const trigger = async (prognosisId: number, device = 'MRI-2') => {
    await world.database.transaction(async (tx) =>
      appendEvent(tx, {
        type: 'prognosis.triggered',
        at: at(-10),
        payload: {
          prognosisId,
          alertId: 7,
          device,
          component: 'cold-head',
          failureMode: 'displacer-wear',
          probability: 0.43,
          severity: 'major',
        },
      }),
    );
    await world.service.idle();
    return world.service.reads.list({ device, kind: 'predictive' }, EVERYTHING);
  };

  it('open one approved job each, with engineer and fix proposed, however often they speak', async () => {
    const [opened] = (await trigger(501)).items;
    expect(opened).toMatchObject({
      state: 'approved',
      priority: 'major',
      openedBy: 'system',
      openedAt: at(-10),
      alertId: 7,
      engineer: { code: 'zhao' },
      title: { zh: '冷头：排出器磨损，更换冷头' },
    });
    expect((await trigger(502)).items).toHaveLength(1);
    const [told] = (await readEvents(world.database, 0, 1000, ['work-order.changed'])).slice(-1);
    expect(told?.payload).toMatchObject({
      workOrderId: opened?.id,
      change: 'repeated prognosis 502: probability 43 %',
    });
    await go(opened?.id ?? 0, 'cancelled', -9);
    expect((await trigger(503)).items).toHaveLength(2);
  });

  it('refuse a second open job by hand, naming the first', async () => {
    const body = { device: 'MRI-2', kind: 'predictive', failureMode: 'displacer-wear' } as const;
    await expect(open(body)).rejects.toThrow(problem('refused', /Work order \d+ is open/));
  });
});

describe('reading', () => {
  it('pages newest first without repeating or skipping, filters, and keeps to the scope', async () => {
    const { reads } = world.service;
    const all = (await reads.list({ limit: 500 }, EVERYTHING)).items;
    const paged: number[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await reads.list({ limit: 4, ...(cursor === undefined ? {} : { cursor }) }, EVERYTHING);
      paged.push(...page.items.map(({ id }) => id));
      cursor = page.next;
    }
    expect(paged).toEqual(all.map(({ id }) => id));
    expect((await reads.list({ open: false, kind: 'inspection' }, EVERYTHING)).items.map((w) => w.state)).toEqual([
      'closed',
    ]);
    const north = { regions: ['north'], customers: null };
    const seen = (await reads.list({}, north)).items;
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.every(({ region }) => region === 'north')).toBe(true);
    const foreign = all.find(({ region }) => region === 'east');
    expect(await reads.one(foreign?.id ?? 0, north)).toBeNull();
    expect((await reads.many([foreign?.id ?? 0, 999_999])).map(({ id }) => id)).toEqual([foreign?.id]);
    await expect(reads.list({ cursor: 'x' }, EVERYTHING)).rejects.toThrow(Problem);
  });
});
