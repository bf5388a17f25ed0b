// State as colour and shape and word: device status, alert severity, presence. The shapes differ in outline, so they
// are told apart without colour; unknown is hatched and never green.
import type { VNode } from 'preact';
import type { Status } from '../../contracts/health.ts';
import type { Severity } from '../../contracts/work-order-states.ts';
import { useWords } from '../app-context.ts';

const STATUS_SHAPES: Readonly<Record<Status, VNode>> = {
  healthy: <circle cx="6" cy="6" r="4.2" />,
  watch: <path d="M6 .9 11.1 6 6 11.1.9 6Z" />,
  degraded: <path d="M6 1 11.5 10.6H.5Z" />,
  failing: <path d="M3.6.8h4.8l2.8 2.8v4.8l-2.8 2.8H3.6L.8 8.4V3.6Z" />,
  unknown: <path class="hatch" d="M1.5 1.5h9v9h-9ZM1.5 6 6 1.5M1.5 10.5l9-9M6 10.5 10.5 6" />,
  offline: <path class="hollow" d="M6 2a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM2 10 10 2" />,
};

export const StatusShape = ({ status, size = 12 }: { status: Status; size?: number }): VNode => (
  <svg class={`shape status-${status}`} width={size} height={size} viewBox="0 0 12 12" aria-hidden="true">
    {STATUS_SHAPES[status]}
  </svg>
);

export const StatusSign = ({ status }: { status: Status }): VNode => {
  const words = useWords();
  return (
    <span class={`sign status-${status}`}>
      <StatusShape status={status} />
      {words.terms.status[status]}
    </span>
  );
};

const SEVERITY_SHAPES: Readonly<Record<Severity, VNode>> = {
  critical: <path d="M3.6.8h4.8l2.8 2.8v4.8l-2.8 2.8H3.6L.8 8.4V3.6Z" />,
  major: <path d="M6 1 11.5 10.6H.5Z" />,
  minor: <path d="M6 .9 11.1 6 6 11.1.9 6Z" />,
  warning: <path class="hollow" d="M6 1.8 10.2 6 6 10.2 1.8 6Z" />,
};

export const SeverityShape = ({ severity, size = 12 }: { severity: Severity; size?: number }): VNode => (
  <svg class={`shape severity-${severity}`} width={size} height={size} viewBox="0 0 12 12" aria-hidden="true">
    {SEVERITY_SHAPES[severity]}
  </svg>
);

export const SeveritySign = ({ severity }: { severity: Severity }): VNode => {
  const words = useWords();
  return (
    <span class={`sign severity-${severity}`}>
      <SeverityShape severity={severity} />
      {words.terms.severity[severity]}
    </span>
  );
};

export const Presence = ({ presence }: { presence: 'online' | 'offline' | 'unknown' }): VNode => {
  const words = useWords();
  return <span class={`presence presence-${presence}`}>{words.terms.presence[presence]}</span>;
};
