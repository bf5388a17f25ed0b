// What a device answers to a command (`{"status", "result"}`, the request in the topic): decoded and bounded; whether it
// was asked is for others to know.
import { parseUpTopic } from '../../contracts/topics.ts';
import { type Decoded, refuse } from './decoded.ts';
import { faultIn, isObject, parseJson } from './json.ts';

export interface CommandReply {
  request: string;
  status: 'done' | 'failed';
  /** Any JSON; of a result that is too long `{truncated: true, bytes, head}`. */
  result: unknown;
}

export const MAX_RESULT_BYTES = 64 * 1024;
const MAX_DEPTH = 16;

function bounded(result: unknown): unknown {
  const text = JSON.stringify(result);
  const bytes = Buffer.byteLength(text);
  if (bytes <= MAX_RESULT_BYTES) return result;
  // Of a text its own beginning; else that of the JSON. A pair of surrogates is not cut in two.
  const whole = typeof result === 'string' ? result : text;
  const head = whole.slice(0, MAX_RESULT_BYTES / 4).replace(/[\uD800-\uDBFF]$/, '');
  return { truncated: true, bytes, head };
}

export function decodeCommandReply(topic: string, payload: Buffer): Decoded<CommandReply> {
  const parsedTopic = parseUpTopic(topic);
  if (parsedTopic?.kind !== 'command-reply') return refuse('wrong-type', `${topic} names no request`);
  const parsed = parseJson(payload);
  if (!parsed.ok) return parsed;
  if (!isObject(parsed.value)) return refuse('not-object', 'a reply is an object with `status`');
  const { status, result = null } = parsed.value;
  if (status !== 'done' && status !== 'failed') return refuse('wrong-type', '`status` is "done" or "failed"');
  const fault = faultIn(result, MAX_DEPTH);
  if (fault) return fault;
  return { ok: true, value: { request: parsedTopic.request, status, result: bounded(result) } };
}
