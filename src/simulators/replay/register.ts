// Before a replay: makes sure that its product, customer and devices are registered and priced as the mapping says, and
// gets each device a token. What is there already stays as it is, so that a second replay changes nothing.
import type { Credential, NewDevice } from '../../contracts/http/devices.ts';
import { dayOf } from '../../contracts/time.ts';
import type { ApiClient } from '../api-client.ts';
import type { Page } from '../../contracts/http/page.ts';
import type { Rate } from '../../contracts/http/rates.ts';
import { ensure } from '../registration.ts';
import type { Registration, ReplayMap } from './map.ts';
import type { Survey } from './survey.ts';

/** The token of each device; `devices` with the first recorded instant of each. */
export async function registerFor(
  api: ApiClient,
  map: ReplayMap,
  devices: Survey['devices'],
): Promise<Map<string, string>> {
  if (map.registration) await register(api, map.registration, devices);
  const tokens = new Map<string, string>();
  for (const id of devices.keys()) {
    tokens.set(id, (await api.post<Credential>(`/devices/${id}/credentials`)).token);
  }
  return tokens;
}

/** Rates that wait for a second person; work that needs them is costed once they are approved. */
export async function waitingRates(api: ApiClient): Promise<number> {
  const { items } = await api.get<Page<Rate>>('/rates');
  return items.filter(({ decision }) => decision === null).length;
}

async function register(api: ApiClient, registration: Registration, devices: Survey['devices']): Promise<void> {
  const { product, region, station, customer, contract, engineers = [], rates = [] } = registration;
  await ensure(api, '/regions', region);
  await ensure(api, '/stations', { ...station, region: region.code, lat: null, lon: null });
  await ensure(api, '/customers', { ...customer, group: null, tier: null, region: region.code });
  if (contract) await ensure(api, '/contracts', { ...contract, customer: customer.code });
  for (const engineer of engineers) await ensure(api, '/engineers', { ...engineer, station: station.code });
  for (const rate of rates) await ensure(api, '/rates', rate);
  await ensure(api, '/products', product);
  for (const [id, firstMs] of devices) {
    const device: NewDevice = {
      id,
      product: product.code,
      customer: customer.code,
      station: station.code,
      contract: contract?.code ?? null,
      installedOn: dayOf(firstMs),
      lifecycle: 'in-service',
    };
    await ensure(api, '/devices', device);
  }
}
