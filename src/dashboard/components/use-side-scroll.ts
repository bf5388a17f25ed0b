// A strip that may be wider than its place: what is chosen in it stays in sight, and its edges say where there is more.
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** Rounded positions are no more to see. */
const SLACK_PX = 2;

/** Moves the strip alone: the page stays where it is. */
function show(strip: HTMLElement, chosen: Element): void {
  const [place, own] = [strip.getBoundingClientRect(), chosen.getBoundingClientRect()];
  strip.scrollLeft += own.left + own.width / 2 - (place.left + place.width / 2);
}

function markEdges(strip: HTMLElement): void {
  const { scrollLeft, scrollWidth, clientWidth } = strip;
  strip.classList.toggle('has-more-before', scrollLeft > SLACK_PX);
  strip.classList.toggle('has-more-after', scrollWidth - clientWidth - scrollLeft > SLACK_PX);
}

/** `chosen`: the button that is pressed in it; `count`: how many there are. */
export function useSideScroll(chosen: string, count: number): RefObject<HTMLDivElement | null> {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const strip = ref.current;
    if (!strip) return undefined;
    const settle = (): void => {
      const pressed = strip.querySelector('[aria-pressed="true"]');
      if (pressed) show(strip, pressed);
      markEdges(strip);
    };
    const onScroll = (): void => markEdges(strip);
    strip.addEventListener('scroll', onScroll, { passive: true });
    // Told of the first sizes too; of the buttons as well, whose words change with the language.
    const sizes = new ResizeObserver(settle);
    for (const element of [strip, ...strip.children]) sizes.observe(element);
    return () => {
      strip.removeEventListener('scroll', onScroll);
      sizes.disconnect();
    };
  }, [chosen, count]);
  return ref;
}
