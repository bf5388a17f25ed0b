// Service contracts: what was promised to a customer, and what a missed promise costs.
import type { Contract } from '../contracts/http/registry.ts';
import { moneyOf } from '../contracts/money.ts';
import { Problem } from '../contracts/problems.ts';
import { minorColumn } from './amounts.ts';
import type { Resource } from './master-data.ts';

interface Row {
  code: string;
  customer_code: string;
  type: Contract['type'];
  starts_on: string;
  ends_on: string;
  price_minor: bigint;
  currency: string;
  response_hours: number | null;
  restoration_hours: number | null;
  uptime_target: number | null;
  penalty_per_hour_minor: bigint;
}

function refuseContradictions({ startsOn, endsOn, price, penaltyPerHour }: Contract): void {
  if (endsOn <= startsOn) throw new Problem('refused', `endsOn: a contract ends after it starts (${startsOn})`);
  if (price.currency !== penaltyPerHour.currency) {
    throw new Problem('refused', 'penaltyPerHour: a contract has one currency, that of its price');
  }
}

export const contractResource: Resource<Contract, Row> = {
  noun: 'contract',
  select: `SELECT t.code, t.customer_code, t.type, t.starts_on, t.ends_on, t.price_minor, t.currency, t.response_hours,
      t.restoration_hours, t.uptime_target, t.penalty_per_hour_minor
    FROM contract t JOIN customer c ON c.code = t.customer_code`,
  scope: { region: 'c.region_code', customer: 't.customer_code' },
  references: { customer_code: 'customer' },
  toView: (row) => ({
    code: row.code,
    customer: row.customer_code,
    type: row.type,
    startsOn: row.starts_on,
    endsOn: row.ends_on,
    price: moneyOf(row.price_minor, row.currency),
    responseHours: row.response_hours,
    restorationHours: row.restoration_hours,
    uptimeTarget: row.uptime_target,
    penaltyPerHour: moneyOf(row.penalty_per_hour_minor, row.currency),
  }),
  toColumns(contract) {
    refuseContradictions(contract);
    return {
      customer_code: contract.customer,
      type: contract.type,
      starts_on: contract.startsOn,
      ends_on: contract.endsOn,
      price_minor: minorColumn(contract.price, 'price'),
      currency: contract.price.currency,
      response_hours: contract.responseHours,
      restoration_hours: contract.restorationHours,
      uptime_target: contract.uptimeTarget,
      penalty_per_hour_minor: minorColumn(contract.penaltyPerHour, 'penaltyPerHour'),
    };
  },
};
