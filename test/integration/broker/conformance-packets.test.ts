// Every packet of MQTT 3.1.1 in its right and in its wrong forms, byte for byte, against a broker that is open to all:
// what is right is answered as the specification says, what is wrong ends the connection.
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MqttEngine, startEngine } from '../../../src/broker/mqtt-engine.ts';
import { openPolicy } from '../../../src/broker/open-policy.ts';
import { silentLog } from '../../support/database.ts';
import { bytesOf, CONNACK, connect, field, packet, RawClient } from './raw-client.ts';

let engine: MqttEngine;

beforeAll(async () => {
  engine = await startEngine({
    ports: { tcp: { host: '127.0.0.1', port: 0 } },
    policy: (tools) => openPolicy({ deniedFilters: ['secret'] }, tools),
    clock: { now: () => Date.now() },
    log: silentLog(),
    metrics: new Registry(),
  });
});
afterAll(() => engine.close());

interface Exchange {
  name: string;
  /** What is sent, and what must come back: pairs, one after the other. */
  steps: [sent: Buffer, answered?: Buffer][];
  /** Whether the connection is of use afterwards. */
  isKept: boolean;
  /** Without the usual CONNECT in front. */
  isFirst?: boolean;
}

let clients = 0;

async function goesAsTold({ name, steps, isKept, isFirst }: Exchange): Promise<string | null> {
  const client = new RawClient(engine.ports.tcp ?? 0);
  try {
    clients += 1;
    const start: Exchange['steps'] = isFirst ? [] : [[connect(0x02, field(Buffer.from(`c${clients}`))), CONNACK]];
    for (const [sent, answered = Buffer.alloc(0)] of [...start, ...steps]) {
      client.send(sent);
      const received = await client.receive(answered.length);
      if (!received.equals(answered)) return `${name}: ${received.toString('hex')} for ${answered.toString('hex')}`;
    }
    if (isKept) return (await client.isAlive()) ? null : `${name}: the connection is gone`;
    return (await client.isClosed()) ? null : `${name}: still connected`;
  } finally {
    client.destroy();
  }
}

const refused = (name: string, ...sent: Buffer[]): Exchange => ({
  name,
  steps: sent.map((bytes) => [bytes]),
  isKept: false,
});
const refusedFirst = (name: string, sent: Buffer, answer?: string): Exchange => ({
  name,
  steps: [answer === undefined ? [sent] : [sent, bytesOf(answer)]],
  isKept: false,
  isFirst: true,
});
const kept = (name: string, ...steps: [Buffer, string?][]): Exchange => ({
  name,
  steps: steps.map(([sent, answer]) => (answer === undefined ? [sent] : [sent, bytesOf(answer)])),
  isKept: true,
});
const keptFirst = (name: string, sent: Buffer, answer = '20 02 00 00'): Exchange => ({
  ...kept(name, [sent, answer]),
  isFirst: true,
});

/** Text no packet may carry (MQTT-1.5.3), by what is wrong with it. */
const BAD_TEXT: Record<string, string> = {
  'U+0000': '746f 00 7070',
  'U+0001': '746f 01 7070',
  'U+001F': '746f 1f 7070',
  'U+007F': '746f 7f 7070',
  'U+0080': '746f c280 70',
  'U+009F': '746f c29f 70',
  'the surrogate U+D800': '746f eda080',
  'the surrogate U+DFFF': '746f edbfbf',
  'a pair of surrogates': 'eda080 edb080',
  'U+FDD0': '746f efb790',
  'U+FFFF': '746f efbfbf',
  'an overlong slash': '746f c0af 70',
  'a character cut short': '746f 70 e282',
  'a stray continuation': '746f 80 7070',
  'a code point beyond U+10FFFF': '74 f4908080',
};

const GOOD_TEXT: Record<string, string> = {
  'U+2A6D4': "'A' f0aa9b94",
  'U+FEFF': "efbbbf 'bom'",
  Chinese: "'设备/温度'",
  'a space': "'a b'",
};

const WITH_ID = { 0x40: 'PUBACK', 0x50: 'PUBREC', 0x62: 'PUBREL', 0x70: 'PUBCOMP' };

async function allGoAsTold(exchanges: readonly Exchange[]): Promise<void> {
  const failures: string[] = [];
  const AT_ONCE = 20;
  for (let from = 0; from < exchanges.length; from += AT_ONCE) {
    const results = await Promise.all(exchanges.slice(from, from + AT_ONCE).map(goesAsTold));
    failures.push(...results.filter((result) => result !== null));
  }
  expect(failures).toEqual([]);
}

