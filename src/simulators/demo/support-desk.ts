// The demo's support engineer: asks some devices to do something when the fleet goes live, so that their pages have a
// history of commands: checks that pass and that do not, a log and another interval.
import type { Command, NewCommand } from '../../contracts/http/commands.ts';
import { signIn } from '../api-client.ts';
import { ACCOUNTS, DEMO_PASSWORD } from './world.ts';

const SUPPORT = ACCOUNTS[0];

const ASKED: readonly (NewCommand & { device: string })[] = [
  { device: 'MRI-002', name: 'self-test', reason: '氦压缩机压力偏高，先远程自检', confirm: true },
  { device: 'MRI-002', name: 'upload-log', args: { lines: 50 }, reason: '核对压缩机近期记录' },
  { device: 'CT-004', name: 'self-test', reason: '碳刷磨损告警复核', confirm: true },
  { device: 'VENT-007', name: 'self-test', reason: '电池容量下降，确认其他部件', confirm: true },
  { device: 'VENT-007', name: 'set-interval', args: { intervalS: 5 }, reason: '观察电池放电曲线' },
  { device: 'HD-003', name: 'upload-log', reason: '超滤泵排查' },
  { device: 'PUMP-005', name: 'self-test', reason: '季度巡检', confirm: true },
];

export async function askDevices(httpUrl: string): Promise<void> {
  const api = await signIn(httpUrl, SUPPORT.email, DEMO_PASSWORD);
  for (const { device, ...body } of ASKED) await api.post<Command>(`/devices/${device}/commands`, body);
}
