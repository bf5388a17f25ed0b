// Names of codes as the devices on record mention them, for places that hold a code alone (a link, a filter).
import type { Dimension } from '../../../contracts/costs.ts';
import type { Device } from '../../../contracts/http/devices.ts';
import type { Named } from '../../../contracts/http/page.ts';
import type { Text } from '../../../contracts/text.ts';
import { useApp } from '../../app-context.ts';

const NAMED: Readonly<Partial<Record<Dimension, (device: Device) => Named>>> = {
  product: (device) => device.product,
  'product-line': (device) => device.productLine,
  customer: (device) => device.customer,
  region: (device) => device.region,
  station: (device) => device.station,
};

export function useCodeName(): (dimension: Dimension, code: string) => Text | null {
  const { devices } = useApp();
  const records = devices.byId.value;
  return (dimension, code) => {
    const named = NAMED[dimension];
    if (!named) return null;
    for (const device of records.values()) {
      if (named(device).code === code) return named(device).name;
    }
    return null;
  };
}
