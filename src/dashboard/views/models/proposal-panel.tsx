// The job an alert asks for, on the alert's page; nothing where it asks for none.
import type { VNode } from 'preact';
import type { Page } from '../../../contracts/http/page.ts';
import type { Proposal } from '../../../contracts/http/proposals.ts';
import { useApp } from '../../app-context.ts';
import { useResource } from '../../state/use-resource.ts';
import { ProposalCard } from './proposal-card.tsx';

/** `revision`: of the alert, which changes with its proposal. */
export function ProposalPanel({ alertId, revision }: { alertId: number; revision: number }): VNode | null {
  const { api } = useApp();
  const proposals = useResource(
    `proposal of ${alertId} ${revision}`,
    (signal) => api.get<Page<Proposal>>('/proposals', { alert: alertId, limit: 1 }, signal),
    true,
  );
  const newest = proposals.value?.items[0];
  return newest === undefined ? null : <ProposalCard proposal={newest} onDecided={proposals.reload} />;
}
