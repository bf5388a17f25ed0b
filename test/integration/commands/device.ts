// A device as a real MQTT client that takes its commands, answers them if it is told to, and counts what it did.
import mqtt from 'mqtt';
import { vi } from 'vitest';
import { commandFilter } from '../../../src/contracts/topics.ts';

export interface Answer {
  status: 'done' | 'failed';
  result?: unknown;
}

export interface AnswererOptions {
  url: string;
  id: string;
  token: string;
  clean?: boolean;
  /** False: it counts on the subscription of its session. */
  isSubscribing?: boolean;
  /** False: it never acknowledges what it gets. */
  acknowledge?: boolean;
  /** Absent: it takes commands and says nothing. */
  reply?: (body: { name: string; args: Record<string, unknown> }, request: string) => Answer | null;
}

export interface Answerer {
  got: { request: string; body: unknown; qos: number; dup: boolean }[];
  send(request: string, answer: unknown): Promise<void>;
  publish(kind: 'telemetry' | 'event', body: unknown): Promise<void>;
  leave(force?: boolean): Promise<void>;
}

export async function answering(options: AnswererOptions): Promise<Answerer> {
  const { url, id, token, clean = true, isSubscribing = true, acknowledge = true, reply } = options;
  const got: Answerer['got'] = [];
  const client = mqtt.connect(url, {
    clientId: id,
    username: id,
    password: token,
    clean,
    reconnectPeriod: 0,
  });
  const send = async (request: string, answer: unknown): Promise<void> => {
    await client.publishAsync(`stethos/v1/${id}/command/${request}/reply`, JSON.stringify(answer), { qos: 1 });
  };
  // The library acknowledges when this calls back.
  if (!acknowledge) client.handleMessage = () => {};
  client.on('error', () => {});
  client.on('message', (topic, payload, { qos, dup }) => {
    const request = topic.split('/').at(-1) ?? '';
    const body = JSON.parse(payload.toString()) as { name: string; args: Record<string, unknown> };
    got.push({ request, body, qos, dup });
    const answer = reply?.(body, request);
    if (answer) send(request, answer).catch(() => {});
  });
  await vi.waitFor(
    () => {
      if (!client.connected) throw new Error(`${id} is not connected`);
    },
    { timeout: 10_000 },
  );
  if (isSubscribing) await client.subscribeAsync(commandFilter(id), { qos: 1 });
  return {
    got,
    send,
    publish: async (kind, body) => {
      await client.publishAsync(`stethos/v1/${id}/${kind}`, JSON.stringify(body), { qos: 1 });
    },
    leave: (force = false) => client.endAsync(force),
  };
}
