// A TCP proxy to cut: what stands behind it goes away and comes back without anybody telling it.
import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';

export interface TcpProxy {
  readonly port: number;
  /** Ends every connection and takes no new one. */
  cut(): void;
  mend(): void;
  close(): void;
}

export async function startTcpProxy(to: { host: string; port: number }): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let isAway = false;

  function link(from: Socket, other: Socket): void {
    sockets.add(from);
    from.pipe(other);
    from.on('error', () => {});
    from.on('close', () => {
      sockets.delete(from);
      other.destroy();
    });
  }

  const server = createServer((near) => {
    if (isAway) return void near.destroy();
    const far = createConnection(to);
    link(near, far);
    link(far, near);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = (): void => {
    isAway = true;
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as { port: number }).port,
    cut,
    mend: () => void (isAway = false),
    close() {
      cut();
      server.close();
    },
  };
}