describe('the order and the frame of packets', () => {
  test('nothing but CONNECT comes first (MQTT-3.1.0-1)', () =>
    allGoAsTold([
      ...[0x00, 0x01, 0x08, 0xf0].map((first) => refusedFirst(`type of ${first}`, packet(first))),
      refusedFirst('CONNACK', packet(0x20, '0000')),
      refusedFirst('PUBLISH', packet(0x30, "s'topic' 'payload'")),
      refusedFirst('PUBLISH, its beginning', bytesOf("30 20 s'topic'")),
      ...Object.entries(WITH_ID).map(([first, name]) => refusedFirst(name, packet(Number(first), '0001'))),
      refusedFirst('SUBSCRIBE', packet(0x82, "1234 s'p' 00")),
      refusedFirst('UNSUBSCRIBE', packet(0xa2, "1234 s'p'")),
      refusedFirst('PINGREQ', packet(0xc0)),
      refusedFirst('DISCONNECT', packet(0xe0)),
    ]));

  test('CONNECT comes once (MQTT-3.1.0-2)', () =>
    allGoAsTold([refused('after its answer', connect(0x02, "s'again'"))]));

  test('what only a server sends, and what nobody sends, ends the connection', () =>
    allGoAsTold([
      refused('CONNACK', packet(0x20, '0000')),
      refused('SUBACK', packet(0x90, '0001 00')),
      refused('UNSUBACK', packet(0xb0, '0001')),
      refused('PINGRESP', packet(0xd0)),
      ...[0x00, 0x01, 0x02, 0x04, 0x08].map((first) => refused(`type of ${first}`, packet(first))),
      refused('type 0 with a body', packet(0x00, '00')),
      ...[0xf0, 0xf1, 0xf2].map((first) => refused(`type of ${first}`, packet(first))),
    ]));

  test('reserved flags stand as they must (MQTT-2.2.2-2)', () => {
    const bodies: [number, string, number][] = [
      [0x40, '0001', 0],
      [0x50, '0001', 0],
      [0x60, '0001', 2],
      [0x70, '0001', 0],
      [0x80, "1234 s'p' 00", 2],
      [0xa0, "1234 s'p'", 2],
      [0xc0, '', 0],
      [0xe0, '', 0],
    ];
    const exchanges = bodies.flatMap(([type, body, wanted]) =>
      [0, 1, 2, 3, 4, 6, 8, 10]
        .filter((flags) => flags !== wanted)
        .map((flags) => refused((type | flags).toString(16), packet(type | flags, body))),
    );
    return allGoAsTold([
      ...exchanges,
      ...[1, 2, 4, 8].map((flags) =>
        refusedFirst(`CONNECT with ${flags}`, packet(0x10 | flags, "s'MQTT' 04 02 000a s'p'")),
      ),
    ]);
  });

  test('a length of five bytes, or beyond the limit, ends the connection', () =>
    allGoAsTold([
      refused('five bytes', bytesOf('30 ffffffff7f')),
      refused('five bytes of DISCONNECT', bytesOf('e0 8080808001')),
      refused('the largest of four', bytesOf('30 ffffff7f')),
      refusedFirst('CONNECT', bytesOf('10 ffffffff7f')),
    ]));
});

