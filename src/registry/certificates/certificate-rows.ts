// Rows of client certificates and their view.
import type { DeviceCertificate } from '../../contracts/http/device-access.ts';
import type { EpochMs } from '../../contracts/time.ts';

export interface CertificateRow {
  id: bigint;
  device: string;
  serial: string;
  not_before: Date;
  not_after: Date;
  created_at: Date;
  created_by: string | null;
  last_used_at: Date | null;
  revoked_at: Date | null;
  revoked_by: string | null;
}

export const CERTIFICATE_COLUMNS = `c.id, d.code AS device, c.serial, c.not_before, c.not_after, c.created_at,
  c.created_by, c.last_used_at, c.revoked_at, c.revoked_by`;

export const certificateView = (row: CertificateRow, nowMs: EpochMs): DeviceCertificate => ({
  id: Number(row.id),
  device: row.device,
  serial: row.serial,
  notBefore: row.not_before.toISOString(),
  notAfter: row.not_after.toISOString(),
  createdAt: row.created_at.toISOString(),
  createdBy: row.created_by,
  lastUsedAt: row.last_used_at?.toISOString() ?? null,
  revokedAt: row.revoked_at?.toISOString() ?? null,
  revokedBy: row.revoked_by,
  state: row.revoked_at !== null ? 'revoked' : row.not_after.getTime() > nowMs ? 'valid' : 'expired',
});
