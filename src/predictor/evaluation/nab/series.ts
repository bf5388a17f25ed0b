// Reads a folder of the benchmark's layout: data/<group>/<file>.csv, labels/combined_windows.json, config/profiles.json.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatasetFault, linesOf, textOf } from '../dataset.ts';
import type { Profile, Window } from './scoring.ts';

export interface Recorded {
  /** Path under data/, with `/`. */
  path: string;
  /** As written in the file. */
  timestamps: string[];
  timesMs: Float64Array;
  values: Float64Array;
  windows: Window[];
}

/** `2014-04-10 07:15:00.000000` without a zone is taken as UTC: only differences count. */
export const timeOf = (text: string): number => Date.parse(`${text.trim().replace(' ', 'T').slice(0, 23)}Z`);

export function readSeries(folder: string): Recorded[] {
  const data = join(folder, 'data');
  if (!existsSync(data)) throw new DatasetFault(`${data} is missing`);
  const labels = readJson(join(folder, 'labels', 'combined_windows.json'));
  const files = (readdirSync(data, { recursive: true }) as string[]).filter((name) => name.endsWith('.csv')).sort();
  if (files.length === 0) throw new DatasetFault(`${data} has no .csv file`);
  return files.map((file) => {
    const path = file.replaceAll('\\', '/');
    const recorded = parseSeries(path, textOf(join(data, file)));
    const spans = (labels[path] ?? []) as [string, string][];
    const windows = spans.map(([from, to]) => windowOf(recorded.timesMs, timeOf(from), timeOf(to)));
    return { ...recorded, windows: windows.filter(({ first, last }) => first >= 0 && last >= first) };
  });
}

export function parseSeries(path: string, text: string): Omit<Recorded, 'windows'> {
  const [header, ...rows] = linesOf(text);
  if (!header?.text.startsWith('timestamp,value')) throw new DatasetFault(`${path}:1: not "timestamp,value"`);
  if (rows.length === 0) throw new DatasetFault(`${path} has a header and no rows`);
  const timestamps: string[] = [];
  const timesMs = new Float64Array(rows.length);
  const values = new Float64Array(rows.length);
  for (const [index, { number, text: row }] of rows.entries()) {
    const [timestamp = '', value = ''] = row.split(',');
    timestamps.push(timestamp);
    timesMs[index] = timeOf(timestamp);
    values[index] = value.trim() === '' ? Number.NaN : Number(value);
    if (!Number.isFinite(timesMs[index]) || !Number.isFinite(values[index])) {
      throw new DatasetFault(`${path}:${number}: not a timestamp and a number: ${row.slice(0, 60)}`);
    }
  }
  return { path, timestamps, timesMs, values };
}

function windowOf(timesMs: Float64Array, fromMs: number, toMs: number): Window {
  return { first: timesMs.findIndex((at) => at >= fromMs), last: timesMs.findLastIndex((at) => at <= toMs) };
}

export interface Profiles {
  standard: Profile;
  lowFalsePositives: Profile;
  lowFalseNegatives: Profile;
}

export function readProfiles(folder: string): Profiles {
  const path = join(folder, 'config', 'profiles.json');
  const json = readJson(path);
  const profileOf = (name: string): Profile => {
    const costs = (json[name] as { CostMatrix?: Record<string, number> } | undefined)?.CostMatrix;
    const { tpWeight, fpWeight, fnWeight } = costs ?? {};
    if (tpWeight === undefined || fpWeight === undefined || fnWeight === undefined) {
      throw new DatasetFault(`${path}: no weights for the profile ${name}`);
    }
    return { truePositive: tpWeight, falsePositive: fpWeight, falseNegative: fnWeight };
  };
  return {
    standard: profileOf('standard'),
    lowFalsePositives: profileOf('reward_low_FP_rate'),
    lowFalseNegatives: profileOf('reward_low_FN_rate'),
  };
}

function readJson(path: string): Record<string, unknown> {
  const text = textOf(path);
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    throw new DatasetFault(`${path} is not JSON: ${(error as Error).message}`);
  }
}
