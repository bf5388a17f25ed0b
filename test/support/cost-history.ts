// Years of believable cost facts by seed: jobs that failures and plans bring, with season, growth, price rises and wear by
// model, and shared cost by the month. Posted through the same code as live ones, a batch a transaction.
import type { CostElement } from '../../src/contracts/costs.ts';
import { countOfPeriods, nextPeriod } from '../../src/costing/core/periods.ts';
import { valuesOfJob } from '../../src/costing/dimension-columns.ts';
import { postFacts } from '../../src/costing/facts.ts';
import type { NewFact } from '../../src/costing/new-fact.ts';
import type { Database } from '../../src/db/database.ts';
import { seededRandom } from '../../src/predictor/core/random.ts';
import { PARTS } from '../../src/simulators/catalogue/parts.ts';
import { type CostWorld, foundCostWorld, type PlannedDevice, planCostWorld } from './cost-world.ts';

export interface CostHistory {
  seed: number;
  /** The first month, `YYYY-MM`. */
  from: string;
  months: number;
  /** Direct and shared facts in all; a few of them are reversals. */
  facts: number;
  devices?: number;
  customers?: number;
  pools?: number;
  /** Share of the facts that are shared cost in pools. */
  pooledShare?: number;
  currency?: string;
  /** Batches posted side by side: quicker, and the ids then differ from run to run. */
  lanes?: number;
  /** The number before the first job's. */
  firstWorkOrder?: number;
}

const GROWTH_A_MONTH = 1.01;
const PRICE_RISE_A_YEAR = 1.04;
const REVERSED_SHARE = 0.004;
const BATCH_FACTS = 5_000;
const FACTS_OF_A_JOB_LIMIT = 12;
/** Failures come most in hot summers and in the cold. */
const SEASON = [1.1, 1.05, 0.95, 0.9, 0.95, 1.05, 1.2, 1.2, 1.05, 0.9, 0.9, 1.05] as const;
const KINDS = [
  { kind: 'corrective', share: 0.46, hours: 5, parts: 0.7 },
  { kind: 'preventive', share: 0.3, hours: 3, parts: 0.35 },
  { kind: 'predictive', share: 0.12, hours: 4, parts: 0.8 },
  { kind: 'inspection', share: 0.07, hours: 1.5, parts: 0.05 },
  { kind: 'field-change', share: 0.03, hours: 2.5, parts: 0.9 },
  { kind: 'installation', share: 0.02, hours: 12, parts: 0.2 },
] as const;
const KIT_MINOR = 25_000;
const DEAR_MINOR = 2_000_000;
const partCosts = new Map(PARTS.map(({ code, unitCost }) => [code, Number(unitCost.amount.replace('.', ''))]));

/** The dearest parts are mostly repaired in place with a kit. */
function partCostMinor(part: string | null, random: () => number): number {
  const minor = (part === null ? undefined : partCosts.get(part)) ?? KIT_MINOR;
  return minor > DEAR_MINOR && random() < 0.95 ? KIT_MINOR : minor;
}

interface Job {
  device: PlannedDevice;
  workOrderId: number;
  month: string;
  /** Prices against the first month's. */
  price: number;
  currency: string;
  random: () => number;
  /** Of the device's station, or all where it has none. */
  engineers: CostWorld['engineers'];
}

type Own = Pick<NewFact, 'amountMinor' | 'element' | 'quantityMilli' | 'unit' | 'source'>;

function kindOf(random: () => number): (typeof KINDS)[number] {
  let at = random();
  for (const kind of KINDS) if ((at -= kind.share) < 0) return kind;
  return KINDS[0];
}

