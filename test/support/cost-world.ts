// An after-sales organisation of any size, planned from a seed and written as the registry would have left it: the master
// data that years of cost facts refer to.
import type { JobDimensions } from '../../src/contracts/costs.ts';
import type { Product } from '../../src/contracts/product.ts';
import type { Database } from '../../src/db/database.ts';
import { PRODUCTS } from '../../src/simulators/catalogue/products.ts';

export interface CostWorldPlan {
  random: () => number;
  devices: number;
  customers: number;
  stations: number;
  engineers: number;
  pools: number;
}

export type PlannedDevice = Omit<JobDimensions, 'workOrderId' | 'component' | 'serviceType' | 'maintenanceKind'> & {
  model: Product;
  /** How hard its hospital works it: 1 is usual. */
  intensity: number;
  /** Months after the first one. */
  installedIn: number;
};

export interface CostWorld {
  devices: PlannedDevice[];
  customers: { code: string; group: string | null; tier: string; region: string; intensity: number }[];
  stations: { code: string; region: string }[];
  engineers: { code: string; station: string; hourMinor: bigint }[];
  pools: string[];
}

const REGIONS: readonly (readonly [code: string, en: string, zh: string])[] = [
  ['east', 'East', '华东'],
  ['north', 'North', '华北'],
  ['south', 'South', '华南'],
  ['central', 'Central', '华中'],
  ['west', 'West', '西南'],
  ['northeast', 'North-east', '东北'],
];
/** Of hospitals and of how hard they work their machines. */
const TIERS = [
  { tier: '3A', share: 0.35, intensity: 1.4 },
  { tier: '2A', share: 0.4, intensity: 1 },
  { tier: 'private', share: 0.25, intensity: 0.7 },
] as const;
const CONTRACT_TYPES = [
  'full-service',
  'full-service',
  'labour-only',
  'parts-only',
  'pm-only',
  'time-and-materials',
  'usage-based',
  'uptime',
] as const;
const MODELS = Object.values(PRODUCTS);
const pad = (n: number): string => String(n).padStart(5, '0');

