// Records of one kind by id, filled by a snapshot and kept current by changes that carry whole records.
import { type ReadonlySignal, signal } from '@preact/signals';

export interface RecordStore<T> {
  byId: ReadonlySignal<ReadonlyMap<string | number, T>>;
  /** False until the first snapshot: an empty store that is not loaded is not an empty list. */
  isLoaded: ReadonlySignal<boolean>;
  replace(records: readonly T[]): void;
  patch(record: T): void;
  patchAll(records: readonly T[]): void;
  clear(): void;
}

export function createRecordStore<T extends { id: string | number; revision?: number }>(): RecordStore<T> {
  const byId = signal<ReadonlyMap<string | number, T>>(new Map());
  const isLoaded = signal(false);
  const patchAll = (records: readonly T[]): void => {
    const next = new Map(byId.value);
    for (const record of records) {
      const known = next.get(record.id);
      // An answer to an own command and the change it causes may arrive in either order; the newer one stays.
      const isOlder = known?.revision !== undefined && (record.revision ?? known.revision) < known.revision;
      if (!isOlder) next.set(record.id, record);
    }
    byId.value = next;
  };
  return {
    byId,
    isLoaded,
    replace(records) {
      byId.value = new Map(records.map((record) => [record.id, record]));
      isLoaded.value = true;
    },
    patch: (record) => patchAll([record]),
    patchAll,
    clear() {
      byId.value = new Map();
      isLoaded.value = false;
    },
  };
}
