// Clients of an open broker that outlive it: publishers that never stop, a reader that is there, a sleeper that is away.
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';

const PUBLISHERS = 4;
const IN_FLIGHT = 5;

export interface Heard {
  /** What was heard of each publisher, in order. */
  from: Map<string, number[]>;
  /** Retained messages that a subscription brought, by topic. */
  retained: Map<string, number>;
}

export interface Talkers {
  /** Numbers of acknowledged messages by publisher. */
  acknowledged: Map<string, number[]>;
  total: () => number;
  /** Publishes nothing new and waits for the last acknowledgement. */
  drain(): Promise<void>;
  end(): void;
}

export const qosOf = (publisher: string): 1 | 2 => (Number(publisher.slice(1)) % 2 === 0 ? 1 : 2);

function connect(port: number, clientId: string, options: IClientOptions = {}): MqttClient {
  const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, {
    clientId,
    clean: false,
    // The session has to know what it subscribes to.
    resubscribe: false,
    reconnectPeriod: 50,
    connectTimeout: 2_000,
    ...options,
  });
  client.on('error', () => {});
  return client;
}

/** A client that notes what it hears; `sessionPresent` of its first connection. */
export async function listen(port: number, clientId: string, options: IClientOptions = {}) {
  const heard: Heard = { from: new Map(), retained: new Map() };
  const client = connect(port, clientId, options);
  client.on('message', (topic, payload, { retain }) => {
    const n = Number(payload.toString());
    const publisher = topic.slice('job/'.length);
    if (retain) heard.retained.set(publisher, n);
    else heard.from.set(publisher, [...(heard.from.get(publisher) ?? []), n]);
  });
  const isKnown = await new Promise<boolean>((resolve) =>
    client.once('connect', ({ sessionPresent }) => resolve(sessionPresent)),
  );
  return { client, heard, isKnown };
}

export function startTalkers(port: number): Talkers {
  const acknowledged = new Map<string, number[]>();
  const clients: MqttClient[] = [];
  const talks: Promise<void>[] = [];
  let isOn = true;

  async function talk(client: MqttClient, publisher: string, next: () => number): Promise<void> {
    while (isOn) {
      const n = next();
      // It is sent again on every new connection until it is acknowledged; unless it never went out at all.
      await client.publishAsync(`job/${publisher}`, String(n), { qos: qosOf(publisher), retain: true }).then(
        () => acknowledged.get(publisher)?.push(n),
        () => {},
      );
    }
  }

  for (let p = 0; p < PUBLISHERS; p++) {
    const publisher = `p${p}`;
    acknowledged.set(publisher, []);
    const client = connect(port, publisher);
    clients.push(client);
    let last = 0;
    for (let i = 0; i < IN_FLIGHT; i++) talks.push(talk(client, publisher, () => ++last));
  }

  return {
    acknowledged,
    total: () => [...acknowledged.values()].reduce((sum, numbers) => sum + numbers.length, 0),
    async drain() {
      isOn = false;
      await Promise.all(talks);
    },
    end() {
      for (const client of clients) client.end(true);
    },
  };
}
