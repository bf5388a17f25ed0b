// The few pieces of DER that certificates, requests and revocation lists are made of: names, extensions, algorithms, PEM,
// and the signature over them. Node can check all of these; it cannot make them.
import { createHash, type KeyObject, sign } from 'node:crypto';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  Extension,
  Name,
  RelativeDistinguishedName,
} from '@peculiar/asn1-x509';

const COMMON_NAME = '2.5.4.3';
const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2';
const SHA256_WITH_RSA = '1.2.840.113549.1.1.11';
const DER_NULL = new Uint8Array([5, 0]).buffer;

export const bytesOf = (buffer: Uint8Array): ArrayBuffer => new Uint8Array(buffer).buffer;

export const toDer = (value: unknown): Buffer => Buffer.from(AsnConvert.serialize(value));

export const nameOf = (commonName: string): Name =>
  new Name([
    new RelativeDistinguishedName([
      new AttributeTypeAndValue({ type: COMMON_NAME, value: new AttributeValue({ utf8String: commonName }) }),
    ]),
  ]);

/** The one common name of a subject; null when it has none or several. */
export function commonNameOf(name: Name): string | null {
  const names = [...name].flatMap((part) => [...part]).filter(({ type }) => type === COMMON_NAME);
  return names.length === 1 ? (names[0] as AttributeTypeAndValue).value.toString() : null;
}

export const extension = (id: string, value: unknown, critical = false): Extension =>
  new Extension({ extnID: id, critical, extnValue: new OctetString(AsnConvert.serialize(value)) });

/** RFC 5280 4.2.1.2, method 1, over the whole key; it only has to tell keys apart. */
export const keyIdentifierOf = (spki: Buffer): ArrayBuffer => bytesOf(createHash('sha1').update(spki).digest());

export type SigningKey = KeyObject;

export function algorithmOf(key: SigningKey): AlgorithmIdentifier {
  if (key.asymmetricKeyType === 'ec') return new AlgorithmIdentifier({ algorithm: ECDSA_WITH_SHA256 });
  if (key.asymmetricKeyType === 'rsa')
    return new AlgorithmIdentifier({ algorithm: SHA256_WITH_RSA, parameters: DER_NULL });
  throw new Error(`an authority signs with an EC or RSA key, not ${key.asymmetricKeyType}`);
}

export const signatureOver = (der: Buffer, key: SigningKey): ArrayBuffer => bytesOf(sign('sha256', der, key));

export function pemOf(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

/** The DER inside the first PEM block of this label; null when there is none. */
export function derOf(label: string, pem: string): Buffer | null {
  const match = new RegExp(`-----BEGIN ${label}-----([A-Za-z0-9+/=\\s]+)-----END ${label}-----`).exec(pem);
  return match?.[1] === undefined ? null : Buffer.from(match[1], 'base64');
}
