// Runs the service in this process until it is told to stop. Exit codes: 0 stopped as told, 1 a defect, 2 the start was
// refused and the message says what to change.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { type App, startApp } from './app.ts';
import { type Config, ConfigError, loadConfig, parseRoles, type Role } from './config.ts';
import { helpText } from './config-help.ts';
import { refusalOf } from './start-refusal.ts';

const EXIT = { stopped: 0, defect: 1, refused: 2 } as const;

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
  let values: { roles?: string; help?: boolean };
  try {
    values = parseArgs({ args: [...args], options: { roles: { type: 'string' }, help: { type: 'boolean' } } }).values;
  } catch (error) {
    throw new ConfigError([error instanceof Error ? error.message : String(error)]);
  }
  return values.help ? 'help' : { roles: parseRoles(values.roles), config: loadConfig() };
}

/** Resolves with the exit code when the service has ended. */
export async function run(args: readonly string[]): Promise<number> {
  try {
    const start = parseStart(args);
    if (start === 'help') console.log(helpText());
    else await serve(start);
    return EXIT.stopped;
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === null) throw error;
    console.error(refusal);
    return EXIT.refused;
  }
}

async function serve({ config, roles }: Start): Promise<void> {
  const root = packageRoot();
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const log = pino({ level: config.logLevel, redact: ['token', 'password', '*.token', '*.password'] });
  const stop = stopSignal();
  const app = await startApp({
    config,
    roles,
    log,
    version,
    clock: { now: () => Date.now() },
    random: (count) => randomBytes(count),
    dashboardDir: join(root, 'dist/dashboard'),
  });
  sayStarted(app);
  await stop;
  await app.close();
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

/** Resolves at the first SIGINT, SIGTERM or loss of the parent; the second signal ends the process at once. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let isStopping = false;
    const stop = (): void => {
      isStopping = true;
      resolve();
    };
    const onSignal = (): void => {
      if (isStopping) process.exit(EXIT.defect);
      stop();
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
    process.once('disconnect', stop);
    // Listening to the parent must not keep a service alive that has stopped.
    process.channel?.unref();
  });
}
