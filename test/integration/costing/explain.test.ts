import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVERYTHING, type Scope } from '../../../src/contracts/access.ts';
import type { NewAllocationCycle } from '../../../src/contracts/http/allocation.ts';
import type { Explained, ExplainedNode, ExplainQuery } from '../../../src/contracts/http/cost-explain.ts';
import { minorOf, type Money } from '../../../src/contracts/money.ts';
import { type ServiceWorld, startServiceWorld } from '../../support/service-world.ts';
import { addByTwo, postByTwo, reverseByTwo } from '../../support/two-people.ts';

const PERIOD = '2026-06';
const CYCLE: NewAllocationCycle = {
  code: 'shared',
  version: 1,
  effectiveFrom: '2026-01',
  method: 'reciprocal',
  segments: [
    { pool: 'platform', driver: 'installed-devices', services: [{ pool: 'depot', share: 0.3 }] },
    { pool: 'depot', driver: 'contract-revenue', services: [{ pool: 'platform', share: 0.2 }] },
  ],
};
const MAY_ALL = { jobs: true, alerts: true, telemetry: true };
const EAST: Scope = { regions: ['east'], customers: null };

let world: ServiceWorld;
let job: number;
/** As it goes over the wire. */
async function explain(query: ExplainQuery, scope = EVERYTHING, may = MAY_ALL): Promise<Explained> {
  const answer = await world.costing.reads.explain({ period: PERIOD, currency: 'CNY', ...query }, { scope, may });
  return JSON.parse(JSON.stringify(answer)) as Explained;
}
const minor = (money: Money): bigint => minorOf(money) as bigint;
const sum = (nodes: readonly ExplainedNode[]): bigint => nodes.reduce((total, { amount }) => total + minor(amount), 0n);

async function wholeLevel(query: ExplainQuery, scope = EVERYTHING): Promise<Explained> {
  const first = await explain({ ...query, limit: 2 }, scope);
  const items = [...first.items];
  for (let { next } = first; next !== null; ) {
    const page = await explain({ ...query, limit: 2, cursor: next }, scope);
    items.push(...page.items);
    next = page.next;
  }
  return { ...first, items };
}

/** Goes down every way there is; answers with the kinds it met. */
async function walk(query: ExplainQuery, scope = EVERYTHING): Promise<Set<string>> {
  const { trail, items, evidence, endsFor } = await wholeLevel(query, scope);
  const node = trail.at(-1) as ExplainedNode;
  const met = new Set([node.kind as string]);
  if (items.length === 0 || items.some(({ kind }) => kind === 'currency')) {
    expect(evidence !== null || node.kind === 'cell' || endsFor !== null).toBe(true);
  } else expect(sum(items)).toBe(minor(node.amount));
  for (const { kind, path } of items) {
    met.add(kind);
    // Each way through three pools is as good as the deeper ones.
    if (path === null || path.split('/from~').length > 3) continue;
    for (const below of await walk({ ...query, path }, scope)) met.add(below);
  }
  return met;
}

async function post(pool: string, element: 'overhead' | 'labour', amount: string, currency = 'CNY'): Promise<number> {
  const note = `${pool} ${element} ${amount}`;
  const posting = { pool, element, amount: { amount, currency }, occurredOn: '2026-06-02', note };
  return (await postByTwo(world.costing, posting, note)).id;
}

const WINDOW = ['2026-06-01T00:00:00Z', '2026-06-03T00:00:00Z'];
const CONTRIBUTOR = {
  metric: 'cold-head-temperature',
  name: { en: 'Cold head temperature', zh: '冷头温度' },
  unit: 'K',
  direction: 'up',
  value: 5.1,
  expected: 4.2,
  sigma: 6,
  since: '2026-06-01T00:00:00.000Z',
};

/** As the predictor would have left it: an alert, the prognosis behind it, and readings of the metric that spoke. */
async function foretell(): Promise<void> {
  const { database } = world;
  const contributors = JSON.stringify([CONTRIBUTOR]);
  await database.query(
    `INSERT INTO alert (device_id, cause, component, failure_mode, severity, raised_at, last_seen_at, reason, contributors,
       window_from, window_to)
     SELECT id, 'cold-head/displacer-wear', 'cold-head', 'displacer-wear', 'major', $3, $3, '{"en":"warm","zh":"偏热"}', $1, $2, $3
     FROM device WHERE code = 'MRI-1'`,
    [contributors, ...WINDOW],
  );
  await database.query(
    `INSERT INTO prognosis (device_id, component, failure_mode, model, model_version, made_at, watermark, horizon_hours,
       probability, probability_low, probability_high, probability_n, contributors, window_from, window_to, triggered, alert_id)
     SELECT device_id, component, failure_mode, 'rules', '1.0.0', $3, $3, 1000, 0.7, 0.5, 0.8, 12, $1, $2, $3, true, id FROM alert`,
    [contributors, ...WINDOW],
  );
  await database.query(`INSERT INTO metric (code) VALUES ('cold-head-temperature')`);
  await database.query(
    `INSERT INTO reading (device_id, metric_id, measured_at, value, received_at)
     SELECT d.id, m.id, $1, 5.1, $1 FROM device d, metric m WHERE d.code = 'MRI-1'`,
    ['2026-06-02T00:00:00Z'],
  );
}

