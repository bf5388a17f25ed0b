// Secrets made by us: 32 random bytes, shown once, kept as SHA-256. A slow hash is for passwords, which can be guessed;
// 256 random bits cannot, and a thousand devices that reconnect at once must be let in quickly.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { RandomBytes } from './random.ts';

const TOKEN_BYTES = 32;

export interface Secret {
  token: string;
  hash: Buffer;
}

export const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

export function newSecret(random: RandomBytes): Secret {
  const token = random(TOKEN_BYTES).toString('base64url');
  return { token, hash: hashOf(token) };
}

/** Compares in constant time. */
export const isSameHash = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);