describe('CONNECT', () => {
  test('in its right forms', () =>
    allGoAsTold([
      keptFirst('as short as can be', connect(0x02, "s'p'")),
      keptFirst('without a name, clean', connect(0x02, "s''")),
      keptFirst('with a will', connect(0x06, "s'p1' s'will' s'message'")),
      keptFirst('with an empty will', connect(0x06, "s'p2' s'will' s''")),
      keptFirst('with a will of QoS 2, retained', connect(0x36, "s'p3' s'will2' s''")),
      keptFirst('with a user name', connect(0x82, "s'p4' s'user'")),
      keptFirst('with an empty user name', connect(0x82, "s'p5' s''")),
      keptFirst('with user name and password', connect(0xc2, "s'p6' s'user' s'password'")),
      keptFirst('with U+0000 in the password', connect(0xc2, "s'p7' s'user' 0005 746f700000")),
      keptFirst('of MQTT 3.1', packet(0x10, "s'MQIsdp' 03 02 000a s'p8'")),
    ]));

  test('its protocol and level (MQTT-3.1.2-1, MQTT-3.1.2-2)', () =>
    allGoAsTold([
      ...["s'MQTU'", "s'MQT'", "s'MQTTT'", "s''", "s'mqtt'", "s'HTTP/1.1 GET'"].map((name) =>
        refusedFirst(name, packet(0x10, `${name} 04 02 000a s'p'`)),
      ),
      ...['02', '03', '05', '06', '84'].map((level) =>
        refusedFirst(`level ${level}`, packet(0x10, `s'MQTT' ${level} 02 000a s'p'`), '20 02 00 01'),
      ),
      ...['02', '04', '83'].map((level) =>
        refusedFirst(`3.1 of level ${level}`, packet(0x10, `s'MQIsdp' ${level} 02 000a s'p'`), '20 02 00 01'),
      ),
    ]));

  test('a session without a name is refused (MQTT-3.1.3-8)', () =>
    allGoAsTold([
      refusedFirst('not clean', connect(0x00, "s''"), '20 02 00 02'),
      refusedFirst('of MQTT 3.1', packet(0x10, "s'MQIsdp' 03 02 000a s''"), '20 02 00 02'),
    ]));

  test('its flags and its payload agree (MQTT-3.1.2)', () =>
    allGoAsTold([
      refusedFirst('the reserved flag', connect(0x03, "s'p'")),
      refusedFirst('will QoS without a will', connect(0x0a, "s'p'")),
      refusedFirst('will retain without a will', connect(0x22, "s'p'")),
      refusedFirst('will QoS 3', connect(0x1e, "s'p' s'will' s'message'")),
      refusedFirst('no will', connect(0x06, "s'p'")),
      refusedFirst('half a will', connect(0x06, "s'p' s'will'")),
      refusedFirst('a will on no topic', connect(0x06, "s'p' s'' s'message'")),
      refusedFirst('a will on a wildcard', connect(0x06, "s'p' s'will/#' s'message'")),
      refusedFirst('no user name', connect(0x82, "s'p'")),
      refusedFirst('no password', connect(0xc2, "s'p' s'user'")),
      refusedFirst('a password without a user name', connect(0x42, "s'p' s'password'")),
      refusedFirst('a user name that is not announced', connect(0x02, "s'p' s'user'")),
      refusedFirst('a password that is not announced', connect(0x82, "s'p' s'user' s'password'")),
      refusedFirst('no client id', connect(0x02)),
      refusedFirst('half a client id', connect(0x02, '0005 70')),
      refusedFirst('nothing at all', packet(0x10)),
      refusedFirst('no keep alive', packet(0x10, "s'MQTT' 04 02")),
      refusedFirst('a name longer than the packet', packet(0x10, '00ff 4d51')),
      refusedFirst(
        'a length that is too short',
        bytesOf("10 07 s'MQTT' 04 c2 003c s'test-python' s'admin' s'password'"),
      ),
    ]));

  test.each(Object.entries(BAD_TEXT))('%s is no text', (_what, spelled) => {
    const text = field(bytesOf(spelled));
    return allGoAsTold([
      refusedFirst('client id', connect(0x02, text)),
      refusedFirst('user name', connect(0x82, "s'p'", text)),
      refusedFirst('will topic', connect(0x06, "s'p'", text, "s'message'")),
      refused('topic of PUBLISH', packet(0x30, text, "'payload'")),
      refused('topic of PUBLISH at QoS 1', packet(0x32, text, "1234 'payload'")),
      refused('filter of SUBSCRIBE', packet(0x82, '1234', text, '00')),
      refused('second filter of SUBSCRIBE', packet(0x82, "1234 s'p' 00", text, '00')),
      refused('filter of UNSUBSCRIBE', packet(0xa2, '1234', text)),
    ]);
  });

  test.each(Object.entries(GOOD_TEXT))('%s is text', (_what, spelled) => {
    const text = field(bytesOf(spelled));
    return allGoAsTold([
      keptFirst('client id', connect(0x02, text)),
      keptFirst('user name', connect(0x82, "s'good'", text)),
      keptFirst('will topic', connect(0x06, "s'good2'", text, "s'message'")),
      kept('topic of PUBLISH', [packet(0x32, text, "1234 'payload'"), '40 02 1234']),
      kept('filters', [packet(0x82, '1234', text, '00'), '90 03 1234 00'], [packet(0xa2, '1234', text), 'b0 02 1234']),
    ]);
  });
});

