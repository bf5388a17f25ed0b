// Service stations: where engineers set out from.
import type { Station } from '../contracts/http/registry.ts';
import type { Resource } from './master-data.ts';
import { type NameRow, nameColumns, nameOf } from './names.ts';
import { keepingPlacements } from './placements.ts';

interface Row extends NameRow {
  code: string;
  region_code: string;
  lat: number | null;
  lon: number | null;
}

export const stationResource: Resource<Station, Row> = {
  noun: 'station',
  select: 'SELECT t.code, t.name_en, t.name_zh, t.region_code, t.lat, t.lon FROM station t',
  scope: { region: 't.region_code' },
  references: { region_code: 'region' },
  toView: (row) => ({ code: row.code, name: nameOf(row), region: row.region_code, lat: row.lat, lon: row.lon }),
  toColumns: (station) => ({
    ...nameColumns(station),
    region_code: station.region,
    lat: station.lat,
    lon: station.lon,
  }),
  beforeEdit: keepingPlacements('station', (before, after) => before.region !== after.region),
};
