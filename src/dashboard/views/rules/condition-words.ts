// A condition as one sentence a support engineer would say, in the language of the screen.
import { freshSecondsOf, type ValueCondition } from '../../../contracts/condition-freshness.ts';
import type { Condition } from '../../../contracts/rule-conditions.ts';
import type { Metric } from '../../../contracts/product.ts';
import type { Format } from '../../format/format.ts';
import { withUnit } from '../../format/units.ts';
import type { Words } from '../../i18n/words.ts';

export interface Wording {
  metrics: readonly Metric[];
  words: Words;
  format: Format;
}

const SECOND_MS = 1000;

export function conditionText(condition: Condition, wording: Wording): string {
  return conditionTextIn(condition, wording, false);
}

/** `isJoined`: it stands beside others, whose readings come at other times. */
function conditionTextIn(condition: Condition, wording: Wording, isJoined: boolean): string {
  const { words, format } = wording;
  const say = words.rules.sentence;
  const span = (seconds: number): string => format.span(seconds * SECOND_MS);
  switch (condition.kind) {
    case 'threshold': {
      const { metric, clear, forSeconds = 0 } = condition;
      const [side, limit] = sideOf(condition);
      const told = say.threshold(nameOf(metric, wording), say.side[side], valueOf(metric, limit, wording));
      const ends = clear === undefined ? '' : say.clear(valueOf(metric, clear, wording));
      return told + ends + (forSeconds > 0 ? say.hold(span(forSeconds)) : '') + freshText(condition, wording, isJoined);
    }
    case 'state': {
      const held = condition.forSeconds ? say.hold(span(condition.forSeconds)) : '';
      const told = say.state(nameOf(condition.metric, wording), condition.in.join(say.or));
      return told + held + freshText(condition, wording, isJoined);
    }
    case 'rate': {
      const { metric, per, overSeconds } = condition;
      const [side, limit] = sideOf(condition);
      const perText = words.rules.condition[per];
      const told = say.rate(nameOf(metric, wording), side, valueOf(metric, limit, wording), perText, span(overSeconds));
      return told + freshText(condition, wording, isJoined);
    }
    case 'no-data': {
      const what =
        condition.metric === undefined ? words.rules.condition.wholeDevice : nameOf(condition.metric, wording);
      const long =
        'forSeconds' in condition ? span(condition.forSeconds) : say.intervals(format.integer(condition.intervals));
      return say.silence(what, long);
    }
    case 'duration':
      return say.duration(innerText(condition.condition, wording, isJoined), span(condition.forSeconds));
    case 'repeating': {
      const { times, withinSeconds } = condition;
      return say.repeating(
        innerText(condition.condition, wording, isJoined),
        format.integer(times),
        span(withinSeconds),
      );
    }
    case 'all':
    case 'any':
      return condition.of.map((part) => innerText(part, wording, true)).join(say[condition.kind]);
  }
}

/** Parts that are joined themselves are set apart. */
function innerText(condition: Condition, wording: Wording, isJoined: boolean): string {
  const text = conditionTextIn(condition, wording, isJoined);
  return 'of' in condition || 'condition' in condition ? `(${text})` : text;
}

/** How old a value may be: said where it was set, or where it decides what several values say together. */
function freshText(condition: ValueCondition, { metrics, words, format }: Wording, isJoined: boolean): string {
  const intervalS = metrics.find(({ code }) => code === condition.metric)?.expectedIntervalS;
  if (condition.freshSeconds === undefined && (!isJoined || intervalS === undefined)) return '';
  return words.rules.sentence.fresh(format.span(freshSecondsOf(condition, intervalS ?? 0) * SECOND_MS));
}

const sideOf = (condition: { above: number } | { below: number }): ['above' | 'below', number] =>
  'above' in condition ? ['above', condition.above] : ['below', condition.below];

const nameOf = (code: string, { metrics, format }: Wording): string => {
  const metric = metrics.find((one) => one.code === code);
  return metric === undefined ? code : format.text(metric.name);
};

const valueOf = (code: string, value: number, { metrics, format }: Wording): string =>
  withUnit(format.measure(value), metrics.find((one) => one.code === code)?.unit ?? '');
