// The TLS door: asks for a client certificate when there is an authority of devices, turns away what that authority does
// not vouch for, and takes a new revocation list while it is open.
import { createServer, type Server, type TLSSocket, type TlsOptions } from 'node:tls';
import { type CertificateRefusal, type ShownCertificate, shownBy } from './client-certificate.ts';

export interface TrustedClients {
  /** The authority of devices, PEM. */
  ca: string;
  /** Its newest revocation list, PEM; null when there is none that holds. */
  crl: string | null;
}

export interface TlsDoorOptions {
  key: Buffer | string;
  cert: Buffer | string;
  clients?: TrustedClients;
  /** How its sockets are set, and how long a handshake may take. */
  socket: TlsOptions;
  onStream: (socket: TLSSocket, certificate?: ShownCertificate) => void;
  onRefused: (refusal: CertificateRefusal | 'tls-handshake') => void;
}

export interface TlsDoor {
  server: Server;
  trust: (clients: TrustedClients) => void;
}

export function createTlsDoor(options: TlsDoorOptions): TlsDoor {
  const { key, cert, clients, onStream, onRefused } = options;
  const optionsFor = (trusted: TrustedClients | undefined): TlsOptions => ({
    key,
    cert,
    minVersion: 'TLSv1.2',
    ...(trusted ? { ca: trusted.ca, ...(trusted.crl === null ? {} : { crl: trusted.crl }) } : {}),
  });
  // Without a certificate a device may still sign in with its token, so none is demanded here.
  const asking: TlsOptions = clients ? { requestCert: true, rejectUnauthorized: false } : {};
  const server = createServer({ ...options.socket, ...optionsFor(clients), ...asking }, (socket) => {
    const shown = clients ? shownBy(socket) : null;
    if (typeof shown !== 'string') return onStream(socket, shown ?? undefined);
    onRefused(shown);
    socket.destroy();
  });
  server.on('tlsClientError', () => onRefused('tls-handshake'));
  return { server, trust: (trusted) => server.setSecureContext(optionsFor(trusted)) };
}
