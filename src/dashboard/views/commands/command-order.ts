// Which of two versions of a command is the newer one, and the history of a device put together from pages and live
// changes. Pure.
import { COMMAND_STATES } from '../../../contracts/commands.ts';
import type { Command } from '../../../contracts/http/commands.ts';

/** A command only moves forward, so how far it has come tells the versions apart. */
const progressOf = ({ state, attempts, reply }: Command): number =>
  COMMAND_STATES.indexOf(state) * 1_000 + Math.min(attempts, 499) * 2 + (reply === null ? 0 : 1);

export const newerOf = (one: Command | undefined, other: Command): Command =>
  one !== undefined && progressOf(one) >= progressOf(other) ? one : other;

/** Newest first; what both hold is taken in its newer version. */
export function mergeCommands(paged: readonly Command[], changed: ReadonlyMap<string, Command>): Command[] {
  const known = new Set(paged.map(({ request }) => request));
  const arrived = [...changed.values()]
    .filter(({ request }) => !known.has(request))
    // Of what lies beyond the loaded pages a change says nothing about its neighbours.
    .filter(({ requestedAt }) => paged.length === 0 || requestedAt >= (paged[0]?.requestedAt ?? ''))
    .sort((a, b) => b.requestedAt.localeCompare(a.requestedAt));
  return [...arrived, ...paged.map((command) => newerOf(changed.get(command.request), command))];
}
