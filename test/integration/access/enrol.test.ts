// A batch of devices from a CSV: every row is checked before anything is done, a second run does nothing twice, and what
// comes out lets the devices in.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { randomBytes, X509Certificate } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import mqtt from 'mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CredentialEntry, DeviceCertificate } from '../../../src/contracts/http/device-access.ts';
import type { Device } from '../../../src/contracts/http/devices.ts';
import { createAuthority } from '../../../src/registry/certificates/authority.ts';
import { PRODUCTS } from '../../../src/simulators/catalogue/products.ts';
import { ADMINISTRATOR, ROOT, startTestApp, type TestApp } from '../../support/app.ts';
import { foundOrganisation } from '../../support/organisation.ts';

let folder: string;
let service: TestApp;
const PUMP = PRODUCTS['infusion-pump'].code;
const path = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stethos-enrol-'));
  const authority = createAuthority({ name: 'Devices', days: 30, nowMs: Date.now(), random: randomBytes });
  writeFileSync(path('ca.pem'), authority.certificate);
  writeFileSync(path('ca.key'), authority.key);
  service = await startTestApp({
    env: { STETHOS_DEVICE_CA_CERT: path('ca.pem'), STETHOS_DEVICE_CA_KEY: path('ca.key') },
  });
  await foundOrganisation(service.api);
});
afterAll(async () => {
  await service.close();
  rmSync(folder, { recursive: true, force: true });
});

async function enrol(file: string, ...more: string[]) {
  const who = ['--url', service.httpUrl, '--email', ADMINISTRATOR.email, '--password', ADMINISTRATOR.password];
  const args = ['--import', 'tsx', 'src/simulators/enrol.ts', '--file', path(file), ...who, ...more];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  const [said, told, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  const last = said.trimEnd().split('\n').at(-1) ?? '';
  return {
    code: code as number,
    told,
    report: (last.startsWith('{') ? JSON.parse(last) : null) as Record<string, unknown>,
  };
}

const devices = async (): Promise<string[]> => (await service.api.all<Device>('/devices')).map(({ id }) => id).sort();
const row = (id: string): string => `${id},${PUMP},C-1,ST-SHA,SN-${id},2026-02-03`;
const HEADER = 'id,product,customer,station,serial,installedOn';

test('says every row it refuses and why, and does nothing until they are mended', { timeout: 180_000 }, async () => {
  const rows = [
    row('E-1'),
    `E-2,${PUMP},C-9,ST-SHA,,`,
    'E-3,,C-1,ST-SHA,,',
    row('E-1'),
    `-x,${PUMP},C-1,ST-SHA,,30.2.26`,
  ];
  writeFileSync(path('bad.csv'), [HEADER, ...rows].join('\n'));
  const { code, told, report } = await enrol('bad.csv', '--out', path('none.csv'));
  expect({ code, done: [report.registered, report.tokens] }).toEqual({ code: 1, done: [0, 0] });
  expect(told).toContain('line 3 (E-2): customer C-9 does not exist');
  expect(told).toContain('line 4 (E-3): product is missing and the device is not registered yet');
  expect(told).toContain('line 5 (E-1): E-1 is on line 2 already');
  expect(told).toMatch(/line 6 \(-x\): id "-x" .*installedOn "30\.2\.26"/);
  expect(await devices()).toEqual([]);
  expect(existsSync(path('none.csv'))).toBe(false);
  writeFileSync(path('columns.csv'), 'id,produkt\nE-1,x\n');
  expect((await enrol('columns.csv')).told).toContain('"produkt" is no column of this file; did you mean "product"?');
});

test('tokens: all get one, a second run none, a line that was cut off another', { timeout: 180_000 }, async () => {
  writeFileSync(path('good.csv'), [HEADER, ...['E-1', 'E-2', 'E-3'].map(row)].join('\n'));
  const dry = await enrol('good.csv', '--out', path('tokens.csv'), '--dry-run');
  expect({ code: dry.code, rows: dry.report.rows, is: await devices() }).toEqual({ code: 0, rows: 3, is: [] });

  const first = await enrol('good.csv', '--out', path('tokens.csv'));
  expect(first).toMatchObject({ code: 0, report: { registered: 3, known: 0, tokens: 3, enrolledBefore: 0 } });
  expect(statSync(path('tokens.csv')).mode & 0o777).toBe(0o600);
  const second = await enrol('good.csv', '--out', path('tokens.csv'));
  expect(second).toMatchObject({ code: 0, report: { registered: 0, known: 3, tokens: 0, enrolledBefore: 3 } });

  truncateSync(path('tokens.csv'), statSync(path('tokens.csv')).size - 5);
  const third = await enrol('good.csv', '--out', path('tokens.csv'));
  expect(third.report).toMatchObject({ tokens: 1, enrolledBefore: 2 });
  const lines = readFileSync(path('tokens.csv'), 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => line.split(',')[0])).toEqual(['id', 'E-1', 'E-2', 'E-3']);
  for (const line of lines.slice(1)) {
    const [id = '', password = ''] = line.split(',');
    const client = await mqtt.connectAsync(
      service.brokerUrl,
      { clientId: id, username: id, password, reconnectPeriod: 0 },
      false,
    );
    await client.endAsync();
  }
  expect(await service.api.get<CredentialEntry[]>('/devices/E-3/credentials')).toHaveLength(2);
});

test('certificates: by requests that lie there, or with keys made here', { timeout: 180_000 }, async () => {
  writeFileSync(path('ids.csv'), 'id\nE-1\nE-2\n');
  const missing = await enrol('ids.csv', '--certificates', path('certificates'));
  expect(missing).toMatchObject({ code: 1, told: expect.stringContaining('there is no E-1.csr') as string });
  const made = await enrol('ids.csv', '--certificates', path('certificates'), '--make-key', '--days', '10');
  expect(made).toMatchObject({ code: 0, report: { known: 2, certificates: 2 } });
  expect(statSync(path('certificates/E-1.key')).mode & 0o777).toBe(0o600);
  const certificate = new X509Certificate(readFileSync(path('certificates/E-1.pem')));
  expect(certificate.subject).toBe('CN=E-1');
  expect(certificate.verify(new X509Certificate(readFileSync(path('certificates/device-ca.pem'))).publicKey)).toBe(
    true,
  );
  const again = await enrol('ids.csv', '--certificates', path('certificates'), '--make-key');
  expect(again.report).toMatchObject({ certificates: 0, enrolledBefore: 2 });
  expect(await service.api.get<DeviceCertificate[]>('/devices/E-1/certificates')).toHaveLength(1);
});
