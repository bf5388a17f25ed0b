// A simulated edge node over a bad line - messages lost, sent twice, out of order, connections that end - and the law of
// it: whatever is read is read under the name it was sent under; what was received is read once its birth has come.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseSparkplugTopic } from '../../../src/contracts/sparkplug-topics.ts';
import { type Birth, readBirth } from '../../../src/ingest/sparkplug/births.ts';
import {
  birthFor,
  bury,
  type Heard,
  hear,
  newSession,
  type NodeSession,
  type Verdict,
} from '../../../src/ingest/sparkplug/node-session.ts';
import { decodePayload } from '../../../src/ingest/sparkplug/payload.ts';
import { readSamples } from '../../../src/ingest/sparkplug/samples.ts';
import { createEdgeNode, type EdgeMessage } from '../../../src/simulators/edge-node.ts';

const DEVICE = 'dev-1';
const NAMES = ['a', 'b', 'c'];

type Step = { kind: 'data' | 'rebirth' | 'reconnect'; order: number; fate: 'kept' | 'lost' | 'twice' | 'late' };
const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.oneof({ weight: 8, arbitrary: fc.constant('data' as const) }, fc.constantFrom('rebirth', 'reconnect')),
  order: fc.nat(5),
  fate: fc.oneof({ weight: 4, arbitrary: fc.constant('kept' as const) }, fc.constantFrom('lost', 'twice', 'late')),
});

interface Received extends EdgeMessage {
  /** What was meant: a name and its value, for data. */
  said: { name: string; value: number } | null;
}
type Line = Received | 'connection ended' | 'asked for its birth';

/** What comes out of the line, in order. Values are told apart by their number, so a wrong name shows. */
function run(steps: readonly Step[]): Line[] {
  const node = createEdgeNode({ group: 'g', node: 'n' });
  const line: Line[] = [];
  let late: Received | null = null;
  let order = 0;
  let isBirthLost = false;
  let numberings = 1;
  const put = (message: EdgeMessage, said: Received['said'], fate: Step['fate']): void => {
    const received = { ...message, said };
    if (fate === 'late' && !late) return void (late = received);
    if (fate !== 'lost') line.push(received);
    if (fate === 'twice') line.push(received);
    if (late) line.push(late);
    late = null;
  };
  const metrics = () => [...NAMES.slice(order % 3), ...NAMES.slice(0, order % 3)].map((name) => ({ name, value: -1 }));
  const connect = (): void => {
    late = null;
    line.push('connection ended');
    node.connect();
  };
  const bear = (fate: Step['fate']): void => {
    put(node.nodeBirth(0), null, fate);
    put(node.deviceBirth(DEVICE, 0, metrics()), null, fate);
  };
  connect();
  bear('kept');
  for (const [index, { kind, order: wanted, fate }] of steps.entries()) {
    if (kind === 'data') {
      const name = NAMES[index % 3] as string;
      put(node.data(DEVICE, index + 1, { [name]: index }), { name, value: index }, fate);
    } else if (kind === 'reconnect') {
      connect();
      order = wanted;
      isBirthLost = fate === 'lost';
      numberings = 1;
      bear(fate);
    } else if (!isBirthLost && numberings++ < NAMES.length) {
      // A device that is configured anew may number its metrics in another way, and that birth may be lost. Two things no
      // reader could tell: an older numbering that comes again, and one whose first birth was lost as well.
      put(node.deviceDeath(DEVICE, index), null, fate);
      node.renumber(DEVICE);
      order += 1;
      put(node.deviceBirth(DEVICE, 0, metrics()), null, fate);
    }
  }
  if (late) line.push(late);
  late = null;
  line.push('asked for its birth');
  bear('kept');
  return line;
}

function heardOf({ topic, payload }: EdgeMessage): Heard {
  const parsed = parseSparkplugTopic(topic);
  const decoded = decodePayload(payload);
  if (!parsed || !decoded.ok) throw new Error('the simulated node sends what is no Sparkplug');
  return { ...parsed, payload: decoded.value };
}

interface Outcome {
  /** Names that were not those meant. */
  wrong: string[];
  read: number;
  held: number;
}

type Reader = (session: NodeSession, heard: Heard) => Pick<Verdict, 'birth' | 'isUnreadable'>;

