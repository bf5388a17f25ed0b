// `npm run enrol`: a batch of devices from a CSV, registered and given tokens or certificates through the HTTP API like
// anyone outside. Checks every row first, can be run again after a break, and ends with a report as one line of JSON.
import { readFileSync } from 'node:fs';
import type { IssuedCertificate } from '../contracts/http/device-access.ts';
import type { Credential, Device } from '../contracts/http/devices.ts';
import { type ApiClient, signIn } from './api-client.ts';
import { type CertificateFolder, openCertificateFolder, openTokenFile, type TokenFile } from './enrol/keepers.ts';
import { ENROL_HELP, type EnrolOptions, enrolOptionsOf } from './enrol/options.ts';
import { checkRows, type EnrolRow, type Known, type RefusedRow } from './enrol/rows.ts';
import { createTeller } from './replay/teller.ts';

const EXIT = { enrolled: 0, refused: 1, failed: 2 } as const;
const REFUSALS_TOLD = 50;

interface Report {
  rows: number;
  refused: RefusedRow[];
  registered: number;
  /** They were there already and stay as they are. */
  known: number;
  tokens: number;
  certificates: number;
  /** Had their token or certificate from a run before. */
  enrolledBefore: number;
}

interface Enrolment {
  api: ApiClient;
  known: Known;
  tokens: TokenFile | null;
  certificates: CertificateFolder | null;
  days: number | null;
  makeKey: boolean;
}

async function knownTo(api: ApiClient): Promise<Known> {
  const codesOf = async (path: string): Promise<Set<string>> =>
    new Set((await api.all<{ code: string }>(path)).map(({ code }) => code));
  const [product, customer, station, site, contract] = await Promise.all(
    ['/products', '/customers', '/stations', '/sites', '/contracts'].map(codesOf),
  );
  const devices = new Set((await api.all<Device>('/devices')).map(({ id }) => id));
  return { devices, codes: Object.fromEntries(Object.entries({ product, customer, station, site, contract })) };
}

/** Rows whose certificate nobody has asked for: there is no request, and no key is to be made here. */
function refuseWithoutRequest(rows: readonly EnrolRow[], { certificates, makeKey }: Enrolment): RefusedRow[] {
  if (!certificates || makeKey) return [];
  return rows
    .filter(({ device: { id } }) => !certificates.has(id) && certificates.request(id) === null)
    .map(({ line, device: { id } }) => ({ line, id, reasons: [`there is no ${id}.csr; make it, or give --make-key`] }));
}

async function enrolOne({ device }: EnrolRow, work: Enrolment, report: Report): Promise<void> {
  const { api, known, tokens, certificates, days, makeKey } = work;
  const { id } = device;
  if (known.devices.has(id)) report.known += 1;
  else {
    await api.post('/devices', device);
    report.registered += 1;
  }
  let isBefore = false;
  if (tokens?.has(id)) isBefore = true;
  else if (tokens) {
    tokens.add(id, (await api.post<Credential>(`/devices/${id}/credentials`)).token);
    report.tokens += 1;
  }
  if (certificates?.has(id)) isBefore = true;
  else if (certificates) {
    const request = makeKey ? certificates.makeKey(id) : certificates.request(id);
    const body = { request, ...(days === null ? {} : { days }) };
    const issued = await api.post<IssuedCertificate>(`/devices/${id}/certificates`, body);
    certificates.add(id, issued.certificate, issued.authority);
    report.certificates += 1;
  }
  if (isBefore) report.enrolledBefore += 1;
}

function tellRefused(refused: readonly RefusedRow[]): void {
  for (const { line, id, reasons } of refused.slice(0, REFUSALS_TOLD))
    console.error(`line ${line} (${id || 'no id'}): ${reasons.join('; ')}`);
  if (refused.length > REFUSALS_TOLD) console.error(`... and ${refused.length - REFUSALS_TOLD} more rows`);
}

async function enrolAll(rows: readonly EnrolRow[], work: Enrolment, report: Report): Promise<void> {
  const now = (): number => performance.now();
  const teller = createTeller({ total: rows.length, already: 0, stream: process.stderr, now });
  try {
    for (const [index, row] of rows.entries()) {
      await enrolOne(row, work, report).catch((error: unknown) => {
        throw new Error(`line ${row.line} (${row.device.id}): ${(error as Error).message}; run it again to go on`);
      });
      teller.tell(index + 1);
    }
  } finally {
    teller.end();
    work.tokens?.close();
  }
}

async function enrol(options: EnrolOptions): Promise<number> {
  const { url, email, password, file, dryRun, skipRefused, out, makeKey, days } = options;
  const api = await signIn(url, email, password);
  const known = await knownTo(api);
  const checked = checkRows(readFileSync(file, 'utf8'), known);
  const certificates = options.certificates === null ? null : openCertificateFolder(options.certificates);
  const work: Enrolment = { api, known, tokens: null, certificates, days, makeKey };
  const withoutRequest = refuseWithoutRequest(checked.rows, work);
  const rows = checked.rows.filter(({ line }) => !withoutRequest.some((one) => one.line === line));
  const refused = [...checked.refused, ...withoutRequest].toSorted((a, b) => a.line - b.line);
  const all = rows.length + refused.length;
  const report: Report = {
    rows: all,
    refused,
    registered: 0,
    known: 0,
    tokens: 0,
    certificates: 0,
    enrolledBefore: 0,
  };
  console.error(`${file}: ${all} devices, ${refused.length} refused`);
  tellRefused(refused);
  const isHeld = refused.length > 0 && !skipRefused;
  if (isHeld && !dryRun) console.error('nothing was done: mend these rows, or give --skip-refused');
  if (!isHeld && !dryRun) {
    if (out !== null) work.tokens = openTokenFile(out);
    await enrolAll(rows, work, report);
  }
  console.log(JSON.stringify(report));
  return refused.length > 0 ? EXIT.refused : EXIT.enrolled;
}

try {
  const options = enrolOptionsOf(process.argv.slice(2));
  if (options === 'help') console.log(ENROL_HELP);
  else process.exitCode = await enrol(options);
} catch (error) {
  console.error(`enrol: ${(error as Error).message}`);
  process.exitCode = EXIT.failed;
}
