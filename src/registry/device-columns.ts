// A device as it is registered and edited: its columns, and what must fit together.
import type { DevicePatch } from '../contracts/http/devices.ts';
import { Problem } from '../contracts/problems.ts';
import type { Queryable } from '../db/database.ts';

/** Field of the contract -> column. */
const COLUMN_OF = {
  product: 'product_code',
  customer: 'customer_code',
  station: 'station_code',
  site: 'site_code',
  contract: 'contract_code',
  serial: 'serial',
  lot: 'lot',
  udiDi: 'udi_di',
  madeOn: 'made_on',
  expiresOn: 'expires_on',
  installedOn: 'installed_on',
  lifecycle: 'lifecycle',
  gateway: 'gateway_code',
} as const satisfies Record<keyof DevicePatch, string>;

/** Column -> what its code is a code of. */
export const DEVICE_REFERENCES = {
  product_code: 'product',
  customer_code: 'customer',
  station_code: 'station',
  site_code: 'site',
  contract_code: 'contract',
  gateway_code: 'device',
};

/** Only what was given: a field that is left out keeps its value (or its default). */
export function deviceColumns(device: DevicePatch): Record<string, unknown> {
  const columns: Record<string, unknown> = {};
  for (const [field, column] of Object.entries(COLUMN_OF)) {
    const value = device[field as keyof DevicePatch];
    if (value !== undefined) columns[column] = value;
  }
  return columns;
}

interface Belonging {
  customer_code: string;
  site_code: string | null;
  site_customer: string | null;
  contract_code: string | null;
  contract_customer: string | null;
}

/** A device stands at a site of its customer, under a contract of its customer. */
export async function refuseForeignPlaces(db: Queryable, code: string): Promise<void> {
  const { rows } = await db.query<Belonging>(
    `SELECT d.customer_code, d.site_code, t.customer_code AS site_customer, d.contract_code,
            k.customer_code AS contract_customer
     FROM device d LEFT JOIN site t ON t.code = d.site_code LEFT JOIN contract k ON k.code = d.contract_code
     WHERE d.code = $1`,
    [code],
  );
  const device = rows[0];
  if (!device) return;
  const refuse = (noun: string, place: string | null, owner: string | null): void => {
    if (owner === null || owner === device.customer_code) return;
    throw new Problem('refused', `${noun} ${place} is of customer ${owner}, device ${code} of ${device.customer_code}`);
  };
  refuse('site', device.site_code, device.site_customer);
  refuse('contract', device.contract_code, device.contract_customer);
}
