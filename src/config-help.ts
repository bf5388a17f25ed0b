// The text of `npm start -- --help`: every variable with its unit and default, from the schema itself.
import { ROLES } from './config.ts';
import { type Leaf, settings } from './config-schema.ts';

function lineOf({ setting, schema }: Leaf, width: number): string {
  const { env, unit, description, default: preset } = setting;
  const choices = schema.enum ? ` (${schema.enum.join(', ')})` : '';
  const facts = [unit, preset === undefined ? undefined : `default ${preset}`].filter((fact) => fact !== undefined);
  const end = facts.length === 0 ? '' : ` [${facts.join(', ')}]`;
  return `  ${env.padEnd(width)}${description}${choices}${end}`;
}

export function helpText(): string {
  const leaves = settings();
  const width = Math.max(...leaves.map(({ setting }) => setting.env.length)) + 2;
  return `Stethos: listens to medical devices, predicts failures, opens the work order, and shows what it costs.

Usage: npm start -- [--roles ${ROLES.join(',')}] [--help]

  --roles   What this process does; without it everything. broker and ingest go together, and predictor needs them.
  --help    This text.

Environment, each with its unit and default:
${leaves.map((leaf) => lineOf(leaf, width)).join('\n')}

A wrong or unknown STETHOS_ variable stops the start, with every problem named.
`;
}
