// A private key and the request (PKCS#10) for its certificate, as a device or its maker prepares them: the key never
// leaves the machine this runs on.
import { generateKeyPairSync, sign } from 'node:crypto';
import { Attributes, CertificationRequest, CertificationRequestInfo } from '@peculiar/asn1-csr';
import { AsnConvert } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  Name,
  RelativeDistinguishedName,
  SubjectPublicKeyInfo,
} from '@peculiar/asn1-x509';

const COMMON_NAME = '2.5.4.3';
const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2';

export interface KeyAndRequest {
  /** PKCS#8, PEM. */
  key: string;
  /** PEM. */
  request: string;
}

const bufferOf = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;

/** A fresh P-256 key and a request in the device's name. */
export function keyAndRequest(device: string): KeyAndRequest {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const name = new AttributeTypeAndValue({ type: COMMON_NAME, value: new AttributeValue({ utf8String: device }) });
  const certificationRequestInfo = new CertificationRequestInfo({
    version: 0,
    subject: new Name([new RelativeDistinguishedName([name])]),
    subjectPKInfo: AsnConvert.parse(bufferOf(spki), SubjectPublicKeyInfo),
    attributes: new Attributes(),
  });
  const signature = sign('sha256', Buffer.from(AsnConvert.serialize(certificationRequestInfo)), privateKey);
  const request = new CertificationRequest({
    certificationRequestInfo,
    signatureAlgorithm: new AlgorithmIdentifier({ algorithm: ECDSA_WITH_SHA256 }),
    signature: bufferOf(signature),
  });
  const base64 = Buffer.from(AsnConvert.serialize(request)).toString('base64');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    request: `-----BEGIN CERTIFICATE REQUEST-----\n${(base64.match(/.{1,64}/g) ?? []).join('\n')}\n-----END CERTIFICATE REQUEST-----\n`,
  };
}