const pick = <T>(random: () => number, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;

function tierOf(at: number): (typeof TIERS)[number] {
  let sum = 0;
  for (const tier of TIERS) if (at < (sum += tier.share)) return tier;
  return TIERS[0];
}

function planDevice(world: Omit<CostWorld, 'devices'>, random: () => number, index: number): PlannedDevice {
  const customer = pick(random, world.customers);
  const near = world.stations.filter(({ region }) => region === customer.region);
  const model = pick(random, MODELS);
  const contract = random() < 0.85 ? `K-${customer.code}-${model.line}` : null;
  return {
    model,
    device: `DEV-${pad(index)}`,
    productLine: model.line,
    product: model.code,
    customer: customer.code,
    customerGroup: customer.group,
    contract,
    contractType: contract === null ? null : typeOf(contract),
    region: customer.region,
    station: (near.length > 0 ? pick(random, near) : pick(random, world.stations)).code,
    intensity: customer.intensity * (0.5 + random()),
    // A third of the fleet comes in the course of the first two years.
    installedIn: random() < 0.67 ? 0 : Math.floor(random() * 24),
  };
}

/** One contract has one type, whichever device asks. */
function typeOf(contract: string): string {
  let hash = 0;
  for (const char of contract) hash = (hash * 31 + char.charCodeAt(0)) % 9973;
  return CONTRACT_TYPES[hash % CONTRACT_TYPES.length] ?? 'full-service';
}

export function planCostWorld(plan: CostWorldPlan): CostWorld {
  const { random } = plan;
  const regionAt = (index: number): string => REGIONS[index % REGIONS.length]?.[0] ?? 'east';
  const stations = Array.from({ length: plan.stations }, (_, i) => ({ code: `ST-${pad(i)}`, region: regionAt(i) }));
  const customers = Array.from({ length: plan.customers }, (_, i) => {
    const { tier, intensity } = tierOf(random());
    const group = random() < 0.3 ? `G-${i % 12}` : null;
    return { code: `C-${pad(i)}`, group, tier, intensity, region: regionAt(Math.floor(random() * REGIONS.length)) };
  });
  const engineers = Array.from({ length: plan.engineers }, (_, i) => ({
    code: `E-${pad(i)}`,
    station: (stations[i % stations.length] ?? { code: '' }).code,
    hourMinor: BigInt(22_000 + 500 * Math.floor(random() * 30)),
  }));
  const pools = Array.from({ length: plan.pools }, (_, i) => `pool-${pad(i)}`);
  const world = { customers, stations, engineers, pools };
  return { ...world, devices: Array.from({ length: plan.devices }, (_, i) => planDevice(world, random, i)) };
}

type Rows = readonly (readonly unknown[])[];

async function insert(db: Database, table: string, columns: string, types: string, rows: Rows): Promise<void> {
  const names = types.split(' ');
  const values = names.map((_, index) => rows.map((row) => row[index]));
  const places = names.map((type, index) => `$${index + 1}::${type}[]`).join(', ');
  await db.query(`INSERT INTO ${table} (${columns}) SELECT * FROM unnest(${places}) ON CONFLICT DO NOTHING`, values);
}

export async function foundCostWorld(db: Database, world: CostWorld): Promise<void> {
  await insert(db, 'region', 'code, name_en, name_zh', 'text text text', REGIONS);
  const { stations, customers, engineers, pools, devices } = world;
  await insert(
    db,
    'station',
    'code, region_code, name_en, name_zh',
    'text text text text',
    stations.map(({ code, region }) => [code, region, `Station ${code}`, `${code} 服务站`]),
  );
  await insert(
    db,
    'customer',
    'code, name_en, name_zh, group_code, tier, region_code',
    'text text text text text text',
    customers.map((c) => [c.code, `Hospital ${c.code}`, `${c.code} 医院`, c.group, c.tier, c.region]),
  );
  await insert(
    db,
    'engineer',
    'code, name_en, name_zh, station_code, hourly_rate_minor, currency',
    'text text text text bigint text',
    engineers.map((e) => [e.code, `Engineer ${e.code}`, `工程师 ${e.code}`, e.station, e.hourMinor, 'CNY']),
  );
  await insert(
    db,
    'cost_pool',
    'code, name_en, name_zh',
    'text text text',
    pools.map((code) => [code, `Pool ${code}`, `费用池 ${code}`]),
  );
  await insert(
    db,
    'product_line',
    'code, name_en, name_zh',
    'text text text',
    MODELS.map((model) => [model.line, model.lineName.en, model.lineName.zh]),
  );
  await insert(
    db,
    'product',
    'code, line_code, name_en, name_zh, kind, definition',
    'text text text text text jsonb',
    MODELS.map((m) => [m.code, m.line, m.name.en, m.name.zh, m.kind, JSON.stringify(m)]),
  );
  await insertContracts(db, devices);
  await insert(
    db,
    'device',
    'code, product_code, customer_code, contract_code, station_code, installed_on',
    'text text text text text date',
    devices.map((d) => [d.device, d.product, d.customer, d.contract, d.station, '2020-01-01']),
  );
}

async function insertContracts(db: Database, devices: readonly PlannedDevice[]): Promise<void> {
  const contracts = new Map(devices.map((device) => [device.contract, device]));
  contracts.delete(null);
  await insert(
    db,
    'contract',
    'code, customer_code, type, starts_on, ends_on, price_minor, currency, restoration_hours, penalty_per_hour_minor',
    'text text text date date bigint text float8 bigint',
    [...contracts].map(([code, { customer, contractType }]) => {
      const isUptime = contractType === 'uptime';
      return [
        code,
        customer,
        contractType,
        '2020-01-01',
        '2035-01-01',
        60_000_000n,
        'CNY',
        isUptime ? 24 : null,
        isUptime ? 80_000n : 0n,
      ];
    }),
  );
}
