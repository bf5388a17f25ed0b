// How the run shared a pool out: version, method and driver, and the pool's balance.
import type { VNode } from 'preact';
import type { SharedBy } from '../../../../contracts/http/cost-explain.ts';
import { useFormat, useWords } from '../../../app-context.ts';
import { withUnit } from '../../../format/units.ts';

const BALANCE = ['own', 'received', 'sent', 'placed', 'unallocated', 'unused'] as const;

export function SharedByFacts({ sharedBy }: { sharedBy: SharedBy }): VNode {
  const words = useWords().explain;
  const format = useFormat();
  const { driver, total, pool, isTimeDriven } = sharedBy;
  const driverText =
    driver === null
      ? isTimeDriven
        ? words.timeDriven
        : words.noDriver
      : `${format.text(driver.name)} · ${format.text(driver.source)}`;
  return (
    <section class="explain-shared">
      <h3>{words.sharedBy}</h3>
      <p class="muted">
        {words.run(String(sharedBy.run), words.status[sharedBy.status])} ·{' '}
        {words.cycle(sharedBy.cycle, String(sharedBy.version))} · {words.method[sharedBy.method]}
      </p>
      <p>
        {words.driver}: {driverText}
        {total !== null && (
          <>
            {' · '}
            {withUnit(format.measure(total.quantity), driver?.unit ?? (isTimeDriven ? 'min' : ''))} ·{' '}
            {words.receivers(format.integer(total.receivers))}
          </>
        )}
      </p>
      {pool !== null && (
        <dl class="explain-balance">
          {BALANCE.filter((part) => part === 'own' || !/^-?0+(\.0+)?$/.test(pool[part].amount)).map((part) => (
            <div key={part}>
              <dt>{words.balance[part]}</dt>
              <dd class="number">{format.moneyExact(pool[part])}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}
