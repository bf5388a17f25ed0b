// The icon set: 16 px grid, one stroke style, drawn by hand. Icons only accompany words; they are hidden from readers.
import type { VNode } from 'preact';

const PATHS = {
  fleet: 'M1.5 8h3l2-4.5 3 9 2-4.5h3',
  alerts: 'M8 2a4 4 0 0 0-4 4c0 4-1.5 5-1.5 5h11S12 10 12 6a4 4 0 0 0-4-4ZM6.7 13.5a1.5 1.5 0 0 0 2.6 0',
  jobs: 'M5.5 3H4a1 1 0 0 0-1 1v9a1 1 0 0 0 1 1h8a1 1 0 0 0 1-1V4a1 1 0 0 0-1-1h-1.5M5.5 1.8h5v2.4h-5ZM5.5 7.5h5M5.5 10.5h3',
  costs: 'M2.5 13.5h11M4 11V8M7 11V4.5M10 11V6.5M13 11V2.5',
  value: 'M8 1.8 3 3.6v4c0 3.2 2.1 5.4 5 6.6 2.9-1.2 5-3.4 5-6.6v-4ZM5.8 7.9l1.6 1.6 2.9-3',
  models: 'M8 2.2 13.5 5 8 7.8 2.5 5ZM2.5 8 8 10.8 13.5 8M2.5 11 8 13.8 13.5 11',
  system: 'M2.5 3h11v4h-11ZM2.5 9h11v4h-11ZM5 5h.01M5 11h.01M8 5h3M8 11h3',
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9ZM10.3 10.3l3.2 3.2',
  close: 'M4 4l8 8M12 4l-8 8',
  down: 'M4 6.5l4 4 4-4',
  right: 'M6.5 4l4 4-4 4',
  left: 'M9.5 4l-4 4 4 4',
  sun: 'M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6ZM8 1.5v1.2M8 13.3v1.2M1.5 8h1.2M13.3 8h1.2M3.4 3.4l.9.9M11.7 11.7l.9.9M12.6 3.4l-.9.9M4.3 11.7l-.9.9',
  moon: 'M13.2 9.6A5.6 5.6 0 0 1 6.4 2.8a5.6 5.6 0 1 0 6.8 6.8Z',
  auto: 'M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 8 2.2ZM8 2.2v11.6M8 5h3.5M8 8h5.6M8 11h3.5',
  person: 'M8 2.3a2.7 2.7 0 1 0 0 5.4 2.7 2.7 0 0 0 0-5.4ZM2.8 13.7c.6-2.6 2.6-4 5.2-4s4.6 1.4 5.2 4',
  leave: 'M6.5 2.5H3.8a.8.8 0 0 0-.8.8v9.4c0 .4.4.8.8.8h2.7M10 5l3 3-3 3M13 8H6.5',
  list: 'M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.01M2.5 8h.01M2.5 12h.01',
  wall: 'M2.5 2.5h4v4h-4ZM9.5 2.5h4v4h-4ZM2.5 9.5h4v4h-4ZM9.5 9.5h4v4h-4Z',
  board: 'M2.5 2.5h3v11h-3ZM6.5 2.5h3v7h-3ZM10.5 2.5h3v9h-3Z',
  table: 'M2.5 3h11v10h-11ZM2.5 6.3h11M2.5 9.6h11M6.5 3v10',
  chart: 'M2.5 2.5v11h11M4.5 10l3-3.5 2.2 2 3.8-4.5',
  send: 'M13.5 2.5 2.5 7l4.2 2.3L9 13.5ZM6.7 9.3l6.8-6.8',
  plus: 'M8 3v10M3 8h10',
  check: 'M3 8.5l3.2 3.2L13 4.8',
  assign:
    'M6.5 2.5a2.4 2.4 0 1 0 0 4.8 2.4 2.4 0 0 0 0-4.8ZM2 13.3c.5-2.4 2.2-3.7 4.5-3.7 1.1 0 2.1.3 2.8.9M12 9.5v4M10 11.5h4',
  comment: 'M2.5 3.2h11v8h-6L4.5 13.8v-2.6h-2Z',
  snooze: 'M8 3.5a5 5 0 1 0 0 10 5 5 0 0 0 0-10ZM8 6v2.7l1.8 1.1M2.3 4.2 4.4 2.3M13.7 4.2l-2.1-1.9',
  clock: 'M8 2.3a5.7 5.7 0 1 0 0 11.4A5.7 5.7 0 0 0 8 2.3ZM8 5v3.2l2.2 1.4',
  wrench:
    'M13.6 4.2l-2.3 2.3-1.8-.5-.5-1.8 2.3-2.3a3.6 3.6 0 0 0-4.7 4.6L2.4 10.7a1.6 1.6 0 0 0 2.3 2.3l4.2-4.2a3.6 3.6 0 0 0 4.7-4.6Z',
  travel:
    'M1.8 4h7.4v7.5H1.8ZM9.2 6.5h2.9l2.1 2.6v2.4h-5M4 11.5a1.3 1.3 0 1 0 0 2.6 1.3 1.3 0 0 0 0-2.6ZM11.6 11.5a1.3 1.3 0 1 0 0 2.6 1.3 1.3 0 0 0 0-2.6Z',
  part: 'M8 1.9l5.5 3v6.2L8 14.1l-5.5-3V4.9ZM2.5 4.9 8 8l5.5-3.1M8 8v6.1',
  receipt: 'M3.5 2h9v12l-2.2-1.3L8 14l-2.3-1.3L3.5 14ZM6 5.5h4M6 8.5h4',
  flag: 'M3.5 14V2.5h8.5l-2 3 2 3H3.5',
  refresh: 'M13 8a5 5 0 1 1-1.5-3.6M13 2.5v2.4h-2.4',
  filter: 'M2 3.5h12M4.5 8h7M6.5 12.5h3',
  plug: 'M5.5 2v3M10.5 2v3M4 5h8v2.5a4 4 0 0 1-8 0ZM8 11.5V14',
  quality: 'M1.5 9.5h2.5l1.5-4 2.2 7M10.5 9.5h4M12.5 3.5v3M12.5 8.5h.01',
  chip: 'M4.5 4.5h7v7h-7ZM6.5 2v2.5M9.5 2v2.5M6.5 11.5V14M9.5 11.5V14M2 6.5h2.5M2 9.5h2.5M11.5 6.5H14M11.5 9.5H14',
  info: 'M8 2.3a5.7 5.7 0 1 0 0 11.4A5.7 5.7 0 0 0 8 2.3ZM8 7.3v3.5M8 5.1h.01',
} as const;
export type IconName = keyof typeof PATHS;

export const Icon = ({ name, size = 16 }: { name: IconName; size?: number }): VNode => (
  <svg class="icon" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
    <path d={PATHS[name]} />
  </svg>
);
