// The little SVG that pictures of figures need: a panel with axes, lines, areas, dots, bands and words, in colours that read
// on light and dark ground alike. Numbers are put in their place here; what they mean is the caller's.

export interface Extent {
  from: number;
  to: number;
}

export interface Panel {
  title: string;
  x: Extent;
  y: Extent;
  xName: string;
  yName: string;
  /** How a place on the x axis is written; numbers as they are without it. */
  xText?: (value: number) => string;
  /** Where the x axis is written; round numbers without it. */
  xTicks?: readonly number[];
  height?: number;
}

/** Blue, orange, green and grey of middling lightness: told apart by who sees fewer colours, too. */
export const INK = { line: '#3b82c4', other: '#d9822b', good: '#3a9d6e', quiet: '#8a8f98' } as const;

const WIDTH = 960;
const MARGIN = { left: 64, right: 20, top: 34, bottom: 44 } as const;
const DEFAULT_HEIGHT = 320;
const TICKS = 5;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const short = (value: number): string => String(Math.round(value * 100) / 100);

/** Round steps (1, 2, 5 times a power of ten) that give about five ticks. */
export function ticksOf({ from, to }: Extent): number[] {
  const rough = (to - from) / TICKS;
  if (!(rough > 0)) return [from];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((times) => times * power >= rough) ?? 10);
  const first = Math.ceil(from / step - 1e-9);
  return Array.from({ length: Math.floor(to / step + 1e-9) - first + 1 }, (_, index) => (first + index) * step);
}

/** An extent around all values, never empty. */
export function extentOf(values: Iterable<number>, least?: Extent): Extent {
  let [from, to] = [least?.from ?? Number.POSITIVE_INFINITY, least?.to ?? Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    from = Math.min(from, value);
    to = Math.max(to, value);
  }
  if (from > to) return { from: 0, to: 1 };
  return from === to ? { from: from - 0.5, to: to + 0.5 } : { from, to };
}

export class Picture {
  private readonly parts: string[] = [];
  private readonly panel: Panel;
  private readonly height: number;

  constructor(panel: Panel) {
    this.panel = panel;
    this.height = panel.height ?? DEFAULT_HEIGHT;
  }

  private placeX(value: number): number {
    const { from, to } = this.panel.x;
    return MARGIN.left + ((value - from) / (to - from)) * (WIDTH - MARGIN.left - MARGIN.right);
  }

  private placeY(value: number): number {
    const { from, to } = this.panel.y;
    return this.height - MARGIN.bottom - ((value - from) / (to - from)) * (this.height - MARGIN.top - MARGIN.bottom);
  }

  private points(xs: ArrayLike<number>, ys: ArrayLike<number>): string {
    const points: string[] = [];
    for (let index = 0; index < xs.length; index++) {
      const y = ys[index] as number;
      if (!Number.isNaN(y)) points.push(`${short(this.placeX(xs[index] as number))},${short(this.placeY(y))}`);
    }
    return points.join(' ');
  }

  line(xs: ArrayLike<number>, ys: ArrayLike<number>, ink: string, width = 1.4): this {
    this.parts.push(
      `<polyline fill="none" stroke="${ink}" stroke-width="${width}" stroke-linejoin="round" points="${this.points(xs, ys)}"/>`,
    );
    return this;
  }

  /** Everything between a lower and an upper line. */
  area(xs: readonly number[], low: readonly number[], high: readonly number[], ink: string): this {
    const back = this.points([...xs].reverse(), [...high].reverse());
    this.parts.push(`<polygon fill="${ink}" fill-opacity="0.22" points="${this.points(xs, low)} ${back}"/>`);
    return this;
  }

  /** The whole height from one x to another: a window, a fault. */
  band(from: number, to: number, ink: string): this {
    const left = this.placeX(Math.max(from, this.panel.x.from));
    const width = Math.max(1.5, this.placeX(Math.min(to, this.panel.x.to)) - left);
    this.parts.push(
      `<rect fill="${ink}" fill-opacity="0.28" x="${short(left)}" y="${MARGIN.top}" width="${short(width)}" height="${this.height - MARGIN.top - MARGIN.bottom}"/>`,
    );
    return this;
  }

  dots(xs: ArrayLike<number>, ys: ArrayLike<number>, ink: string, radius = 2.6): this {
    for (let index = 0; index < xs.length; index++) {
      const [x, y] = [xs[index] as number, ys[index] as number];
      if (Number.isNaN(y)) continue;
      this.parts.push(
        `<circle fill="${ink}" cx="${short(this.placeX(x))}" cy="${short(this.placeY(y))}" r="${short(radius)}"/>`,
      );
    }
    return this;
  }

  /** A dashed line from one point to another: a threshold, a diagonal. */
  guide(from: readonly [number, number], to: readonly [number, number], ink: string): this {
    const [x1, y1, x2, y2] = [from, to].flatMap(([x, y]) => [short(this.placeX(x)), short(this.placeY(y))]);
    this.parts.push(`<line stroke="${ink}" stroke-dasharray="5 4" x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}"/>`);
    return this;
  }

  /** Words in their inks, at the right of the title. */
  legend(entries: readonly (readonly [name: string, ink: string])[]): this {
    const words = entries.map(([name, ink]) => `<tspan fill="${ink}" dx="16">${escaped(name)}</tspan>`);
    this.parts.push(`<text x="${WIDTH - MARGIN.right}" y="20" text-anchor="end">${words.join('')}</text>`);
    return this;
  }

  private axes(): string[] {
    const { x, y, title, xName, yName, xText = short, xTicks = ticksOf(x) } = this.panel;
    const bottom = this.height - MARGIN.bottom;
    const right = WIDTH - MARGIN.right;
    const across = ticksOf(y).map((value) => {
      const at = short(this.placeY(value));
      return `<line class="g" x1="${MARGIN.left}" x2="${right}" y1="${at}" y2="${at}"/><text class="w" x="${MARGIN.left - 8}" y="${Number(at) + 4}" text-anchor="end">${short(value)}</text>`;
    });
    const along = xTicks.map((value) => {
      const at = short(this.placeX(value));
      return `<line class="g" x1="${at}" x2="${at}" y1="${bottom}" y2="${bottom + 4}"/><text class="w" x="${at}" y="${bottom + 18}" text-anchor="middle">${escaped(xText(value))}</text>`;
    });
    return [
      ...across,
      ...along,
      `<text class="t" x="${MARGIN.left}" y="20">${escaped(title)}</text>`,
      `<text class="w" x="${(MARGIN.left + right) / 2}" y="${this.height - 8}" text-anchor="middle">${escaped(xName)}</text>`,
      `<text class="w" transform="translate(14 ${(MARGIN.top + bottom) / 2}) rotate(-90)" text-anchor="middle">${escaped(yName)}</text>`,
    ];
  }

  toString(): string {
    const style =
      'text{font:12px system-ui,sans-serif}.w{fill:#7d828b}.t{fill:#7d828b;font-weight:600;font-size:13px}.g{stroke:#8a8f98;stroke-opacity:.25}';
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${this.height}" width="${WIDTH}" height="${this.height}" role="img" aria-label="${escaped(this.panel.title)}"><style>${style}</style>${this.axes().join('')}${this.parts.join('')}</svg>\n`;
  }
}
