// Names of regions and customers as the devices on record mention them: for filters and for codes shown without one.
import { useMemo } from 'preact/hooks';
import type { Text } from '../../contracts/text.ts';
import { useApp } from '../app-context.ts';

export interface CustomerName {
  code: string;
  name: Text;
  region: string;
  devices: number;
}
export interface Names {
  regions: ReadonlyMap<string, Text>;
  customers: ReadonlyMap<string, CustomerName>;
}

export function useNames(): Names {
  const { devices, format } = useApp();
  const records = devices.byId.value;
  const { locale } = format.value;
  const language = format.value.language;
  return useMemo(() => {
    const regions = new Map<string, Text>();
    const customers = new Map<string, CustomerName>();
    for (const device of records.values()) {
      regions.set(device.region.code, device.region.name);
      const { code, name } = device.customer;
      const known = customers.get(code);
      customers.set(code, { code, name, region: device.region.code, devices: (known?.devices ?? 0) + 1 });
    }
    const byName = (a: Text, b: Text): number => a[language].localeCompare(b[language], locale);
    return {
      regions: new Map([...regions].sort(([, a], [, b]) => byName(a, b))),
      customers: new Map([...customers].sort(([, a], [, b]) => byName(a.name, b.name))),
    };
  }, [records, locale]);
}