/** Reads a line as ingest does; `reader` decides by which birth. */
function readLine(line: readonly Line[], reader: Reader): Outcome {
  const session = newSession();
  const outcome: Outcome = { wrong: [], read: 0, held: 0 };
  let waiting: Received[] = [];
  const tryRead = (received: Received, birth: Birth | null): boolean => {
    const read = birth && readSamples(heardOf(received).payload, birth);
    if (!read?.ok || read.value.faults.length > 0) return false;
    const [[name, value] = []] = Object.entries(read.value.samples[0]?.values ?? {});
    if (name !== received.said?.name || value !== received.said?.value) outcome.wrong.push(`${name} = ${value}`);
    outcome.read += 1;
    return true;
  };
  for (const item of line) {
    if (item === 'connection ended') {
      outcome.held += waiting.length;
      waiting = [];
      bury(session);
    } else if (item !== 'asked for its birth') {
      const { birth, isUnreadable } = reader(session, heardOf(item));
      if (isUnreadable) outcome.held += waiting.splice(0).length;
      if (item.said && !tryRead(item, birth)) waiting.push(item);
      else if (!item.said) waiting = waiting.filter((one) => !tryRead(one, birthFor(session, heardOf(one))));
    }
  }
  outcome.held += waiting.length;
  return outcome;
}

const correct: Reader = hear;

test('nothing is ever read under another name, whatever the line does to the messages', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      expect(readLine(run(steps), correct).wrong).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test('where aliases keep their meaning, everything that was received is read in the end', () => {
  const plain = step.filter(({ kind }) => kind === 'data');
  fc.assert(
    fc.property(fc.array(plain, { maxLength: 60 }), (steps) => {
      const line = run(steps);
      const received = line.filter((item) => typeof item === 'object' && item.said !== null).length;
      expect(readLine(line, correct)).toEqual({ wrong: [], read: received, held: 0 });
    }),
    { numRuns: 500 },
  );
});

test('control: a reader that does not count the sequence reads values under wrong names', () => {
  const tables = new Map<string, Birth>();
  const careless: Reader = (session, heard) => {
    hear(session, heard);
    if (heard.message === 'DBIRTH') tables.set(DEVICE, readBirth(heard.payload));
    return { birth: tables.get(heard.device ?? '') ?? null, isUnreadable: false };
  };
  const lost: Step[] = [
    { kind: 'rebirth', order: 1, fate: 'lost' },
    { kind: 'data', order: 0, fate: 'kept' },
  ];
  expect(readLine(run(lost), careless).wrong).toHaveLength(1);
  expect(readLine(run(lost), correct).wrong).toEqual([]);
});

test('any bytes at all are read or refused, and so is a good message with some of them changed', () => {
  const node = createEdgeNode({ group: 'g', node: 'n' });
  node.connect();
  const good = node.nodeBirth(1, [
    { name: 'a', value: 1, unit: 'Cel' },
    { name: 'mode', value: 'scan' },
  ]).payload;
  const spoilt = fc
    .array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 })
    .map((changes) => {
      const bytes = Buffer.from(good);
      for (const [at, value] of changes) bytes[at] = value;
      return bytes;
    });
  const anything = fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
    spoilt,
  );
  fc.assert(
    fc.property(anything, fc.constantFrom('NBIRTH', 'NDATA', 'NDEATH'), (bytes, message) => {
      const decoded = decodePayload(bytes);
      const heard = decoded.ok ? hear(newSession(), { message, device: null, payload: decoded.value }) : null;
      const read = decoded.ok && heard?.birth ? readSamples(decoded.value, heard.birth) : decoded;
      expect(read.ok || read.detail.length > 0).toBe(true);
    }),
    { numRuns: 3_000 },
  );
});

test('templates within templates, as deep as a packet allows, end in an answer', () => {
  const lengthOf = (size: number): number[] => (size < 128 ? [size] : [(size & 127) | 128, ...lengthOf(size >>> 7)]);
  const headers: Buffer[] = [];
  let length = 0;
  // From the inside: template_value of a metric (field 18), metrics of a template (field 2).
  for (const tag of Array.from({ length: 20_000 }, () => [[0x92, 0x01], [0x12]]).flat()) {
    const header = Buffer.from([...tag, ...lengthOf(length)]);
    headers.push(header);
    length += header.length;
  }
  const bytes = Buffer.concat(headers.reverse());
  const decoded = decodePayload(bytes);
  expect(decoded.ok || decoded.reason).toBeTruthy();
});
