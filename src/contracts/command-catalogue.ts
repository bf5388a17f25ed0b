// Which remote commands a product takes: their arguments, how risky they are, who may give them. Arguments are checked
// against this, at the edge and in the form alike.
import { Type, type Static } from 'typebox';
import { ROLES } from './access.ts';
import { Text } from './text.ts';

/** What the device reads as the name of a command, an argument or a choice. */
const Name = Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_-]{0,63}$' });

const Named = { code: Name, name: Text, required: Type.Optional(Type.Boolean()) };
export const CommandArgument = Type.Union([
  Type.Object({
    ...Named,
    type: Type.Union([Type.Literal('integer'), Type.Literal('number')]),
    minimum: Type.Number(),
    maximum: Type.Number(),
    /** UCUM; empty for a plain number. */
    unit: Type.String({ maxLength: 24 }),
    default: Type.Optional(Type.Number()),
  }),
  Type.Object({
    ...Named,
    type: Type.Literal('string'),
    maxLength: Type.Integer({ minimum: 1, maximum: 1_000 }),
    default: Type.Optional(Type.String({ maxLength: 1_000 })),
  }),
  Type.Object({ ...Named, type: Type.Literal('boolean'), default: Type.Optional(Type.Boolean()) }),
  Type.Object({
    ...Named,
    type: Type.Literal('choice'),
    choices: Type.Array(Type.Object({ code: Name, name: Text }), { minItems: 1, maxItems: 50 }),
    default: Type.Optional(Name),
  }),
]);
export type CommandArgument = Static<typeof CommandArgument>;

export const CommandDefinition = Type.Object({
  code: Name,
  name: Text,
  description: Text,
  arguments: Type.Array(CommandArgument, { maxItems: 20 }),
  /** `interrupts`: the device is out of use while it does it. */
  risk: Type.Union([Type.Literal('none'), Type.Literal('interrupts')]),
  /** Operating modes (values of the product's mode metric) in which it needs to be confirmed. */
  confirmInModes: Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: 20 }),
  /** From delivery to the reply. */
  replyWithinS: Type.Integer({ minimum: 1, maximum: 86_400 }),
  /** From the request to delivery, when whoever asks does not say. */
  expiresInS: Type.Integer({ minimum: 1, maximum: 2_592_000 }),
  roles: Type.Array(Type.Enum([...ROLES]), { minItems: 1, maxItems: ROLES.length }),
});
export type CommandDefinition = Static<typeof CommandDefinition>;

export const SELF_TEST = 'self-test';

const DAY_S = 86_400;
/** Modes in which somebody depends on the device. */
const IN_USE = ['scan', 'treat'];

/** What a product takes that names no commands of its own. */
export const DEFAULT_COMMANDS: readonly CommandDefinition[] = [
  {
    code: SELF_TEST,
    name: { en: 'Self-test', zh: '自检' },
    description: {
      en: 'The device checks its components and reports what it found.',
      zh: '设备检查各部件并上报结果。',
    },
    arguments: [],
    risk: 'none',
    confirmInModes: IN_USE,
    replyWithinS: 300,
    expiresInS: DAY_S,
    roles: ['support-engineer', 'field-engineer', 'administrator'],
  },
  {
    code: 'upload-log',
    name: { en: 'Upload log', zh: '上传日志' },
    description: { en: 'The device sends the last lines of its log.', zh: '设备上传最近的日志。' },
    arguments: [
      {
        code: 'lines',
        name: { en: 'Lines', zh: '行数' },
        type: 'integer',
        minimum: 1,
        maximum: 500,
        unit: '',
        default: 100,
      },
    ],
    risk: 'none',
    confirmInModes: [],
    replyWithinS: 120,
    expiresInS: DAY_S,
    roles: ['support-engineer', 'field-engineer', 'administrator'],
  },
  {
    code: 'set-interval',
    name: { en: 'Set reporting interval', zh: '设置上报间隔' },
    description: { en: 'How often the device reports its measurements.', zh: '设备上报测量值的时间间隔。' },
    arguments: [
      {
        code: 'intervalS',
        name: { en: 'Interval', zh: '间隔' },
        required: true,
        type: 'integer',
        minimum: 1,
        maximum: 3_600,
        unit: 's',
      },
    ],
    risk: 'none',
    confirmInModes: [],
    replyWithinS: 60,
    expiresInS: DAY_S,
    roles: ['support-engineer', 'administrator'],
  },
  {
    code: 'restart',
    name: { en: 'Restart', zh: '重启' },
    description: {
      en: 'The device shuts down and starts again; it cannot be used meanwhile.',
      zh: '设备关机并重新启动，期间无法使用。',
    },
    arguments: [],
    risk: 'interrupts',
    confirmInModes: IN_USE,
    replyWithinS: 600,
    expiresInS: 3_600,
    roles: ['support-engineer', 'administrator'],
  },
];

