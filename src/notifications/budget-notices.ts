// Tells who answers for cost of expected overruns: controllers and managers by mail, and every webhook that is switched on. One
// message holds what one look found, cut to what its receiver sees; who is not told has an entry that says why.
import { inScope, type Scope } from '../contracts/access.ts';
import type { Recipient } from '../contracts/http/notifications.ts';
import type { Language } from '../contracts/text.ts';
import type { EpochMs } from '../contracts/time.ts';
import type { Queryable, Transaction } from '../db/database.ts';
import { quietUntilMs } from './core/quiet-hours.ts';
import type { Content, NamedOverrun } from './content.ts';
import { type Outbox, OUTBOX_CHANGED, uuidOf } from './outbox.ts';
import { type Target, targetsOf } from './recipients.ts';

const ROLES = ['controller', 'manager'] as const;

interface NoticeRow {
  id: bigint;
  budget: string;
  version: number;
  part: string;
  name_en: string;
  name_zh: string;
  change: NamedOverrun['change'];
  crossing: string | null;
  told_before: string | null;
  overrun_minor: bigint;
  currency: string;
  probability: number | null;
  at: Date;
}

const NOTICES = `
  SELECT n.id, v.code AS budget, v.version, n.part, n.name_en, n.name_zh, n.change, to_char(n.crossing, 'YYYY-MM-DD') AS crossing,
    n.overrun_minor, v.currency, n.probability, n.at,
    (SELECT to_char(b.crossing, 'YYYY-MM-DD') FROM budget_notice b JOIN budget_version w ON w.id = b.version_id
     WHERE w.code = v.code AND b.part = n.part AND b.id < n.id ORDER BY b.id DESC LIMIT 1) AS told_before
  FROM budget_notice n JOIN budget_version v ON v.id = n.version_id WHERE n.id = ANY ($1::bigint[]) ORDER BY n.overrun_minor DESC, n.id`;

async function readNotices(db: Queryable, ids: readonly number[]): Promise<NoticeRow[]> {
  return (await db.prepared<NoticeRow>('notification-budget-notices', NOTICES, [ids])).rows;
}

/** A part of all regions or customers is seen by who sees all of them. */
function maySee(scope: Scope, { part }: NoticeRow): boolean {
  const codeOf = (dimension: string): string | null =>
    part
      .split(',')
      .find((pair) => pair.startsWith(`${dimension}:`))
      ?.slice(dimension.length + 1) ?? null;
  return inScope(scope, { region: codeOf('region'), customer: codeOf('customer') });
}

async function recipients(tx: Transaction): Promise<Recipient[]> {
  const { rows } = await tx.query<{ id: number }>(
    'SELECT id FROM notification_webhook WHERE active AND deleted_at IS NULL ORDER BY id',
  );
  return [
    ...ROLES.map((role) => ({ kind: 'role' as const, role })),
    ...rows.map(({ id }) => ({ kind: 'webhook' as const, id })),
  ];
}

function refusalOf({ hasMail }: Outbox, target: Target, seen: readonly NoticeRow[]): string | null {
  if (target.isOff !== null) return target.isOff;
  if (target.channel === 'email' && !hasMail) return 'email-not-set-up';
  return seen.length === 0 ? 'outside-scope' : null;
}

export async function tellBudget(
  tx: Transaction,
  outbox: Outbox,
  { noticeIds }: { noticeIds: readonly number[] },
  nowMs: EpochMs,
): Promise<void> {
  const notices = await readNotices(tx, noticeIds);
  for (const target of await targetsOf(tx, await recipients(tx))) {
    const seen = notices.filter((notice) => maySee(target.scope, notice));
    const refusal = refusalOf(outbox, target, seen);
    const quiet = refusal === null ? quietUntilMs(target.quietHours, target.timeZone, nowMs) : null;
    await tx.query(
      `INSERT INTO notification (delivery, kind, channel, user_id, webhook_id, recipient, address, language, budget_notices, held_for,
         due_at, created_at, state, settled_at, last_error)
       VALUES ($1, 'budget', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
      [
        uuidOf(outbox.random),
        target.channel,
        target.userId,
        target.webhookId,
        target.name,
        target.address,
        target.language,
        (refusal === null ? seen : notices).map(({ id }) => id),
        quiet === null ? null : 'quiet-hours',
        new Date(quiet ?? nowMs),
        new Date(nowMs),
        refusal === null ? 'waiting' : 'suppressed',
        refusal === null ? null : new Date(nowMs),
        refusal,
      ],
    );
    if (refusal !== null) outbox.onSuppressed(refusal);
  }
  tx.notify(OUTBOX_CHANGED);
}

/** What the message says; `null`: it tells of nothing that is known. */
export async function budgetContent(
  tx: Transaction,
  notificationId: number,
  language: Language,
): Promise<Content | null> {
  const { rows } = await tx.query<{ budget_notices: bigint[] }>(
    'SELECT budget_notices FROM notification WHERE id = $1',
    [notificationId],
  );
  const notices = await readNotices(tx, (rows[0]?.budget_notices ?? []).map(Number));
  const overruns = notices.map((row) => overrunOf(row, language));
  const [first] = overruns;
  if (first === undefined) return null;
  return {
    subject: subjectOf(overruns, first, language),
    alerts: [],
    alertCount: 0,
    counts: {},
    isTest: false,
    overruns,
  };
}

const overrunOf = (row: NoticeRow, language: Language): NamedOverrun => ({
  budget: row.budget,
  version: row.version,
  part: language === 'zh' ? row.name_zh : row.name_en,
  change: row.change,
  crossing: row.crossing,
  toldBefore: row.told_before,
  overrun: { amountMinor: String(row.overrun_minor), currency: row.currency },
  probability: row.probability,
  at: row.at.toISOString(),
});

function subjectOf(overruns: readonly NamedOverrun[], first: NamedOverrun, language: Language): string {
  const isZh = language === 'zh';
  const head = isZh ? `【预算】${first.budget}：` : `[budget] ${first.budget}: `;
  if (overruns.length > 1) {
    const count = (change: NamedOverrun['change']): number => overruns.filter((one) => one.change === change).length;
    const parts = [
      { n: count('appeared'), en: 'expected to run over', zh: '项预计超支' },
      { n: count('moved'), en: 'on another date', zh: '项超支日期变动' },
      { n: count('gone'), en: 'no longer', zh: '项不再超支' },
    ].filter(({ n }) => n > 0);
    return head + parts.map(({ n, en, zh }) => (isZh ? `${n} ${zh}` : `${n} ${en}`)).join(isZh ? '，' : ', ');
  }
  const { part, change, crossing } = first;
  switch (change) {
    case 'appeared':
      return head + (isZh ? `${part} 预计 ${crossing} 超支` : `${part} is expected to run over on ${crossing}`);
    case 'moved':
      return head + (isZh ? `${part} 超支日期变为 ${crossing}` : `${part} is now expected to run over on ${crossing}`);
    case 'gone':
      return head + (isZh ? `${part} 不再预计超支` : `${part} is no longer expected to run over`);
  }
}