/** All facts of one job: work, travel, parts, and now and then freight, a subcontractor or a penalty. */
function factsOfJob(job: Job): NewFact[] {
  const { random, device, workOrderId, month, price, currency, engineers } = job;
  const kind = kindOf(random);
  const at = `${month}-${String(1 + Math.floor(random() * 28)).padStart(2, '0')}`;
  const isRemote = kind.kind === 'corrective' && random() < 0.2;
  const component = device.model.components[Math.floor(random() ** 2 * device.model.components.length)];
  const engineer = engineers[Math.floor(random() * engineers.length)];
  const serviceType = isRemote ? 'remote' : random() < 0.05 ? 'bench' : 'on-site';
  const frozen = {
    ...device,
    workOrderId,
    component: component?.code ?? null,
    serviceType,
    maintenanceKind: kind.kind,
  };
  const facts: NewFact[] = [];
  const add = (own: Own, who: string | null): void => {
    facts.push({
      ...own,
      currency,
      occurredOn: at,
      idempotencyKey: `history:${workOrderId}:${facts.length}`,
      dimensions: valuesOfJob(frozen, who),
      workOrderId,
      pool: null,
      reversalOf: null,
      actor: 'system',
      note: null,
    });
  };
  const cost = (minor: number): bigint => BigInt(Math.round(minor * price));
  const own = (element: CostElement, minor: number, quantity: number, unit: string, type: string): Own => ({
    amountMinor: cost(minor),
    element,
    quantityMilli: BigInt(Math.round(quantity * 1000)),
    unit,
    source: { type, id: `${workOrderId}-${facts.length}` },
  });
  const hourMinor = Number(engineer?.hourMinor ?? 25_000n);
  for (let span = 0; span <= (random() < 0.3 ? 1 : 0); span += 1) {
    const hours = Math.round(4 * kind.hours * (0.4 + 1.2 * random()) * (isRemote ? 0.3 : 1)) / 4 + 0.25;
    add(own(isRemote ? 'remote' : 'labour', hours * hourMinor, hours, 'h', 'labour'), engineer?.code ?? null);
  }
  if (serviceType === 'on-site') {
    const km = Math.round(5 + 180 * random() ** 2);
    add(own('travel', (km / 45) * 12_000, km / 45, 'h', 'travel'), engineer?.code ?? null);
    add(own('travel', km * 180, km, 'km', 'travel'), engineer?.code ?? null);
  }
  if (!isRemote && random() < kind.parts) {
    const modes = component?.failureModes ?? [];
    const part = modes[Math.floor(random() * modes.length)]?.part;
    const unitMinor = partCostMinor(part ?? null, random);
    add(own('parts', unitMinor, 1, '1', 'part'), null);
    if (random() < 0.25) add(own('parts', 1_800, 1 + Math.floor(random() * 4), '1', 'part'), null);
    if (random() < 0.5) add(own('freight', 3_000 + unitMinor * 0.01, 1, '1', 'charge'), null);
  }
  if (random() < 0.05) add(own('subcontract', 80_000 + 200_000 * random(), 1, '1', 'charge'), null);
  if (device.contractType === 'uptime' && kind.kind === 'corrective' && random() < 0.15) {
    const hours = Math.ceil(20 * random());
    add(own('downtime-penalty', hours * 80_000, hours, 'h', 'downtime'), null);
  }
  return facts;
}

interface Month {
  month: string;
  index: number;
  /** Facts of this month, before reversals. */
  facts: number;
}

function monthsOf({ from, months, facts }: CostHistory): Month[] {
  const weights: { month: string; weight: number }[] = [];
  for (let month = from, i = 0; i < months; month = nextPeriod(month), i += 1) {
    weights.push({ month, weight: GROWTH_A_MONTH ** i * (SEASON[Number(month.slice(5)) - 1] ?? 1) });
  }
  const whole = weights.reduce((sum, { weight }) => sum + weight, 0);
  let before = 0;
  let placed = 0;
  return weights.map(({ month, weight }, index) => {
    before += weight;
    const upTo = Math.round((facts * before) / whole);
    const own = { month, index, facts: upTo - placed };
    placed = upTo;
    return own;
  });
}

function pooledFact(history: CostHistory, world: CostWorld, month: Month, i: number, random: () => number): NewFact {
  const price = PRICE_RISE_A_YEAR ** Math.floor(month.index / 12);
  return {
    amountMinor: BigInt(Math.round((20_000 + 4_000_000 * random() ** 3) * price)),
    currency: history.currency ?? 'CNY',
    element: random() < 0.8 ? 'overhead' : 'labour',
    quantityMilli: 1000n,
    unit: '1',
    occurredOn: `${month.month}-${String(1 + (i % 28)).padStart(2, '0')}`,
    source: { type: 'manual', id: `${month.month}-${i}` },
    idempotencyKey: `history:pool:${history.seed}:${month.month}:${i}`,
    dimensions: {},
    workOrderId: null,
    pool: world.pools[i % world.pools.length] ?? null,
    reversalOf: null,
    actor: 'controller@stethos.example',
    note: null,
  };
}

