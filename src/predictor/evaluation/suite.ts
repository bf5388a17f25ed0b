// What a suite of `npm run evaluate` is: a protocol that scores the predictor on recorded or simulated equipment. The
// command finds the folder, writes the files and shows the progress; a suite only computes.

/** Names are flat (`f1_30min`), with the unit last; `n...` counts. Arrays and objects only for what is no single figure. */
export type Figure = number | string | boolean | null | readonly Figure[] | { readonly [name: string]: Figure };
export type Figures = Readonly<Record<string, Figure>>;

export interface Progress {
  /** A part of the work begins; what is told from now on counts towards its `steps`. */
  begin(part: string, steps: number): void;
  /** How many steps of the part are done by now. */
  tell(done: number): void;
}

export interface ScoreWriter {
  /** What was predicted, as CSV under the folder of scores; `path` may have folders. */
  write(path: string, columns: readonly string[], rows: Iterable<readonly (string | number)[]>): void;
}

export interface PlotWriter {
  /** `name` without its ending. */
  write(name: string, svg: string): void;
}

export interface SuiteWork {
  /** The folder that holds the suite's files. */
  dir: string;
  seed: number;
  /** Null: nobody asked for them. */
  scores: ScoreWriter | null;
  plots: PlotWriter | null;
  progress: Progress;
}

export interface Suite {
  name: string;
  /** One line for the help. */
  what: string;
  /** An entry the suite's folder always has, by which it is known; null where nothing is read. */
  sign: RegExp | null;
  /** Throws a DatasetFault that names the file and line. */
  run(work: SuiteWork): Promise<Figures>;
}
