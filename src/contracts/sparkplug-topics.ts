// The grammar of Sparkplug B topics (`spBv1.0/{group}/{message}/{node}[/{device}]`, Sparkplug 3.0 chapter 4).

export const NODE_MESSAGES = ['NBIRTH', 'NDEATH', 'NDATA'] as const;
export const DEVICE_MESSAGES = ['DBIRTH', 'DDEATH', 'DDATA'] as const;
export type SparkplugMessage = (typeof NODE_MESSAGES)[number] | (typeof DEVICE_MESSAGES)[number];

/** An edge node, as all of its topics name it. */
export interface SparkplugNode {
  group: string;
  node: string;
}

export interface SparkplugTopic extends SparkplugNode {
  kind: 'sparkplug';
  message: SparkplugMessage;
  /** The device behind the node; `null` in messages of the node itself. */
  device: string | null;
}

const ROOT = 'spBv1.0';
/** Sparkplug 4.1: any characters but those of MQTT's own; bounded here. */
const NAME = /^[^\p{Cc}\p{Cs}+#/]{1,128}$/u;

const isOneOf = <T extends string>(list: readonly T[], text: string | undefined): text is T => list.includes(text as T);

/** A topic of an edge node, or `null`. Whether the device id is a device is not looked at. */
export function parseSparkplugTopic(topic: string): SparkplugTopic | null {
  const [root, group = '', message, node = '', device, ...more] = topic.split('/');
  if (root !== ROOT || more.length > 0 || !NAME.test(group) || !NAME.test(node)) return null;
  if (device === undefined) {
    return isOneOf(NODE_MESSAGES, message) ? { kind: 'sparkplug', group, message, node, device: null } : null;
  }
  const isDevice = isOneOf(DEVICE_MESSAGES, message) && NAME.test(device);
  return isDevice ? { kind: 'sparkplug', group, message, node, device } : null;
}

/** Where an edge node takes commands: its NCMD and DCMD, and the state of the host. */
export function isSparkplugFilter(filter: string): boolean {
  const [root, group = '', message, node = '', device, ...more] = filter.split('/');
  if (root !== ROOT || more.length > 0) return false;
  if (group === 'STATE') return node === '' && device === undefined && message !== undefined && message !== '#';
  if (!NAME.test(group) || !NAME.test(node)) return false;
  if (message === 'NCMD') return device === undefined || device === '#';
  return message === 'DCMD' && (device === '+' || device === '#' || NAME.test(device ?? ''));
}

export const nodeCommandTopic = ({ group, node }: SparkplugNode): string => `${ROOT}/${group}/NCMD/${node}`;

export const sparkplugTopic = (
  { group, node }: SparkplugNode,
  message: SparkplugMessage,
  device: string | null = null,
): string => `${ROOT}/${group}/${message}/${node}${device === null ? '' : `/${device}`}`;
