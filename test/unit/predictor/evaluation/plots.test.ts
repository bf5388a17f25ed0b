// Pictures of figures: what is thinned keeps its peaks, axes are round, and the SVG is well formed and says what it was given.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reliabilityPlot, remainingLifePlot, scorePlot } from '../../../../src/predictor/evaluation/plots/plots.ts';
import { extentOf, ticksOf } from '../../../../src/predictor/evaluation/plots/svg.ts';
import { thinned } from '../../../../src/predictor/core/thinned.ts';

const HOUR = 3_600_000;
const numbers = (svg: string): boolean => !/NaN|Infinity|undefined/.test(svg);
/** Every element is closed, in order. */
function isClosed(svg: string): boolean {
  const open: string[] = [];
  for (const [, end, name = '', self] of svg.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
    if (end) {
      if (open.pop() !== name) return false;
    } else if (!self) open.push(name);
  }
  return open.length === 0;
}

describe('thinning', () => {
  test('keeps the lowest and the highest value, the order, and never more than two points a stretch', () => {
    const series = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 400 });
    fc.assert(
      fc.property(series, fc.integer({ min: 1, max: 60 }), (ys, stretches) => {
        const kept = thinned([...ys.keys()], ys, stretches);
        expect(Math.max(...kept.ys)).toBe(Math.max(...ys));
        expect(Math.min(...kept.ys)).toBe(Math.min(...ys));
        expect(kept.ys.length).toBeLessThanOrEqual(2 * stretches);
        expect(kept.xs).toEqual([...new Set(kept.xs)].sort((a, b) => a - b));
      }),
    );
  });
});

describe('axes', () => {
  test('a few round ticks, all within', () => {
    const bounds = fc.tuple(
      fc.double({ min: -1e5, max: 1e5, noNaN: true }),
      fc.double({ min: 0.01, max: 1e5, noNaN: true }),
    );
    fc.assert(
      fc.property(bounds, ([from, span]) => {
        const ticks = ticksOf({ from, to: from + span });
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(7);
        for (const tick of ticks) {
          expect(tick).toBeGreaterThanOrEqual(from - span * 1e-6);
          expect(tick).toBeLessThanOrEqual(from + span * (1 + 1e-6));
        }
      }),
    );
  });

  test('an extent is never empty, and what is not known does not stretch it', () => {
    expect(extentOf([])).toEqual({ from: 0, to: 1 });
    expect(extentOf([3, 3])).toEqual({ from: 2.5, to: 3.5 });
    expect(extentOf([1, Number.NaN, 4])).toEqual({ from: 1, to: 4 });
  });
});

describe('pictures', () => {
  const timesMs = Array.from({ length: 5000 }, (_, index) => index * HOUR);

  test('a score over time has its windows, its threshold and its name, escaped', () => {
    const svg = scorePlot({
      title: 'pump <1> & "2"',
      timesMs,
      scores: timesMs.map((_, index) => (index % 50) / 50),
      scoreName: 'score',
      threshold: 0.6,
      windows: [{ fromMs: 100 * HOUR, toMs: 140 * HOUR }],
      windowName: 'window',
      values: timesMs.map(() => 7),
    });
    expect(isClosed(svg)).toBe(true);
    expect(numbers(svg)).toBe(true);
    expect(svg).toContain('pump &lt;1&gt; &amp; &quot;2&quot;');
    expect(svg.match(/<rect/g)).toHaveLength(1);
    expect(svg).toContain('stroke-dasharray');
  });

  test('reliability leaves out what was never said; remaining life draws every unit', () => {
    const bin = { from: 0.1, to: 0.2, mean: 0.15, observed: 0.2, low: 0.1, high: 0.3 };
    const reliability = reliabilityPlot('any', [
      { ...bin, n: 40 },
      { ...bin, n: 0, mean: Number.NaN },
    ]);
    expect(isClosed(reliability)).toBe(true);
    expect(numbers(reliability)).toBe(true);
    expect(reliability.match(/<circle/g)).toHaveLength(1);
    const lives = remainingLifePlot('engines', 'cycles', [
      { truth: 90, p10: 60, p50: 80, p90: 110 },
      { truth: 10, p10: 4, p50: 9, p90: 15 },
    ]);
    expect(isClosed(lives)).toBe(true);
    expect(numbers(lives)).toBe(true);
    expect(lives.match(/<circle/g)).toHaveLength(2);
  });
});