beforeAll(async () => {
  world = await startServiceWorld();
  const { allocation } = world.costing;
  for (const code of ['platform', 'depot', 'spare'])
    await allocation.createPool({ code, name: { en: code, zh: code } });
  await allocation.createCycle(CYCLE, 'anna');
  await allocation.activateCycle(CYCLE, 'ben', null);
  await post('platform', 'overhead', '1000.01');
  await post('platform', 'overhead', '333.33');
  await post('platform', 'labour', '77.77');
  const wrong = await post('depot', 'overhead', '500.05');
  await post('depot', 'overhead', '800.08');
  await post('spare', 'overhead', '12.34');
  await reverseByTwo(world.costing, wrong, 'twice');
  await foretell();
  const { commands } = world.service;
  const failedAt = '2026-06-10T00:00:00Z';
  const opened = await commands.open(
    { device: 'MRI-1', kind: 'corrective', failureMode: 'displacer-wear', at: failedAt, failedAt },
    'planner',
  );
  job = opened.id;
  await world.database.query('UPDATE work_order SET alert_id = (SELECT id FROM alert) WHERE id = $1', [job]);
  const asked = { workOrderId: job, actor: 'planner' };
  await commands.transition(asked, { to: 'approved', at: '2026-06-10T07:00:00Z' });
  await commands.recordLabour(asked, {
    engineer: 'wang',
    from: '2026-06-10T08:00:00Z',
    to: '2026-06-10T10:00:00Z',
    category: 'repair',
  });
  await world.costing.idle();
});
afterAll(() => world.close());

describe('an explained amount', () => {
  it('adds up at every level, from all cost down to each fact, on pages too', async () => {
    const summary = await world.costing.reads.summary({ by: 'element', period: PERIOD, currency: 'CNY' }, EVERYTHING);
    expect((await explain({})).trail[0]?.amount).toEqual(summary.total);
    const byPool = await world.costing.reads.summary({ by: 'pool', period: PERIOD, currency: 'CNY' }, EVERYTHING);
    const names = byPool.rows.map(({ keys }) => keys['pool'] ?? 'none').sort();
    expect(names).toEqual(['depot', 'none', 'platform', 'spare']);
    const met = await walk({});
    for (const kind of [
      'direct',
      'allocated',
      'unallocated',
      'line',
      'receiver',
      'unplaced',
      'own',
      'from-pool',
      'fact',
    ])
      expect(met).toContain(kind);
  });

  it('is the cell that was asked about, with what it is shared by', async () => {
    const cell = 'customer:renji,element:overhead';
    const summary = await world.costing.reads.summary(
      { by: '', period: PERIOD, currency: 'CNY', filter: cell },
      EVERYTHING,
    );
    const { trail } = await explain({ cell });
    expect(trail[0]?.amount).toEqual(summary.total);
    await walk({ cell });
    const line = `allocated/line~${PERIOD}~platform~overhead`;
    const { items, sharedBy } = await explain({ cell, path: line });
    expect(sharedBy).toMatchObject({
      cycle: 'shared',
      version: 1,
      method: 'reciprocal',
      driver: { code: 'installed-devices' },
      total: { receivers: 2 },
      pool: { own: { amount: '1333.34' } },
    });
    expect(items).toMatchObject([{ kind: 'receiver', receiver: { kind: 'device', code: 'MRI-1' } }]);
    const quantity = items[0]?.receiver?.quantity as number;
    expect(quantity).toBeGreaterThan(0);
    expect(quantity).toBeLessThan(sharedBy?.total?.quantity as number);
  });

  it('ends at the readings that spoke, and names what was reversed', async () => {
    const { items } = await explain({ path: 'direct' });
    const labour = items.find(({ fact }) => fact?.workOrderId === job);
    const { evidence } = await explain({ path: labour?.path as string });
    expect(evidence).toMatchObject({
      job: { id: job, device: 'MRI-1' },
      alert: { severity: 'major', reason: { en: 'warm' } },
      prognosis: { model: 'rules', version: '1.0.0', probability: { value: 0.7, n: 12 } },
      telemetry: [{ device: 'MRI-1', metric: 'cold-head-temperature', kept: 'readings' }],
      withheld: [],
    });
    const controller = { jobs: true, alerts: false, telemetry: false };
    const seen = await explain({ path: labour?.path as string }, EVERYTHING, controller);
    expect(seen.evidence).toMatchObject({ job: { id: job }, alert: null, prognosis: null, telemetry: [] });
    expect(seen.evidence?.withheld).toEqual(['alert', 'telemetry']);
    await world.database.query('DELETE FROM reading');
    const later = await explain({ path: labour?.path as string });
    expect(later.evidence?.telemetry).toMatchObject([{ kept: 'nothing' }]);

    const own = `allocated/line~${PERIOD}~depot~overhead`;
    const receivers = await explain({ path: own });
    const facts = await explain({ path: `${receivers.items[0]?.path}/own` });
    const reversal = facts.items.find(({ fact }) => fact?.reversalOf !== null);
    expect(reversal?.whole).toEqual({ amount: '-500.05', currency: 'CNY' });
    const taken = facts.items.find(({ fact }) => fact?.id === reversal?.fact?.reversalOf);
    const { evidence: reversed } = await explain({ path: taken?.path as string });
    expect(reversed?.reversedBy).toBe(reversal?.fact?.id);
  });

  it('shows a cut view its share of a pool, and nothing of the pool', async () => {
    const met = await walk({}, EAST);
    expect(met).toContain('receiver');
    for (const kind of ['own', 'from-pool', 'unallocated']) expect(met).not.toContain(kind);
    const line = `allocated/line~${PERIOD}~platform~overhead`;
    const { items, sharedBy, endsFor } = await explain({ path: line }, EAST);
    expect(items.map(({ receiver }) => receiver?.code)).toEqual(['MRI-1']);
    expect(sharedBy).toMatchObject({ total: null, pool: null });
    expect(endsFor).toBe('cut-view');
    const whole = await explain({ path: line });
    for (const { path } of whole.items)
      await expect(explain({ path: path as string }, EAST)).rejects.toThrow(/leads nowhere/);
    const facts = await explain({ path: 'direct' }, { regions: ['north'], customers: null }).catch(() => null);
    expect(facts).toBeNull();
  });

  it('refuses a way that is none', async () => {
    for (const path of [
      'nowhere',
      'direct/fact~99999',
      'direct/fact~x',
      'allocated/line~2026-06~spare~overhead',
      'a/'.repeat(30),
    ])
      await expect(explain({ path })).rejects.toThrow(/leads nowhere/);
  });

  it('tells other currencies apart, each converted at its rate, those without a rate in no total', async () => {
    await post('platform', 'overhead', '10.00', 'EUR');
    await post('platform', 'overhead', '7.00', 'USD');
    const rate = { currency: 'EUR', against: 'CNY', rate: '7.8', effectiveFrom: '2026-01-01' };
    await addByTwo(world.costing.exchangeRates, rate);
    await world.costing.idle();
    const summary = await world.costing.reads.summary({ by: '', period: PERIOD, currency: 'CNY' }, EVERYTHING);
    const { trail, items } = await explain({});
    expect(trail[0]?.amount).toEqual(summary.total);
    const converted = items.map((node) => (node.converted ? minor(node.converted) : 0n));
    expect(converted.reduce((a, b) => a + b, 0n)).toBe(minor(summary.total));
    expect(items.map(({ label, converted: money }) => [label.en, money?.amount ?? null]).slice(1)).toEqual([
      ['EUR 2026-06', '78.00'],
      ['USD 2026-06', null],
    ]);
    expect(await walk({ path: items[1]?.path as string })).toContain('fact');
  });
});

