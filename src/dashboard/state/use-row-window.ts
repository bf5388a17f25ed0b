// Which rows of a long list are near the visible part of its scrolling pane: thousands of rows, some dozens in the page.
import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

export interface RowWindow {
  pane: RefObject<HTMLDivElement | null>;
  first: number;
  /** Exclusive. */
  last: number;
  heightBefore: number;
  heightAfter: number;
}
const OVERSCAN = 12;

export function windowOf(count: number, rowHeight: number, scrollTop: number, height: number): [number, number] {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - OVERSCAN);
  return [Math.min(first, count), Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + OVERSCAN)];
}

export function useRowWindow(count: number, rowHeight: number): RowWindow {
  const pane = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ scrollTop: 0, height: 900 });
  useEffect(() => {
    const element = pane.current;
    if (!element) return undefined;
    const measure = (): void => setView({ scrollTop: element.scrollTop, height: element.clientHeight });
    measure();
    element.addEventListener('scroll', measure, { passive: true });
    const resize = new ResizeObserver(measure);
    resize.observe(element);
    return () => {
      element.removeEventListener('scroll', measure);
      resize.disconnect();
    };
  }, []);
  const [first, last] = windowOf(count, rowHeight, view.scrollTop, view.height);
  return { pane, first, last, heightBefore: first * rowHeight, heightAfter: (count - last) * rowHeight };
}
