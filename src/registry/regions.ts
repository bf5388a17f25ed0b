// Regions: what people's views are cut by.
import type { Region } from '../contracts/http/registry.ts';
import type { Resource } from './master-data.ts';
import { type NameRow, nameColumns, nameOf } from './names.ts';

export const regionResource: Resource<Region, NameRow & { code: string }> = {
  noun: 'region',
  select: 'SELECT t.code, t.name_en, t.name_zh FROM region t',
  scope: { region: 't.code' },
  references: {},
  toView: (row) => ({ code: row.code, name: nameOf(row) }),
  toColumns: nameColumns,
};
