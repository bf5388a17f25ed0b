// `npm run authority`: makes the certificate authority of an instance's devices, once, as two files. It overwrites nothing:
// with a new key every certificate issued before would be worthless.
import './node-version.ts';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createAuthority } from './registry/certificates/authority.ts';

const HELP = `The certificate authority of devices: a P-256 key and its own certificate.

  npm run authority -- --out DIR [--name "Stethos devices"] [--days 7300]

Writes DIR/device-ca.pem and DIR/device-ca.key (readable by you alone). Start the service with
STETHOS_DEVICE_CA_CERT and STETHOS_DEVICE_CA_KEY set to them. Keep the key safe: who has it can be any device.
`;

function main(): number {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: { out: text, name: text, days: text, help: { type: 'boolean', short: 'h' } },
  });
  const { out, name = 'Stethos devices', days = '7300' } = values;
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  if (out === undefined) throw new Error('--out is missing: the folder the two files go to');
  if (!/^\d{1,5}$/.test(days) || Number(days) === 0) throw new Error(`--days is a whole number above 0, not "${days}"`);
  const files = { certificate: join(resolve(out), 'device-ca.pem'), key: join(resolve(out), 'device-ca.key') };
  const made = createAuthority({ name, days: Number(days), nowMs: Date.now(), random: randomBytes });
  mkdirSync(out, { recursive: true });
  // wx: fails where there is one already.
  writeFileSync(files.key, made.key, { flag: 'wx', mode: 0o600 });
  writeFileSync(files.certificate, made.certificate, { flag: 'wx', mode: 0o644 });
  console.log(`STETHOS_DEVICE_CA_CERT=${files.certificate}\nSTETHOS_DEVICE_CA_KEY=${files.key}`);
  return 0;
}

try {
  process.exitCode = main();
} catch (error) {
  const { code, path, message } = error as NodeJS.ErrnoException & { path?: string };
  console.error(
    `authority: ${code === 'EEXIST' ? `${path} is there already; move it away or give another --out` : message}`,
  );
  process.exitCode = 2;
}
