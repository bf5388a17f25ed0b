// `npm run replay`: a recorded CSV published as its devices' telemetry, with progress and an end report that is held
// against what the instance stored. The report is the last line of the output, as JSON.
import { readFile } from 'node:fs/promises';
import { type ApiClient, signIn } from './api-client.ts';
import { parseReplayMap } from './replay/map.ts';
import { REPLAY_HELP, type ReplayOptions, replayOptionsOf } from './replay/options.ts';
import { outcomeOf } from './replay/outcome.ts';
import { play, type PlayReport } from './replay/play.ts';
import { type ReplayProgress, startProgress } from './replay/progress.ts';
import { registerFor } from './replay/register.ts';
import { settled } from './replay/settle.ts';
import { type Recording, rowsOf, survey, type Survey } from './replay/survey.ts';

/** 0: published and stored to the reading; 1: stored is not what was published; 2: it could not be done. */
const EXIT = { agrees: 0, differs: 1, failed: 2 } as const;
const REFUSALS_TOLD = 5;

type Tokens = ReadonlyMap<string, string>;

async function tokensFrom(file: string): Promise<Tokens> {
  return new Map(Object.entries(JSON.parse(await readFile(file, 'utf8')) as Record<string, string>));
}

/** For a person at the terminal: one line that counts up, or in a log file one line per tenth. */
function createTeller(total: number, progress: ReplayProgress | null) {
  let told = 0;
  return (rows: number, readings: number): void => {
    const percent = Math.floor((100 * rows) / Math.max(1, total));
    if (percent === told) return;
    const isNextTenth = Math.floor(percent / 10) > Math.floor(told / 10);
    told = percent;
    if (process.stderr.isTTY) process.stderr.write(`\r${percent} %  ${rows} rows, ${readings} readings`);
    else if (isNextTenth) console.error(`${percent} %  ${rows} rows, ${readings} readings`);
    progress?.tell(rows);
  };
}

async function publish(
  { url, speed }: ReplayOptions,
  recording: Recording,
  { rows: total }: Survey,
  tokens: Tokens,
  api: ApiClient | null,
): Promise<PlayReport> {
  const progress = api ? await startProgress(api, `replay ${recording.file.split('/').at(-1)}`, total) : null;
  try {
    const onProgress = createTeller(total, progress);
    const report = await play({ rows: rowsOf(recording), brokerUrl: url, tokens, speed, onProgress });
    await progress?.finish(report.rows, { ...report, devices: undefined });
    return report;
  } catch (error) {
    await progress?.fail((error as Error).message).catch(() => {});
    throw error;
  } finally {
    if (process.stderr.isTTY) process.stderr.write('\n');
  }
}

async function replay(options: ReplayOptions, recording: Recording, found: Survey): Promise<number> {
  const { access } = options;
  if (access === null || 'tokensFile' in access) {
    const tokens = access === null ? new Map<string, string>() : await tokensFrom(access.tokensFile);
    console.log(JSON.stringify(await publish(options, recording, found, tokens, null)));
    return EXIT.agrees;
  }
  const { http, email, password } = access.account;
  const api = await signIn(http, email, password);
  const tokens = await registerFor(api, recording.map, found.devices);
  const report = await publish(options, recording, found, tokens, api);
  if (!(await settled(api, http)))
    console.error('the instance still works on it; what follows is what came of it by now');
  const outcome = await outcomeOf(api, report, Date.now());
  console.log(JSON.stringify({ ...report, ...outcome }));
  return outcome.storedReadings === report.distinctReadings ? EXIT.agrees : EXIT.differs;
}

async function main(): Promise<number> {
  const options = replayOptionsOf(process.argv.slice(2));
  if (options === 'help') {
    console.log(REPLAY_HELP);
    return EXIT.agrees;
  }
  const { file, limit } = options;
  const recording = { file, limit, map: parseReplayMap(await readFile(options.map, 'utf8'), options.map) };
  let told = 0;
  const found = await survey(recording, (line, reason) => {
    if (told++ < REFUSALS_TOLD) console.error(`line ${line}: ${reason}`);
  });
  const { rows, refused, devices } = found;
  console.error(`${file}: ${rows} rows, ${refused} refused, ${devices.size} devices`);
  if (!options.dryRun) return replay(options, recording, found);
  console.log(JSON.stringify({ rows, refusedRows: refused, devices: [...devices.keys()] }));
  return EXIT.agrees;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`replay: ${(error as Error).message}`);
  process.exitCode = EXIT.failed;
}
