// Secrets of webhooks, sealed with a key that is not in the database (AES-256-GCM): who has the tables alone cannot sign.
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';

export interface Sealer {
  seal(secret: string): Buffer;
  /** Throws `SecretNotOpened` when it was sealed with another key. */
  open(sealed: Buffer): string;
}

export class SecretNotOpened extends Error {
  override readonly name = 'SecretNotOpened';

  constructor() {
    super(
      'the secret of this webhook was sealed with another key: give STETHOS_SECRETS_KEY as it was then, or make a new secret',
    );
  }
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** `key`: asked for at the first use only, for it may have to be made. */
export function createSealer(key: () => string, random: (bytes: number) => Buffer): Sealer {
  let derived: Buffer | undefined;
  const keyBytes = (): Buffer => (derived ??= Buffer.from(hkdfSync('sha256', key(), 'stethos', 'webhook-secrets', 32)));
  return {
    seal(secret) {
      const nonce = random(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', keyBytes(), nonce);
      const body = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]);
    },
    open(sealed) {
      try {
        const decipher = createDecipheriv('aes-256-gcm', keyBytes(), sealed.subarray(0, NONCE_BYTES));
        decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
        return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString();
      } catch {
        throw new SecretNotOpened();
      }
    },
  };
}
