// The peer: the same MQTT engine with nothing behind it, acknowledging at once.
import { createServer } from 'node:net';
import { Aedes } from 'aedes';
import { answer } from './child.ts';

const aedes = await Aedes.createBroker({ concurrency: 0 });
const server = createServer({ noDelay: true }, aedes.handle);
await new Promise<void>((resolve) => void server.listen({ host: '127.0.0.1', port: 0, backlog: 1024 }, resolve));

answer({ port: async () => (server.address() as { port: number }).port });
