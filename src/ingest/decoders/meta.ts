// What a device says about itself (`{"firmware", "serial", "udi", "components"}`): checked to be storable; the registry
// decides what to make of it.
import { type Decoded, refuse } from './decoded.ts';
import { faultIn, isObject, isStorableText, type JsonObject, parseJson } from './json.ts';

export interface DeviceMeta {
  firmware: string | null;
  /** Everything that was said, firmware included. */
  attributes: JsonObject;
}

const MAX_DEPTH = 16;
const MAX_FIRMWARE_LENGTH = 128;

export function decodeMeta(payload: Buffer): Decoded<DeviceMeta> {
  const parsed = parseJson(payload);
  if (!parsed.ok) return parsed;
  return isObject(parsed.value) ? checkMeta(parsed.value) : refuse('not-object', 'meta is an object');
}

export function checkMeta(attributes: JsonObject): Decoded<DeviceMeta> {
  const fault = faultIn(attributes, MAX_DEPTH);
  if (fault) return fault;
  const { firmware = null } = attributes;
  if (firmware !== null && !isStorableText(firmware, MAX_FIRMWARE_LENGTH)) {
    return refuse('wrong-type', `\`firmware\` is a text of at most ${MAX_FIRMWARE_LENGTH} characters`);
  }
  return { ok: true, value: { firmware, attributes } };
}
