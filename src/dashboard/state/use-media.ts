// Whether a media query holds, following it: for the few places where another arrangement needs other elements.
import { useEffect, useState } from 'preact/hooks';

export function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => window.matchMedia(query).matches);
  useEffect(() => {
    const list = window.matchMedia(query);
    const onChange = (): void => setMatches(list.matches);
    onChange();
    list.addEventListener('change', onChange);
    return () => list.removeEventListener('change', onChange);
  }, [query]);
  return matches;
}

/** Room for a detail beside its list. */
export const useIsWide = (): boolean => useMedia('(min-width: 1100px)');
export const useIsPhone = (): boolean => useMedia('(max-width: 700px)');
