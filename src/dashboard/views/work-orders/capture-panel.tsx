// Capturing what a job takes: one small form at a time, filled in as the proposed fix suggests, made for a phone.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { WorkOrderDetail } from '../../../contracts/http/work-orders.ts';
import { useApp, useWords } from '../../app-context.ts';
import { Icon, type IconName } from '../../components/icon.tsx';
import { useCommand } from '../../state/use-command.ts';
import type { CaptureFormProps } from './capture-form-props.ts';
import { ChargeForm } from './charge-form.tsx';
import { FindingForm } from './finding-form.tsx';
import { LabourForm } from './labour-form.tsx';
import { PartForm } from './part-form.tsx';
import { TravelForm } from './travel-form.tsx';
import { FormMessage } from '../../components/form-message.tsx';

type Kind = 'labour' | 'travel' | 'parts' | 'charges' | 'finding';
const KINDS: readonly { kind: Kind; icon: IconName; Form: (props: CaptureFormProps) => VNode }[] = [
  { kind: 'labour', icon: 'clock', Form: LabourForm },
  { kind: 'travel', icon: 'travel', Form: TravelForm },
  { kind: 'parts', icon: 'part', Form: PartForm },
  { kind: 'charges', icon: 'receipt', Form: ChargeForm },
  { kind: 'finding', icon: 'flag', Form: FindingForm },
];

export function CapturePanel({ detail, onCaptured }: { detail: WorkOrderDetail; onCaptured: () => void }): VNode {
  const { api, workOrders } = useApp();
  const words = useWords().workOrders;
  const [open, setOpen] = useState<Kind | null>(null);
  const [round, setRound] = useState(0);
  const command = useCommand();
  const current = KINDS.find(({ kind }) => kind === open);
  const send = (body: object): void =>
    command.run(async (key) => {
      const answer = await api.post<WorkOrderDetail>(`/work-orders/${detail.workOrder.id}/${open}`, body, key);
      workOrders.patch(answer.workOrder);
      setRound(round + 1);
      // Another form may have been opened while the answer was on its way.
      setOpen((now) => (now === open ? null : now));
      onCaptured();
    });
  return (
    <div class="pane-part">
      <h3>{words.capture.title}</h3>
      <div class="capture-kinds" role="group" aria-label={words.capture.title}>
        {KINDS.map(({ kind, icon }) => (
          <button
            key={kind}
            type="button"
            class="button"
            aria-expanded={open === kind}
            onClick={() => setOpen(open === kind ? null : kind)}
          >
            <Icon name={icon} /> {words.capture[kind]}
          </button>
        ))}
      </div>
      {current && (
        <div key={`${current.kind}${round}`}>
          <current.Form detail={detail} command={command} onSend={send} />
          <FormMessage text={command.problem} />
        </div>
      )}
    </div>
  );
}
