// The registry of models put together: what judges now, what people decide about it, and what trains in the background.
import type { BaseLogger } from 'pino';
import type { Clock } from '../../contracts/time.ts';
import type { Database } from '../../db/database.ts';
import { ensureBuiltIn } from './built-in.ts';
import { KINDS } from './known-kinds.ts';
import { type ModelBook, openModelBook } from './model-book.ts';
import { createModelCommands, type ModelCommands } from './model-commands.ts';
import { createModelReads, type ModelReads } from './model-reads.ts';
import { MODELS_CHANGED } from './store-model.ts';
import { createTrainer, type Trainer } from './trainer.ts';

export interface ModelRegistry {
  readonly book: ModelBook;
  readonly reads: ModelReads;
  readonly commands: ModelCommands;
  readonly trainer: Trainer;
  close(): Promise<void>;
}

export interface ModelRegistryOptions {
  database: Database;
  clock: Clock;
  log: BaseLogger;
  /** Of this program; kept with every model it makes. */
  codeVersion: string;
  /** How often models put in force by another process are looked for. */
  everyMs: number;
}

export async function openModelRegistry(options: ModelRegistryOptions): Promise<ModelRegistry> {
  const { database, clock, log, codeVersion, everyMs } = options;
  await ensureBuiltIn(database);
  const book = await openModelBook({ database, kinds: KINDS, log, everyMs });
  const stopListening = database.onNotify(MODELS_CHANGED, () => {
    book.refresh().catch((error: unknown) => log.warn({ error }, 'models could not be read again'));
  });
  const reads = createModelReads(database);
  const trainer = createTrainer({ database, kinds: KINDS, clock, log, codeVersion });
  return {
    book,
    reads,
    commands: createModelCommands({ database, reads, kinds: KINDS, clock, codeVersion }),
    trainer,
    async close() {
      stopListening();
      await trainer.close();
      book.close();
    },
  };
}
