// Webhooks: the notification as JSON, signed, to an address outside (or inside, where that is allowed). Redirects are not
// followed; 2xx means taken.
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import type { Clock } from '../contracts/time.ts';
import { createAddressGuard, PrivateAddress } from './private-addresses.ts';
import type { Sealer } from './secrets.ts';
import { SecretNotOpened } from './secrets.ts';
import { NotTaken, type Parcel, type Sender } from './sending.ts';
import { SIGNATURE_HEADER, signatureOf } from './signature.ts';

export interface WebhookOptions {
  sealer: Sealer;
  allowsPrivate: boolean;
  publicUrl: string | null;
  timeoutMs: number;
  clock: Clock;
}

const ANSWER_SHOWN_CHARS = 200;

/** What the receiver gets; the same in every try. */
export const bodyOf = ({ delivery, content, createdAt }: Parcel, publicUrl: string | null): string =>
  JSON.stringify({
    type: content.isTest ? 'test' : content.overruns ? 'budget' : 'alerts',
    delivery,
    createdAt,
    subject: content.subject,
    alertCount: content.alertCount,
    counts: content.counts,
    alerts: content.alerts.map((alert) => ({
      ...alert,
      url: publicUrl === null ? null : `${publicUrl}/alerts/${alert.id}`,
    })),
    ...(content.overruns && { overruns: content.overruns }),
  });

/** Why no request may be sent there, or `null`. */
export function refusalOf(address: string, allowsPrivate: boolean): string | null {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    return 'give an address like https://host/path';
  if (url.username !== '' || url.password !== '')
    return 'leave user and password out of the address: requests are signed';
  if (allowsPrivate) return null;
  if (url.protocol === 'http:') return 'use https: http is for receivers inside, with STETHOS_WEBHOOK_PRIVATE=allow';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return isIP(host) !== 0 && createAddressGuard().isPrivate(host) ? new PrivateAddress(host).message : null;
}

export function createWebhookSender({ sealer, allowsPrivate, publicUrl, timeoutMs, clock }: WebhookOptions): Sender {
  const guard = createAddressGuard();

  function post(address: string, headers: Record<string, string>, body: string): Promise<void> {
    const url = new URL(address);
    const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const call = request(
        url,
        {
          method: 'POST',
          headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
          agent: false,
          signal: AbortSignal.timeout(timeoutMs),
          ...(allowsPrivate ? {} : { lookup: guard.lookup as never }),
        },
        (response) => {
          const status = response.statusCode ?? 0;
          let shown = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => {
            shown = (shown + chunk).slice(0, ANSWER_SHOWN_CHARS);
          });
          response.on('error', reject);
          response.on('end', () => {
            if (status >= 200 && status < 300) resolve();
            else reject(new NotTaken(`answered ${status}${shown === '' ? '' : `: ${shown}`}`, status === 410));
          });
        },
      );
      call.on('error', reject);
      call.end(body);
    });
  }

  return {
    async send(parcel) {
      const refusal = refusalOf(parcel.address, allowsPrivate);
      if (refusal !== null) throw new NotTaken(refusal, true);
      const body = bodyOf(parcel, publicUrl);
      try {
        const secret = sealer.open(parcel.secretSealed ?? Buffer.alloc(0));
        const headers = {
          'content-type': 'application/json',
          'user-agent': 'Stethos',
          'stethos-delivery': parcel.delivery,
          'idempotency-key': parcel.delivery,
          [SIGNATURE_HEADER.toLowerCase()]: signatureOf(secret, Math.floor(clock.now() / 1000), body),
        };
        await post(parcel.address, headers, body);
      } catch (error) {
        if (error instanceof NotTaken) throw error;
        const message = error instanceof Error ? error.message : String(error);
        throw new NotTaken(message, error instanceof SecretNotOpened || error instanceof PrivateAddress);
      }
    },
    close() {},
  };
}
