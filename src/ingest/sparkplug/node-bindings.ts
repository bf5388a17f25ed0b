// Which device speaks as which edge node: the first that did, for good. Node names come from outside, so one could
// otherwise take another's.
import type { EpochMs } from '../../contracts/time.ts';
import type { SparkplugNode } from '../../contracts/sparkplug-topics.ts';
import type { Queryable } from '../../db/database.ts';
import type { DeviceFacts, DeviceLookup } from '../ports.ts';

export interface NodeBindings {
  /** Whether the device speaks as this node, from now on if nobody did before. */
  isSpeaker(node: SparkplugNode, device: DeviceFacts, atMs: EpochMs): Promise<boolean>;
}

/** Nodes remembered; beyond it the oldest are asked for again. */
const REMEMBERED = 20_000;

/** A device that takes names without end does not get more. */
const NODES_PER_DEVICE = 100;

// A name is free again when the device that had it is gone for good.
const BIND = `INSERT INTO sparkplug_node AS n (group_id, node_id, device_id, bound_at)
  SELECT $1, $2, $3, $4 WHERE (SELECT count(*) FROM sparkplug_node WHERE device_id = $3) < ${NODES_PER_DEVICE}
  ON CONFLICT (group_id, node_id) DO UPDATE SET device_id = excluded.device_id, bound_at = excluded.bound_at
    WHERE EXISTS (SELECT FROM device d WHERE d.id = n.device_id AND d.lifecycle = 'decommissioned')`;

export function createNodeBindings(db: Queryable, devices: DeviceLookup): NodeBindings {
  const speakers = new Map<string, number>();

  async function bind({ group, node }: SparkplugNode, device: DeviceFacts, atMs: EpochMs): Promise<number | null> {
    // A node that is called like a registered device is that device.
    if (node !== device.code && (await devices.load(node))) return null;
    await db.query(BIND, [group, node, device.id, new Date(atMs)]);
    const { rows } = await db.query<{ device_id: number }>(
      'SELECT device_id FROM sparkplug_node WHERE group_id = $1 AND node_id = $2',
      [group, node],
    );
    return rows[0]?.device_id ?? null;
  }

  return {
    async isSpeaker(node, device, atMs) {
      const name = `${node.group}/${node.node}`;
      if (speakers.get(name) === device.id) return true;
      const speaker = await bind(node, device, atMs);
      if (speaker === null) return false;
      speakers.set(name, speaker);
      if (speakers.size > REMEMBERED) speakers.delete(speakers.keys().next().value as string);
      return speaker === device.id;
    },
  };
}
