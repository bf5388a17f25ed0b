// The members' scores of one value: each how strange it is in one way, in units of the channel's own spread, never negative.
import type { EpochMs } from '../../../contracts/time.ts';
import { rarityOf } from './half-space.ts';
import { scaleOf } from './normal.ts';
import { noveltyOf } from './prototypes.ts';
import { residualAt } from './season.ts';
import { AT, type ChannelState, CONTEXT, LEVELS, PATTERN, placeOfMember } from './state.ts';

const RESIDUAL_SHARE = 0.3;
const RESIDUAL_SLOW_SHARE = 0.08;
/** Readings the scatter is about. */
const SHORT = 12;
const MEDIUM = 100;
const LONG = 1000;
/** Scatter and steps below this share of the spread are as good as none. */
const NEGLIGIBLE = 0.02;
/** Distances (of logarithms) from which a pattern is another one. */
const CONTEXT_APART = 0.15;
const PATTERN_APART = 0.1;

const LEVEL = placeOfMember('level');
const VALUE = placeOfMember('value');
const SEASON = placeOfMember('season');
const SEASON_QUICK = placeOfMember('season-quick');
const SHIFT_SHORT = placeOfMember('shift-short');
const SHIFT_MEDIUM = placeOfMember('shift-medium');
const VARIANCE_UP = placeOfMember('variance-up');
const VARIANCE_DOWN = placeOfMember('variance-down');
const RATE = placeOfMember('rate');
const CONTEXT_MEMBER = placeOfMember('context');
const PATTERN_MEMBER = placeOfMember('pattern');
const HALF_SPACE = placeOfMember('half-space');
const FLATLINE = placeOfMember('flatline');

/** Space to work in, handed in so that a reading costs no allocation. */
export interface Workspace {
  scores: Float64Array;
  bits: Float64Array;
  loudest: Float64Array;
  context: Float64Array;
  pattern: Float64Array;
  sorted: Float32Array;
}

/** Large distances differ less than small ones. */
const squash = (distance: number): number => (distance < 0 ? -Math.log1p(-distance) : Math.log1p(distance));

/** Changes the channel: levels, scatter, profiles and patterns take the value in. */
export function scoreMembers(channel: ChannelState, atMs: EpochMs, value: number, space: Workspace): void {
  const { numbers, levels } = channel;
  const { scores } = space;
  const readings = numbers[AT.readings] as number;
  for (let index = 0; index < LEVELS.length; index++) {
    const share = Math.max(1 / (LEVELS[index] as number), 1 / (readings + 1));
    levels[index] = (levels[index] as number) + share * (value - (levels[index] as number));
  }
  const scale = scaleOf(channel);
  const middle = numbers[AT.middle] as number;
  scores[LEVEL] = Math.abs((levels[0] as number) - middle) / scale;
  scores[VALUE] = Math.abs(value - middle) / scale;
  scores[SHIFT_SHORT] = Math.abs((levels[2] as number) - (levels[5] as number)) / scale;
  scores[SHIFT_MEDIUM] = Math.abs((levels[4] as number) - (levels[7] as number)) / scale;
  scores[HALF_SPACE] = rarityOf(channel, atMs, (value - middle) / scale);
  scoreSeason(channel, atMs, value, space, scale);
  scoreScatter(channel, value, space, scale);
  scorePatterns(channel, value, space, { middle, scale });
}

function scoreSeason(channel: ChannelState, atMs: EpochMs, value: number, { scores }: Workspace, scale: number): void {
  const { numbers } = channel;
  const residual = residualAt(channel, atMs, value);
  const quick = (numbers[AT.residual] as number) + RESIDUAL_SHARE * (residual - (numbers[AT.residual] as number));
  const slow =
    (numbers[AT.residualSlow] as number) + RESIDUAL_SLOW_SHARE * (residual - (numbers[AT.residualSlow] as number));
  numbers[AT.residual] = quick;
  numbers[AT.residualSlow] = slow;
  scores[SEASON_QUICK] = Math.abs(quick) / scale;
  scores[SEASON] = Math.abs(slow) / scale;
}

/** Moves what is kept at a place towards what is now, slowly once it knows `memory` values; what it is then. */
function follow(numbers: Float64Array, at: number, now: number, memory: number): number {
  const before = numbers[at] as number;
  const after = before + Math.max(1 / memory, 1 / ((numbers[AT.readings] as number) + 1)) * (now - before);
  numbers[at] = after;
  return after;
}

function scoreScatter({ numbers, levels }: ChannelState, value: number, { scores }: Workspace, scale: number): void {
  const apart = Math.abs(value - (levels[3] as number));
  const least = NEGLIGIBLE * scale;
  const short = follow(numbers, AT.varianceShort, apart, SHORT) + least;
  const medium = follow(numbers, AT.varianceMedium, apart, MEDIUM) + least;
  const long = follow(numbers, AT.varianceLong, apart, LONG) + least;
  scores[VARIANCE_UP] = Math.max(0, Math.log2(short / long));
  scores[VARIANCE_DOWN] = Math.max(0, Math.log2(long / medium));
  const step = Math.abs(value - (numbers[AT.previous] as number));
  scores[RATE] = step / (follow(numbers, AT.step, step, LONG) + least);
  const flat = step === 0 ? (numbers[AT.flat] as number) + 1 : 0;
  numbers[AT.flat] = flat;
  scores[FLATLINE] = flat;
}

/** The recent past at several speeds stands for its shape: value and quick levels, and medium to slow ones with the scatter. */
function scorePatterns(
  channel: ChannelState,
  value: number,
  { scores, context, pattern }: Workspace,
  { middle, scale }: { middle: number; scale: number },
): void {
  const { numbers, levels } = channel;
  context[0] = squash((value - middle) / scale);
  for (let part = 1; part < CONTEXT; part++) {
    context[part] = squash(((levels[part - 1] as number) - middle) / scale);
  }
  for (let part = 0; part < PATTERN - 1; part++) {
    pattern[part] = squash(((levels[part + 2] as number) - middle) / scale);
  }
  const least = NEGLIGIBLE * scale;
  const long = (numbers[AT.varianceLong] as number) + least;
  pattern[PATTERN - 1] = Math.log2(((numbers[AT.varianceShort] as number) + least) / long) / 2;
  scores[CONTEXT_MEMBER] = noveltyOf(channel, channel.contexts, context, CONTEXT_APART);
  scores[PATTERN_MEMBER] = noveltyOf(channel, channel.patterns, pattern, PATTERN_APART);
}
