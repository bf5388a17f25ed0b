// One prognosis: what fails, how likely within which time, how long it lasts, and how far to believe it.
import type { VNode } from 'preact';
import type { Prognosis } from '../../../contracts/http/devices.ts';
import type { ModelKindName } from '../../../contracts/http/models.ts';
import type { Product } from '../../../contracts/product.ts';
import { DAY_MS, HOUR_MS } from '../../../contracts/time.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Probability } from '../../components/probability.tsx';
import { TimeLeft } from '../../components/time-left.tsx';
import { useScope } from '../../state/use-scope.ts';

/** Models answer several times a day, and a sign that stands speaks as often. */
const STALE_MS = 2 * DAY_MS;

export function PrognosisEntry({ prognosis, product }: { prognosis: Prognosis; product: Product | null }): VNode {
  const { nowMs } = useApp();
  const words = useWords();
  const format = useFormat();
  const { href } = useScope();
  const say = words.device.prognosis;
  const { horizonHours, probability, rulHours, isStrange, madeAt, alertId } = prognosis;
  const made = format.ago(madeAt, nowMs.value);
  const isStale = nowMs.value - Date.parse(madeAt) > STALE_MS;
  const kind = words.models.kind[prognosis.model as ModelKindName] ?? prognosis.model;
  return (
    <li>
      <div class="line wrap">
        <strong>{nameOf(prognosis, product, format)}</strong>
        <span class="grow" />
        {isStrange && (
          <span class="tag is-warm" title={say.strangeHint}>
            {say.strange}
          </span>
        )}
        {isStale && (
          <span class="tag" title={say.staleHint(made)}>
            {say.stale}
          </span>
        )}
      </div>
      <dl class={`prognosis-figures${isStale ? ' is-stale' : ''}`}>
        <div>
          <dt>{say.within(format.span(horizonHours * HOUR_MS))}</dt>
          <dd>
            <Probability probability={probability} />
          </dd>
        </div>
        <div>
          <dt>{words.alerts.timeLeft}</dt>
          <dd>
            <TimeLeft rulHours={rulHours} />
          </dd>
        </div>
      </dl>
      {isStrange && <p class="muted prognosis-note">{say.strangeHint}</p>}
      <p class="muted prognosis-note">
        {kind} {prognosis.modelVersion} · {say.basisLabel} {say.basis[prognosis.basis]} ·{' '}
        <time dateTime={madeAt} title={format.dateTime(madeAt)}>
          {made}
        </time>
        {alertId !== null && (
          <>
            {' · '}
            <a class="link" href={href(`/alerts/${alertId}`)}>
              {say.alert} {alertId}
            </a>
          </>
        )}
      </p>
    </li>
  );
}

/** Component and failure mode as the catalogue names them, or as codes where it knows them no longer. */
function nameOf(
  { component: code, failureMode }: Prognosis,
  product: Product | null,
  format: ReturnType<typeof useFormat>,
): string {
  const component = product?.components.find((one) => one.code === code);
  const mode = component?.failureModes.find((one) => one.code === failureMode);
  return [
    component === undefined ? code : format.text(component.name),
    mode === undefined ? failureMode : format.text(mode.name),
  ].join(' · ');
}
