// Sites: the addresses of a customer.
import type { Site } from '../contracts/http/registry.ts';
import type { Resource } from './master-data.ts';
import { type NameRow, nameColumns, nameOf } from './names.ts';

interface Row extends NameRow {
  code: string;
  customer_code: string;
  lat: number | null;
  lon: number | null;
}

export const siteResource: Resource<Site, Row> = {
  noun: 'site',
  select: `SELECT t.code, t.name_en, t.name_zh, t.customer_code, t.lat, t.lon
    FROM site t JOIN customer c ON c.code = t.customer_code`,
  scope: { region: 'c.region_code', customer: 't.customer_code' },
  references: { customer_code: 'customer' },
  toView: (row) => ({ code: row.code, name: nameOf(row), customer: row.customer_code, lat: row.lat, lon: row.lon }),
  toColumns: (site) => ({ ...nameColumns(site), customer_code: site.customer, lat: site.lat, lon: site.lon }),
};
