// Master data as this room reads it: what a device is and who it belongs to, engineers and parts. Reads the registry's
// tables inside the caller's transaction and writes nothing.
import type { JobDimensions } from '../contracts/costs.ts';
import { Problem } from '../contracts/problems.ts';
import type { Component, FailureMode, Product } from '../contracts/product.ts';
import type { Text } from '../contracts/text.ts';
import type { Queryable } from '../db/database.ts';

export interface ServicedDevice {
  id: number;
  code: string;
  productName: Text;
  kind: string;
  definition: Product;
  dimensions: Pick<
    JobDimensions,
    'productLine' | 'product' | 'customer' | 'customerGroup' | 'contract' | 'contractType' | 'region' | 'station'
  >;
}

interface DeviceRow {
  id: number;
  name_en: string;
  name_zh: string;
  kind: string;
  definition: Product;
  line_code: string;
  product_code: string;
  customer_code: string;
  group_code: string | null;
  contract_code: string | null;
  contract_type: string | null;
  region_code: string;
  station_code: string;
}

export async function deviceOf(db: Queryable, code: string): Promise<ServicedDevice> {
  const { rows } = await db.prepared<DeviceRow>(
    'serviced-device',
    `SELECT d.id, p.name_en, p.name_zh, p.kind, p.definition, p.line_code, d.product_code, d.customer_code, c.group_code,
            d.contract_code, k.type AS contract_type, s.region_code, d.station_code
     FROM device d JOIN product p ON p.code = d.product_code JOIN customer c ON c.code = d.customer_code
     JOIN station s ON s.code = d.station_code LEFT JOIN contract k ON k.code = d.contract_code WHERE d.code = $1`,
    [code],
  );
  const row = rows[0];
  if (!row) throw new Problem('not-found', `There is no device ${code}`);
  return {
    id: row.id,
    code,
    productName: { en: row.name_en, zh: row.name_zh },
    kind: row.kind,
    definition: row.definition,
    dimensions: {
      productLine: row.line_code,
      product: row.product_code,
      customer: row.customer_code,
      customerGroup: row.group_code,
      contract: row.contract_code,
      contractType: row.contract_type,
      region: row.region_code,
      station: row.station_code,
    },
  };
}

export interface Fault {
  component: Component;
  mode: FailureMode;
}

/** `null` when the product knows no such component or failure mode. */
export function faultOf(product: Product, component: string | null, failureMode: string | null): Fault | null {
  const found = product.components.find((candidate) => candidate.code === component);
  const mode = found?.failureModes.find((candidate) => candidate.code === failureMode);
  return found && mode ? { component: found, mode } : null;
}

/** Who would go: the station's first engineer with the skill for this kind of device. */
export async function proposedEngineer(db: Queryable, station: string, skill: string): Promise<string | null> {
  const { rows } = await db.prepared<{ code: string }>(
    'proposed-engineer',
    'SELECT code FROM engineer WHERE station_code = $1 AND $2 = ANY (skills) ORDER BY code LIMIT 1',
    [station, skill],
  );
  return rows[0]?.code ?? null;
}

export interface EngineerTerms {
  currency: string;
}

/**
 * The engineer, locked until the transaction ends, so that two entries of one person cannot pass each other's check
 * for overlaps.
 */
export async function lockEngineer(db: Queryable, code: string): Promise<EngineerTerms> {
  const { rows } = await db.prepared<EngineerTerms>(
    'engineer-lock',
    'SELECT currency FROM engineer WHERE code = $1 FOR NO KEY UPDATE',
    [code],
  );
  if (!rows[0]) throw new Problem('refused', `There is no engineer ${code}`);
  return rows[0];
}

export interface PartTerms {
  unitCostMinor: bigint;
  currency: string;
  controlledBy: 'none' | 'lot' | 'serial';
}

export async function partOf(db: Queryable, code: string): Promise<PartTerms> {
  const { rows } = await db.prepared<{ unit_cost_minor: bigint; currency: string; controlled_by: 'none' }>(
    'part-terms',
    'SELECT unit_cost_minor, currency, controlled_by FROM part WHERE code = $1',
    [code],
  );
  const row = rows[0];
  if (!row) throw new Problem('refused', `There is no part ${code}`);
  return { unitCostMinor: row.unit_cost_minor, currency: row.currency, controlledBy: row.controlled_by };
}
