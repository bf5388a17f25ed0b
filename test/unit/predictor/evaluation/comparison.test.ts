// The table of results: figures as they were measured, peers of the same run beside them, nothing invented where one is missing.
import { expect, test } from 'vitest';
import { comparisonTable } from '../../../../src/predictor/evaluation/comparison.ts';

test('a line a figure that is there, with its peers, also where they lie within another figure', () => {
  const table = comparisonTable([
    { suite: 'nitrogen', 'macroF1_0.5h': 0.9123, 'zScore_macroF1_0.5h': 0.4937, macroF1_2h: null },
    { suite: 'cmapss', FD001_test_nasaScore: 171.6, FD001_peer_linearRegression: { nasaScore: 1444.07 } },
  ]);
  expect(table.trim().split('\n').slice(2)).toEqual([
    '| nitrogen | macro F1, fault within 0.5 h | **0.912** | z-score 0.494 | a trial .84 |',
    '| cmapss | FD001 test NASA score | **172** | linear regression 1444 | a trial 181 |',
  ]);
});
