// What lets a device in: its tokens (shown once, kept as hashes) and its client certificates.
import { Type, type Static } from 'typebox';
import { Code } from '../product.ts';
import { Choice, Instant, Nullable } from './page.ts';

/** `ending`: replaced, still good until `expiresAt`. */
export const ACCESS_STATES = ['valid', 'ending', 'expired', 'revoked'] as const;

export const CredentialEntry = Type.Object({
  id: Type.Integer(),
  createdAt: Instant,
  /** Who made it; null: before this was kept. */
  createdBy: Nullable(Type.String()),
  /** To the minute; null: never used. */
  lastUsedAt: Nullable(Instant),
  /** Null: good until it is replaced or revoked. */
  expiresAt: Nullable(Instant),
  revokedAt: Nullable(Instant),
  state: Choice(ACCESS_STATES),
});
export type CredentialEntry = Static<typeof CredentialEntry>;

export const NewCertificate = Type.Object({
  /** PKCS#10 request, PEM: made where the private key is and stays. */
  request: Type.String({ minLength: 1, maxLength: 16_384 }),
  /** How long it is to be good; shortened to the authority's own end. */
  days: Type.Optional(Type.Integer({ minimum: 1, maximum: 3_650 })),
});
export type NewCertificate = Static<typeof NewCertificate>;

export const DeviceCertificate = Type.Object({
  id: Type.Integer(),
  device: Code,
  /** Hex. */
  serial: Type.String(),
  notBefore: Instant,
  notAfter: Instant,
  createdAt: Instant,
  /** Null: issued elsewhere, entered when the device first showed it. */
  createdBy: Nullable(Type.String()),
  lastUsedAt: Nullable(Instant),
  revokedAt: Nullable(Instant),
  revokedBy: Nullable(Type.String()),
  state: Choice(['valid', 'expired', 'revoked']),
});
export type DeviceCertificate = Static<typeof DeviceCertificate>;

export const IssuedCertificate = Type.Interface([DeviceCertificate], {
  /** PEM. */
  certificate: Type.String(),
  /** The authority's own certificate, PEM. */
  authority: Type.String(),
});
export type IssuedCertificate = Static<typeof IssuedCertificate>;
