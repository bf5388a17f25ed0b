// A device with a client certificate signs in without a password, as itself and as nobody else; what is expired, foreign or
// revoked stays outside, and a revocation ends the session that is open.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DeviceCertificate, IssuedCertificate } from '../../../src/contracts/http/device-access.ts';
import { createAuthority, loadAuthority } from '../../../src/registry/certificates/authority.ts';
import { pemOf } from '../../../src/registry/certificates/der.ts';
import { readRequest } from '../../../src/registry/certificates/request.ts';
import { ApiError } from '../../../src/simulators/api-client.ts';
import { keyAndRequest } from '../../../src/simulators/enrol/certificate-request.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { foundOrganisation, registerPump } from '../../support/organisation.ts';

const DAY_MS = 86_400_000;
const newAuthority = (name: string) => createAuthority({ name, days: 30, nowMs: Date.now(), random: randomBytes });

let folder: string;
let service: TestApp;
const own = newAuthority('Stethos devices');

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stethos-authority-'));
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const door = newAuthority('localhost');
  service = await startTestApp({
    env: {
      STETHOS_MQTTS_PORT: '0',
      STETHOS_TLS_CERT: file('door.pem', door.certificate),
      STETHOS_TLS_KEY: file('door.key', door.key),
      STETHOS_DEVICE_CA_CERT: file('ca.pem', own.certificate),
      STETHOS_DEVICE_CA_KEY: file('ca.key', own.key),
    },
  });
  await foundOrganisation(service.api);
});
afterAll(async () => {
  await service.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Identity {
  key: string;
  cert: string;
}

interface Ask {
  /** A TLS session to resume. */
  session?: Buffer;
  identity?: Identity;
  clientId: string;
  username?: string;
  password?: string;
}

function connect({ identity, ...options }: Ask): Promise<MqttClient> {
  const url = `mqtts://127.0.0.1:${service.app.mqttPorts.tls}`;
  const tls = { rejectUnauthorized: false, ...identity };
  return mqtt.connectAsync(url, { ...options, ...tls, reconnectPeriod: 0, connectTimeout: 5_000 }, false);
}

async function certified(device: string): Promise<Identity & { id: number }> {
  const { key, request } = keyAndRequest(device);
  const { id, certificate } = await service.api.post<IssuedCertificate>(`/devices/${device}/certificates`, { request });
  return { id, key, cert: certificate };
}

/** Signed with this authority past the API, as nobody there would. */
function forged(authority: { certificate: string; key: string }, device: string, toMs: number): Identity {
  const { key, request } = keyAndRequest(device);
  const { publicKey } = readRequest(request);
  const { signer } = loadAuthority(authority.certificate, authority.key, randomBytes);
  const issued = signer?.issue({ commonName: device, publicKey, fromMs: toMs - 10 * DAY_MS, toMs });
  return { key, cert: pemOf('CERTIFICATE', issued?.der ?? Buffer.alloc(0)) };
}

async function refusals(reason: string): Promise<number> {
  const text = await (await fetch(`${service.httpUrl}/metrics`)).text();
  return Number(new RegExp(`stethos_broker_refused_total\\{reason="${reason}"\\} (\\d+)`).exec(text)?.[1] ?? 0);
}

const ended = (client: MqttClient): Promise<void> => new Promise((resolve) => client.once('close', () => resolve()));

test('it signs in as itself, says what it measured, and is seen to have done so', async () => {
  await registerPump(service.api, 'C-PUMP-1');
  const identity = await certified('C-PUMP-1');
  const device = await connect({ identity, clientId: 'C-PUMP-1' });
  await device.publishAsync('stethos/v1/C-PUMP-1/telemetry', '{"values":{"motor_current":80}}', { qos: 1 });
  const counts = await service.api.get<{ readings: number }[]>('/devices/C-PUMP-1/telemetry/counts');
  expect(counts.map(({ readings }) => readings)).toEqual([1]);
  const listed = () => service.api.get<DeviceCertificate[]>('/devices/C-PUMP-1/certificates');
  await expect.poll(async () => (await listed())[0]?.lastUsedAt, { timeout: 5_000 }).not.toBeNull();
  expect(await listed()).toMatchObject([{ id: identity.id, state: 'valid', createdBy: 'admin@stethos.local' }]);
  await device.endAsync();
  await (await connect({ identity, clientId: 'C-PUMP-1', username: 'C-PUMP-1' })).endAsync();
});

test('it is nobody else, by client id or by user name, even with that one’s token', async () => {
  const token = await registerPump(service.api, 'C-PUMP-2');
  await registerPump(service.api, 'C-PUMP-3');
  const identity = await certified('C-PUMP-3');
  for (const ask of [
    { clientId: 'C-PUMP-2' },
    { clientId: 'C-PUMP-3', username: 'C-PUMP-2' },
    { clientId: 'C-PUMP-2', username: 'C-PUMP-2', password: token },
  ]) {
    await expect(connect({ identity, ...ask })).rejects.toMatchObject({ code: 5 });
  }
  expect(await refusals('certificate-of-another')).toBe(3);
  // Without a certificate the same door takes the token.
  await (await connect({ clientId: 'C-PUMP-2', username: 'C-PUMP-2', password: token })).endAsync();
});

test('a foreign, an expired and a nobody’s certificate stay outside, each counted', async () => {
  await registerPump(service.api, 'C-PUMP-4');
  const later = Date.now() + DAY_MS;
  const foreign = forged(newAuthority('Somebody else'), 'C-PUMP-4', later);
  await expect(connect({ identity: foreign, clientId: 'C-PUMP-4' })).rejects.toThrow();
  expect(await refusals('certificate-not-trusted')).toBe(1);
  await expect(connect({ identity: forged(own, 'C-PUMP-4', Date.now() - 1), clientId: 'C-PUMP-4' })).rejects.toThrow();
  expect(await refusals('certificate-expired')).toBe(1);
  await expect(connect({ identity: forged(own, 'C-NOBODY', later), clientId: 'C-NOBODY' })).rejects.toMatchObject({
    code: 5,
  });
  expect(await refusals('certificate-refused')).toBe(1);
});

test('one that our authority signed elsewhere comes in, and is on the list from then on', async () => {
  await registerPump(service.api, 'C-PUMP-5');
  const identity = forged(own, 'C-PUMP-5', Date.now() + DAY_MS);
  await (await connect({ identity, clientId: 'C-PUMP-5' })).endAsync();
  const [entry] = await service.api.get<DeviceCertificate[]>('/devices/C-PUMP-5/certificates');
  expect(entry).toMatchObject({ createdBy: null, state: 'valid' });
  await service.api.delete(`/devices/C-PUMP-5/certificates/${entry?.id}`);
  await expect(connect({ identity, clientId: 'C-PUMP-5' })).rejects.toThrow();
});

test('a revocation ends the open session, closes the door, and leaves others alone', async () => {
  await registerPump(service.api, 'C-PUMP-6');
  await registerPump(service.api, 'C-PUMP-7');
  const [lost, other] = [await certified('C-PUMP-6'), await certified('C-PUMP-7')];
  const device = await connect({ identity: lost, clientId: 'C-PUMP-6' });
  const bystander = await connect({ identity: other, clientId: 'C-PUMP-7' });
  const cut = ended(device);
  await service.api.delete(`/devices/C-PUMP-6/certificates/${lost.id}`);
  await cut;
  await expect(connect({ identity: lost, clientId: 'C-PUMP-6' })).rejects.toThrow();
  // The door itself knows by the list, once it has taken it.
  const atTheDoor = async () => {
    await expect(connect({ identity: lost, clientId: 'C-PUMP-6' })).rejects.toThrow();
    return refusals('certificate-revoked');
  };
  await expect.poll(atTheDoor, { timeout: 10_000 }).toBeGreaterThan(0);
  expect(bystander.connected).toBe(true);
  await (await connect({ identity: await certified('C-PUMP-6'), clientId: 'C-PUMP-6' })).endAsync();
  await bystander.endAsync();
  const list = await (await fetch(`${service.httpUrl}/api/v1/ca.crl`)).text();
  expect(list).toContain('BEGIN X509 CRL');
  expect(await (await fetch(`${service.httpUrl}/api/v1/ca.pem`)).text()).toBe(own.certificate);
});

test('a TLS session that is resumed after the revocation gets nobody in', async () => {
  await registerPump(service.api, 'C-PUMP-9');
  const identity = await certified('C-PUMP-9');
  const sessions: Buffer[] = [];
  const socketOf = ({ stream }: MqttClient): TLSSocket => stream as TLSSocket;
  const resumable = async (): Promise<MqttClient> => {
    const client = await connect({ identity, clientId: 'C-PUMP-9', ...(sessions[0] ? { session: sessions[0] } : {}) });
    const session = socketOf(client).getSession();
    if (session) sessions.unshift(session);
    return client;
  };
  await (await resumable()).endAsync();
  // The control: as long as it is good, the session is resumed and lets the device in.
  const again = await resumable();
  expect(socketOf(again).isSessionReused()).toBe(true);
  await again.endAsync();
  await service.api.delete(`/devices/C-PUMP-9/certificates/${identity.id}`);
  await expect(resumable()).rejects.toThrow();
});

test('a request for another device, a weak one and a tampered one are refused with the reason', async () => {
  await registerPump(service.api, 'C-PUMP-8');
  const ask = (request: string) =>
    service.api.post('/devices/C-PUMP-8/certificates', { request }).catch((error: ApiError) => error);
  expect(await ask(keyAndRequest('C-PUMP-1').request)).toMatchObject({
    code: 'refused',
    message: expect.stringContaining('is for C-PUMP-1, not for C-PUMP-8') as string,
  });
  const [head = '', ...body] = keyAndRequest('C-PUMP-8').request.split('\n');
  const swapped = [head, ...body.map((line, i) => (i === 2 ? line.split('').toReversed().join('') : line))].join('\n');
  expect(await ask(swapped)).toMatchObject({ code: 'refused' });
  expect(await ask('hello')).toMatchObject({ code: 'refused' });
});
