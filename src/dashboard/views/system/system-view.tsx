import type { VNode } from 'preact';
export const SystemView = (): VNode => <p>x</p>;
