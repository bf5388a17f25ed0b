// How far a replay is known to be stored: a small file, replaced whole each time, from which a replay that was killed goes
// on. It holds only what was acknowledged, so going on from it may send something twice but never leaves anything out.
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { RecordingMap } from '../../contracts/recording-map.ts';
import type { Tally } from './tally.ts';

export interface Reached {
  /** Of the rows before this point every one is acknowledged. */
  tally: Tally;
  /** Time spent until there, over all runs. */
  seconds: number;
}

export interface Journal {
  /** Where the run before got to; null when it begins anew. */
  readonly reached: Reached | null;
  /** The import the instance was told of. */
  importId: number | null;
  save(reached: Reached): void;
  /** Everything is done: nothing is left to go on from. */
  remove(): void;
}

interface Kept extends Reached {
  version: 1;
  recording: string;
  importId: number | null;
}

/** Names a recording under a mapping: a journal of another one must not be gone on from. */
export async function fingerprintOf(file: string, map: RecordingMap): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([map.time, map.device, map.metrics]));
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

function readKept(file: string, recording: string): Kept | null {
  if (!existsSync(file)) return null;
  let kept: Kept;
  try {
    kept = JSON.parse(readFileSync(file, 'utf8')) as Kept;
  } catch (error) {
    throw new Error(`${file} cannot be read (${(error as Error).message}); delete it to begin anew`, { cause: error });
  }
  if (kept.version !== 1 || kept.recording !== recording)
    throw new Error(`${file} is about another recording or mapping; give --state another file, or leave --resume out`);
  return kept;
}

export interface JournalOptions {
  file: string;
  recording: string;
  resume: boolean;
}

export function openJournal({ file, recording, resume }: JournalOptions): Journal {
  const kept = resume ? readKept(file, recording) : null;
  const journal: Journal = {
    reached: kept && { tally: kept.tally, seconds: kept.seconds },
    importId: kept?.importId ?? null,
    save({ tally, seconds }) {
      const text: Kept = { version: 1, recording, importId: journal.importId, tally, seconds };
      const draft = `${file}.new`;
      writeFileSync(draft, JSON.stringify(text));
      renameSync(draft, file);
    },
    remove: () => rmSync(file, { force: true }),
  };
  return journal;
}
