// A small service organisation founded through the HTTP API, as an integration would: one station, one hospital under
// contract, one engineer with rates, a spare part, and simulated infusion pumps with their tokens.
import type { Credential } from '../../src/contracts/http/devices.ts';
import type { Money } from '../../src/contracts/money.ts';
import type { Part } from '../../src/contracts/http/registry.ts';
import type { Product } from '../../src/contracts/product.ts';
import { PARTS } from '../../src/simulators/catalogue/parts.ts';
import { PRODUCTS } from '../../src/simulators/catalogue/products.ts';
import type { ApiClient } from '../../src/simulators/api-client.ts';
import { postOverHttp, signInApprover } from './two-people.ts';

export const cny = (amount: string): Money => ({ amount, currency: 'CNY' });
const text = (en: string, zh: string) => ({ en, zh });

export const ENGINEER = 'E-LIN';
/** The drive of the pump, 900.00 CNY. */
export const PART = 'P-PUMP-DRIVE';
const EVER = '2020-01-01T00:00:00Z';

export async function foundOrganisation(api: ApiClient): Promise<void> {
  const product = PRODUCTS['infusion-pump'];
  for (const [path, body] of [
    ['/regions', { code: 'east', name: text('East', '华东') }],
    ['/stations', { code: 'ST-SHA', name: text('Shanghai', '上海'), region: 'east', lat: null, lon: null }],
    ['/customers', { code: 'C-1', name: text('Hospital', '医院'), group: null, tier: 'tertiary', region: 'east' }],
    [
      '/contracts',
      {
        code: 'K-1',
        customer: 'C-1',
        type: 'full-service',
        startsOn: '2025-01-01',
        endsOn: '2027-12-31',
        price: cny('120000.00'),
        responseHours: 24,
        restorationHours: 72,
        uptimeTarget: null,
        penaltyPerHour: cny('0.00'),
      },
    ],
    [
      '/engineers',
      {
        code: ENGINEER,
        name: text('Lin Yue', '林悦'),
        station: 'ST-SHA',
        skills: [product.kind],
        hourlyRate: cny('320.00'),
      },
    ],
    ...partsOf(product).map((part) => ['/parts', part] as const),
    ['/products', product],
  ] as const) {
    await api.post(path, body);
  }
  const approver = await signInApprover(api);
  for (const [kind, amount] of [
    ['travel-hour', '120.00'],
    ['travel-km', '1.80'],
  ] as const) {
    await postOverHttp(api, approver, '/rates', { kind, engineer: null, amount: cny(amount), effectiveFrom: EVER });
  }
}

/** The spare parts its failure modes take. */
function partsOf({ components }: Product): Part[] {
  const taken = new Set(components.flatMap(({ failureModes }) => failureModes.map(({ part }) => part)));
  return PARTS.filter(({ code }) => taken.has(code)).map(({ code, name, unitCost }) => ({
    code,
    name,
    unitCost,
    controlledBy: 'serial',
  }));
}

/** Registers a pump in service; gives back its token. */
export async function registerPump(api: ApiClient, id: string): Promise<string> {
  const place = { customer: 'C-1', station: 'ST-SHA', contract: 'K-1', lifecycle: 'in-service' };
  await api.post('/devices', { id, product: PRODUCTS['infusion-pump'].code, ...place });
  return (await api.post<Credential>(`/devices/${id}/credentials`)).token;
}