/** Facts of the months in batches; a batch is of one month. */
export function* costFacts(history: CostHistory, world: CostWorld): Generator<NewFact[]> {
  const random = seededRandom(history.seed);
  const { currency = 'CNY', pooledShare = 0.02 } = history;
  const engineersOf = new Map(
    world.stations.map(({ code }) => [code, world.engineers.filter(({ station }) => station === code)]),
  );
  let workOrderId = history.firstWorkOrder ?? 0;
  for (const month of monthsOf(history)) {
    const pooled = world.pools.length === 0 ? 0 : Math.floor(month.facts * pooledShare);
    const price = PRICE_RISE_A_YEAR ** Math.floor(month.index / 12);
    let left = month.facts;
    let batch: NewFact[] = Array.from({ length: pooled }, (_, i) => pooledFact(history, world, month, i, random));
    left -= pooled;
    while (left > 0) {
      const device = deviceFor(world.devices, month.index, random);
      workOrderId += 1;
      const job = {
        device,
        workOrderId,
        month: month.month,
        price,
        currency,
        random,
        engineers: engineersOf.get(device.station) ?? world.engineers,
      };
      const facts = factsOfJob(job).slice(0, left);
      left -= facts.length;
      batch.push(...facts);
      if (batch.length < BATCH_FACTS - FACTS_OF_A_JOB_LIMIT) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  }
}

/** The harder a device is worked, the more jobs it brings; those not yet installed bring none. */
function deviceFor(devices: readonly PlannedDevice[], monthIndex: number, random: () => number): PlannedDevice {
  for (;;) {
    const device = devices[Math.floor(random() * devices.length)] as PlannedDevice;
    if (device.installedIn <= monthIndex && random() * 2.1 < device.intensity) return device;
  }
}

const reversalOf = (fact: NewFact, id: number): NewFact => ({
  ...fact,
  amountMinor: -fact.amountMinor,
  quantityMilli: -fact.quantityMilli,
  idempotencyKey: `reversal:${id}`,
  reversalOf: id,
  note: 'posted twice',
});

/** Writes the organisation and posts its history; gives back the organisation and how many facts there are. */
export async function postCostHistory(
  database: Database,
  history: CostHistory,
  onBatch: (posted: number) => void = () => {},
): Promise<{ world: CostWorld; posted: number; to: string }> {
  const devices = history.devices ?? Math.min(5_000, Math.max(20, Math.round(history.facts / 500)));
  const world = planCostWorld({
    random: seededRandom(history.seed + 1),
    devices,
    customers: history.customers ?? Math.max(3, Math.round(devices / 12)),
    stations: Math.min(60, Math.max(6, Math.round(devices / 60))),
    engineers: Math.min(400, Math.max(6, Math.round(devices / 12))),
    pools: history.pools ?? 8,
  });
  await foundCostWorld(database, world);
  const random = seededRandom(history.seed + 2);
  const { lanes = 1 } = history;
  const underWay = new Set<Promise<void>>();
  let posted = 0;
  let to = history.from;
  for (const facts of costFacts(history, world)) {
    to = facts[0]?.occurredOn.slice(0, 7) ?? to;
    const isReversed = facts.map(() => random() < REVERSED_SHARE);
    const lane = (async () => {
      const count = await postBatch(database, `${to}-28T12:00:00.000Z`, facts, isReversed);
      posted += count;
      onBatch(posted);
    })().finally(() => underWay.delete(lane));
    underWay.add(lane);
    if (underWay.size >= lanes) await Promise.race(underWay);
  }
  await Promise.all(underWay);
  return { world, posted, to };
}

/** What was posted before, by an earlier run of the same history, is not reversed again. */
async function postBatch(database: Database, at: string, facts: NewFact[], isReversed: boolean[]): Promise<number> {
  return database.transaction(async (tx) => {
    const ids = await postFacts(tx, at, facts);
    if (ids.length < facts.length) return ids.length;
    const reversals = facts.flatMap((fact, i) => (isReversed[i] ? [reversalOf(fact, ids[i]?.id ?? 0)] : []));
    await postFacts(tx, at, reversals);
    return facts.length + reversals.length;
  });
}

/** The span of a history as a question asks for it. */
export function spanOf(history: CostHistory): string {
  let to = history.from;
  while (countOfPeriods(history.from, to) < history.months) to = nextPeriod(to);
  return `${history.from}..${to}`;
}
