// A device's own event (`{"ts", "code", "severity", "text", "data"}`): decoded, not interpreted.
import { type Decoded, refuse } from './decoded.ts';
import { faultIn, isObject, isStorableText, type JsonObject, parseJson } from './json.ts';

export interface DeviceEvent {
  at: number | null;
  code: string;
  severity: string;
  text: string | null;
  data: JsonObject | null;
}

const MAX_CODE_LENGTH = 64;
const MAX_SEVERITY_LENGTH = 32;
const MAX_TEXT_LENGTH = 2_000;
const MAX_DEPTH = 16;

export function decodeDeviceEvent(payload: Buffer): Decoded<DeviceEvent> {
  const parsed = parseJson(payload);
  if (!parsed.ok) return parsed;
  if (!isObject(parsed.value)) return refuse('not-object', 'an event is an object with `code`');
  const fault = faultIn(parsed.value, MAX_DEPTH);
  if (fault) return fault;
  const { ts, code, severity = 'info', text = null, data = null } = parsed.value;
  if (ts !== undefined && !Number.isSafeInteger(ts)) {
    return refuse('ts-not-integer', '`ts` is an integer: milliseconds since 1970 (UTC)');
  }
  if (!isStorableText(code, MAX_CODE_LENGTH) || code === '') {
    return refuse('wrong-type', `\`code\` is a text of 1 to ${MAX_CODE_LENGTH} characters`);
  }
  if (!isStorableText(severity, MAX_SEVERITY_LENGTH)) {
    return refuse('wrong-type', `\`severity\` is a text of at most ${MAX_SEVERITY_LENGTH} characters`);
  }
  if (text !== null && !isStorableText(text, MAX_TEXT_LENGTH)) {
    return refuse('wrong-type', `\`text\` is a text of at most ${MAX_TEXT_LENGTH} characters`);
  }
  if (data !== null && !isObject(data)) return refuse('wrong-type', '`data` is an object');
  return { ok: true, value: { at: (ts as number | undefined) ?? null, code, severity, text, data } };
}
