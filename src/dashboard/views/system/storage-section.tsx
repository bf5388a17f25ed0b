// Telemetry as it lies in the database: how much, since when, in which pieces, how far the rollups are.
import type { VNode } from 'preact';
import type { System } from '../../../contracts/http/system.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { NOTHING } from '../../format/format.ts';

const MIB = 2 ** 20;

export function StorageSection({ storage }: { storage: System['storage'] }): VNode {
  const words = useWords().system;
  const format = useFormat();
  const facts: readonly (readonly [string, string])[] = [
    [words.readings, storage.readings === null ? NOTHING : words.about(format.integer(storage.readings))],
    [words.size, `${format.integer(Math.ceil(storage.bytes / MIB))} MiB`],
    [words.since, storage.from === null ? NOTHING : format.date(storage.from)],
    [words.chunkCount, `${format.integer(storage.chunks)} × ${format.integer(storage.chunkHours)} h`],
    [words.compressedChunks, format.integer(storage.compressedChunks)],
    [words.rolledTo, storage.rolledTo === null ? NOTHING : format.dateTime(storage.rolledTo)],
  ];
  return (
    <section class="section">
      <header class="section-head">
        <h2>{words.storage}</h2>
      </header>
      <dl class="facts database-facts section-body">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
