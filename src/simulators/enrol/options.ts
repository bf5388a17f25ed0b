// The command line of the enrolment: its help, and its arguments as values or one error that names all that is wrong.
import { parseArgs } from 'node:util';

export const ENROL_HELP = `Registers a batch of devices from a CSV and gets them tokens or certificates, through the HTTP API.

  npm run enrol -- --file devices.csv --url http://127.0.0.1:3000 --email E --password P [options]

  --file FILE          one device a row; columns: id, product, customer, station, and where known site, contract, serial,
                       lot, udiDi, madeOn, expiresOn, installedOn, lifecycle. A device that is registered already needs
                       its id alone and stays as it is
  --out FILE           a token for each device, as CSV "id,token" (readable by you alone)
  --certificates DIR   a client certificate for each device: DIR/<id>.csr is signed into DIR/<id>.pem
  --make-key           makes DIR/<id>.key and its request here; without it keys stay where the requests were made
  --days N             how long the certificates are good (default: as the instance is set)
  --dry-run            check every row, change nothing
  --skip-refused       enrol the others although some rows are refused

Every row is checked before anything is done. Run it again after a break: what is in --out or DIR is not done twice.
Exit code 0: all enrolled; 1: rows are refused; 2: it could not be done.
`;

export interface EnrolOptions {
  file: string;
  url: string;
  email: string;
  password: string;
  out: string | null;
  certificates: string | null;
  makeKey: boolean;
  days: number | null;
  dryRun: boolean;
  skipRefused: boolean;
}

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const OPTIONS = {
  file: text,
  url: text,
  email: text,
  password: text,
  out: text,
  certificates: text,
  days: text,
  'make-key': flag,
  'dry-run': flag,
  'skip-refused': flag,
  help: { type: 'boolean', short: 'h' },
} as const;

export function enrolOptionsOf(args: readonly string[]): EnrolOptions | 'help' {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  if (values.help) return 'help';
  const { file, url, email, password, out = null, certificates = null, days } = values;
  const problems: string[] = [];
  for (const [name, value] of Object.entries({ file, url, email, password }))
    if (value === undefined) problems.push(`--${name} is missing`);
  if (days !== undefined && !/^[1-9]\d{0,3}$/.test(days)) problems.push(`--days is a whole number, not "${days}"`);
  const makeKey = values['make-key'] ?? false;
  if ((makeKey || days !== undefined) && certificates === null)
    problems.push('--make-key and --days belong to --certificates');
  if (problems.length > 0 || !file || !url || !email || !password) throw new Error(problems.join('; '));
  return {
    file,
    url,
    email,
    password,
    out,
    certificates,
    makeKey,
    days: days === undefined ? null : Number(days),
    dryRun: values['dry-run'] ?? false,
    skipRefused: values['skip-refused'] ?? false,
  };
}
