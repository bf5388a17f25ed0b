// One device under a horizon model: its log kept up with what is heard, the answers of the model at a bounded rate, and which of
// them stand above the threshold. Changes the given state in place; the same readings and events give the same answers.
import type { EpochMs } from '../../../contracts/time.ts';
import { contributionsOf } from '../boosting/explain.ts';
import { type Calibrated, calibratorOf } from '../calibration/calibration.ts';
import { type Column, columnsOf, isUnbounded } from './columns.ts';
import type { DetectorDay } from './detector-days.ts';
import { answerOf, type HorizonModel, STRANGE } from './model.ts';
import { sharesOf } from './ranges.ts';
import { createRowWriter, type Statics } from './rows.ts';
import { LOG_SETTINGS, type UnitLog } from './unit-log.ts';

/** One column's part in an answer. */
export interface AnswerPart {
  column: Column;
  /** null where the value is missing. */
  value: number | null;
  typical: number | null;
  /** Share of everything that moved the answer; above 0 towards failure, below 0 away from it. */
  share: number;
}

export interface StandingAnswer extends Calibrated {
  component: string;
  failureMode: string;
  version: string;
  horizonHours: number;
  atMs: EpochMs;
  /** The model has not seen devices like this one: the answer is shown and does not decide. */
  isStrange: boolean;
  /** It passed the threshold and has not fallen clearly below it since. */
  isOver: boolean;
  parts: AnswerPart[];
}

/** Plain JSON; part of the device's state while its product has a model. */
export interface HorizonState {
  log: UnitLog;
  /** Device events up to this number are in the log. */
  eventsTo: number;
  askedMs: EpochMs;
  answers: StandingAnswer[];
  /** What was last stored of each component, by model version: of the acting model and of the one in shadow. */
  told: Told[];
}

export interface Told {
  version: string;
  component: string;
  value: number;
  atMs: EpochMs;
}

const MOST_PARTS = 6;

export interface AskedAnswer {
  answer: Omit<StandingAnswer, 'isOver' | 'parts'>;
  /** What moved it: found when it is called, which takes longer than the answer itself. */
  partsOf: () => AnswerPart[];
}

/** Loaded once per model: which columns each component's trees ask. */
export interface Asker {
  /** Every component with a failure mode, at an instant; `days`: those of the detectors that are over, oldest first. */
  ask(log: UnitLog, statics: Statics, atMs: EpochMs, days?: readonly DetectorDay[]): AskedAnswer[];
}

export function createAsker(model: HorizonModel, version: string): Asker {
  const columns = columnsOf(model.layout, LOG_SETTINGS.memoriesMs);
  const asked = model.components.flatMap((component) =>
    component.failureMode === null
      ? []
      : [
          {
            component,
            failureMode: component.failureMode,
            ready: {
              shares: sharesOf(component.trees).map((share, column) =>
                isUnbounded(columns[column] as Column) ? 0 : share,
              ),
              calibrate: calibratorOf(component.calibration),
            },
          },
        ],
  );
  return {
    ask(log, statics, atMs, days) {
      const row = new Float32Array(columns.length);
      const writer = createRowWriter(model.layout, log, statics, days);
      writer.write(atMs, row);
      const strangers = writer.strangers(atMs);
      return asked.map(({ component, failureMode, ready }) => {
        const { margin: _, strangeness, ...answer } = answerOf(model, component, ready, { row, strangers });
        const { horizonHours } = model;
        const isStrange = strangeness >= STRANGE;
        return {
          answer: { ...answer, failureMode, version, horizonHours, atMs, isStrange },
          partsOf: () =>
            partsOf(columns, contributionsOf(component.trees, row).byColumn, (column) => ({
              value: finiteOr(row[column]),
              typical: finiteOr(model.ranges.typical[column]),
            })),
        };
      });
    },
  };
}

/** JSON knows no NaN. */
const finiteOr = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null;

function partsOf(
  columns: readonly Column[],
  byColumn: Float64Array,
  valueOf: (column: number) => Pick<AnswerPart, 'value' | 'typical'>,
): AnswerPart[] {
  const total = byColumn.reduce((sum, part) => sum + Math.abs(part), 0);
  if (total === 0) return [];
  return columns
    .map((column, index) => ({ column, ...valueOf(index), share: (byColumn[index] as number) / total }))
    .filter(({ share }) => share !== 0)
    .sort((a, b) => Math.abs(b.share) - Math.abs(a.share))
    .slice(0, MOST_PARTS);
}

/** Below this share of the threshold an answer that stood above it falls. */
export const FALLS_AT = 0.5;

/** `thresholds` by component; null = never. True when an answer began or ceased to stand above its threshold. */
export function settleAnswers(
  state: HorizonState,
  answers: readonly Omit<StandingAnswer, 'isOver'>[],
  thresholds: ReadonlyMap<string, number | null>,
): boolean {
  let changed = false;
  state.answers = answers.map((answer) => {
    const before = state.answers.find(({ component }) => component === answer.component)?.isOver ?? false;
    const threshold = thresholds.get(answer.component) ?? null;
    const isOver =
      threshold !== null && !answer.isStrange && answer.value >= (before ? threshold * FALLS_AT : threshold);
    if (isOver !== before) changed = true;
    return { ...answer, isOver };
  });
  return changed;
}
