// Client certificates of devices: issued on request, listed, revoked at once, and checked again at each sign-in, since a
// TLS session that is resumed is not checked against a list.
import { X509Certificate } from 'node:crypto';
import type { DeviceCertificate, IssuedCertificate, NewCertificate } from '../../contracts/http/device-access.ts';
import { Problem } from '../../contracts/problems.ts';
import { type Clock, DAY_MS, isoOf } from '../../contracts/time.ts';
import type { Database, Queryable } from '../../db/database.ts';
import { appendEvent } from '../../db/event-log.ts';
import { appendRevoked } from '../credentials.ts';
import type { Directory } from '../directory.ts';
import { createLastUsed } from '../last-used.ts';
import { notFound } from '../refusals.ts';
import type { Authority, Signer } from './authority.ts';
import { CERTIFICATE_COLUMNS, type CertificateRow, certificateView } from './certificate-rows.ts';
import { pemOf } from './der.ts';
import { readRequest } from './request.ts';
import { currentList, signList } from './revocation-list.ts';

export interface Certificates {
  issue(device: string, request: NewCertificate, actor: string): Promise<IssuedCertificate>;
  /** Newest first. */
  list(device: string): Promise<DeviceCertificate[]>;
  revoke(device: string, id: number, actor: string): Promise<void>;
  /** Whether a certificate of our authority (TLS has checked that) lets this device in. */
  authenticate(device: string, der: Buffer): Promise<boolean>;
  /** PEM; null without an authority. */
  readonly authority: string | null;
  /** PEM; null when there is none that still holds. */
  revocationList(): Promise<string | null>;
  close(): Promise<void>;
}

export interface CertificatesOptions {
  database: Database;
  directory: Directory;
  clock: Clock;
  authority: Authority | null;
  /** How long a certificate is good when nobody says otherwise. */
  days: number;
}

export const DEFAULT_CERTIFICATE_DAYS = 730;
const SHOWN = 100;

const NO_AUTHORITY =
  'This instance has no authority for device certificates: make one with `npm run authority -- --out DIR`, then set ' +
  'STETHOS_DEVICE_CA_CERT and STETHOS_DEVICE_CA_KEY';
const NO_KEY =
  'The key of the device authority is not here: set STETHOS_DEVICE_CA_KEY, or sign the request where the key is kept';

export function createCertificates(options: CertificatesOptions): Certificates {
  const { database, directory, clock, authority, days: defaultDays } = options;
  const lastUsed = createLastUsed({ database, clock, table: 'device_certificate' });

  function signer(): { authority: Authority; signer: Signer } {
    if (!authority) throw new Problem('refused', NO_AUTHORITY);
    if (!authority.signer) throw new Problem('refused', NO_KEY);
    return { authority, signer: authority.signer };
  }

  async function one(db: Queryable, device: string, id: number): Promise<CertificateRow> {
    const { rows } = await db.query<CertificateRow>(
      `SELECT ${CERTIFICATE_COLUMNS} FROM device_certificate c JOIN device d ON d.id = c.device_id
       WHERE d.code = $1 AND c.id = $2`,
      [device, id],
    );
    if (!rows[0]) throw notFound('certificate', String(id));
    return rows[0];
  }

  /** Enters a certificate, or finds it entered; undefined when its serial is another device's. */
  async function enter(
    db: Queryable,
    deviceId: number,
    der: Buffer,
    actor: string | null,
  ): Promise<bigint | undefined> {
    const { serialNumber, validFrom, validTo } = new X509Certificate(der);
    const { rows } = await db.query<{ id: bigint }>(
      `INSERT INTO device_certificate
         (device_id, authority, serial, certificate, not_before, not_after, created_at, created_by)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
       ON CONFLICT (authority, serial) DO UPDATE SET serial = excluded.serial
         WHERE device_certificate.device_id = excluded.device_id
       RETURNING id`,
      [
        deviceId,
        authority?.id,
        serialNumber.toLowerCase(),
        der,
        new Date(validFrom),
        new Date(validTo),
        isoOf(clock.now()),
        actor,
      ],
    );
    return rows[0]?.id;
  }

  async function issue(device: string, { request, days = defaultDays }: NewCertificate, actor: string) {
    const { authority: issuer, signer: sign } = signer();
    const { commonName, publicKey } = readRequest(request);
    if (commonName !== null && commonName !== '' && commonName !== device)
      throw new Problem('refused', `The request is for ${commonName}, not for ${device}: its CN must be the device id`);
    const entry = await directory.load(device);
    if (!entry) throw notFound('device', device);
    if (entry.lifecycle === 'decommissioned')
      throw new Problem('refused', `${device} is decommissioned and gets no certificate`);
    const nowMs = clock.now();
    const toMs = Math.min(nowMs + days * DAY_MS, issuer.notAfterMs);
    if (toMs <= nowMs) throw new Problem('refused', 'The device authority has expired: make a new one');
    const { der } = sign.issue({ commonName: device, publicKey, fromMs: nowMs, toMs });
    const row = await database.transaction(async (tx) => {
      const id = await enter(tx, entry.id, der, actor);
      appendEvent(tx, {
        type: 'device.credential-issued',
        at: isoOf(nowMs),
        payload: { device, kind: 'certificate', actor },
      });
      return one(tx, device, Number(id));
    });
    return {
      ...certificateView(row, nowMs),
      certificate: pemOf('CERTIFICATE', der),
      authority: issuer.certificatePem,
    };
  }

  async function authenticate(device: string, der: Buffer): Promise<boolean> {
    const entry = await directory.load(device);
    if (!authority || !entry || entry.lifecycle === 'decommissioned') return false;
    const { serialNumber } = new X509Certificate(der);
    const { rows } = await database.prepared<CertificateRow & { device_id: number }>(
      'certificate-read',
      `SELECT ${CERTIFICATE_COLUMNS}, c.device_id FROM device_certificate c JOIN device d ON d.id = c.device_id
       WHERE c.authority = $1 AND c.serial = $2`,
      [authority.id, serialNumber.toLowerCase()],
    );
    const known = rows[0];
    // Signed by our authority in another place: from now on it is on the list here and can be revoked.
    const id = known ? known.id : await enter(database, entry.id, der, null);
    if (id === undefined) return false;
    if (known && (known.device_id !== entry.id || certificateView(known, clock.now()).state !== 'valid')) return false;
    lastUsed.note(Number(id));
    return true;
  }

  return {
    issue,
    async list(device) {
      const { rows } = await database.query<CertificateRow>(
        `SELECT ${CERTIFICATE_COLUMNS} FROM device_certificate c JOIN device d ON d.id = c.device_id
         WHERE d.code = $1 ORDER BY c.id DESC LIMIT ${SHOWN}`,
        [device],
      );
      return rows.map((row) => certificateView(row, clock.now()));
    },
    revoke: (device, id, actor) =>
      database.transaction(async (tx) => {
        await one(tx, device, id);
        const nowMs = clock.now();
        const { rowCount } = await tx.query(
          'UPDATE device_certificate SET revoked_at = $2, revoked_by = $3 WHERE id = $1 AND revoked_at IS NULL',
          [id, new Date(nowMs), actor],
        );
        if (rowCount === 0) return;
        if (authority) await signList(tx, authority, nowMs);
        appendRevoked(tx, device, nowMs, actor);
      }),
    authenticate,
    authority: authority?.certificatePem ?? null,
    revocationList: async () => authority && currentList(database, authority, clock.now()),
    close: () => lastUsed.settled(),
  };
}
