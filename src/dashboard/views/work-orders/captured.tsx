// What was captured on a job, in the order of the forms, and the finding.
import type { ComponentChildren, VNode } from 'preact';
import type { Finding, WorkOrder, WorkOrderDetail } from '../../../contracts/http/work-orders.ts';
import type { Product } from '../../../contracts/product.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Icon, type IconName } from '../../components/icon.tsx';
import { useResource } from '../../state/use-resource.ts';

export function Captured({ detail }: { detail: WorkOrderDetail }): VNode | null {
  const words = useWords();
  const format = useFormat();
  const { labour, travel, parts, charges, workOrder } = detail;
  const t = words.workOrders;
  const isEmpty = labour.length + travel.length + parts.length + charges.length === 0 && workOrder.finding === null;
  if (isEmpty) return null;
  return (
    <div class="pane-part">
      <h3>{t.captured}</h3>
      <ul class="captured">
        {labour.map((one) => (
          <Line key={`labour${one.id}`} icon="clock" at={one.from} value={spanText(one.from, one.to, format.span)}>
            {words.terms.labourCategory[one.category]} · {format.text(one.engineer.name)}
          </Line>
        ))}
        {travel.map((one) => (
          <Line
            key={`travel${one.id}`}
            icon="travel"
            at={one.at}
            value={t.distance(format.measure(one.distanceKm), format.integer(one.minutes))}
          >
            {t.capture.travel} · {format.text(one.engineer.name)}
          </Line>
        ))}
        {parts.map((one) => (
          <Line key={`part${one.id}`} icon="part" at={one.at} value={format.moneyExact(one.unitCost)}>
            {format.text(one.part.name)} {t.quantity(format.integer(one.quantity))}{' '}
            <span class="muted">{[one.serial, one.lot].filter((text) => text !== null).join(' · ')}</span>
          </Line>
        ))}
        {charges.map((one) => (
          <Line key={`charge${one.id}`} icon="receipt" at={one.at} value={format.moneyExact(one.amount)}>
            {words.terms.element[one.element]} <span class="muted">{one.note}</span>
          </Line>
        ))}
      </ul>
      {workOrder.finding !== null && <FindingText finding={workOrder.finding} job={workOrder} />}
    </div>
  );
}

const spanText = (from: string, to: string, span: (ms: number) => string): string =>
  span(Date.parse(to) - Date.parse(from));

interface LineProps {
  icon: IconName;
  at: string;
  value: string;
  children: ComponentChildren;
}
const Line = ({ icon, at, value, children }: LineProps): VNode => {
  const format = useFormat();
  return (
    <li>
      <Icon name={icon} size={14} />
      <time class="muted" dateTime={at}>
        {format.dateTime(at)}
      </time>
      <span class="captured-what">{children}</span>
      <span class="number">{value}</span>
    </li>
  );
};

function FindingText({ finding, job }: { finding: Finding; job: WorkOrder }): VNode {
  const words = useWords();
  const failureMode = useFailureModeName(finding.failureMode, job);
  const { outcome } = words.alerts;
  const texts = [failureMode, finding.cause, finding.remedy, finding.note ?? null].filter((one) => one !== null);
  return (
    <div class="finding">
      <h3>{words.workOrders.finding}</h3>
      <div class="line wrap">
        {finding.confirmed === null ? (
          <span class="tag">{outcome.unknown}</span>
        ) : finding.confirmed ? (
          <span class="tag is-good">{outcome.confirmed}</span>
        ) : (
          <span class="tag is-warm">{outcome.refuted}</span>
        )}
        <span>{texts.join(' · ')}</span>
      </div>
    </div>
  );
}

/** The job knows the mode it was opened for; any other is in the product's catalogue. */
function useFailureModeName(code: string | null, { failureMode, product }: WorkOrder): string | null {
  const { api } = useApp();
  const format = useFormat();
  const isKnown = code === null || failureMode?.code === code;
  const catalogue = useResource(isKnown ? null : `product ${product.code}`, (signal) =>
    api.get<Product>(`/products/${product.code}`, {}, signal),
  );
  if (code === null) return null;
  if (failureMode?.code === code) return format.text(failureMode.name);
  const modes = catalogue.value?.components.flatMap((component) => component.failureModes) ?? [];
  const mode = modes.find((one) => one.code === code);
  return mode === undefined ? code : format.text(mode.name);
}
