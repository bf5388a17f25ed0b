// Starts that somebody has to mend: each ends with code 2 and a message that says what to change, and leaves nothing behind.
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prepareServiceDatabase, type ServiceDatabase, spawnService } from '../../support/app.ts';

let database: ServiceDatabase;
let taken: Server;
let port: string;

beforeAll(async () => {
  database = await prepareServiceDatabase();
  taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  port = String((taken.address() as { port: number }).port);
});
afterAll(async () => {
  taken.close();
  await database.remove();
});

/** Waits for the end of a start that must not succeed. */
async function refusal(env: Record<string, string | undefined>, args: readonly string[] = []): Promise<string> {
  const service = spawnService({ ...database.env, ...env }, { args });
  expect(await service.ended).toEqual({ code: 2, signal: null });
  expect(service.stdout()).not.toContain('Dashboard and API');
  return service.stderr();
}

describe('a start is refused, with what to change,', { timeout: 60_000 }, () => {
  test('when the HTTP port is in use', async () => {
    expect(await refusal({ STETHOS_HTTP_PORT: port })).toBe(
      `HTTP port 127.0.0.1:${port} is in use; set STETHOS_HTTP_PORT or STETHOS_HTTP_HOST to another\n`,
    );
    // The database was open by then: it was closed, so that the next start finds it free.
    if (database.env.STETHOS_DATA) expect(existsSync(`${database.env.STETHOS_DATA}/stethos.lock`)).toBe(false);
  });

  test('when the MQTT port is in use', async () => {
    expect(await refusal({ STETHOS_MQTT_PORT: port })).toBe(
      `Port ${port} is in use by another program: stop that program or set STETHOS_MQTT_PORT to another port\n`,
    );
  });

  test('when settings are wrong or unknown: all of them are named at once, secrets are not shown', async () => {
    const told = await refusal(
      {
        STETHOS_HTTP_PORT: '70000',
        STETHOS_ADMIN_PASSWORD: 'short',
        STETHOS_HTTP_PROT: '3000',
        STETHOS_BROKER_URL: 'mqtt://elsewhere',
        STETHOS_LOG_LEVEL: 'loud',
      },
      ['--roles', 'broker,accounting'],
    );
    for (const name of ['HTTP_PORT', 'ADMIN_PASSWORD', 'HTTP_PROT', 'BROKER_URL', 'LOG_LEVEL']) {
      expect(told).toMatch(new RegExp(`^- STETHOS_${name}`, 'm'));
    }
    expect(told).toMatch(/^- --roles: "accounting" is not a role/m);
    expect(told).not.toContain('short');
  });

  test('when an argument is not known', async () => {
    expect(await refusal({}, ['--role', 'api'])).toMatch(/--role'/);
  });

  test('when the data folder cannot be written', async () => {
    const told = await refusal({ DATABASE_URL: undefined, STETHOS_DATA: '/dev/null/data' });
    expect(told).toMatch(/^The data folder \/dev\/null\/data cannot be written .* set STETHOS_DATA/);
  });

  test('when the database stays away', async () => {
    const away = 'postgres://user:pa55word@127.0.0.1:9/stethos';
    const told = await refusal({ DATABASE_URL: away, STETHOS_DATABASE_START_LIMIT_S: '1' });
    expect(told).toMatch(/^The database at 127\.0\.0\.1:9\/stethos did not answer for 1 s .*DATABASE_URL/);
    expect(told).not.toContain('pa55word');
  });
});

describe('a service', { timeout: 60_000 }, () => {
  test.skipIf(process.env.TEST_DATABASE_URL !== undefined)('has its data folder for itself', async () => {
    const first = spawnService(database.env);
    await first.started;
    expect(await refusal({})).toMatch(/^Another instance uses this data folder \(process \d+ on /);
    expect(await first.stop()).toEqual({ code: 0, signal: null });
  });

  test('that still waits for its database stops when it is told to', async () => {
    const service = spawnService({ DATABASE_URL: 'postgres://u@127.0.0.1:9/x', STETHOS_LOG_LEVEL: 'warn' });
    await expect.poll(() => service.stdout(), { timeout: 20_000 }).toContain('waiting for the database');
    expect(await service.stop()).toEqual({ code: 0, signal: null });
  });

  test('explains itself', async () => {
    const service = spawnService({ STETHOS_HTTP_PORT: 'any' }, { args: ['--help'] });
    expect(await service.ended).toEqual({ code: 0, signal: null });
    expect(service.stdout()).toMatch(/STETHOS_DATABASE_START_LIMIT_S .*\[s, default 60\]/);
  });
});
