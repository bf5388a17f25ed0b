// The command behind `npm run evaluate`: which suites there are, its arguments, and where the figures go.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { ConfigError, loadConfig } from './config.ts';
import { azurePdm } from './predictor/evaluation/azure-pdm/suite.ts';
import { cmapss } from './predictor/evaluation/cmapss/suite.ts';
import { comparisonTable, readResult } from './predictor/evaluation/comparison.ts';
import { DatasetFault, suiteFolder } from './predictor/evaluation/dataset.ts';
import { nab } from './predictor/evaluation/nab/suite.ts';
import { nitrogen } from './predictor/evaluation/nitrogen/suite.ts';
import { createProgress } from './predictor/evaluation/progress.ts';
import { plotWriter, scoreWriter } from './predictor/evaluation/result-files.ts';
import { coupledFleet } from './predictor/evaluation/simulated/coupled.ts';
import { simulatedSuite } from './predictor/evaluation/simulated/suite.ts';
import type { Suite } from './predictor/evaluation/suite.ts';
import { simulateFleet } from './simulated-fleet.ts';

const EXIT = { scored: 0, refused: 2 } as const;
const DEFAULT_SEED = 1;

/** One line a suite. */
const SUITES: readonly Suite[] = [nab, azurePdm, cmapss, nitrogen, simulatedSuite(simulateFleet, coupledFleet)];

const help = (): string => `Scores the predictor on recorded or simulated equipment; prints one JSON object of figures.

  npm run evaluate -- --suite S [options]
  npm run evaluate -- --table FILE.json ...    (results as a table in Markdown, beside simple methods and published figures)

  --suite S         ${SUITES.map(({ name }) => name).join(', ')}
  --data DIR        the suite's folder, or the folder that holds it (default STETHOS_DATASETS)
  --out FILE.json   the figures also go here
  --scores DIR      what was predicted, as CSV, so that anyone can score it again
  --plots DIR       pictures of it, as SVG
  --seed N          a whole number; the same seed gives the same figures (default ${DEFAULT_SEED})

${SUITES.map(({ name, what }) => `  ${name.padEnd(16)}  ${what}`).join('\n')}
`;

/** The command cannot be carried out as it was given; the message says what to change. */
class Refusal extends Error {
  override readonly name = 'Refusal';
}

interface Options {
  suite: Suite;
  data: string;
  out: string | null;
  scores: string | null;
  plots: string | null;
  seed: number;
}

function optionsOf(args: readonly string[]): Options | 'help' | { results: string[] } {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      suite: text,
      data: text,
      out: text,
      scores: text,
      plots: text,
      seed: text,
      table: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return 'help';
  if (values.table) return { results: positionals };
  if (positionals.length > 0) throw new Refusal(`"${positionals[0]}" is not understood; --help lists the options`);
  const names = SUITES.map(({ name }) => name).join(', ');
  const suite = SUITES.find(({ name }) => name === values.suite);
  if (suite === undefined) {
    throw new Refusal(
      values.suite === undefined
        ? `--suite is missing: give one of ${names}`
        : `there is no suite "${values.suite}": give one of ${names}`,
    );
  }
  const { out = null, scores = null, plots = null, seed = String(DEFAULT_SEED) } = values;
  if (!/^\d{1,9}$/.test(seed)) throw new Refusal(`--seed is a whole number of at most nine digits, not "${seed}"`);
  return { suite, data: values.data ?? loadConfig().datasetsDir, out, scores, plots, seed: Number(seed) };
}

interface Streams {
  out: { write(text: string): unknown };
  /** Progress and refusals. */
  errors: { isTTY?: boolean; write(text: string): unknown };
}

async function evaluate({ suite, data, out, scores, plots, seed }: Options, streams: Streams): Promise<void> {
  const dir = suiteFolder(data, suite);
  const progress = createProgress({ stream: streams.errors, now: () => performance.now() });
  try {
    const figures = await suite.run({
      dir,
      seed,
      scores: scores === null ? null : scoreWriter(scores),
      plots: plots === null ? null : plotWriter(plots),
      progress,
    });
    const json = `${JSON.stringify({ suite: suite.name, seed, ...figures }, null, 2)}\n`;
    if (out !== null) {
      mkdirSync(dirname(out), { recursive: true });
      writeFileSync(out, json);
    }
    streams.out.write(json);
  } finally {
    progress.end();
  }
}

/** The message of a refusal; null for a defect of ours. */
function refusalOf(error: unknown): string | null {
  if (error instanceof Refusal || error instanceof DatasetFault || error instanceof ConfigError) return error.message;
  const { code, message } = error as NodeJS.ErrnoException;
  return code?.startsWith('ERR_PARSE_ARGS') || code?.startsWith('E') ? message : null;
}

/** Resolves with the exit code. */
export async function evaluateSuites(args: readonly string[], streams: Streams): Promise<number> {
  try {
    const options = optionsOf(args);
    if (options === 'help') streams.out.write(help());
    else if ('results' in options) streams.out.write(comparisonTable(options.results.map(readResult)));
    else await evaluate(options, streams);
    return EXIT.scored;
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === null) throw error;
    streams.errors.write(`evaluate: ${refusal}\n`);
    return EXIT.refused;
  }
}
