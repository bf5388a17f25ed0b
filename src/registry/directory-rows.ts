// Reads directory entries from the database: a device with its product, the dimensions its costs carry and the terms
// of its contract.
import type { JobDimensions } from '../contracts/costs.ts';
import type { Device } from '../contracts/http/devices.ts';
import type { Contract } from '../contracts/http/registry.ts';
import type { Metric, Product } from '../contracts/product.ts';
import type { Queryable } from '../db/database.ts';
import { PRODUCT_SELECT, type ProductRow, toProduct } from './products.ts';

/** The part of a job's dimensions that comes with the device. */
export type DeviceDimensions = Omit<JobDimensions, 'workOrderId' | 'component' | 'serviceType' | 'maintenanceKind'>;

/** Whoever uses the terms checks the period against the time of the event. */
export interface ContractTerms
  extends Pick<
    Contract,
    'code' | 'type' | 'startsOn' | 'endsOn' | 'responseHours' | 'restorationHours' | 'uptimeTarget'
  > {
  penaltyPerHourMinor: bigint;
  currency: string;
}

export interface DirectoryEntry {
  readonly id: number;
  readonly code: string;
  readonly product: Product;
  /** The product's metrics by code. */
  readonly metrics: ReadonlyMap<string, Metric>;
  readonly dimensions: DeviceDimensions;
  readonly contract: ContractTerms | null;
  readonly lifecycle: Device['lifecycle'];
  /** The device that may speak for it. */
  readonly gateway: string | null;
}

interface Row {
  id: number;
  code: string;
  lifecycle: Device['lifecycle'];
  gateway_code: string | null;
  product_code: string;
  line_code: string;
  customer_code: string;
  group_code: string | null;
  station_code: string;
  region_code: string;
  contract_code: string | null;
  type: Contract['type'];
  starts_on: string;
  ends_on: string;
  response_hours: number | null;
  restoration_hours: number | null;
  uptime_target: number | null;
  penalty_per_hour_minor: bigint;
  currency: string;
}

const DEVICES = `SELECT d.id, d.code, d.lifecycle, d.gateway_code, d.product_code, p.line_code, d.customer_code, c.group_code,
    d.station_code, s.region_code, d.contract_code, k.type, k.starts_on, k.ends_on, k.response_hours,
    k.restoration_hours, k.uptime_target, k.penalty_per_hour_minor, k.currency
  FROM device d
  JOIN product p ON p.code = d.product_code
  JOIN customer c ON c.code = d.customer_code
  JOIN station s ON s.code = d.station_code
  LEFT JOIN contract k ON k.code = d.contract_code
  WHERE d.code = ANY ($1)`;

/** A product and its metrics, one object for all devices of it. */
export interface CatalogueEntry {
  product: Product;
  metrics: ReadonlyMap<string, Metric>;
}

export async function readCatalogue(db: Queryable, codes: readonly string[]): Promise<CatalogueEntry[]> {
  const { rows } = await db.query<ProductRow>(`${PRODUCT_SELECT} WHERE t.code = ANY ($1)`, [codes]);
  return rows.map((row) => {
    const product = toProduct(row);
    return { product, metrics: new Map(product.metrics.map((metric) => [metric.code, metric])) };
  });
}

const termsOf = (row: Row): ContractTerms | null =>
  row.contract_code === null
    ? null
    : {
        code: row.contract_code,
        type: row.type,
        startsOn: row.starts_on,
        endsOn: row.ends_on,
        responseHours: row.response_hours,
        restorationHours: row.restoration_hours,
        uptimeTarget: row.uptime_target,
        penaltyPerHourMinor: row.penalty_per_hour_minor,
        currency: row.currency,
      };

const dimensionsOf = (row: Row): DeviceDimensions => ({
  device: row.code,
  productLine: row.line_code,
  product: row.product_code,
  customer: row.customer_code,
  customerGroup: row.group_code,
  contract: row.contract_code,
  contractType: row.contract_code === null ? null : row.type,
  region: row.region_code,
  station: row.station_code,
});

/** Entries of the devices that exist; `catalogueOf` gives the products they name. */
export async function readEntries(
  db: Queryable,
  codes: readonly string[],
  catalogueOf: (products: readonly string[]) => Promise<(product: string) => CatalogueEntry | undefined>,
): Promise<DirectoryEntry[]> {
  const { rows } = await db.prepared<Row>('directory-devices', DEVICES, [codes]);
  const find = await catalogueOf([...new Set(rows.map((row) => row.product_code))]);
  return rows.map((row) => {
    const catalogue = find(row.product_code);
    if (!catalogue) throw new Error(`product ${row.product_code} of device ${row.code} is not there`);
    return {
      id: row.id,
      code: row.code,
      lifecycle: row.lifecycle,
      gateway: row.gateway_code,
      product: catalogue.product,
      metrics: catalogue.metrics,
      dimensions: dimensionsOf(row),
      contract: termsOf(row),
    };
  });
}
