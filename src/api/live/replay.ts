// What a client missed while it was away, from the event log: or null when a new snapshot is the honest answer.
import type { Principal } from '../../contracts/access.ts';
import type { Change, LiveTopic } from '../../contracts/live.ts';
import type { EventLog } from '../ports.ts';
import { changeFor, isCut } from './audience.ts';
import { loadChanges, type ViewPorts } from './changes.ts';
import { gather, mayMoveDevice, outdatesViews, type TouchedAt } from './records.ts';

export interface ReplayOptions {
  eventLog: EventLog;
  views: ViewPorts;
  /** From here on this process knows what it sent to people with a cut view. */
  startedAt: number;
}

export interface Missed {
  missed: Change[];
  position: number;
}

/** More events than this are not replayed; a snapshot is cheaper then. */
export const REPLAY_LIMIT = 1000;

/** `position`: up to where changes have been handed out; what comes after it reaches the subscription by itself. */
export async function loadMissed(
  topic: LiveTopic,
  principal: Principal,
  since: number,
  position: number,
  { eventLog, views, startedAt }: ReplayOptions,
): Promise<Missed | null> {
  if (since > position) return (await exists(eventLog, since)) ? { missed: [], position: since } : null;
  if (position - since > REPLAY_LIMIT || (isCut(principal) && since < startedAt)) return null;
  const events = (await eventLog.read(since, REPLAY_LIMIT)).filter((event) => event.position <= position);
  if (events.some((event) => outdatesViews(event) || (isCut(principal) && mayMoveDevice(event)))) return null;
  const touched = new Map<string, TouchedAt>();
  for (const event of events) gather(touched, event);
  const changes = await loadChanges([...touched.values()], views);
  const missed = changes.flatMap((change) => (change.topic === topic ? [changeFor(principal, change)] : []));
  return { missed: missed.filter((change) => change !== null), position };
}

/** A client may be ahead of this process (it was on another one) but not ahead of the log (another database). */
async function exists(eventLog: EventLog, position: number): Promise<boolean> {
  const [event] = await eventLog.read(position - 1, 1);
  return event?.position === position;
}
