// One configuration for everything: the predictor's methods know no data set. Nothing in its core names a suite, a file or a
// column of recorded data, so nothing there can be fitted to one of them by name.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const PREDICTOR = resolve(import.meta.dirname, '../../src/predictor');
const SUITES = /\b(nab|numenta|c-?mapss|turbofan|azure|pdm|nitrogen|simulated fleet)\b/i;
/** Files, columns and groups of the recorded data. */
const DATA = /\b(FD00\d|RUL_FD|combined_windows|PW_|errorID|machineID|art_daily|realKnownCause|CMS air|Ossigeno)/i;

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesIn(join(folder, entry.name)) : [join(folder, entry.name)],
  );

const namesData = (text: string): boolean => SUITES.test(text) || DATA.test(text);

test('no file of the core names a suite, a file or a column of recorded data', () => {
  const offenders = filesIn(join(PREDICTOR, 'core')).filter((file) =>
    namesData(`${file}\n${readFileSync(file, 'utf8')}`),
  );
  expect(offenders.map((file) => relative(PREDICTOR, file))).toEqual([]);
});

test('the look finds them where they are', () => {
  expect(namesData("if (name === 'nitrogen') rounds = 300;")).toBe(true);
  expect(namesData("columns.indexOf('machineID')")).toBe(true);
  expect(namesData(readFileSync(join(PREDICTOR, 'evaluation/nitrogen/sensor-log.ts'), 'utf8'))).toBe(true);
  expect(namesData('a sensor of the machine')).toBe(false);
});
