// Starts and stops the API: HTTP and the live channel on one port.
import type { AddressInfo } from 'node:net';
import { buildHttp, type HttpOptions } from './http.ts';
import { startLive } from './live/live.ts';
import type { EventLog } from './ports.ts';

export interface ApiOptions extends HttpOptions {
  host: string;
  /** 0: any free one. */
  port: number;
  eventLog: EventLog;
  /** How often live sessions are checked. */
  sessionCheckMs?: number;
}

export interface Api {
  /** For example `http://127.0.0.1:3000`. */
  readonly address: string;
  /** Stops taking requests, lets those under way finish, ends live connections. */
  close(): Promise<void>;
}

/** Rejects with a message that names the port and the variable when the port is taken. */
export async function startApi(options: ApiOptions): Promise<Api> {
  const { host, port, eventLog, ports, clock, log, metrics, sessionCheckMs } = options;
  const app = await buildHttp(options);
  const live = startLive({
    server: app.server,
    ports,
    eventLog,
    clock,
    log,
    metrics,
    ...(sessionCheckMs === undefined ? {} : { sessionCheckMs }),
  });
  try {
    await app.listen({ host, port });
  } catch (error) {
    await live.close();
    await app.close();
    throw portProblem(error, host, port);
  }
  const { port: taken } = app.server.address() as AddressInfo;
  return {
    address: `http://${host.includes(':') ? `[${host}]` : host}:${taken}`,
    async close() {
      await live.close();
      await app.close();
    },
  };
}

/** The port could not be opened; the message says which variable to change. */
export class HttpListenError extends Error {
  override readonly name = 'HttpListenError';
}

function portProblem(error: unknown, host: string, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== 'EADDRINUSE' && code !== 'EACCES' && code !== 'EADDRNOTAVAIL') return error;
  const why = code === 'EADDRINUSE' ? 'is in use' : code === 'EACCES' ? 'may not be opened' : 'is not an address here';
  return new HttpListenError(
    `HTTP port ${host}:${port} ${why}; set STETHOS_HTTP_PORT or STETHOS_HTTP_HOST to another`,
    {
      cause: error,
    },
  );
}
