// What was captured on a job, in the order of the forms, and the finding.
import type { ComponentChildren, VNode } from 'preact';
import type { Finding, WorkOrderDetail } from '../../../contracts/http/work-orders.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { Icon, type IconName } from '../../components/icon.tsx';

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
      {workOrder.finding !== null && <FindingText finding={workOrder.finding} />}
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

function FindingText({ finding }: { finding: Finding }): VNode {
  const words = useWords();
  const { outcome } = words.alerts;
  const texts = [finding.failureMode, finding.cause, finding.remedy, finding.note ?? null].filter(
    (one) => one !== null,
  );
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
