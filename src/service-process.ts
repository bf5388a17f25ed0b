// Runs the service in this process until it is told to stop. Exit codes: 0 stopped as told, 1 a defect, 2 the start was
// refused and the message says what to change.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Logger, pino, stdSerializers } from 'pino';
import { type App, startApp } from './app.ts';
import { type Config, ConfigError, loadConfig, parseRoles, type Role } from './config.ts';
import { helpText } from './config-help.ts';
import { refusalOf } from './start-refusal.ts';

const EXIT = { stopped: 0, defect: 1, refused: 2 } as const;

/** A room that cannot close, with the database away for example, must not hold the process up for ever. */
const STOP_LIMIT_MS = 20_000;

/** The folder of package.json, from the source tree and from the build alike. */
function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

interface Start {
  config: Config;
  roles: readonly Role[];
}

function parseStart(args: readonly string[]): Start | 'help' {
  const problems: string[] = [];
  const config = gathering(problems, loadConfig);
  const options = { roles: { type: 'string' }, help: { type: 'boolean' } } as const;
  const values = gathering(problems, () => parseArgs({ args: [...args], options }).values);
  if (values?.help) return 'help';
  const roles = gathering(problems, () => parseRoles(values?.roles));
  if (problems.length > 0 || !config || !roles) throw new ConfigError(problems);
  return { config, roles };
}

/** What `read` gives, or its problems added to those of the rest: all are named at once. */
function gathering<T>(problems: string[], read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof ConfigError) problems.push(...error.problems);
    else problems.push(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

/** Resolves with the exit code when the service has ended. */
export async function run(args: readonly string[]): Promise<number> {
  let started: Started | 'help';
  try {
    const wanted = parseStart(args);
    started = wanted === 'help' ? wanted : await start(wanted);
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === null) throw error;
    console.error(refusal);
    return EXIT.refused;
  }
  if (started === 'help') console.log(helpText());
  else await serve(started);
  return EXIT.stopped;
}

interface Started {
  app: App;
  log: Logger;
  signals: Signals;
}

async function start({ config, roles }: Start): Promise<Started> {
  const root = packageRoot();
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const log = pino({
    level: config.logLevel,
    redact: ['token', 'password', '*.token', '*.password'],
    // Without it an error's message and stack, which JSON does not see, are an empty object in the log.
    serializers: { error: stdSerializers.err },
  });
  const signals = listenToSignals();
  const app = await startApp({
    config,
    roles,
    log,
    version,
    clock: { now: () => Date.now() },
    random: (count) => randomBytes(count),
    dashboardDir: join(root, 'dist/dashboard'),
  });
  return { app, log, signals };
}

async function serve({ app, log, signals }: Started): Promise<void> {
  const stop = signals.stop();
  sayStarted(app);
  await stop;
  const limit = setTimeout(() => {
    log.fatal({ limitMs: STOP_LIMIT_MS }, 'the rooms did not close in time; the process ends as it is');
    process.exit(EXIT.defect);
  }, STOP_LIMIT_MS);
  await app.close();
  clearTimeout(limit);
}

/** For a person at a terminal; a parent process reads the same from the `started` message. */
function sayStarted({ httpAddress, mqttPorts, newAdministrator }: App): void {
  if (httpAddress) console.log(`Dashboard and API: ${httpAddress}  (API description: ${httpAddress}/docs)`);
  for (const [door, port] of Object.entries(mqttPorts)) console.log(`MQTT (${door}): port ${port}`);
  if (newAdministrator) {
    console.log(
      `First administrator: ${newAdministrator.email}, password ${newAdministrator.password} (shown this once)`,
    );
  }
  process.send?.({ type: 'started', httpAddress, mqttPorts });
}

interface Signals {
  /** Resolves at the first SIGINT, SIGTERM or loss of the parent. */
  stop(): Promise<void>;
}

/** Until somebody waits for the stop there is nothing to close in order, and afterwards a second signal is impatience. */
function listenToSignals(): Signals {
  let onStop = (): void => process.exit(EXIT.stopped);
  const onSignal = (): void => onStop();
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  process.once('disconnect', onSignal);
  // Listening to the parent must not keep a service alive that has stopped.
  process.channel?.unref();
  return {
    stop: () =>
      new Promise((resolve) => {
        onStop = () => {
          onStop = () => process.exit(EXIT.defect);
          resolve();
        };
      }),
  };
}
