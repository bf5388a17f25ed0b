// What an enrolment has got and must not lose or get twice: tokens in one CSV, certificates in a folder. Each is on disk
// before the next device is begun; what is secret is readable by its owner alone.
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { keyAndRequest } from './certificate-request.ts';

const SECRET = 0o600;

export interface TokenFile {
  has(device: string): boolean;
  add(device: string, token: string): void;
  close(): void;
}

const HEADER = 'id,token';

/** Opens or begins the file; refuses one that is something else. */
export function openTokenFile(path: string): TokenFile {
  const before = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const [header = '', ...lines] = before.split('\n');
  if (before !== '' && header !== HEADER)
    throw new Error(`${path} is not a file of tokens (its first line is not "${HEADER}")`);
  // A line that was cut off with its process ends without a newline: its device gets another token.
  const whole = lines.slice(0, -1).map((line) => line.slice(0, line.indexOf(',')));
  const known = new Set(whole);
  const draft = `${path}.new`;
  writeFileSync(draft, [HEADER, ...lines.slice(0, -1), ''].join('\n'), { mode: SECRET });
  renameSync(draft, path);
  const file = openSync(path, 'a', SECRET);
  return {
    has: (device) => known.has(device),
    add(device, token) {
      writeFileSync(file, `${device},${token}\n`);
      fsyncSync(file);
      known.add(device);
    },
    close: () => closeSync(file),
  };
}

export interface CertificateFolder {
  has(device: string): boolean;
  /** The request there is, or null. */
  request(device: string): string | null;
  /** A new key, kept here, and its request. */
  makeKey(device: string): string;
  add(device: string, certificate: string, authority: string): void;
}

export function openCertificateFolder(folder: string): CertificateFolder {
  mkdirSync(folder, { recursive: true });
  const path = (device: string, ending: string): string => join(folder, `${device}.${ending}`);
  return {
    has: (device) => existsSync(path(device, 'pem')),
    request: (device) => (existsSync(path(device, 'csr')) ? readFileSync(path(device, 'csr'), 'utf8') : null),
    makeKey(device) {
      const { key, request } = keyAndRequest(device);
      writeFileSync(path(device, 'key'), key, { mode: SECRET });
      writeFileSync(path(device, 'csr'), request);
      return request;
    },
    add(device, certificate, authority) {
      writeFileSync(join(folder, 'device-ca.pem'), authority);
      const draft = path(device, 'pem.new');
      writeFileSync(draft, certificate);
      renameSync(draft, path(device, 'pem'));
    },
  };
}
