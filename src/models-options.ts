// The command line of the registry of models: its help, and its arguments as one order or an error that names all that is wrong.
import { parseArgs } from 'node:util';
import { MODEL_KINDS, MODEL_MODES, type ModelKindName, type ModelMode } from './contracts/http/models.ts';

export const MODELS_HELP = `The registry of models of a running instance, through its HTTP API.

  npm run models -- list                                   every version with its state, mode and figures
  npm run models -- show ID                                one version with its history and drift
  npm run models -- train --product P [--kind horizon] [--component C] [--to TIME] [--seed N]
  npm run models -- evaluate ID                            on what became known after its training
  npm run models -- replay ID [--from TIME] [--to TIME] [--mode auto]
                                                           judges stored history (the last year) as if it had been in force
  npm run models -- shadow ID --note WHY                   judges beside the one in force; nothing follows from it
  npm run models -- activate ID --mode suggest --note WHY  in force; by another person than its author
  npm run models -- rollback ID --note WHY                 out of force; the version before it judges again
  npm run models -- export ID --file FILE                  as a file with its hash
  npm run models -- import --file FILE                     kept as a draft; a changed file is refused

  --url URL         where the instance is (default http://127.0.0.1:3000)
  --email E         an account: reading needs models:read, training and shadow models:write, putting in force
  --password P      models:approve

Training, evaluating and judging history show how far they are; Ctrl-C cancels them. Exit code 0: done; 1: refused or failed; 2: it could not be asked.
`;

const ACTIONS = [
  'list',
  'show',
  'train',
  'evaluate',
  'replay',
  'shadow',
  'activate',
  'rollback',
  'export',
  'import',
] as const;
export type ModelsAction = (typeof ACTIONS)[number];

export interface ModelsOrder {
  action: ModelsAction;
  id: number | null;
  url: string;
  email: string;
  password: string;
  kind: ModelKindName;
  product: string | null;
  component: string | null;
  from: string | null;
  to: string | null;
  seed: number | null;
  mode: ModelMode | null;
  note: string | null;
  file: string | null;
}

const text = { type: 'string' } as const;
const OPTIONS = {
  url: text,
  email: text,
  password: text,
  kind: text,
  product: text,
  component: text,
  from: text,
  to: text,
  seed: text,
  mode: text,
  note: text,
  file: text,
  help: { type: 'boolean', short: 'h' },
} as const;

/** What each action cannot do without. */
const NEEDS: Readonly<Record<ModelsAction, readonly ('id' | 'product' | 'mode' | 'note' | 'file')[]>> = {
  list: [],
  show: ['id'],
  train: ['product'],
  evaluate: ['id'],
  replay: ['id'],
  shadow: ['id', 'note'],
  activate: ['id', 'mode', 'note'],
  rollback: ['id', 'note'],
  export: ['id', 'file'],
  import: ['file'],
};

const oneOf = <V extends string>(values: readonly V[], value: string | undefined): V | null =>
  values.find((known) => known === value) ?? null;

export function modelsOrderOf(args: readonly string[]): ModelsOrder | 'help' {
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  if (values.help || positionals.length === 0) return 'help';
  const [name, idText, ...rest] = positionals;
  const action = oneOf(ACTIONS, name);
  if (action === null) throw new Error(`there is no action "${name}"; there is ${ACTIONS.join(', ')}`);
  const problems: string[] = rest.map((one) => `"${one}" is too much`);
  const id = idText !== undefined && /^[1-9]\d{0,8}$/.test(idText) ? Number(idText) : null;
  if (idText !== undefined && id === null) problems.push(`ID is a whole number, not "${idText}"`);
  const kind = oneOf(MODEL_KINDS, values.kind ?? 'horizon');
  if (kind === null) problems.push(`--kind is one of ${MODEL_KINDS.join(', ')}`);
  const mode = oneOf(MODEL_MODES, values.mode);
  if (values.mode !== undefined && mode === null) problems.push(`--mode is one of ${MODEL_MODES.join(', ')}`);
  const seed = values.seed === undefined ? null : Number(values.seed);
  if (seed !== null && !Number.isSafeInteger(seed)) problems.push(`--seed is a whole number, not "${values.seed}"`);
  const { email, password } = values;
  const order = { id, product: values.product ?? null, mode, note: values.note ?? null, file: values.file ?? null };
  for (const need of NEEDS[action]) {
    if (order[need] === null)
      problems.push(need === 'id' ? `${action} needs the ID of a model` : `--${need} is missing`);
  }
  if (email === undefined) problems.push('--email is missing');
  if (password === undefined) problems.push('--password is missing');
  if (problems.length > 0 || kind === null || email === undefined || password === undefined) {
    throw new Error(problems.join('; '));
  }
  const { url = 'http://127.0.0.1:3000', component = null, from = null, to = null } = values;
  return { action, ...order, kind, email, password, url, component, from, to, seed };
}