describe('the flow picture', () => {
  it('brings all shared cost of a currency from elements to who carries it', async () => {
    const flow = await world.costing.reads.flow({ period: PERIOD, by: 'customer', currency: 'CNY' });
    const shown = (from: string): bigint =>
      flow.links.filter((link) => link.from.startsWith(from)).reduce((total, { amount }) => total + minor(amount), 0n);
    expect(shown('element:')).toBe(minor(flow.total));
    const ends = flow.links.filter(({ to }) => to.startsWith('end:'));
    expect(ends.reduce((total, { amount }) => total + minor(amount), 0n)).toBe(minor(flow.total));
    expect(flow.links).toContainEqual({
      from: 'pool:spare',
      to: 'end: nobody',
      amount: { amount: '12.34', currency: 'CNY' },
    });
    expect(flow.otherCurrencies).toEqual(['EUR', 'USD']);
    expect(minor(flow.circulated)).toBeGreaterThan(0n);
  });

  it('opens what came into a pool down to the facts, to the amount that is drawn', async () => {
    const { links } = await world.costing.reads.flow({ period: PERIOD, by: 'customer', currency: 'CNY' });
    const into = links.filter(({ from }) => from.startsWith('element:'));
    expect(into.length).toBeGreaterThan(2);
    for (const { from, to, amount } of into) {
      const cell = `pool:${to.slice('pool:'.length)},${from}`;
      const { trail, items } = await wholeLevel({ cell, path: 'own' });
      expect(trail.map(({ kind, amount: own }) => [kind, own])).toEqual([['own', amount]]);
      expect([sum(items), new Set(items.map(({ kind }) => kind))]).toEqual([minor(amount), new Set(['fact'])]);
      expect((await explain({ cell, path: items[0]?.path as string })).evidence).not.toBeNull();
    }
    // What is carried of a pool that serves another is not what came into it.
    const [carried] = (await explain({ cell: 'pool:platform,element:overhead' })).trail;
    expect(carried?.amount).not.toEqual(
      into.find(({ from, to }) => from === 'element:overhead' && to === 'pool:platform')?.amount,
    );
    expect(await explain({ path: 'own' }, EAST)).toMatchObject({ trail: [{ amount: { amount: '0.00' } }], items: [] });
  });
});
