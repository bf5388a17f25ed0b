// From a message to its work: decoded by its kind, timed, checked against the product, or refused with a reason. Pure
// given the device, so that the same message always comes to the same end.
import { type Decoded, refuse } from './decoders/decoded.ts';
import { decodeCommandReply } from './decoders/command-reply.ts';
import { decodeDeviceEvent } from './decoders/device-event.ts';
import { checkMeta, decodeMeta, type DeviceMeta } from './decoders/meta.ts';
import type { JsonObject } from './decoders/json.ts';
import { decodeSenml } from './decoders/senml.ts';
import { decodeTelemetry } from './decoders/telemetry.ts';
import { faultOfTime } from './decoders/timing.ts';
import type { DeviceFacts, UpMessage } from './ports.ts';
import { samplesWork, type Surroundings } from './samples-work.ts';
import { held, type Work } from './work.ts';

export function workOf(message: UpMessage, device: DeviceFacts | null, around: Surroundings): Work {
  if (!device) return held(message, refuse('unknown-device', `${message.device} is not registered`));
  switch (message.kind) {
    case 'telemetry':
      return samplesWork(message, decodeTelemetry(message.payload), device, around);
    case 'senml':
      return samplesWork(message, decodeSenml(message.payload, message), device, around);
    case 'event':
      return eventWork(message, device, around);
    case 'meta':
      return metaWorkOf(message, device, decodeMeta(message.payload));
    case 'state':
      return held(message, refuse('wrong-type', 'the state is the word `online` or `offline`'));
    case 'command-reply': {
      const reply = decodeCommandReply(message.topic, message.payload);
      return reply.ok ? { message, kind: 'reply', device, reply: reply.value } : held(message, reply);
    }
    case 'sparkplug':
      return held(message, refuse('birth-missing', 'it is read in the session of its node, not by itself'));
  }
}

const metaWorkOf = (message: UpMessage, device: DeviceFacts, meta: Decoded<DeviceMeta>): Work =>
  meta.ok ? { message, kind: 'meta', device, meta: meta.value } : held(message, meta);

export const metaWork = (message: UpMessage, device: DeviceFacts, attributes: JsonObject): Work =>
  metaWorkOf(message, device, checkMeta(attributes));

function eventWork(message: UpMessage, device: DeviceFacts, around: Surroundings): Work {
  const decoded = decodeDeviceEvent(message.payload);
  if (!decoded.ok) return held(message, decoded);
  const at = decoded.value.at ?? around.arrivalMs();
  const fault = faultOfTime(at, around.nowMs, around.timing);
  return fault ? held(message, fault) : { message, kind: 'event', device, at, event: decoded.value };
}
