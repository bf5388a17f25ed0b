// The bytes of the two packets a server sends a message with: PUBLISH (MQTT-3.3) and PUBREL (MQTT-3.6).

export interface PublishFrame {
  topic: string;
  payload: Buffer;
  qos: 0 | 1 | 2;
  /** Left out at QoS 0. */
  packetId?: number;
  isRetained?: boolean;
  /** It may have been sent before (MQTT-3.3.1-1). */
  isRepeated?: boolean;
}

const PUBLISH = 0x30;
const DUP = 0x08;
const RETAIN = 0x01;
/** The reserved bits of PUBREL are 0010 (MQTT-3.6.1-1). */
const PUBREL = 0x62;

/** MQTT-2.2.3: seven bits a byte, the lowest first. */
function remainingLength(length: number): number[] {
  const bytes: number[] = [];
  let left = length;
  do {
    bytes.push(left > 0x7f ? (left & 0x7f) | 0x80 : left);
    left >>>= 7;
  } while (left > 0);
  return bytes;
}

export function publishFrame({ topic, payload, qos, packetId, isRetained, isRepeated }: PublishFrame): Buffer {
  const name = Buffer.from(topic, 'utf8');
  const id = qos === 0 || packetId === undefined ? [] : [packetId >> 8, packetId & 0xff];
  const flags = (qos << 1) | (qos > 0 && isRepeated ? DUP : 0) | (isRetained ? RETAIN : 0);
  const length = remainingLength(2 + name.length + id.length + payload.length);
  const head = Buffer.from([PUBLISH | flags, ...length, name.length >> 8, name.length & 0xff]);
  return Buffer.concat([head, name, Buffer.from(id), payload]);
}

export const pubrelFrame = (packetId: number): Buffer => Buffer.from([PUBREL, 2, packetId >> 8, packetId & 0xff]);
