// The journal: double entry of all cost, its accounts, and batches that hand each entry to a general ledger once.
import { Readable } from 'node:stream';
import { Type } from 'typebox';
import {
  Account,
  AccountBalance,
  AccountMapping,
  ExportFileQuery,
  ExportList,
  ExportRequest,
  JournalExport,
  JournalPage,
  JournalQuery,
  NewAccountMapping,
} from '../../contracts/http/journal.ts';
import { PageOf, PageQuery } from '../../contracts/http/page.ts';
import { callerOf } from '../plugins/auth.ts';
import type { Journal } from '../ports.ts';
import { IdParams, type Routes } from './route-types.ts';

const tags = ['journal'];
/** The books are those of the whole house. */
const read = { permission: 'costs:read', wholeScope: true } as const;
const write = { permission: 'costs:write', wholeScope: true } as const;
/** Puts in force what somebody else wrote. */
const approve = { permission: 'costs:approve', wholeScope: true } as const;
const PeriodQuery = Type.Object({ period: Type.Optional(Type.String({ pattern: '^[1-9]\\d{3}-(0[1-9]|1[0-2])$' })) });

export const journalRoutes: Routes<{ journal: Journal }> = async (app, { journal }) => {
  app.get(
    '/journal',
    {
      config: read,
      schema: {
        tags,
        summary: 'Entries, the newest posting first: by month, account, posting, fact, run or batch',
        querystring: JournalQuery,
        response: { 200: JournalPage },
      },
    },
    async (request) => journal.entries(request.query),
  );

  app.get(
    '/journal/balances',
    {
      config: read,
      schema: {
        tags,
        summary:
          'Debits, credits and balance of every account, of one month or of all; each currency adds up to nothing',
        querystring: PeriodQuery,
        response: { 200: PageOf(AccountBalance) },
      },
    },
    async (request) => ({ items: await journal.balances(request.query.period ?? null), next: null }),
  );

  app.get(
    '/journal/accounts',
    { config: read, schema: { tags, summary: 'The chart of accounts', response: { 200: PageOf(Account) } } },
    async () => ({ items: await journal.accounts(), next: null }),
  );

  app.post(
    '/journal/accounts',
    { config: write, schema: { tags, summary: 'Add an account', body: Account, response: { 201: Account } } },
    async (request, reply) => {
      const account = await journal.addAccount(request.body);
      return reply.code(201).header('location', `${app.prefix}/journal/accounts`).send(account);
    },
  );

  app.get(
    '/journal/mappings',
    {
      config: read,
      schema: {
        tags,
        summary: 'Which account each cost element goes to, newest first, drafts too',
        response: { 200: PageOf(AccountMapping) },
      },
    },
    async () => ({ items: await journal.mappings(), next: null }),
  );

  app.post(
    '/journal/mappings',
    {
      config: write,
      schema: {
        tags,
        summary: 'Draft a mapping from a month on; it counts once a second person has approved it',
        body: NewAccountMapping,
        response: { 201: AccountMapping },
      },
    },
    async (request, reply) => {
      const mapping = await journal.draftMapping(request.body, callerOf(request).email);
      return reply.code(201).header('location', `${app.prefix}/journal/mappings`).send(mapping);
    },
  );

  app.post(
    '/journal/mappings/:id/approve',
    {
      config: approve,
      schema: {
        tags,
        summary: 'Put in force a mapping that another person wrote, from a month nothing was entered in',
        params: IdParams,
        response: { 200: AccountMapping },
      },
    },
    async (request) => journal.approveMapping(request.params.id, callerOf(request).email),
  );

  app.get(
    '/journal/exports',
    {
      config: read,
      schema: {
        tags,
        summary: 'Batches for a general ledger, newest first, and how many postings wait for one',
        querystring: PageQuery,
        response: { 200: ExportList },
      },
    },
    async (request) => journal.exports(request.query),
  );

  app.post(
    '/journal/exports',
    {
      config: write,
      schema: {
        tags,
        summary: 'Take the entries that no batch has, of one month or of all, into a batch; repeat until nothing waits',
        body: ExportRequest,
        response: { 201: JournalExport },
      },
    },
    async (request, reply) => {
      const batch = await journal.claim(request.body, callerOf(request).email);
      return reply.code(201).header('location', `${app.prefix}/journal/export?batch=${batch.id}`).send(batch);
    },
  );

  app.get(
    '/journal/export',
    {
      config: read,
      schema: {
        tags,
        summary: 'The file of a batch, CSV by itself: the same bytes however often it is fetched',
        querystring: ExportFileQuery,
        response: {
          200: {
            description: 'The entries, in order',
            content: {
              'text/csv': { schema: Type.Unsafe<Readable>(Type.String()) },
              'application/json': { schema: Type.Unsafe<Readable>(Type.Array(Type.Object({}))) },
            },
          },
        },
      },
    },
    async (request, reply) => {
      const { batch, format = 'csv' } = request.query;
      const { name, contentType, lines } = await journal.file(batch, format);
      return reply
        .header('content-type', contentType)
        .header('content-disposition', `attachment; filename="${name}"`)
        .send(Readable.from(lines));
    },
  );
};
