// Field and support engineers, their station, skills and hourly cost, which one person may set until time was costed by it.
import type { Engineer } from '../contracts/http/registry.ts';
import { minorOf, moneyOf } from '../contracts/money.ts';
import { Problem } from '../contracts/problems.ts';
import { minorColumn } from './amounts.ts';
import type { Resource } from './master-data.ts';
import { type NameRow, nameColumns, nameOf } from './names.ts';

interface Row extends NameRow {
  code: string;
  station_code: string;
  skills: string[];
  hourly_rate_minor: bigint;
  currency: string;
}

export const engineerResource: Resource<Engineer, Row> = {
  noun: 'engineer',
  select: `SELECT t.code, t.name_en, t.name_zh, t.station_code, t.skills, t.hourly_rate_minor, t.currency
    FROM engineer t JOIN station s ON s.code = t.station_code`,
  scope: { region: 's.region_code' },
  references: { station_code: 'station' },
  toView: (row) => ({
    code: row.code,
    name: nameOf(row),
    station: row.station_code,
    skills: row.skills,
    hourlyRate: moneyOf(row.hourly_rate_minor, row.currency),
  }),
  toColumns: (engineer) => ({
    ...nameColumns(engineer),
    station_code: engineer.station,
    skills: engineer.skills,
    hourly_rate_minor: minorColumn(engineer.hourlyRate, 'hourlyRate'),
    currency: engineer.hourlyRate.currency,
  }),
  async beforeEdit(tx, { before, after }) {
    const [was, is] = [before.hourlyRate, after.hourlyRate];
    if (was.currency === is.currency && minorOf(was) === minorOf(is)) return;
    const { rows } = await tx.query<{ worked: boolean }>(
      `SELECT EXISTS (SELECT FROM labour_span WHERE engineer_code = $1)
         OR EXISTS (SELECT FROM travel_leg WHERE engineer_code = $1) AS worked`,
      [before.code],
    );
    if (!rows[0]?.worked) return;
    throw new Problem(
      'refused',
      `hourlyRate: time of engineer ${before.code} was costed already, so another rate takes two people and a day it holds from; propose it with POST /rates`,
    );
  },
};
