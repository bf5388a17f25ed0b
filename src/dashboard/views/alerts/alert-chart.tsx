// The metric that speaks for an alert, from well before the evidence began until now.
import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { Alert } from '../../../contracts/http/alerts.ts';
import type { Explanation } from '../../../contracts/http/explanations.ts';
import type { Product } from '../../../contracts/product.ts';
import { useApp, useWords } from '../../app-context.ts';
import type { Mark, NormalBand } from '../../charts/time-chart-options.ts';
import type { TimeRange } from '../../charts/use-series.ts';
import { useResource } from '../../state/use-resource.ts';
import { MetricChart } from '../device/metric-chart.tsx';

/** Share of the evidence window shown before it: what normal looked like. */
const BEFORE = 0.4;
const AFTER_CLEARED_MS = 6 * 3_600_000;

function rangeOf(alert: Alert): { fromMs: number; toMs: number } {
  const from = Date.parse(alert.window.from);
  const toMs = alert.clearedAt === null ? Date.now() : Date.parse(alert.clearedAt) + AFTER_CLEARED_MS;
  return { fromMs: Math.round(from - (toMs - from) * BEFORE), toMs };
}

interface ChartProps {
  alert: Alert;
  speaks: Explanation['speaks'];
}

function ownNormalOf(speaks: Explanation['speaks']): NormalBand | null {
  if (speaks === null || speaks.basis !== 'own' || speaks.low === null || speaks.high === null) return null;
  return { min: speaks.low, max: speaks.high, expected: speaks.expected };
}

export function AlertChart({ alert, speaks }: ChartProps): VNode | null {
  const { api, session } = useApp();
  const words = useWords();
  const [zoom, setZoom] = useState<TimeRange | null>(null);
  const product = useResource(`product ${alert.product.code}`, (signal) =>
    api.get<Product>(`/products/${alert.product.code}`, {}, signal),
  );
  const whole = useMemo(() => rangeOf(alert), [alert.id]);
  const marks = useMemo(
    (): Mark[] => [{ atMs: Date.parse(alert.raisedAt), kind: 'alert', text: words.alerts.age }],
    [alert.id, words],
  );
  const code = alert.metric ?? alert.contributors[0]?.metric;
  const metric = product.value?.metrics.find((one) => one.code === code);
  const ownNormal = useMemo(() => ownNormalOf(speaks), [speaks]);
  if (!metric || !session.can('telemetry:read')) return null;
  const range = zoom ?? whole;
  const bounds = 'fromMs' in range ? { from: range.fromMs, to: range.toMs } : { from: whole.fromMs, to: whole.toMs };
  return (
    <div class="pane-part">
      <h3>{words.alerts.speaks}</h3>
      <MetricChart
        deviceId={alert.device}
        metric={metric}
        latest={null}
        range={range}
        bounds={bounds}
        marks={marks}
        ownNormal={ownNormal}
        isTable={false}
        onZoom={(fromMs, toMs) => setZoom({ fromMs, toMs })}
        onReset={() => setZoom(null)}
      />
    </div>
  );
}
