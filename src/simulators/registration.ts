// Makes a simulated fleet known to an instance through its HTTP API, as an administrator would: master data, products,
// devices, and a token for each. What is there already stays as it is.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Region, Station, Customer, Part } from '../contracts/http/registry.ts';
import type { Credential, NewDevice } from '../contracts/http/devices.ts';
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
  const api = await signIn(account);
  await api.ensure('/regions', REGION);
  await api.ensure('/stations', STATION);
  for (const tier of TIERS) await api.ensure('/customers', customerOf(tier));
  for (const { code, name, unitCost } of PARTS) {
    await api.ensure('/parts', { code, name, unitCost, controlledBy: 'serial' } satisfies Part);
  }
  for (const kind of new Set(fleet.map((device) => device.kind))) await api.ensure('/products', PRODUCTS[kind]);
  const tokens = new Map<string, string>();
  await forEachAtOnce(fleet, AT_ONCE, async ({ id, kind, hospital }) => {
    const device: NewDevice = {
      id,
      product: PRODUCTS[kind].code,
      customer: customerOf(hospital.tier).code,
      station: STATION.code,
      lifecycle: 'in-service',
    };
    await api.ensure('/devices', device);
    const credential = (await api.post(`/devices/${id}/credentials`, {})) as Credential;
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

interface Api {
  post(path: string, body: unknown): Promise<unknown>;
  /** Posts, and is content when the code is taken. */
  ensure(path: string, body: unknown): Promise<void>;
}

async function signIn({ url, email, password }: ApiAccount): Promise<Api> {
  const root = `${url.replace(/\/+$/, '')}/api/v1`;
  const login = async (): Promise<string> => {
    const answer = await send(`${root}/auth/login`, { email, password });
    return ((await expectOk(answer, '/auth/login')) as { accessToken: string }).accessToken;
  };
  let token = await login();
  const postOnce = async (path: string, body: unknown): Promise<Response> => {
    const answer = await send(`${root}${path}`, body, token);
    if (answer.status !== 401) return answer;
    token = await login();
    return send(`${root}${path}`, body, token);
  };
  return {
    post: async (path, body) => expectOk(await postOnce(path, body), path),
    ensure: async (path, body) => {
      const answer = await postOnce(path, body);
      if (answer.status === 409) await answer.body?.cancel();
      else await expectOk(answer, path);
    },
  };
}

/** Waits and tries again when the instance asks for it. */
async function send(url: string, body: unknown, token?: string): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    const answer = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
    });
    if ((answer.status !== 429 && answer.status !== 503) || attempt === TRIES) return answer;
    await answer.body?.cancel();
    const seconds = Number(answer.headers.get('retry-after'));
    await sleep(seconds > 0 ? seconds * 1000 : RETRY_MS * 2 ** attempt);
  }
}

async function expectOk(answer: Response, path: string): Promise<unknown> {
  const text = await answer.text();
  if (!answer.ok) throw new Error(`POST ${path} was answered ${answer.status}: ${text.slice(0, 500)}`);
  return text === '' ? undefined : JSON.parse(text);
}
