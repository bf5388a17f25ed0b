// A TCP proxy to cut or to freeze: what stands behind it goes away, or stays there without a word, and comes back
// without anybody telling it.
import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';

export interface TcpProxy {
  readonly port: number;
  /** Ends every connection and takes no new one. */
  cut(): void;
  mend(): void;
  /** Connections stay, new ones are taken, and nothing gets through until `thaw`. */
  freeze(): void;
  thaw(): void;
  /** What is asked gets through, and no answer comes back, until it is cut. */
  swallowReplies(): void;
  close(): void;
}

export async function startTcpProxy(to: { host: string; port: number }): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const farSides = new Set<Socket>();
  const peers = new WeakMap<Socket, Socket>();
  const frozen = new Set<() => void>();
  let isAway = false;
  let isFrozen = false;

  function link(from: Socket, other: Socket): void {
    sockets.add(from);
    peers.set(from, other);
    const flow = (): void => void from.pipe(other);
    if (isFrozen) frozen.add(flow);
    else flow();
    from.on('error', () => {});
    from.on('close', () => {
      sockets.delete(from);
      other.destroy();
    });
  }

  const server = createServer((near) => {
    if (isAway) return void near.destroy();
    const far = createConnection(to);
    farSides.add(far);
    far.on('close', () => farSides.delete(far));
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
    freeze() {
      isFrozen = true;
      for (const socket of sockets) {
        socket.unpipe();
        socket.pause();
        const other = peers.get(socket);
        if (other) frozen.add(() => void socket.pipe(other));
      }
    },
    thaw() {
      isFrozen = false;
      for (const flow of frozen) flow();
      frozen.clear();
    },
    swallowReplies() {
      for (const far of farSides) far.unpipe().resume();
    },
    close() {
      cut();
      server.close();
    },
  };
}
