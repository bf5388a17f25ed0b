// Service contracts: what was promised to a customer, and what a missed promise costs.
import type { Contract } from '../contracts/http/registry.ts';
import { Problem } from '../contracts/problems.ts';
import { columnsOfTerms, TERMS_COLUMNS, termsOf, type TermsRow } from './contract-terms.ts';
import type { Resource } from './master-data.ts';
import { keepingPlacements } from './placements.ts';

interface Row extends TermsRow {
  code: string;
  customer_code: string;
  starts_on: string;
  ends_on: string;
}

export const contractResource: Resource<Contract, Row> = {
  noun: 'contract',
  select: `SELECT t.code, t.customer_code, t.starts_on, t.ends_on, ${TERMS_COLUMNS}
    FROM contract t JOIN customer c ON c.code = t.customer_code`,
  scope: { region: 'c.region_code', customer: 't.customer_code' },
  references: { customer_code: 'customer' },
  toView: (row) => ({
    code: row.code,
    customer: row.customer_code,
    startsOn: row.starts_on,
    endsOn: row.ends_on,
    ...termsOf(row),
  }),
  toColumns(contract) {
    const { customer, startsOn, endsOn } = contract;
    if (endsOn < startsOn)
      throw new Problem('refused', `endsOn: the last day of a contract is not before its first (${startsOn})`);
    return { customer_code: customer, starts_on: startsOn, ends_on: endsOn, ...columnsOfTerms(contract) };
  },
  beforeEdit: keepingPlacements('contract', (before, after) => before.type !== after.type),
};
