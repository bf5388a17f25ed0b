// Makes a simulated fleet known to an instance through its HTTP API, as an administrator would: master data, products,
// devices, and a token for each. What is there already stays as it is.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Region, Station, Customer, Part } from '../contracts/http/registry.ts';
import type { Credential, NewDevice } from '../contracts/http/devices.ts';
import { type ApiClient, ApiError, signIn } from './api-client.ts';
import { PARTS } from './catalogue/parts.ts';
import { PRODUCTS } from './catalogue/products.ts';
import type { DeviceIdentity } from './fleet.ts';
import { TIERS, type Tier } from './hospital.ts';

export interface ApiAccount {
  url: string;
  email: string;
  password: string;
}

const AT_ONCE = 8;
const TRIES = 6;
const RETRY_MS = 500;

const REGION: Region = { code: 'SIM', name: { en: 'Simulation', zh: '仿真区域' } };
const STATION: Station = {
  code: 'SIM-STATION',
  name: { en: 'Simulation station', zh: '仿真服务站' },
  region: REGION.code,
  lat: 31.23,
  lon: 121.47,
};
const TIER_NAMES: Readonly<Record<Tier, { en: string; zh: string }>> = {
  tertiary: { en: 'Simulated tertiary hospital', zh: '仿真三级医院' },
  secondary: { en: 'Simulated secondary hospital', zh: '仿真二级医院' },
  primary: { en: 'Simulated primary hospital', zh: '仿真基层医院' },
};
const customerOf = (tier: Tier): Customer => ({
  code: `SIM-${tier.toUpperCase()}`,
  name: TIER_NAMES[tier],
  group: null,
  tier,
  region: REGION.code,
});

/** Registers what is missing and returns a fresh token per device. */
export async function registerFleet(
  account: ApiAccount,
  fleet: readonly DeviceIdentity[],
): Promise<Map<string, string>> {
  const api = await signIn(account.url, account.email, account.password);
  await ensure(api, '/regions', REGION);
  await ensure(api, '/stations', STATION);
  for (const tier of TIERS) await ensure(api, '/customers', customerOf(tier));
  for (const { code, name, unitCost } of PARTS) {
    await ensure(api, '/parts', { code, name, unitCost, controlledBy: 'serial' } satisfies Part);
  }
  for (const kind of new Set(fleet.map((device) => device.kind))) await ensure(api, '/products', PRODUCTS[kind]);
  const tokens = new Map<string, string>();
  await forEachAtOnce(fleet, AT_ONCE, async ({ id, kind, hospital }) => {
    const device: NewDevice = {
      id,
      product: PRODUCTS[kind].code,
      customer: customerOf(hospital.tier).code,
      station: STATION.code,
      lifecycle: 'in-service',
    };
    await ensure(api, '/devices', device);
    const credential = await patiently(() => api.post<Credential>(`/devices/${id}/credentials`));
    tokens.set(id, credential.token);
  });
  return new Map(fleet.map(({ id }) => [id, tokens.get(id) ?? '']));
}

/** Runs `work` for every item, at most `limit` at a time; the first failure ends it. */
export async function forEachAtOnce<T>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = items.values();
  const worker = async (): Promise<void> => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
}

/** 409: the code is taken, and that is what was wanted. */
export async function ensure(api: ApiClient, path: string, body: unknown): Promise<void> {
  try {
    await patiently(() => api.post(path, body));
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 409)) throw error;
  }
}

/** Waits and tries again when the instance is busy. */
async function patiently<T>(request: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await request();
    } catch (error) {
      const isBusy = error instanceof ApiError && (error.status === 429 || error.status === 503);
      if (!isBusy || attempt === TRIES) throw error;
      await sleep(RETRY_MS * 2 ** attempt);
    }
  }
}
