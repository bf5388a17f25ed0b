// True for two seconds after a record changed under the reader's eyes (not when it is first shown).
import { useEffect, useRef, useState } from 'preact/hooks';

const MARK_MS = 2000;

export function useChangeMark(version: unknown): boolean {
  const [isMarked, setMarked] = useState(false);
  const seen = useRef(version);
  useEffect(() => {
    if (Object.is(seen.current, version)) return undefined;
    seen.current = version;
    setMarked(true);
    const timer = setTimeout(() => setMarked(false), MARK_MS);
    return () => clearTimeout(timer);
  }, [version]);
  return isMarked;
}
