// A condition as one sentence a support engineer would say, in the language of the screen.
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
  const { words, format } = wording;
  const say = words.rules.sentence;
  const span = (seconds: number): string => format.span(seconds * SECOND_MS);
  switch (condition.kind) {
    case 'threshold': {
      const { metric, clear, forSeconds = 0 } = condition;
      const [side, limit] = sideOf(condition);
      const told = say.threshold(nameOf(metric, wording), say.side[side], valueOf(metric, limit, wording));
      const ends = clear === undefined ? '' : say.clear(valueOf(metric, clear, wording));
      return told + ends + (forSeconds > 0 ? say.hold(span(forSeconds)) : '');
    }
    case 'state': {
      const held = condition.forSeconds ? say.hold(span(condition.forSeconds)) : '';
      return say.state(nameOf(condition.metric, wording), condition.in.join(say.or)) + held;
    }
    case 'rate': {
      const { metric, per, overSeconds } = condition;
      const [side, limit] = sideOf(condition);
      const perText = words.rules.condition[per];
      return say.rate(nameOf(metric, wording), side, valueOf(metric, limit, wording), perText, span(overSeconds));
    }
    case 'no-data': {
      const what =
        condition.metric === undefined ? words.rules.condition.wholeDevice : nameOf(condition.metric, wording);
      const long =
        'forSeconds' in condition ? span(condition.forSeconds) : say.intervals(format.integer(condition.intervals));
      return say.silence(what, long);
    }
    case 'duration':
      return say.duration(innerText(condition.condition, wording), span(condition.forSeconds));
    case 'repeating': {
      const { times, withinSeconds } = condition;
      return say.repeating(innerText(condition.condition, wording), format.integer(times), span(withinSeconds));
    }
    case 'all':
    case 'any':
      return condition.of.map((part) => innerText(part, wording)).join(say[condition.kind]);
  }
}

/** Parts that are joined themselves are set apart. */
const innerText = (condition: Condition, wording: Wording): string =>
  'of' in condition || 'condition' in condition
    ? `(${conditionText(condition, wording)})`
    : conditionText(condition, wording);

const sideOf = (condition: { above: number } | { below: number }): ['above' | 'below', number] =>
  'above' in condition ? ['above', condition.above] : ['below', condition.below];

const nameOf = (code: string, { metrics, format }: Wording): string => {
  const metric = metrics.find((one) => one.code === code);
  return metric === undefined ? code : format.text(metric.name);
};

const valueOf = (code: string, value: number, { metrics, format }: Wording): string =>
  withUnit(format.measure(value), metrics.find((one) => one.code === code)?.unit ?? '');
