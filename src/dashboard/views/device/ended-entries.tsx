// Entries that still count first; those that ended are folded away until somebody asks.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useFormat, useWords } from '../../app-context.ts';

interface EndedProps<T> {
  entries: readonly T[];
  isEnded: (entry: T) => boolean;
  children: (entry: T) => VNode;
}

export function EntriesWithEnded<T>({ entries, isEnded, children }: EndedProps<T>): VNode {
  const words = useWords().access;
  const format = useFormat();
  const [isOpen, setOpen] = useState(false);
  const ended = entries.filter(isEnded);
  return (
    <>
      <ul>{entries.filter((entry) => isOpen || !isEnded(entry)).map(children)}</ul>
      {ended.length > 0 && !isOpen && (
        <button type="button" class="button quiet" onClick={() => setOpen(true)}>
          {words.older(format.integer(ended.length))}
        </button>
      )}
    </>
  );
}
