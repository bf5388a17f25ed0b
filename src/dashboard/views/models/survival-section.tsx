// How long the components of a product live: for each that has failed, its curve and its cohorts.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Learnable } from '../../../contracts/http/models.ts';
import type { Cohort, ComponentSurvival, ProductSurvival } from '../../../contracts/http/survival.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Select } from '../../components/field.tsx';
import { Empty, Loaded } from '../../components/state-views.tsx';
import { NOTHING } from '../../format/format.ts';
import { useResource } from '../../state/use-resource.ts';
import { AgeTable } from './age-table.tsx';
import { SurvivalChart } from './survival-chart.tsx';

const HOURS_A_DAY = 24;
const tenths = (value: number): number => Math.round(value * 10) / 10;

export function SurvivalSection(): VNode | null {
  const { api } = useApp();
  const words = useWords().survival;
  const format = useFormat();
  const [product, setProduct] = useState<string | null>(null);
  const products = useResource('products of lives', (signal) => api.get<Learnable[]>('/models/learnable', {}, signal));
  const known = products.value ?? [];
  // The one with the most to tell comes first.
  const chosen = product ?? known[0]?.product ?? null;
  const lives = useResource(
    chosen === null ? null : `survival ${chosen}`,
    (signal) => api.get<ProductSurvival>(`/products/${chosen}/survival`, {}, signal),
    true,
  );
  if (chosen === null) return null;
  return (
    <section class="section">
      <header class="section-head">
        <h2>{words.title}</h2>
        <span class="muted">{words.hint}</span>
        <span class="grow" />
        <div class="survival-choice">
          <Select
            label={words.product}
            value={chosen}
            options={known.map((one) => ({ value: one.product, text: format.text(one.name) }))}
            onChange={setProduct}
          />
        </div>
      </header>
      <div class="section-body">
        <Loaded resource={lives}>{({ components }) => <Components components={components} />}</Loaded>
      </div>
    </section>
  );
}

function Components({ components }: { components: readonly ComponentSurvival[] }): VNode {
  const words = useWords().survival;
  const format = useFormat();
  const fitted = components.filter((one) => one.fitted.length > 0);
  const others = components.filter((one) => one.fitted.length === 0 && (one.cohorts[0]?.censored ?? 0) > 0);
  return (
    <>
      {fitted.length === 0 && <Empty icon="info" title={words.none} />}
      <div class="survival-list">
        {fitted.map((one) => (
          <Component key={one.component} survival={one} />
        ))}
      </div>
      {others.map(({ component, name, cohorts, watched }) => (
        <p key={component} class="muted">
          {words.noFailures(format.text(name), format.integer(cohorts[0]?.censored ?? 0))}
          {watched.atMostPerYear !== null &&
            ` ${words.atMost(format.measure(tenths(watched.years)), format.percent(watched.atMostPerYear))}`}
        </p>
      ))}
    </>
  );
}

function Component({ survival }: { survival: ComponentSurvival }): VNode {
  const words = useWords().survival;
  const format = useFormat();
  return (
    <article class="survival">
      <h3>{format.text(survival.name)}</h3>
      <SurvivalChart survival={survival} />
      <div
        class="scorecard-scroll"
        tabIndex={0}
        role="region"
        aria-label={`${words.cohort} – ${format.text(survival.name)}`}
      >
        <table class="survival-table">
          <thead>
            <tr>
              <th scope="col">{words.cohort}</th>
              <th scope="col" class="number">
                {words.failures}
              </th>
              <th scope="col" class="number">
                {words.censored}
              </th>
              <th scope="col" class="number" title={words.shapeHint}>
                {words.shape}
              </th>
              <th scope="col" class="number">
                {words.median}
              </th>
            </tr>
          </thead>
          <tbody>
            {survival.cohorts.map((cohort) => (
              <CohortRow key={`${cohort.kind} ${cohort.code}`} cohort={cohort} />
            ))}
          </tbody>
        </table>
      </div>
      <AgeTable survival={survival} />
    </article>
  );
}

function CohortRow({ cohort: { kind, code, failures, censored, fit } }: { cohort: Cohort }): VNode {
  const words = useWords().survival;
  const format = useFormat();
  return (
    <tr>
      <td>
        {words.kind[kind]} {code}
      </td>
      <td class="number">{format.integer(failures)}</td>
      <td class="number muted">{format.integer(censored)}</td>
      <td class="number">
        {fit === null ? NOTHING : format.measure(tenths(fit.shape.value))}{' '}
        {fit !== null && (
          <span class="muted">
            {format.measure(tenths(fit.shape.low))}–{format.measure(tenths(fit.shape.high))}
          </span>
        )}
      </td>
      <td class="number">
        {fit === null ? NOTHING : words.days(format.integer(Math.round(fit.medianHours / HOURS_A_DAY)))}
      </td>
    </tr>
  );
}
