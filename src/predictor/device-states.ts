// Device states in memory, least recently used out first: loads a snapshot, keeps the assessor over it, stores it again. A copy
// that may be wrong is dropped, never repaired: snapshot and readings in the database are the truth.
import { isClocked } from '../contracts/condition-tree.ts';
import type { Database } from '../db/database.ts';
import type { JudgedDevice } from './alert-store.ts';
import { type Assessor, createAssessor } from './core/assess.ts';
import { type DevicePlan, isRuleCause, planOf } from './core/plan.ts';
import type { Catalogue } from './ports.ts';
import type { Membership, PeerBook } from './peers/peer-book.ts';
import type { RuleBook } from './rule-book.ts';
import { loadState, saveState, type StoredState } from './state-store.ts';

export interface LoadedDevice {
  device: JudgedDevice;
  plan: DevicePlan;
  assessor: Assessor;
  stored: StoredState;
  /** Readings judged since the state was stored. */
  unsaved: number;
  planRevision: number;
}

export interface DeviceStates {
  /** From memory, else from the database; `null` when there is no such device. `isFresh`: it may be behind the database. */
  get(code: string): Promise<{ loaded: LoadedDevice; isFresh: boolean } | null>;
  drop(code: string): void;
  /** The product or its rules may have changed: the plan is made again before the next reading. */
  replan(code: string): void;
  /** Stores the state when it is newer than what is stored. */
  save(loaded: LoadedDevice): Promise<void>;
  /** Devices to put out because there are too many, oldest first. */
  surplus(busy: ReadonlySet<string>): LoadedDevice[];
  all(): LoadedDevice[];
  /** Devices in memory whose rules have changed in a way that counts before they speak again. */
  awaitingRules(): LoadedDevice[];
  size(): number;
}

export interface DeviceStatesOptions {
  database: Database;
  catalogue: Catalogue;
  rules: RuleBook;
  peers: PeerBook;
  limit: number;
  /** Score from which a metric is unusual. */
  unusualScore: number;
}

const PLAN_AGAIN = -1;

export function createDeviceStates(options: DeviceStatesOptions): DeviceStates {
  const { database, catalogue, rules, peers, limit, unusualScore } = options;
  const devices = new Map<string, LoadedDevice>();
  /** Either of what a plan is made of grows when it changes, so their sum does. */
  const revision = (): number => rules.revision() + peers.revision();

  async function planFor(code: string): Promise<Pick<LoadedDevice, 'device' | 'plan' | 'planRevision'> | null> {
    const planRevision = revision();
    const known = await catalogue.load(code);
    if (known === null) return null;
    const { product, id } = known;
    const text = 'SELECT firmware, lot FROM device WHERE id = $1';
    const { rows } = await database.prepared<Omit<Membership, 'product'>>('device-cohorts', text, [id]);
    const membership = { product: product.code, ...(rows[0] ?? { firmware: null, lot: null }) };
    const plan = planOf(product, rules.rulesFor(product.code, id), peers.peersOf(membership));
    return { device: { id, code }, plan: { ...plan, unusualScore }, planRevision };
  }

  async function load(code: string): Promise<LoadedDevice | null> {
    const planned = await planFor(code);
    if (planned === null) return null;
    const stored = await loadState(database, planned.device.id);
    return { ...planned, stored, assessor: createAssessor(planned.plan, stored.state), unsaved: 0 };
  }

  async function planAgain(loaded: LoadedDevice): Promise<void> {
    const planned = await planFor(loaded.device.code);
    if (planned === null) return;
    Object.assign(loaded, planned, { assessor: createAssessor(planned.plan, loaded.stored.state) });
  }

  return {
    async get(code) {
      const known = devices.get(code);
      if (known === undefined) {
        const loaded = await load(code);
        if (loaded === null) return null;
        devices.set(code, loaded);
        return { loaded, isFresh: true };
      }
      devices.delete(code);
      devices.set(code, known);
      if (known.planRevision !== revision()) await planAgain(known);
      return { loaded: known, isFresh: false };
    },
    drop: (code) => void devices.delete(code),
    replan(code) {
      const known = devices.get(code);
      if (known !== undefined) known.planRevision = PLAN_AGAIN;
    },
    async save(loaded) {
      if (loaded.unsaved === 0) return;
      await saveState(database, loaded.device.id, loaded.stored);
      loaded.stored.version += 1;
      loaded.unsaved = 0;
    },
    surplus(busy) {
      const found: LoadedDevice[] = [];
      for (const loaded of devices.values()) {
        if (devices.size - found.length <= limit) break;
        if (!busy.has(loaded.device.code)) found.push(loaded);
      }
      return found;
    },
    all: () => [...devices.values()],
    awaitingRules: () =>
      [...devices.values()].filter(
        ({ device, plan, stored, planRevision }) =>
          planRevision !== revision() &&
          (stored.state.episodes.some(({ cause }) => isRuleCause(cause)) ||
            rules.rulesFor(plan.product.code, device.id).some(({ condition }) => isClocked(condition))),
      ),
    size: () => devices.size,
  };
}
