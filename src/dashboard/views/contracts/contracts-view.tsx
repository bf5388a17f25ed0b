// Contracts: the list by margin, or one of them.
import type { VNode } from 'preact';
import { useRoute } from 'preact-iso';
import { ContractDetail } from './contract-detail.tsx';
import { ContractList } from './contract-list.tsx';

export function ContractsView(): VNode {
  const code = useRoute().params['id'];
  return code === undefined || code === '' ? <ContractList /> : <ContractDetail key={code} code={code} />;
}
