// True for two seconds after a record changed or came under the reader's eyes (not when a list is first shown).
import { useEffect, useRef, useState } from 'preact/hooks';

export const MARK_MS = 2000;

/** `isNew`: it came while its list was on screen. */
export function useChangeMark(version: unknown, isNew = false): boolean {
  const [isMarked, setMarked] = useState(isNew);
  const seen = useRef(version);
  useEffect(() => {
    if (!isNew) return undefined;
    const timer = setTimeout(() => setMarked(false), MARK_MS);
    return () => clearTimeout(timer);
  }, []);
  useEffect(() => {
    if (Object.is(seen.current, version)) return undefined;
    seen.current = version;
    setMarked(true);
    const timer = setTimeout(() => setMarked(false), MARK_MS);
    return () => clearTimeout(timer);
  }, [version]);
  return isMarked;
}
