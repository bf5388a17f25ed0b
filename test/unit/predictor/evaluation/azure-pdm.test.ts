import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scoreEpisodes } from '../../../../src/predictor/evaluation/azure-pdm/episodes.ts';
import { readRecording } from '../../../../src/predictor/evaluation/azure-pdm/recording.ts';
import { azurePdm } from '../../../../src/predictor/evaluation/azure-pdm/suite.ts';
import { scoreWriter } from '../../../../src/predictor/evaluation/result-files.ts';
import type { Figures } from '../../../../src/predictor/evaluation/suite.ts';
import { wearingFleet } from '../../../support/horizon-fleet.ts';

const HOUR = 3_600_000;
const BEGIN = Date.UTC(2020, 0, 1);
const stamp = (atMs: number): string => new Date(BEGIN + atMs).toISOString().slice(0, 19).replace('T', ' ');

const dir = mkdtempSync(join(tmpdir(), 'stethos-pdm-'));
afterAll(() => rmSync(dir, { recursive: true }));

/** The layout of the recording, told of our own fleet; times on whole hours. */
function writeFleet(): void {
  const { histories, toMs } = wearingFleet({ units: 16, seed: 3 });
  const lines = { 'errors.csv': ['datetime,machineID,errorID'], 'failures.csv': ['datetime,machineID,failure'] };
  const [maint, telemetry] = [['datetime,machineID,comp'], ['datetime,machineID,heat']];
  for (const { unit, happenings, readings } of histories) {
    for (const one of happenings) {
      const at = stamp(Math.round(one.atMs / HOUR) * HOUR);
      if (one.kind === 'event') lines['errors.csv'].push(`${at},${unit},${one.code}`);
      else if (one.kind === 'failed') lines['failures.csv'].push(`${at},${unit},${one.component}`);
      else maint.push(`${at},${unit},${one.component}`);
    }
    readings[0]?.timesMs.forEach((at, index) => {
      if (index % 2 === 0) telemetry.push(`${stamp(at)},${unit},${readings[0]?.values[index]}`);
    });
  }
  const machines = ['machineID,model,age', ...histories.map(({ unit }, index) => `${unit},m${index % 2},${index}`)];
  for (const [name, rows] of Object.entries({ ...lines, 'maint.csv': maint, 'machines.csv': machines })) {
    writeFileSync(join(dir, name), `${rows.join('\n')}\n`);
  }
  writeFileSync(join(dir, 'telemetry.csv'), `${telemetry.join('\n')}\n`);
  const testFrom = new Date(BEGIN + Math.round(toMs / HOUR / 3) * 2 * HOUR).toISOString();
  writeFileSync(join(dir, 'split.json'), JSON.stringify({ testFrom, horizonHours: 24, rowEveryHours: 3 }));
}

describe('the suite azure-pdm', () => {
  let figures: Figures;
  beforeAll(async () => {
    writeFleet();
    const progress = { begin: () => undefined, tell: () => undefined };
    figures = await azurePdm.run({ dir, seed: 1, scores: scoreWriter(dir), plots: null, progress });
  }, 120_000);

  test('scores a folder of any codes, components and channels, beside its peers and its control', () => {
    expect(figures['nMachines']).toBe(16);
    expect(figures['bearing_auc']).toBeGreaterThan(0.85);
    expect(figures['any_f1']).toBeGreaterThan(0.5);
    expect(figures['failuresCaughtShare']).toBeGreaterThan(0.7);
    expect(figures['shuffled_any_brierSkill']).toBeLessThan(0.05);
    expect(figures['any_brierSkill']).toBeGreaterThan(figures['ageRule_any_brierSkill'] as number);
    expect(figures['nScoredRowsWithTelemetry']).toBe(figures['nScoredRows']);
    expect(figures).toHaveProperty('withoutTelemetry_any_f1');
    expect(figures).toHaveProperty('logisticRegression_any_f1');
  });

  test('writes one probability per machine, row and component', () => {
    const [header, ...rows] = readFileSync(join(dir, 'predictions.csv'), 'utf8').trim().split('\n');
    expect(header).toBe('machineID,datetime,component,probability');
    // Eight rows a machine more: their outcome is not known yet.
    expect(rows).toHaveLength((figures['nScoredRows'] as number) + 16 * 8);
    for (const row of rows) expect(row).toMatch(/^u\d+,2020-\d\d-\d\d \d\d:00:00,bearing,[\d.e-]+$/);
  });

  test('names file and line of what is wrong', () => {
    const path = join(dir, 'errors.csv');
    const whole = readFileSync(path, 'utf8');
    writeFileSync(path, `${whole}2020-02-01 00:00:00,nobody,noise\n`);
    expect(() => readRecording(dir)).toThrow(/errors\.csv:\d+: machine nobody is not in machines\.csv/);
    writeFileSync(path, whole);
    writeFileSync(join(dir, 'split.json'), '{"testFrom": "soon"}');
    expect(() => readRecording(dir)).toThrow('split.json needs testFrom');
  });
});

describe('episodes', () => {
  const at = (hour: number, isOver = true) => ({ unit: 0, atMs: hour * HOUR, isOver });
  const within = { horizonHours: 24, watchedHours: 8_766 };

  test('check: rows close together are one episode; false without a failure after it; a failure without one is missed', () => {
    const rows = [at(0), at(3), at(6, false), at(20), at(100), at(300), at(303)];
    const failures = new Map([[0, [30 * HOUR, 200 * HOUR, 310 * HOUR]]]);
    expect(scoreEpisodes(rows, failures, within)).toEqual({
      episodes: 3,
      falseEpisodes: 1,
      falseEpisodesPerMachineYear: 1,
      failures: 3,
      caught: 2,
      medianLeadHours: 10,
    });
  });

  test('a row at the failure itself, or more than the horizon before it, has not caught it', () => {
    expect(scoreEpisodes([at(50)], new Map([[0, [50 * HOUR]]]), within).caught).toBe(0);
    expect(scoreEpisodes([at(25)], new Map([[0, [50 * HOUR]]]), within).caught).toBe(0);
    expect(scoreEpisodes([at(26)], new Map([[0, [50 * HOUR]]]), within).caught).toBe(1);
  });
});
