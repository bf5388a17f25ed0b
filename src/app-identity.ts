// Who devices trust and who trusts them: the doors of the broker with their certificates, the authority of the devices'
// own, and the end of sessions whose credentials were taken back.
import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import type { Broker } from './broker/broker.ts';
import type { BrokerPorts } from './broker/listeners.ts';
import type { TrustedClients } from './broker/tls-door.ts';
import { type Config, ConfigError } from './config.ts';
import type { EventLog } from './db/event-log.ts';
import { type Authority, loadAuthority } from './registry/certificates/authority.ts';
import type { RandomBytes } from './registry/random.ts';
import type { Registry } from './registry/registry.ts';

/** The doors the configuration asks for; a certificate serves TLS and, when there is one, the WebSocket too. */
export async function brokerPorts(config: Config, registry: Registry): Promise<BrokerPorts> {
  const { mqttHost: host, mqttPort, mqttsPort, mqttWsPort, tlsCert, tlsKey } = config;
  const clients = await trustedClients(registry);
  const certificate = tlsCert && tlsKey ? { cert: readFileSync(tlsCert), key: readFileSync(tlsKey) } : null;
  return {
    tcp: { host, port: mqttPort },
    ...(mqttsPort !== undefined && certificate
      ? { tls: { host, port: mqttsPort, ...certificate, ...(clients ? { clients } : {}) } }
      : {}),
    ...(mqttWsPort === undefined ? {} : { ws: { host, port: mqttWsPort, ...certificate } }),
  };
}

/** A credential that is taken back ends the session it opened, whichever process took it back. */
export function endRevokedSessions(rooms: {
  eventLog: EventLog;
  registry: Registry;
  broker: Broker;
  log: Logger;
}): () => void {
  const { eventLog, registry, broker, log } = rooms;
  const renewTrust = async (): Promise<void> => {
    const clients = await trustedClients(registry);
    if (clients) broker.trust(clients);
  };
  return eventLog.subscribe((events) => {
    for (const { type, payload } of events) {
      if (type !== 'device.credentials-revoked') continue;
      registry.credentials.forget(payload.device);
      broker.disconnect(payload.device);
    }
    if (!events.some(({ type }) => type === 'device.revocation-list-signed')) return;
    // Until the door has the list, sign-in refuses the certificate all the same.
    renewTrust().catch((error: unknown) => log.warn({ error }, 'the revocation list could not be renewed at the door'));
  });
}

async function trustedClients({ certificates }: Registry): Promise<TrustedClients | undefined> {
  const { authority } = certificates;
  return authority === null ? undefined : { ca: authority, crl: await certificates.revocationList() };
}

/** The authority of device certificates, where there is one; a start with files that do not fit is refused. */
export function authorityOf({ deviceCaCert, deviceCaKey }: Config, random: RandomBytes): Authority | null {
  if (deviceCaCert === undefined) return null;
  try {
    const key = deviceCaKey === undefined ? null : readFileSync(deviceCaKey, 'utf8');
    return loadAuthority(readFileSync(deviceCaCert, 'utf8'), key, random);
  } catch (error) {
    throw new ConfigError([`STETHOS_DEVICE_CA_CERT, STETHOS_DEVICE_CA_KEY: ${(error as Error).message}`]);
  }
}
