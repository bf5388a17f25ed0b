// The signature of a webhook: HMAC-SHA256 over `{timestamp}.{body}`, as `t={timestamp},v1={hex}`. A receiver computes it
// again and refuses what is older than five minutes, so that a recorded request cannot be played back.
import { createHmac, timingSafeEqual } from 'node:crypto';

export const SIGNATURE_HEADER = 'Stethos-Signature';
export const REPLAY_WINDOW_S = 300;

const macOf = (secret: string, timestampS: number, body: string): Buffer =>
  createHmac('sha256', secret).update(`${timestampS}.${body}`).digest();

export const signatureOf = (secret: string, timestampS: number, body: string): string =>
  `t=${timestampS},v1=${macOf(secret, timestampS, body).toString('hex')}`;

/** What a receiver does; here for the tests and as the reference of the documentation. */
export function isSigned(header: string, secret: string, body: string, nowS: number): boolean {
  const match = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(header);
  if (match === null) return false;
  const timestampS = Number(match[1]);
  if (Math.abs(nowS - timestampS) > REPLAY_WINDOW_S) return false;
  return timingSafeEqual(Buffer.from(match[2] as string, 'hex'), macOf(secret, timestampS, body));
}
