import type { VNode } from 'preact';
export const CostsView = (): VNode => <p>x</p>;