describe('PUBLISH', () => {
  test('at each QoS', () =>
    allGoAsTold([
      kept('QoS 0', [packet(0x30, "s'topic' 'payload'")]),
      kept('retained', [packet(0x31, "s'kept' 'payload'")]),
      kept('retained, empty', [packet(0x31, "s'kept'")]),
      kept('QoS 1', [packet(0x32, "s'topic' 1234 'payload'"), '40 02 1234']),
      kept('QoS 1 again', [packet(0x3a, "s'topic' 1234 'payload'"), '40 02 1234']),
      kept('QoS 1, empty', [packet(0x32, "s'topic' 0001"), '40 02 0001']),
      kept('QoS 2', [packet(0x34, "s'topic' 1234 'payload'"), '50 02 1234'], [packet(0x62, '1234'), '70 02 1234']),
      kept(
        'QoS 2 again',
        [packet(0x3c, "s'topic' 1234 'payload'"), '50 02 1234'],
        [packet(0x62, '1234'), '70 02 1234'],
      ),
      kept(
        'QoS 2, told three times and released once',
        [packet(0x34, "s'topic' 1234"), '50 02 1234'],
        [packet(0x34, "s'topic' 1234 'p'"), '50 02 1234'],
        [packet(0x34, "s'topic' 1234"), '50 02 1234'],
        [packet(0x62, '1234'), '70 02 1234'],
      ),
    ]));

  test('in its wrong forms', () =>
    allGoAsTold([
      refused('QoS 3 (MQTT-3.3.1-4)', packet(0x36, "s'topic' 1234 'payload'")),
      refused('QoS 3 again', packet(0x3e, "s'topic' 1234 'payload'")),
      refused('again at QoS 0 (MQTT-3.3.1-2)', packet(0x38, "s'topic' 'payload'")),
      refused('packet id 0 at QoS 1 (MQTT-2.3.1-1)', packet(0x32, "s'topic' 0000 'payload'")),
      refused('packet id 0 at QoS 2', packet(0x34, "s'topic' 0000 'payload'")),
      refused('no packet id', packet(0x32, "s'topic'")),
      refused('half a packet id', packet(0x32, "s'topic' 12")),
      refused('no topic (MQTT-4.7.3-1)', packet(0x30, "s'' 'payload'")),
      refused('+ in the topic (MQTT-3.3.2-2)', packet(0x30, "s'+opic' 'payload'")),
      refused('# in the topic', packet(0x30, "s'topic/#' 'payload'")),
      refused('half a topic', packet(0x30, '0005 746f')),
      refused('nothing at all', packet(0x30)),
      refused('too many levels', packet(0x30, "s'1/2/3/4/5/6/7/8'")),
      refused("the broker's own topics", packet(0x30, "s'$SYS/x' 'payload'")),
    ]));
});

describe('acknowledgements', () => {
  test.each(Object.entries(WITH_ID))('%i %s is two bytes of packet id', (first, name) =>
    allGoAsTold([
      refused(`${name} too long`, packet(Number(first), '0001 00')),
      refused(`${name} of id 0`, packet(Number(first), '0000')),
      refused(`${name} without id`, packet(Number(first))),
      refused(`${name} of half an id`, packet(Number(first), '01')),
    ]),
  );

  test('nobody asked for', () =>
    allGoAsTold([
      kept('PUBACK', [packet(0x40, '0001')]),
      kept('PUBREC', [packet(0x50, '0001'), '62 02 0001']),
      kept('PUBREL', [packet(0x62, '0001'), '70 02 0001']),
      kept('PUBCOMP', [packet(0x70, '0001')]),
    ]));
});

