// The table of the documentation: the figures of finished evaluations beside the simple peers of the same run and what is
// known from elsewhere. The figures come from result files only; what is known from elsewhere is written down here.
import { readFileSync } from 'node:fs';
import { DatasetFault } from './dataset.ts';
import { modesTable } from './simulated/modes-table.ts';

export type Result = Readonly<Record<string, unknown>> & { suite: string };

interface Line {
  what: string;
  /** Name of the figure in the suite's result. */
  figure: string;
  peers?: Readonly<Record<string, string>>;
  /** From the literature, or from a trial on the same protocol. */
  known?: string;
}

const NAB_KNOWN = {
  standard: 'ARTime 74.9, HTM 70.1, random cut forest 51.7 (whole corpus)',
  low_fp: 'ARTime 65.2, HTM 63.1, random cut forest 38.4',
  low_fn: 'ARTime 80.4, HTM 74.3, random cut forest 59.7',
} as const;

const nabLine = (what: string, figure: string, known?: string): Line => ({
  what,
  figure,
  peers: {
    'z-score': `z_score_${figure}`,
    EWMA: `ewma_${figure}`,
    'isolation forest': `isolation_forest_${figure}`,
  },
  ...(known === undefined ? {} : { known }),
});

const machineLine = (what: string, figure: string, known?: string): Line => ({
  what,
  figure,
  peers: { 'logistic regression': `logisticRegression_${figure}`, 'age rule': `ageRule_${figure}` },
  ...(known === undefined ? {} : { known }),
});

const soonLine = (hours: number, known: string): Line => ({
  what: `macro F1, fault within ${hours} h`,
  figure: `macroF1_${hours}h`,
  peers: {
    'logistic regression': `logisticRegression_macroF1_${hours}h`,
    'isolation forest': `isolationForest_macroF1_${hours}h`,
    'z-score': `zScore_macroF1_${hours}h`,
  },
  known,
});

const fleetLine = (what: string, figure: string): Line => ({
  what,
  figure,
  peers: { 'z-score': `zScore_${figure}`, EWMA: `ewma_${figure}` },
});

const lifePeers = (figure: string): Readonly<Record<string, string>> => ({
  'linear regression': `FD001_peer_linearRegression/${figure}`,
  'typical life less age': `FD001_peer_typicalLifeMinusAge/${figure}`,
});

const LINES: Readonly<Record<string, readonly Line[]>> = {
  nab: [
    nabLine('score, standard profile', 'standard', NAB_KNOWN.standard),
    nabLine('score, few false positives', 'low_fp', NAB_KNOWN.low_fp),
    nabLine('score, few false negatives', 'low_fn', NAB_KNOWN.low_fn),
    nabLine('score, threshold from the other half', 'other_half_standard'),
    nabLine('few false negatives, threshold from the other half', 'other_half_low_fn'),
    nabLine('score, threshold from the other groups', 'other_groups_standard'),
    nabLine('few false negatives, threshold from the other groups', 'other_groups_low_fn'),
  ],
  cmapss: [
    {
      what: 'FD001 test RMSE, cycles, capped at 125',
      figure: 'FD001_test_rmseCycles',
      peers: lifePeers('rmseCycles'),
      known: 'published best 10.4 to 11.3',
    },
    {
      what: 'FD001 test NASA score',
      figure: 'FD001_test_nasaScore',
      peers: lifePeers('nasaScore'),
      known: 'a trial 181',
    },
    { what: 'FD001 test coverage of the 80 % interval', figure: 'FD001_test_coverage80' },
    { what: 'FD001 test mean width, cycles', figure: 'FD001_test_meanWidthCycles' },
    { what: 'FD002 cross-validated RMSE, every cycle', figure: 'FD002_cv_rmseCycles', known: 'a trial 10.68' },
    { what: 'FD003 cross-validated RMSE, every cycle', figure: 'FD003_cv_rmseCycles', known: 'a trial 9.82' },
    { what: 'FD002 cross-validated RMSE, one random cycle a unit', figure: 'FD002_cvOneCut_rmseCycles' },
    { what: 'FD003 cross-validated RMSE, one random cycle a unit', figure: 'FD003_cvOneCut_rmseCycles' },
  ],
  'azure-pdm': [
    machineLine('any failure within 24 h: F1', 'any_f1', 'a trial .937'),
    machineLine('area under the curve', 'any_auc'),
    machineLine('failures caught, share', 'failuresCaughtShare', 'a trial .994'),
    machineLine('false episodes a machine-year', 'falseEpisodesPerMachineYear', 'a trial 0.96'),
    machineLine('Brier skill', 'any_brierSkill'),
    { what: 'Brier skill, labels shuffled (control: none)', figure: 'shuffled_any_brierSkill' },
  ],
  nitrogen: [
    soonLine(0.5, 'a trial .84'),
    soonLine(1, 'a trial .88'),
    soonLine(1.5, 'a trial .91'),
    soonLine(2, 'a trial .93'),
  ],
  simulated: [
    fleetLine('recall of failures with signs', 'recallWithSigns'),
    fleetLine('recall of all failures', 'recallAll'),
    fleetLine('false alarms a device-year', 'falseAlarmsPerDeviceYear'),
    { what: 'of these from gauges taken together', figure: 'falseAlarmsTogetherPerDeviceYear' },
    fleetLine('lead time, median, days', 'leadMedian_days'),
    fleetLine('lost couplings found, at once', 'coupledRecall_0d'),
    fleetLine('lost couplings found, over 20 days', 'coupledRecall_20d'),
    fleetLine('lost couplings found, over 40 days', 'coupledRecall_40d'),
    fleetLine('lost couplings found, over 60 days', 'coupledRecall_60d'),
    fleetLine('false alarms a device-year on these units', 'coupledFalseAlarmsPerDeviceYear'),
  ],
};

export function readResult(file: string): Result {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new DatasetFault(`${file}: ${(error as Error).message}`, { cause: error });
  }
  const suite = (parsed as { suite?: unknown } | null)?.suite;
  if (typeof suite !== 'string' || LINES[suite] === undefined) {
    throw new DatasetFault(`${file} is no result of npm run evaluate -- --out`);
  }
  return parsed as Result;
}

/** A figure by its name, or the figure b within a for `a/b`. */
const figureOf = (result: Result, name: string): unknown =>
  name.split('/').reduce<unknown>((within, part) => (within as Record<string, unknown> | undefined)?.[part], result);

function figureText(value: unknown): string | null {
  if (typeof value !== 'number') return null;
  return Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(3);
}

/** Markdown; figures that a result does not have are left out with their line. */
export function comparisonTable(results: readonly Result[]): string {
  const rows = results.flatMap((result) =>
    (LINES[result.suite] ?? []).flatMap(({ what, figure, peers = {}, known = '' }) => {
      const ours = figureText(figureOf(result, figure));
      if (ours === null) return [];
      const theirs = Object.entries(peers).flatMap(([peer, name]) => {
        const text = figureText(figureOf(result, name));
        return text === null ? [] : [`${peer} ${text}`];
      });
      return [`| ${result.suite} | ${what} | **${ours}** | ${theirs.join(', ')} | ${known} |`];
    }),
  );
  const head = ['| suite | figure | Stethos | simple methods, same run | known |', '|---|---|---|---|---|'];
  const modes = results.map(modesTable).filter((table) => table !== '');
  return [`${[...head, ...rows].join('\n')}\n`, ...modes].join('\n');
}