export const commandsOf = (product: { commands?: readonly CommandDefinition[] }): readonly CommandDefinition[] =>
  product.commands ?? DEFAULT_COMMANDS;

function faultOfArgument(argument: CommandArgument, value: unknown): string | null {
  switch (argument.type) {
    case 'integer':
    case 'number': {
      const { minimum, maximum, unit } = argument;
      const isNumber = argument.type === 'integer' ? Number.isSafeInteger(value) : Number.isFinite(value);
      const isWithin = isNumber && (value as number) >= minimum && (value as number) <= maximum;
      const article = argument.type === 'integer' ? 'an integer' : 'a number';
      return isWithin ? null : `send ${article} from ${minimum} to ${maximum}${unit === '' ? '' : ` ${unit}`}`;
    }
    case 'string': {
      const isText =
        typeof value === 'string' && value.length <= argument.maxLength && !/[\0\p{Surrogate}]/u.test(value);
      return isText ? null : `send a text of at most ${argument.maxLength} characters`;
    }
    case 'boolean':
      return typeof value === 'boolean' ? null : 'send true or false';
    case 'choice': {
      const codes = argument.choices.map(({ code }) => code);
      return codes.includes(value as string) ? null : `send one of ${codes.join(', ')}`;
    }
  }
}

/** The arguments as the device gets them, defaults filled in; or everything that is wrong with them, in words. */
export function checkArguments(
  { code, arguments: known }: CommandDefinition,
  given: Readonly<Record<string, unknown>>,
): { ok: true; args: Record<string, unknown> } | { ok: false; faults: string[] } {
  const faults: string[] = [];
  const args: Record<string, unknown> = {};
  for (const name of Object.keys(given)) {
    if (known.some((argument) => argument.code === name)) continue;
    const names = known.map((argument) => argument.code).join(', ') || 'none';
    faults.push(`args.${name}: ${code} has no such argument; it takes ${names}`);
  }
  for (const argument of known) {
    const value = Object.hasOwn(given, argument.code) ? given[argument.code] : argument.default;
    if (value === undefined) {
      if (argument.required) faults.push(`args.${argument.code}: ${faultOfArgument(argument, undefined)}`);
      continue;
    }
    const fault = faultOfArgument(argument, value);
    if (fault !== null) faults.push(`args.${argument.code}: ${fault}`);
    else args[argument.code] = value;
  }
  return faults.length > 0 ? { ok: false, faults } : { ok: true, args };
}

/** Everything in a definition that contradicts itself, in words. */
export function definitionFaults({ code, arguments: args }: CommandDefinition): string[] {
  const where = (argument: string) => `command ${code}: argument ${argument}`;
  return args.flatMap((argument, i) => {
    const faults: string[] = [];
    if (args.findIndex((other) => other.code === argument.code) < i)
      faults.push(`${where(argument.code)} is there twice`);
    if ('minimum' in argument && argument.minimum > argument.maximum) {
      faults.push(`${where(argument.code)}: minimum is above maximum`);
    }
    const fault = argument.default === undefined ? null : faultOfArgument(argument, argument.default);
    if (fault !== null) faults.push(`${where(argument.code)}: its default does not fit; ${fault}`);
    return faults;
  });
}
