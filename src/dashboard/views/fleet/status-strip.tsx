// How many devices are in which state: a bar of shares over buttons that filter.
import type { VNode } from 'preact';
import type { Status } from '../../../contracts/health.ts';
import type { Device } from '../../../contracts/http/devices.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { StatusShape } from '../../components/signs.tsx';
import { countByStatus, STATUS_ORDER } from './fleet-rows.ts';

interface StripProps {
  devices: readonly Device[];
  chosen: Status | null;
  onChoose: (status: Status | null) => void;
}

export function StatusStrip({ devices, chosen, onChoose }: StripProps): VNode {
  const words = useWords();
  const format = useFormat();
  const counts = countByStatus(devices);
  return (
    <div class="status-strip section">
      <ShareBar devices={devices} />
      <div class="status-buttons" role="group" aria-label={words.fleet.filterByStatus}>
        {STATUS_ORDER.map((status) => (
          <button
            key={status}
            type="button"
            aria-pressed={chosen === status}
            class={counts[status] === 0 ? 'is-zero' : ''}
            onClick={() => onChoose(chosen === status ? null : status)}
          >
            <span class={`status-count status-${status}`}>
              <StatusShape status={status} size={14} />
              {format.integer(counts[status])}
            </span>
            <span class="status-word">{words.terms.status[status]}</span>
          </button>
        ))}
      </div>
    </div>
  );
}

/** Shares of the states as one bar; decoration beside the numbers, so hidden from readers. */
export function ShareBar({ devices }: { devices: readonly Device[] }): VNode {
  const counts = countByStatus(devices);
  return (
    <span class="share-bar" aria-hidden="true">
      {STATUS_ORDER.filter((status) => counts[status] > 0).map((status) => (
        <span key={status} class={`fill-${status}`} style={{ flexGrow: counts[status] }} />
      ))}
    </span>
  );
}
