// The certificate a device showed to the TLS door: believed, refused with a reason, or none. TLS proves that the peer holds
// its key and that the authority signed it; which device it is, and whether it may come in, is for sign-in.
import type { TLSSocket } from 'node:tls';

export interface ShownCertificate {
  /** The common name: the id of its device. */
  device: string;
  der: Buffer;
}

export type CertificateRefusal = 'certificate-expired' | 'certificate-revoked' | 'certificate-not-trusted';

/** Verification errors of OpenSSL that have a counter of their own. */
const REFUSALS: Readonly<Record<string, CertificateRefusal>> = {
  CERT_HAS_EXPIRED: 'certificate-expired',
  CERT_REVOKED: 'certificate-revoked',
};

/** Null: it showed none and signs in with its token. */
export function shownBy(socket: TLSSocket): ShownCertificate | CertificateRefusal | null {
  const { raw, subject } = socket.getPeerCertificate();
  if (!raw) return null;
  if (!socket.authorized) return REFUSALS[String(socket.authorizationError)] ?? 'certificate-not-trusted';
  const { CN: device } = subject;
  return typeof device === 'string' ? { device, der: raw } : 'certificate-not-trusted';
}
