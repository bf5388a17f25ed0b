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
  font: string;
}

export function readChartColours(): ChartColours {
  const styles = getComputedStyle(document.documentElement);
  const read = (name: string): string => styles.getPropertyValue(`--${name}`).trim();
  return {
    line: read('chart-line'),
    band: read('chart-band'),
    normal: read('chart-normal'),
    normalEdge: read('chart-normal-edge'),
    grid: read('chart-grid'),
    axis: read('chart-axis'),
    ink: read('ink'),
    surface: read('surface'),
    failing: read('failing-fill'),
    accent: read('accent'),
    // The body's font is the resolved one; the custom property itself would come back with its references.
    font: `11px ${getComputedStyle(document.body).fontFamily}`,
  };
}
