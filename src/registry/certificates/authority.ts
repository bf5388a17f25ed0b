// The certificate authority of devices: made once, loaded from its files, and the three things it signs - itself, a
// device's certificate, the list of revoked ones. Without its key it can only be believed, not sign.
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import {
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  CertificateList,
  CRLNumber,
  ExtendedKeyUsage,
  type Extension,
  Extensions,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_cRLNumber,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectKeyIdentifier,
  id_kp_clientAuth,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  type Name,
  RevokedCertificate,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  TBSCertList,
  Time,
  Validity,
  Version,
} from '@peculiar/asn1-x509';
import { DAY_MS, type EpochMs } from '../../contracts/time.ts';
import type { RandomBytes } from '../random.ts';
import { algorithmOf, bytesOf, extension, keyIdentifierOf, nameOf, pemOf, signatureOver, toDer } from './der.ts';

export interface Authority {
  /** Names it among others: SHA-256 of its certificate, hex. */
  readonly id: string;
  readonly certificatePem: string;
  readonly notAfterMs: EpochMs;
  /** Null where the key is kept elsewhere: certificates are then believed here but not issued. */
  readonly signer: Signer | null;
}

export interface Issued {
  /** Lower-case hex, without leading zeros. */
  serial: string;
  der: Buffer;
}

export interface Revoked {
  serial: string;
  revokedAtMs: EpochMs;
}

export interface Signer {
  issue(subject: { commonName: string; publicKey: Buffer; fromMs: EpochMs; toMs: EpochMs }): Issued;
  /** DER of a list that holds until `nextMs`. */
  revocationList(list: { number: number; revoked: readonly Revoked[]; atMs: EpochMs; nextMs: EpochMs }): Buffer;
}

const SERIAL_BYTES = 16;
/** A device's clock, or ours, may be a little off. */
const BACKDATED_MS = 5 * 60_000;

/** A positive number of 127 bits (RFC 5280 4.1.2.2), never shorter. */
function newSerial(random: RandomBytes): Buffer {
  const serial = random(SERIAL_BYTES);
  serial[0] = ((serial[0] as number) & 0x7f) | 0x40;
  return serial;
}

interface ToSign {
  serial: Buffer;
  issuer: Name;
  commonName: string;
  publicKey: Buffer;
  fromMs: EpochMs;
  toMs: EpochMs;
  extensions: Extension[];
}

function signCertificate({ serial, issuer, commonName, publicKey, fromMs, toMs, extensions }: ToSign, key: KeyObject) {
  const algorithm = algorithmOf(key);
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: bytesOf(serial),
    signature: algorithm,
    issuer,
    validity: new Validity({ notBefore: new Date(fromMs), notAfter: new Date(toMs) }),
    subject: nameOf(commonName),
    subjectPublicKeyInfo: AsnConvert.parse(bytesOf(publicKey), SubjectPublicKeyInfo),
    extensions: new Extensions(extensions),
  });
  const signatureValue = signatureOver(toDer(tbsCertificate), key);
  return toDer(new Certificate({ tbsCertificate, signatureAlgorithm: algorithm, signatureValue }));
}

const spkiOf = (key: KeyObject): Buffer => createPublicKey(key).export({ type: 'spki', format: 'der' });

const keyOfIssuer = (spki: Buffer): Extension =>
  extension(
    id_ce_authorityKeyIdentifier,
    new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(keyIdentifierOf(spki)) }),
  );

const keyOfSubject = (spki: Buffer): Extension =>
  extension(id_ce_subjectKeyIdentifier, new SubjectKeyIdentifier(keyIdentifierOf(spki)));

export interface NewAuthority {
  name: string;
  days: number;
  nowMs: EpochMs;
  random: RandomBytes;
}

/** A new authority with a P-256 key, as the two PEM texts of its files. */
export function createAuthority({ name, days, nowMs, random }: NewAuthority): { certificate: string; key: string } {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicKey = spkiOf(privateKey);
  const der = signCertificate(
    {
      serial: newSerial(random),
      issuer: nameOf(name),
      commonName: name,
      publicKey,
      fromMs: nowMs - BACKDATED_MS,
      toMs: nowMs + days * DAY_MS,
      extensions: [
        extension(id_ce_basicConstraints, new BasicConstraints({ cA: true, pathLenConstraint: 0 }), true),
        extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign), true),
        keyOfSubject(publicKey),
      ],
    },
    privateKey,
  );
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  return { certificate: pemOf('CERTIFICATE', der), key };
}

/** Reads an authority's files; throws an Error that says what is wrong with them. */
export function loadAuthority(certificatePem: string, keyPem: string | null, random: RandomBytes): Authority {
  const certificate = new X509Certificate(certificatePem);
  if (!certificate.ca) throw new Error('the certificate is not one of an authority (basic constraints: CA)');
  const key = keyPem === null ? null : createPrivateKey(keyPem);
  if (key && !certificate.checkPrivateKey(key)) throw new Error('the key does not belong to the certificate');
  return {
    id: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    certificatePem: pemOf('CERTIFICATE', certificate.raw),
    notAfterMs: Date.parse(certificate.validTo),
    signer: key && signerOf(certificate, key, random),
  };
}

function signerOf(certificate: X509Certificate, key: KeyObject, random: RandomBytes): Signer {
  const { tbsCertificate } = AsnConvert.parse(bytesOf(certificate.raw), Certificate);
  const issuer = tbsCertificate.subject;
  const fromIssuer = keyOfIssuer(certificate.publicKey.export({ type: 'spki', format: 'der' }));
  return {
    issue({ commonName, publicKey, fromMs, toMs }) {
      const serial = newSerial(random);
      const extensions = [
        extension(id_ce_basicConstraints, new BasicConstraints({ cA: false }), true),
        extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.digitalSignature), true),
        extension(id_ce_extKeyUsage, new ExtendedKeyUsage([id_kp_clientAuth])),
        keyOfSubject(publicKey),
        fromIssuer,
      ];
      const times = { fromMs: fromMs - BACKDATED_MS, toMs };
      const der = signCertificate({ serial, issuer, commonName, publicKey, ...times, extensions }, key);
      return { serial: serial.toString('hex'), der };
    },
    revocationList({ number, revoked, atMs, nextMs }) {
      const signature = algorithmOf(key);
      const tbsCertList = new TBSCertList({
        version: Version.v2,
        signature,
        issuer,
        thisUpdate: new Time(new Date(atMs - BACKDATED_MS)),
        nextUpdate: new Time(new Date(nextMs)),
        ...(revoked.length === 0 ? {} : { revokedCertificates: revoked.map(entryOf) }),
        crlExtensions: [fromIssuer, extension(id_ce_cRLNumber, new CRLNumber(number))],
      });
      const signed = signatureOver(toDer(tbsCertList), key);
      return toDer(new CertificateList({ tbsCertList, signatureAlgorithm: signature, signature: signed }));
    },
  };
}

function entryOf({ serial, revokedAtMs }: Revoked): RevokedCertificate {
  const even = serial.length % 2 === 0 ? serial : `0${serial}`;
  const bytes = Buffer.from(even, 'hex');
  // DER integers are signed: a leading one bit would make the number negative.
  const positive = (bytes[0] as number) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
  return new RevokedCertificate({
    userCertificate: bytesOf(positive),
    revocationDate: new Time(new Date(revokedAtMs)),
  });
}
