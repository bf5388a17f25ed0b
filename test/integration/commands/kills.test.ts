// kill -9 between every two steps of a command: the service starts again, and the command comes to its right end. The
// device does what it is asked once, by the request id, however often it is told.
import { expect, test } from 'vitest';
import { type ApiClient, signIn } from '../../../src/simulators/api-client.ts';
import type { Command } from '../../../src/contracts/http/commands.ts';
import { ADMINISTRATOR, prepareServiceDatabase, type ServiceProcess, spawnService } from '../../support/app.ts';
import { foundOrganisation, registerPump } from '../../support/organisation.ts';
import { type Answerer, answering } from './device.ts';

const DEVICE = 'P-1';
const ROLES = ['--roles', 'api,broker,ingest'];
const PATIENCE = { timeout: 20_000, interval: 20 };

interface Running {
  service: ServiceProcess;
  api: ApiClient;
  url: string;
}

test('a command survives a kill after each of its steps, and is done once', { timeout: 240_000 }, async () => {
  const database = await prepareServiceDatabase();
  let running: Running | undefined;
  let device: Answerer | undefined;
  /** What the device did, by request: it remembers across its own sessions. */
  const done = new Map<string, number>();
  const told: string[] = [];
  let token = '';

  async function start(): Promise<Running> {
    const service = spawnService(database.env, { args: ROLES });
    const { httpAddress, mqttPorts } = await service.started;
    const api = await signIn(httpAddress ?? '', ADMINISTRATOR.email, ADMINISTRATOR.password);
    running = { service, api, url: `mqtt://127.0.0.1:${mqttPorts.tcp}` };
    return running;
  }
  async function killAndRestart(): Promise<Running> {
    await running?.service.killGroup();
    await device?.leave(true);
    return start();
  }
  async function connect(url: string, options: { acknowledge?: boolean; isAnswering?: boolean } = {}): Promise<void> {
    const { acknowledge = true, isAnswering = true } = options;
    device = await answering({
      url,
      id: DEVICE,
      token,
      acknowledge,
      reply(_body, request) {
        told.push(request);
        if (!isAnswering) return null;
        if (!done.has(request)) done.set(request, 1);
        return { status: 'done', result: { count: done.get(request) } };
      },
    });
  }
  const command = async ({ api }: Running, request: string): Promise<Command> =>
    api.get<Command>(`/devices/${DEVICE}/commands/${request}`);
  const ask = async ({ api }: Running, body: Record<string, unknown> = {}): Promise<string> =>
    (await api.post<Command>(`/devices/${DEVICE}/commands`, { name: 'self-test', reason: 'a drill', ...body })).request;
  const until = (where: Running, request: string, state: Command['state']) =>
    expect.poll(async () => (await command(where, request)).state, PATIENCE).toBe(state);

  try {
    let now = await start();
    await foundOrganisation(now.api);
    token = await registerPump(now.api, DEVICE);

    // Answered for and not sent.
    const queued = await ask(now);
    now = await killAndRestart();
    expect((await command(now, queued)).state).toBe('queued');

    // Sent and not acknowledged.
    await connect(now.url, { acknowledge: false, isAnswering: false });
    await until(now, queued, 'sent');
    now = await killAndRestart();
    expect((await command(now, queued)).state).toBe('sent');

    // Delivered and not answered.
    await connect(now.url, { isAnswering: false });
    await until(now, queued, 'delivered');
    now = await killAndRestart();
    expect((await command(now, queued)).state).toBe('delivered');

    // Answered: the reply comes in a later session, twice, and is there after the next kill.
    await connect(now.url);
    done.set(queued, 1);
    await device?.send(queued, { status: 'done', result: { count: 1 } });
    await device?.send(queued, { status: 'failed' });
    now = await killAndRestart();
    expect(await command(now, queued)).toMatchObject({
      state: 'succeeded',
      attempts: 2,
      reply: { status: 'done', result: { count: 1 } },
    });

    // A deadline that passes while nobody is there to see it.
    const late = await ask(now, { expiresInS: 1 });
    await now.service.killGroup();
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    now = await start();
    await until(now, late, 'expired');

    // And again without a kill: told once, done once.
    await connect(now.url);
    const plain = await ask(now);
    await until(now, plain, 'succeeded');
    expect(told.filter((request) => request === plain)).toHaveLength(1);
    expect([...done.values()]).toEqual([1, 1]);
    expect(told).not.toContain(late);
  } finally {
    await device?.leave(true);
    await running?.service.killGroup();
    await database.remove();
  }
});
