// The visual system's chart colours, read from the style sheet so that both themes have one source.

export interface ChartColours {
  line: string;
  band: string;
  normal: string;
  normalEdge: string;
  grid: string;
  axis: string;
  ink: string;
  surface: string;
  failing: string;
  accent: string;
  watch: string;
  font: string;
}

/** One colour of the style sheet by the name of its custom property, without the dashes. */
export const readColour = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

export function readChartColours(): ChartColours {
  return {
    line: readColour('chart-line'),
    band: readColour('chart-band'),
    normal: readColour('chart-normal'),
    normalEdge: readColour('chart-normal-edge'),
    grid: readColour('chart-grid'),
    axis: readColour('chart-axis'),
    ink: readColour('ink'),
    surface: readColour('surface'),
    failing: readColour('failing-fill'),
    accent: readColour('accent'),
    watch: readColour('watch-fill'),
    // The body's font is the resolved one; the custom property itself would come back with its references.
    font: `11px ${getComputedStyle(document.body).fontFamily}`,
  };
}
