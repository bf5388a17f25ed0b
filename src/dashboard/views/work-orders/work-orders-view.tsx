import type { VNode } from 'preact';
export const WorkOrdersView = (): VNode => <p>x</p>;
