// `npm run replay`: a recorded CSV published as its devices' telemetry, with progress and an end report that is held
// against what the instance stored. The report is the last line of the output, as JSON.
import { accessSync, constants } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type ApiClient, signIn } from './api-client.ts';
import { fingerprintOf, type Journal, openJournal } from './replay/journal.ts';
import { parseReplayMap } from './replay/map.ts';
import { REPLAY_HELP, type ReplayOptions, replayOptionsOf } from './replay/options.ts';
import { outcomeOf } from './replay/outcome.ts';
import { play, type PlayReport } from './replay/play.ts';
import { startProgress } from './replay/progress.ts';
import { registerFor, waitingRates } from './replay/register.ts';
import { refusalLines, summaryOf, writeReport } from './replay/report.ts';
import { settled } from './replay/settle.ts';
import { type Recording, rowsOf, survey, type Survey } from './replay/survey.ts';
import { createTeller } from './replay/teller.ts';

/** 0: published and stored to the reading; 1: stored is not what was published; 2: it could not be done; 3: stopped. */
const EXIT = { agrees: 0, differs: 1, failed: 2, stopped: 3 } as const;

type Tokens = ReadonlyMap<string, string>;

interface Replay {
  options: ReplayOptions;
  recording: Recording;
  found: Survey;
  journal: Journal | null;
  signal: AbortSignal;
}

async function tokensFrom(file: string): Promise<Tokens> {
  return new Map(Object.entries(JSON.parse(await readFile(file, 'utf8')) as Record<string, string>));
}

/** Null where nothing can be written beside the recording and nobody named another place. */
async function journalOf({ file, state, resume }: ReplayOptions, { map }: Recording): Promise<Journal | null> {
  const path = state ?? `${file}.replay-state`;
  try {
    accessSync(dirname(resolve(path)), constants.W_OK);
  } catch {
    if (resume || state !== null) throw new Error(`${path} cannot be written; give --state a file that can`);
    console.error('no journal is kept (the folder of the recording is read-only); --state FILE makes it resumable');
    return null;
  }
  return openJournal({ file: path, recording: await fingerprintOf(file, map), resume });
}

async function publish(work: Replay, tokens: Tokens, api: ApiClient | null): Promise<PlayReport> {
  const { options, recording, found, journal, signal } = work;
  const name = `replay ${recording.file.split('/').at(-1)}`;
  const importId = journal?.importId ?? null;
  const progress = api ? await startProgress(api, { name, total: found.rows, id: importId }) : null;
  if (journal) journal.importId = progress?.id ?? null;
  const from = journal?.reached ?? null;
  const already = from?.tally.rows ?? 0;
  if (already > 0) console.error(`going on behind row ${already}`);
  const now = (): number => performance.now();
  const teller = createTeller({ total: found.rows, already, stream: process.stderr, now });
  try {
    const report = await play({
      rows: rowsOf(recording),
      brokerUrl: options.url,
      tokens,
      speed: options.speed,
      rate: options.rate,
      from,
      onProgress(rows) {
        teller.tell(rows);
        progress?.tell(rows);
      },
      onReached: (reached) => journal?.save(reached),
      signal,
    });
    if (report.complete) {
      await progress?.finish(report.rows, { ...report, devices: undefined });
      journal?.remove();
    }
    return report;
  } catch (error) {
    // With a journal it is not over: the import stays open for the run that goes on.
    if (!journal) await progress?.fail((error as Error).message).catch(() => {});
    throw error;
  } finally {
    teller.end();
  }
}

async function replay(what: Replay): Promise<number> {
  const { options, recording, found } = what;
  const { access } = options;
  const account = access !== null && 'account' in access ? access.account : null;
  const api = account && (await signIn(account.http, account.email, account.password));
  const tokens = api
    ? await registerFor(api, recording.map, found.devices)
    : await tokensFrom((access as { tokensFile: string }).tokensFile);
  const waiting = api && recording.map.registration?.rates ? await waitingRates(api) : 0;
  if (waiting > 0)
    console.error(`${waiting} rates wait for a second person: approve them under Costs, Rates and approvals`);
  const report = await publish(what, tokens, api);
  console.error(summaryOf(report));
  if (!api || !account || !report.complete) {
    finish(options, report);
    return report.complete ? EXIT.agrees : EXIT.stopped;
  }
  if (!(await settled(api, account.http)))
    console.error('the instance still works on it; what follows is what came of it by now');
  const outcome = await outcomeOf(api, report, Date.now());
  finish(options, { ...report, ...outcome });
  // Where it is not known how many are different, there is nothing to hold against.
  const { distinctReadings } = report;
  return distinctReadings === null || outcome.storedReadings === distinctReadings ? EXIT.agrees : EXIT.differs;
}

function finish({ report: file }: ReplayOptions, report: unknown): void {
  writeReport(file, report);
  console.log(JSON.stringify(report));
}

/** The first signal stops it in good order; a second one at once. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      console.error('\nstopping: what was sent is still waited for');
      stop.abort();
    });
  }
  return stop.signal;
}

async function main(): Promise<number> {
  const options = replayOptionsOf(process.argv.slice(2));
  if (options === 'help') {
    console.log(REPLAY_HELP);
    return EXIT.agrees;
  }
  const { file, limit } = options;
  const recording = { file, limit, map: parseReplayMap(await readFile(options.map, 'utf8'), options.map) };
  const found = await survey(recording);
  const { rows, readings, refused, from, to, devices } = found;
  const refusedRows = refused.reduce((sum, one) => sum + one.rows, 0);
  console.error(`${file}: ${rows} rows, ${refusedRows} refused, ${devices.size} devices`);
  for (const line of refusalLines(refused)) console.error(line);
  if (options.dryRun) {
    finish(options, { rows, readings, refusedRows, refused, from, to, devices: [...devices.keys()] });
    return EXIT.agrees;
  }
  const journal = await journalOf(options, recording);
  return replay({ options, recording, found, journal, signal: stopSignal() });
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`replay: ${(error as Error).message}`);
  process.exitCode = EXIT.failed;
}
