// The two tokens of a session. The access token is looked up by its hash. The refresh token names its session and holds
// a part that stays for the session's life and a part that is new each time: whoever shows the first with an old second
// part holds a token that was used before - it was stolen from its owner, or by the one who used it.
import type { RandomBytes } from './random.ts';
import { hashOf, isSameHash, newSecret } from './tokens.ts';

/** What is kept of a refresh token: SHA-256 of the lasting part, then of the changing part. */
const HASH_BYTES = 32;
const SHAPE = /^(\d{1,15})\.([\w-]{43})\.([\w-]{43})$/;

export interface RefreshToken {
  sessionId: number;
  lasting: string;
  changing: string;
}

export const printRefresh = ({ sessionId, lasting, changing }: RefreshToken): string =>
  `${sessionId}.${lasting}.${changing}`;

export function parseRefresh(text: string): RefreshToken | null {
  const [, sessionId, lasting, changing] = SHAPE.exec(text) ?? [];
  if (sessionId === undefined || lasting === undefined || changing === undefined) return null;
  return { sessionId: Number(sessionId), lasting, changing };
}

export const refreshHashOf = ({ lasting, changing }: Pick<RefreshToken, 'lasting' | 'changing'>): Buffer =>
  Buffer.concat([hashOf(lasting), hashOf(changing)]);

/** How a shown token fits what is kept: the present one, one from before, or never one of this session. */
export function judgeRefresh(shown: RefreshToken, kept: Buffer): 'present' | 'reused' | 'foreign' {
  const hash = refreshHashOf(shown);
  if (!isSameHash(hash.subarray(0, HASH_BYTES), kept.subarray(0, HASH_BYTES))) return 'foreign';
  return isSameHash(hash, kept) ? 'present' : 'reused';
}

export const newPart = (random: RandomBytes): string => newSecret(random).token;
