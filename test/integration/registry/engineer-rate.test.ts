// What an hour costs takes two people as soon as hours were costed.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVERYTHING } from '../../../src/contracts/access.ts';
import type { Registry } from '../../../src/registry/registry.ts';
import { startTestRegistry } from '../../support/registry.ts';
import { type ServiceWorld, startServiceWorld } from '../../support/service-world.ts';
import { addByTwo } from '../../support/two-people.ts';

const cny = (amount: string) => ({ amount, currency: 'CNY' });

let world: ServiceWorld;
let registry: Registry;
beforeAll(async () => {
  world = await startServiceWorld();
  registry = await startTestRegistry(world.database, world.clock);
});
afterAll(async () => {
  await registry.close();
  await world.close();
});

/** An hour of Li's, and what it cost. */
async function hourOn(day: string): Promise<string | undefined> {
  const { commands } = world.service;
  const { id } = await commands.open({ device: 'MRI-1', kind: 'inspection', at: `${day}T06:00:00Z` }, 'manager');
  const job = { workOrderId: id, actor: 'manager' };
  for (const to of ['approved', 'on-site'] as const) await commands.transition(job, { to, at: `${day}T07:00:00Z` });
  const span = { from: `${day}T08:00:00Z`, to: `${day}T09:00:00Z` };
  await commands.recordLabour(job, { engineer: 'li', ...span, category: 'repair' });
  await world.costing.idle();
  return (await world.costing.reads.facts({ filter: `work-order:${id}` }, EVERYTHING)).items[0]?.amount.amount;
}

describe('the hourly rate of a master record', () => {
  it('is set up by one person; once time was costed by it, another one takes two people and a day', async () => {
    await registry.engineers.patch('li', { hourlyRate: cny('240.00') });
    expect(await hourOn('2026-06-02')).toBe('240.00');
    await expect(registry.engineers.patch('li', { hourlyRate: cny('9999.00') })).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringMatching(/hourlyRate: .*li .*two people.*POST \/rates/),
    });
    await expect(
      registry.engineers.patch('li', { hourlyRate: { amount: '240.00', currency: 'EUR' } }),
    ).rejects.toMatchObject({ code: 'refused' });
    expect(await hourOn('2026-06-03')).toBe('240.00');
    const { skills, hourlyRate } = await registry.engineers.patch('li', {
      skills: ['ct', 'mri'],
      hourlyRate: cny('240.00'),
    });
    expect([skills, hourlyRate.amount]).toEqual([['ct', 'mri'], '240.00']);
    const rate = { kind: 'labour-hour', engineer: 'li', amount: cny('260.00') } as const;
    await addByTwo(world.costing.rates, { ...rate, effectiveFrom: '2026-06-05T00:00:00Z' });
    expect([await hourOn('2026-06-04'), await hourOn('2026-06-05')]).toEqual(['240.00', '260.00']);
  });

  it('is held by the database as well, and stays free where nobody worked', async () => {
    const set = (code: string) =>
      world.database.query('UPDATE engineer SET hourly_rate_minor = 1 WHERE code = $1', [code]);
    await expect(set('li')).rejects.toThrow(/second person/);
    await set('zhao');
  });
});
