// Before a replay: makes sure that its product, customer and devices are registered, and gets each device a token.
import type { Credential } from '../../contracts/http/devices.ts';
import type { ApiClient } from '../api-client.ts';
import { ensure } from '../registration.ts';
import type { ReplayMap } from './map.ts';

export async function registerFor(
  api: ApiClient,
  map: ReplayMap,
  devices: readonly string[],
): Promise<Map<string, string>> {
  const { registration } = map;
  if (registration) {
    const { product, region, station, customer } = registration;
    await ensure(api, '/regions', region);
    await ensure(api, '/stations', { ...station, region: region.code, lat: null, lon: null });
    await ensure(api, '/customers', { ...customer, group: null, tier: null, region: region.code });
    await ensure(api, '/products', product);
    for (const id of devices) {
      await ensure(api, '/devices', { id, product: product.code, customer: customer.code, station: station.code });
    }
  }
  const tokens = new Map<string, string>();
  for (const id of devices) tokens.set(id, (await api.post<Credential>(`/devices/${id}/credentials`)).token);
  return tokens;
}
