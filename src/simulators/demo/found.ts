// Founds the demo's organisation through the API: master data, devices with their tokens, accounts, rates, pools.
import type { Credential } from '../../contracts/http/devices.ts';
import { DAY_MS, dayOf, type EpochMs, HOUR_MS, isoOf, periodOf } from '../../contracts/time.ts';
import type { ApiClient } from '../api-client.ts';
import type { Product } from '../../contracts/product.ts';
import { PARTS } from '../catalogue/parts.ts';
import { PRODUCTS } from '../catalogue/products.ts';
import { FAR_STEP_MS } from './pace.ts';
import { proposeAndApprove, SHARED_COST_PATHS, signInManager } from './cost-desk.ts';
import { sinceMsOf } from './plan.ts';
import {
  ACCOUNTS,
  cny,
  contractsFrom,
  COST_CYCLE,
  CUSTOMERS,
  DEMO_PASSWORD,
  ENGINEERS,
  placedDevices,
  REGIONS,
  SHARED_COSTS,
  SITES,
  STATIONS,
  type PlacedDevice,
} from './world.ts';

export interface FoundedDevice extends PlacedDevice {
  token: string;
}

/** A product whose devices owe what the demo's history has of them, not the readings a minute of a hospital's. */
const atDemoPace = (product: Product): Product => ({
  ...product,
  metrics: product.metrics.map((metric) => ({
    ...metric,
    expectedIntervalS: FAR_STEP_MS / 1000,
    // At this pace a habit takes days to learn; what cools blood never rests for so long.
    ...(metric.code === 'product_temp' ? { stuckAfterS: (5 * FAR_STEP_MS) / 1000 } : {}),
  })),
});

async function postAll(api: ApiClient, path: string, bodies: readonly unknown[]): Promise<void> {
  for (const body of bodies) await api.post(path, body);
}

/** Posts everything the demo's world consists of; the history begins at `startMs`. */
export async function foundWorld(api: ApiClient, startMs: number): Promise<FoundedDevice[]> {
  const year = new Date(startMs).getUTCFullYear();
  await postAll(api, '/regions', REGIONS);
  await postAll(api, '/stations', STATIONS);
  await postAll(api, '/customers', CUSTOMERS);
  await postAll(api, '/sites', SITES);
  await postAll(api, '/contracts', contractsFrom(year));
  await postAll(api, '/engineers', ENGINEERS);
  await postAll(
    api,
    '/parts',
    PARTS.map(({ code, name, unitCost }) => ({ code, name, unitCost, controlledBy: 'serial' })),
  );
  await postAll(api, '/products', Object.values(PRODUCTS).map(atDemoPace));
  for (const account of ACCOUNTS) await api.post('/users', { ...account, password: DEMO_PASSWORD });
  await foundCosting(api, startMs);
  return foundDevices(api, startMs);
}

async function foundCosting(api: ApiClient, startMs: number): Promise<void> {
  const effectiveFrom = isoOf(startMs - 2 * 365 * DAY_MS);
  const people = [api, await signInManager(api)] as const;
  for (const rate of [
    { kind: 'travel-km', engineer: null, amount: cny(1.8), effectiveFrom },
    { kind: 'travel-hour', engineer: null, amount: cny(120), effectiveFrom },
    ...ENGINEERS.map(({ code, hourlyRate }) => ({
      kind: 'labour-hour',
      engineer: code,
      amount: hourlyRate,
      effectiveFrom,
    })),
  ])
    await proposeAndApprove(people, { path: '/rates' }, rate);
  await postAll(
    api,
    '/allocation/pools',
    SHARED_COSTS.map(({ segment, name }) => ({ code: segment.pool, name })),
  );
  await api.post('/allocation/cycles', {
    code: COST_CYCLE,
    version: 1,
    effectiveFrom: periodOf(startMs),
    method: 'activity-based',
    segments: SHARED_COSTS.map(({ segment }) => segment),
  });
}

/** What works since before the history was new then. */
function installedMsOf(device: PlacedDevice, startMs: EpochMs): EpochMs {
  const sinceMs = sinceMsOf(device, startMs);
  return sinceMs < startMs ? sinceMs : startMs - device.installedYearsAgo * 365 * DAY_MS;
}

async function foundDevices(api: ApiClient, startMs: number): Promise<FoundedDevice[]> {
  const founded: FoundedDevice[] = [];
  for (const device of placedDevices()) {
    await api.post('/devices', {
      id: device.id,
      product: PRODUCTS[device.kind].code,
      customer: device.customer,
      station: device.station,
      site: device.site,
      contract: device.contract,
      serial: device.serial,
      installedOn: dayOf(installedMsOf(device, startMs)),
      lifecycle: 'in-service',
    });
    const { token } = await api.post<Credential>(`/devices/${device.id}/credentials`);
    founded.push({ ...device, token });
  }
  return founded;
}

/** The shared cost of the month that begins at `monthMs`, posted into its pools. */
export async function postSharedCosts(api: ApiClient, monthMs: number): Promise<void> {
  const people = [api, await signInManager(api)] as const;
  for (const { segment, name, yuanPerMonth } of SHARED_COSTS) {
    await proposeAndApprove(people, SHARED_COST_PATHS, {
      pool: segment.pool,
      element: 'overhead',
      amount: cny(yuanPerMonth),
      occurredOn: dayOf(monthMs + HOUR_MS),
      note: `${name.zh} ${periodOf(monthMs)}`,
    });
  }
}
