// One whole packet of a client, held against MQTT 3.1.1. Its first byte and length were checked before.
import { checkAcknowledgement } from './acknowledgement.ts';
import { checkConnect } from './connect.ts';
import {
  CONNECT,
  DISCONNECT,
  PINGREQ,
  PUBACK,
  PUBCOMP,
  PUBLISH,
  PUBREC,
  PUBREL,
  SUBSCRIBE,
  UNSUBSCRIBE,
} from './fixed-header.ts';
import { checkPublish } from './publish.ts';
import { checkSubscribe, checkUnsubscribe } from './subscribe.ts';
import type { Violation } from './violation.ts';

export function checkPacket(bytes: Buffer, start: number, bodyAt: number, end: number): Violation | null {
  switch ((bytes[start] as number) >> 4) {
    case PUBLISH:
      return checkPublish(bytes, start, bodyAt, end);
    case PUBACK:
    case PUBREC:
    case PUBREL:
    case PUBCOMP:
      return checkAcknowledgement(bytes, bodyAt, end);
    case CONNECT:
      return checkConnect(bytes, bodyAt, end);
    case SUBSCRIBE:
      return checkSubscribe(bytes, bodyAt, end);
    case UNSUBSCRIBE:
      return checkUnsubscribe(bytes, bodyAt, end);
    case PINGREQ:
    case DISCONNECT:
      return bodyAt === end ? null : 'wrong-length';
    default:
      return 'packet-type';
  }
}
