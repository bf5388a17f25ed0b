// Passwords: kept as scrypt with a salt of their own; the cost is written into the hash, so that it can be raised later.
import { scrypt, type ScryptOptions } from 'node:crypto';
import type { RandomBytes } from './random.ts';
import { isSameHash } from './tokens.ts';

/** 32 MiB and about 0.1 s a guess: OWASP's scrypt of 2^15, 8, with one lane. */
const COST = { ln: 15, r: 8, p: 1 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** `$scrypt$ln=15,r=8,p=1$salt$hash`, the PHC string format. */
const FORMAT = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([\w-]+)\$([\w-]+)$/;

interface Cost {
  ln: number;
  r: number;
  p: number;
}

function derive(password: string, salt: Buffer, { ln, r, p }: Cost, length: number): Promise<Buffer> {
  const N = 2 ** ln;
  // Node refuses what needs more than `maxmem`; scrypt needs 128 * N * r, and a little.
  const options: ScryptOptions = { N, r, p, maxmem: 256 * N * r };
  return new Promise((resolve, reject) => {
    // The same characters may be typed as different code points: NFKC makes them one.
    scrypt(password.normalize('NFKC'), salt, length, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

export async function hashPassword(password: string, random: RandomBytes): Promise<string> {
  const salt = random(SALT_BYTES);
  const hash = await derive(password, salt, COST, HASH_BYTES);
  const { ln, r, p } = COST;
  return `$scrypt$ln=${ln},r=${r},p=${p}$${salt.toString('base64url')}$${hash.toString('base64url')}`;
}

export async function isPassword(password: string, stored: string): Promise<boolean> {
  const [, ln, r, p, salt = '', hash = ''] = FORMAT.exec(stored) ?? [];
  if (hash === '') throw new Error('a stored password hash is not in the format this version writes');
  const expected = Buffer.from(hash, 'base64url');
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) };
  return isSameHash(await derive(password, Buffer.from(salt, 'base64url'), cost, expected.length), expected);
}
