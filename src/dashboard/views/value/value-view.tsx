import type { VNode } from 'preact';
export const ValueView = (): VNode => <p>x</p>;
