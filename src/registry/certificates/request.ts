// A certificate request (PKCS#10) read and judged: whose key it is, that the sender holds it, and that it is strong
// enough. The subject it asks for is only compared; the certificate is made for the device it was sent for.
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { CertificationRequest } from '@peculiar/asn1-csr';
import { AsnConvert } from '@peculiar/asn1-schema';
import { Problem } from '../../contracts/problems.ts';
import { bytesOf, commonNameOf, derOf } from './der.ts';

export interface CertificateRequest {
  /** What it calls itself; null when it says nothing. */
  commonName: string | null;
  /** SubjectPublicKeyInfo, DER. */
  publicKey: Buffer;
}

/** Signature algorithms a request may be signed with, and their hash (RFC 5758, RFC 8017, RFC 8410). */
const HASHES: Readonly<Record<string, string | null>> = {
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
  '1.3.101.112': null,
};
const CURVES = new Set(['prime256v1', 'secp384r1', 'secp521r1']);
const LEAST_RSA_BITS = 2_048;

const refused = (why: string): Problem => new Problem('refused', `The certificate request is refused: ${why}`);

export function readRequest(pem: string): CertificateRequest {
  const der = derOf('CERTIFICATE REQUEST', pem) ?? derOf('NEW CERTIFICATE REQUEST', pem);
  if (!der) throw refused('send it as PEM ("-----BEGIN CERTIFICATE REQUEST-----")');
  let request: CertificationRequest;
  let publicKey: Buffer;
  let key: KeyObject;
  try {
    request = AsnConvert.parse(bytesOf(der), CertificationRequest);
    publicKey = Buffer.from(AsnConvert.serialize(request.certificationRequestInfo.subjectPKInfo));
    key = createPublicKey({ key: publicKey, format: 'der', type: 'spki' });
  } catch {
    throw refused('it is no PKCS#10 request, or its key is damaged');
  }
  refuseWeak(key);
  if (!isProven(request, key)) throw refused('its signature does not match its key, or is made with SHA-1 or older');
  return { commonName: commonNameOf(request.certificationRequestInfo.subject), publicKey };
}

function refuseWeak({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): void {
  const { namedCurve = '', modulusLength = 0 } = asymmetricKeyDetails ?? {};
  if (asymmetricKeyType === 'ec' && CURVES.has(namedCurve)) return;
  if (asymmetricKeyType === 'rsa' && modulusLength >= LEAST_RSA_BITS) return;
  if (asymmetricKeyType === 'ed25519') return;
  throw refused(`use an EC key (P-256, P-384, P-521), Ed25519 or RSA of at least ${LEAST_RSA_BITS} bits`);
}

/** Whoever sent it holds the private key. */
function isProven(request: CertificationRequest, key: KeyObject): boolean {
  const hash = HASHES[request.signatureAlgorithm.algorithm];
  if (hash === undefined) return false;
  const signed = request.certificationRequestInfoRaw ?? AsnConvert.serialize(request.certificationRequestInfo);
  try {
    return verify(hash, Buffer.from(signed), key, Buffer.from(request.signature));
  } catch {
    return false;
  }
}
