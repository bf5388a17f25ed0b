// Who may connect: user name = client id = device id, the password its token, and a will only on the device's own
// topics. A client id that is not bound to the credential would let one device throw another out.
import type { AedesOptions, AuthenticateError, Client, ConnectPacket } from 'aedes';
import type { BaseLogger } from 'pino';
import { DEVICE_ID, isTopicOf, parseUpTopic } from '../contracts/topics.ts';
import type { ShownCertificate } from './client-certificate.ts';
import type { DeviceIdentity } from './ports.ts';

export type SignInRefusal =
  | 'bad-id'
  | 'client-id-differs'
  | 'certificate-of-another'
  | 'certificate-refused'
  | 'wrong-credentials'
  | 'identity-unavailable'
  | 'foreign-will';

/** Return codes of CONNACK (MQTT-3.2.2.3). */
const RETURN_CODES = {
  'bad-id': 2,
  'identity-unavailable': 3,
  'wrong-credentials': 4,
  'client-id-differs': 5,
  'certificate-of-another': 5,
  'certificate-refused': 5,
} as const;

export interface SignInOptions {
  identity: DeviceIdentity;
  /** What the connection of this client showed to the TLS door. */
  certificateOf?: (client: Client) => ShownCertificate | undefined;
  onRefused: (refusal: SignInRefusal) => void;
  log: BaseLogger;
}

const errorOf = (refusal: keyof typeof RETURN_CODES): AuthenticateError =>
  Object.assign(new Error(`sign-in refused: ${refusal}`), { returnCode: RETURN_CODES[refusal] });

/** Whether the will of a CONNECT, if it has one, stays within the device's own topics. */
export function isOwnWill({ clientId, will }: ConnectPacket): boolean {
  if (!will) return true;
  const topic = parseUpTopic(will.topic);
  return topic !== null && isTopicOf(topic, clientId);
}

export function authenticateWith({
  identity,
  certificateOf,
  onRefused,
  log,
}: SignInOptions): NonNullable<AedesOptions['authenticate']> {
  async function refusalOf(
    clientId: string,
    username: string | undefined,
    token: string,
  ): Promise<keyof typeof RETURN_CODES | null> {
    if (username === undefined || !DEVICE_ID.test(username)) return 'bad-id';
    if (clientId !== username) return 'client-id-differs';
    try {
      return (await identity.authenticate(username, token)) ? null : 'wrong-credentials';
    } catch (error) {
      log.warn({ error, device: username }, 'a sign-in could not be checked');
      return 'identity-unavailable';
    }
  }

  /** A certificate speaks for one device: its client id, and its user name where it gives one, must be the CN. */
  async function refusalOfCertificate(
    clientId: string,
    username: string | undefined,
    { device, der }: ShownCertificate,
  ): Promise<keyof typeof RETURN_CODES | null> {
    if (!DEVICE_ID.test(device)) return 'bad-id';
    if (clientId !== device || (username !== undefined && username !== device)) return 'certificate-of-another';
    try {
      return (await identity.authenticateCertificate?.(device, der)) ? null : 'certificate-refused';
    } catch (error) {
      log.warn({ error, device }, 'a sign-in could not be checked');
      return 'identity-unavailable';
    }
  }

  return (client, username, password, answer) => {
    const certificate = certificateOf?.(client);
    const checked = certificate
      ? refusalOfCertificate(client.id, username, certificate)
      : refusalOf(client.id, username, password?.toString('utf8') ?? '');
    void checked.then((refusal) => {
      if (refusal === null) return answer(null, true);
      onRefused(refusal);
      log.info({ device: (username ?? client.id)?.slice(0, 64), refusal }, 'a sign-in was refused');
      return answer(errorOf(refusal), false);
    });
  };
}