describe('SUBSCRIBE and UNSUBSCRIBE', () => {
  test('are answered filter by filter', () =>
    allGoAsTold([
      ...['00', '01', '02'].map((qos) => kept(`QoS ${qos}`, [packet(0x82, `1234 s'p' ${qos}`), `90 03 1234 ${qos}`])),
      kept('two filters', [packet(0x82, "1234 s'p' 00 s'q' 02"), '90 04 1234 00 02']),
      kept('refused by the policy', [packet(0x82, "1234 s'p' 01 s'secret' 01"), '90 04 1234 01 80']),
      kept('too many levels', [packet(0x82, "1234 s'1/2/3/4/5/6/7/8' 00 s'1/2/3/4/5/6/7' 00"), '90 04 1234 80 00']),
      kept('too many at once', [packet(0x82, '1234', ...Array(9).fill("s'p' 00")), `90 0b 1234 ${'80'.repeat(9)}`]),
      kept('as many as may be', [
        packet(0x82, '1234', ...'abcdefgh'.split('').map((name) => `s'${name}' 00`)),
        `90 0a 1234 ${'00'.repeat(8)}`,
      ]),
      kept('what was not subscribed', [packet(0xa2, "1234 s'p'"), 'b0 02 1234']),
      kept('two that were not', [packet(0xa2, "1234 s'p' s'q'"), 'b0 02 1234']),
      kept('and back', [packet(0x82, "1234 s'p' 00"), '90 03 1234 00'], [packet(0xa2, "1235 s'p'"), 'b0 02 1235']),
      kept(
        'three, one of them back, and one again',
        [packet(0x82, "1234 s'a/1/#' 00 s'b/2/#' 00 s'c/3/#' 00"), '90 05 1234 00 00 00'],
        [packet(0xa2, "1234 s'a/1/#'"), 'b0 02 1234'],
        [packet(0x82, "1234 s'c/3/#' 01"), '90 03 1234 01'],
      ),
      ...['#', '+', '/', '//', '+/+', '/+', 'a/+/b', 'a/#', '+/#', '/#', '+//+'].map((filter) =>
        kept(filter, [packet(0x82, `1234 s'${filter}' 00`), '90 03 1234 00']),
      ),
    ]));

  test('wildcards stand where they may (MQTT-4.7.1)', () => {
    const misplaced = ['a#', '#/a', 'a/#/b', 'a/b#', '##', 'a+', '+a', 'a/+b', 'a/b+/c', '++', '+#', '#+'];
    return allGoAsTold(
      misplaced.flatMap((filter) => [
        refused(filter, packet(0x82, `1234 s'${filter}' 00`)),
        refused(filter, packet(0xa2, `1234 s'${filter}'`)),
      ]),
    );
  });

  test('in their wrong forms', () =>
    allGoAsTold([
      ...['03', '04', '08', '10', '20', '40', '80'].map((qos) =>
        refused(`QoS ${qos} (MQTT-3-8.3-4)`, packet(0x82, `1234 s'p' ${qos}`)),
      ),
      refused('packet id 0', packet(0x82, "0000 s'p' 00")),
      refused('no filters (MQTT-3.8.3-3)', packet(0x82, '1234')),
      refused('half a packet id', packet(0x82, '12')),
      refused('nothing at all', packet(0x82)),
      refused('no QoS', packet(0x82, "1234 s'p'")),
      refused('half a filter', packet(0x82, '1234 0005 70')),
      refused('half a length', packet(0x82, '1234 00')),
      refused('a byte too many', packet(0x82, "1234 s'p' 00 00")),
      refused('an empty filter', packet(0x82, "1234 s'' 00")),
      refused('an empty first filter', packet(0x82, "1234 s'' 00 s'q' 00")),
      refused('an empty second filter', packet(0x82, "1234 s'q' 00 s'' 00")),
      refused('UNSUBSCRIBE: packet id 0', packet(0xa2, "0000 s'p' s'q'")),
      refused('UNSUBSCRIBE: no filters (MQTT-3.10.3-2)', packet(0xa2, '1234')),
      refused('UNSUBSCRIBE: half a packet id', packet(0xa2, '12')),
      refused('UNSUBSCRIBE: nothing at all', packet(0xa2)),
      refused('UNSUBSCRIBE: half a filter', packet(0xa2, '1234 0002 70')),
      refused('UNSUBSCRIBE: half a length', packet(0xa2, '1234 01')),
      refused('UNSUBSCRIBE: an empty first filter', packet(0xa2, "1234 s'' s'q'")),
      refused('UNSUBSCRIBE: an empty second filter', packet(0xa2, "1234 s'q' s''")),
    ]));
});

describe('PINGREQ and DISCONNECT', () => {
  test('are two bytes', () =>
    allGoAsTold([
      kept('PINGREQ', [packet(0xc0), 'd0 00']),
      refused('PINGREQ with a body', packet(0xc0, '00')),
      refused('DISCONNECT', packet(0xe0)),
      refused('DISCONNECT with a body', packet(0xe0, '00')),
      refused('anything after DISCONNECT', packet(0xe0), packet(0x32, "s'late' 0001 'payload'")),
    ]));
});
